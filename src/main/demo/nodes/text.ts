/** Primitive values, strings and PreviewAny. Source: ComfyUI 0.3.64, comfy_extras. */
import type { DemoNode, InputSpec } from '../node.js';
import { LONG_MAX, nodeInfo } from './info.js';
import { previewText } from './preview-text.js';
import { stringInput } from './values.js';

function primitive(name: string, display: string, type: string, options: Record<string, unknown>): DemoNode {
  const spec: InputSpec = [type, options];
  return {
    info: nodeInfo({
      name,
      display,
      module: 'comfy_extras.nodes_primitive',
      category: 'utils/primitive',
      required: { value: spec },
      outputs: [type],
      v3: true,
    }),
    run: (inputs) => ({ outputs: [inputs.value] }),
  };
}

const stringConcatenate: DemoNode = {
  info: nodeInfo({
    name: 'StringConcatenate',
    display: 'Concatenate',
    module: 'comfy_extras.nodes_string',
    category: 'utils/string',
    required: {
      string_a: ['STRING', { multiline: true }],
      string_b: ['STRING', { multiline: true }],
      delimiter: ['STRING', { default: '', multiline: false }],
    },
    outputs: ['STRING'],
    v3: true,
  }),
  run(inputs) {
    const parts = [stringInput(inputs, 'string_a'), stringInput(inputs, 'string_b')];
    return { outputs: [parts.join(stringInput(inputs, 'delimiter'))] };
  },
};

const previewAny: DemoNode = {
  info: nodeInfo({
    name: 'PreviewAny',
    display: 'Preview Any',
    module: 'comfy_extras.nodes_preview_any',
    category: 'utils',
    required: { source: ['*', {}] },
    outputNode: true,
  }),
  run: (inputs) => ({ outputs: [], ui: { text: [previewText(inputs.source)] } }),
};

export const textNodes: DemoNode[] = [
  primitive('PrimitiveString', 'String', 'STRING', { multiline: false }),
  primitive('PrimitiveStringMultiline', 'String (Multiline)', 'STRING', { multiline: true }),
  primitive('PrimitiveInt', 'Int', 'INT', { min: -LONG_MAX, max: LONG_MAX, control_after_generate: true }),
  primitive('PrimitiveFloat', 'Float', 'FLOAT', { min: -LONG_MAX, max: LONG_MAX }),
  primitive('PrimitiveBoolean', 'Boolean', 'BOOLEAN', {}),
  stringConcatenate,
  previewAny,
];
