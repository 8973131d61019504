/** Tiny nodes for the engine's own tests: numbers and texts where ComfyUI has pictures. */
import { type DemoNode, NodeError, type NodeInfo } from './node.js';

function info(
  name: string,
  required: NonNullable<NodeInfo['input']['required']>,
  output: string[],
  outputNode = false,
): NodeInfo {
  return {
    input: { required },
    input_order: { required: Object.keys(required) },
    output,
    output_is_list: output.map(() => false),
    output_name: output,
    name,
    display_name: name,
    description: '',
    python_module: 'nodes',
    category: 'test',
    output_node: outputNode,
  };
}

/** INT -> VALUE. */
export const constant: DemoNode = {
  info: info('Constant', { value: ['INT', { default: 0, min: 0, max: 2 ** 64 }] }, ['VALUE']),
  run: ({ value }) => ({ outputs: [value] }),
};

/** VALUE -> VALUE, in `steps` steps with a preview each. */
export const slow: DemoNode = {
  info: info('Slow', { value: ['VALUE'], steps: ['INT', { default: 1, min: 1, max: 10_000 }] }, ['VALUE']),
  async run({ value, steps }, context) {
    for (let step = 1; step <= Number(steps); step += 1) {
      await context.step(step, Number(steps), new Uint8Array([0xff, 0xd8, step]));
    }
    return { outputs: [value] };
  },
};

/** VALUE -> VALUE, or ValueError. */
export const fail: DemoNode = {
  info: info('Fail', { value: ['VALUE'] }, ['VALUE']),
  run: () => {
    throw new NodeError('ValueError', 'no such value');
  },
};

/** Says how often it ran, so that a rerun from the cache can be told. */
export function createShow(): DemoNode {
  let runs = 0;
  return {
    info: info('Show', { value: ['VALUE'], label: ['STRING', { default: '' }] }, [], true),
    run: ({ value }) => {
      runs += 1;
      return { outputs: [], ui: { text: [`${String(value)} (run ${runs})`] } };
    },
  };
}

/** Each of the kinds of inputs that validation knows. */
export const picky: DemoNode = {
  info: info(
    'Picky',
    {
      count: ['INT', { default: 1, min: 1, max: 10 }],
      strength: ['FLOAT', { default: 1, min: 0, max: 2 }],
      name: ['STRING', {}],
      flag: ['BOOLEAN', {}],
      mode: [['fast', 'slow'], {}],
      kind: ['COMBO', { options: ['a', 'b'] }],
    },
    [],
    true,
  ),
  run: (inputs) => ({ outputs: [], ui: { inputs: [inputs] } }),
};

/** Accepts the value "good" only, by its own check. */
export const guarded: DemoNode = {
  info: info('Guarded', { value: [['listed']] }, [], true),
  run: () => ({ outputs: [] }),
  validate: ({ value }) => (value === 'good' ? undefined : `Invalid value: ${String(value)}`),
};

export function testNodes(): DemoNode[] {
  return [constant, slow, fail, createShow(), picky, guarded];
}
