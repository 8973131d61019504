import { describe, expect, it } from 'vitest';
import type { ParamSpec } from '../../shared/params.js';
import type { Graph, Workflow } from '../../shared/workflow.js';
import { overrideGraph } from './overrides.js';

const graph: Graph = {
  '3': {
    class_type: 'KSampler',
    inputs: {
      seed: 2n ** 63n,
      steps: 20,
      cfg: 8,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      model: ['4', 0],
      positive: ['6', 0],
      negative: ['7', 0],
      latent_image: ['5', 0],
    },
  },
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sd.safetensors' } },
  '5': { class_type: 'EmptyLatentImage', inputs: { width: 512, height: 512, batch_size: 1 } },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a cat', clip: ['4', 1] } },
  '7': { class_type: 'CLIPTextEncode', inputs: { text: 'blurry', clip: ['4', 1] } },
};

const spec = (name: string, node_id: string, input: string, more: Partial<ParamSpec> = {}): ParamSpec => ({
  name,
  type: 'string',
  required: true,
  description: '',
  targets: [{ node_id, input }],
  ...more,
});

function loaded(params: ParamSpec[], template: Graph = graph) {
  const workflow: Workflow = {
    id: 'w',
    name: 'w',
    description: '',
    namespace: 'image',
    params,
    tool: 'w',
    problem: null,
    source: 'user',
    updated_at: '',
    hash: '',
  };
  return { workflow, graph: template, meta: {} };
}

const override = (values: Record<string, unknown>, options: Partial<Parameters<typeof overrideGraph>[0]> = {}) =>
  overrideGraph({ graph, parameters: {}, workflow: undefined, values, drawSeed: () => 77, ...options });

const inputs = (result: { graph: Graph }, id: string) => result.graph[id]?.inputs;

describe('overrideGraph', () => {
  it('never mixes up prompt and negative prompt, and leaves the rest and the original alone', () => {
    const before = structuredClone(graph);
    const result = override({ prompt: 'a dog' });
    expect(result.graph).toEqual({
      ...before,
      '6': { ...before['6'], inputs: { ...before['6']?.inputs, text: 'a dog' } },
    });
    expect(inputs(override({ negative_prompt: 'sharp' }), '6')).toMatchObject({ text: 'a cat' });
    expect(inputs(override({ negative_prompt: 'sharp' }), '7')).toMatchObject({ text: 'sharp' });
    expect(graph).toEqual(before);
  });

  it('records what the graph was made with, and tells which values are new', () => {
    const result = override({ steps: '30', cfg: '4.5' });
    expect(result.parameters).toEqual({
      prompt: 'a cat',
      negative_prompt: 'blurry',
      width: 512,
      height: 512,
      model: 'sd.safetensors',
      steps: 30,
      cfg: 4.5,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      batch_size: 1,
      seed: '9223372036854775808',
    });
    expect(inputs(result, '3')).toMatchObject({ steps: 30, cfg: 4.5, seed: 2n ** 63n });
    expect(result.sourceOf('3', 'steps')).toBe('call');
    expect(result.sourceOf('3', 'denoise')).toBeUndefined();
    expect(override({ steps: 30 }, { parameters: { prompt: 'stored', own: null } }).parameters).toEqual({
      prompt: 'stored',
      steps: 30,
    });
  });

  it.each([
    [-1, 77],
    ['-1', 77],
    [5, 5],
  ])('a seed of %j becomes %j', (seed, used) => {
    const result = override({ seed });
    expect(inputs(result, '3')).toMatchObject({ seed: used });
    expect(result.seed).toBe(used);
  });

  it("goes by the workflow's own parameters, under the usual names too", () => {
    const workflow = loaded([
      spec('subject', '6', 'text'),
      spec('steps', '3', 'steps', { type: 'integer', min: 1, max: 40 }),
    ]);
    const parameters = { subject: 'a cat', steps: 20 };
    const options = { workflow, parameters };
    expect(override({ subject: 'a dog' }, options)).toMatchObject({ parameters: { subject: 'a dog', steps: 20 } });
    expect(override({ prompt: 'a dog' }, options)).toMatchObject({
      graph: { '6': { inputs: { text: 'a dog' } } },
      parameters: { subject: 'a dog', steps: 20 },
    });
    expect(inputs(override({ cfg: 2 }, options), '3')).toMatchObject({ cfg: 2 });
    expect(() => override({ steps: 41 }, options)).toThrow(/1 to 40/);
  });

  it('follows links where the workflow has changed since', () => {
    // The template's node 7 is another one now: its parameter must not touch the stored negative prompt.
    const template: Graph = { ...graph, '7': { class_type: 'LoadImage', inputs: { text: 'PARAM_PROMPT' } } };
    const workflow = loaded([spec('prompt', '7', 'text')], template);
    expect(override({ prompt: 'a dog' }, { workflow }).graph).toMatchObject({
      '6': { inputs: { text: 'a dog' } },
      '7': { inputs: { text: 'blurry' } },
    });
  });

  it.each([
    ['with their values', { prompt: 'a cat', negative_prompt: 'blurry' }],
    ['that said the same', { prompt: '', negative_prompt: '' }],
    ['of whose values nothing was recorded', {}],
  ])('never takes one prompt for the other where two nodes have changed places since (%s)', (_, parameters) => {
    const { prompt, negative_prompt } = { prompt: 'a cat', negative_prompt: 'blurry', ...parameters };
    const made: Graph = {
      ...graph,
      '6': { class_type: 'CLIPTextEncode', inputs: { text: prompt, clip: ['4', 1] } },
      '7': { class_type: 'CLIPTextEncode', inputs: { text: negative_prompt, clip: ['4', 1] } },
    };
    const workflow = loaded([spec('prompt', '7', 'text'), spec('negative_prompt', '6', 'text')]);
    const result = override({ prompt: 'a dog' }, { graph: made, workflow, parameters });
    expect(inputs(result, '6')).toMatchObject({ text: 'a dog' });
    expect(inputs(result, '7')).toMatchObject({ text: negative_prompt });
    expect(result.parameters).toMatchObject({ prompt: 'a dog', negative_prompt });
  });

  it('refuses what it does not know, with the list and the nearest', () => {
    const call = () => override({ promt: 'x', steps: 3 });
    expect(call).toThrow(expect.objectContaining({ code: 'VALIDATION_ERROR', hint: 'Did you mean prompt?' }));
    expect(call).toThrow(/"promt" can't be changed.*what can be is prompt, negative_prompt, width/);
    expect(() => override({ seed: -2 })).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
    expect(() => override({ steps: 'many' })).toThrow(expect.objectContaining({ code: 'VALIDATION_ERROR' }));
    expect(() => override({ prompt: 'x' }, { graph: { '1': { class_type: 'X', inputs: {} } } })).toThrow(
      /nothing in it/,
    );
  });

  it('drops nulls', () => {
    const result = override({ prompt: null });
    expect(result.dropped).toEqual(['prompt']);
    expect(result.graph).toEqual(graph);
  });
});
