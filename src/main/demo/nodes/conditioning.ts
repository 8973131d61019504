/** Prompts on their way to a sampler. Source of the specifications: ComfyUI 0.3.64. */
import { type DemoNode, NodeError } from '../node.js';
import { nodeInfo } from './info.js';
import { Clip, Conditioning, modelInput } from './model-values.js';
import { numberInput, stringInput } from './values.js';

/** CLIP of a checkpoint without one, or a literal in its place. */
function clipInput(inputs: Record<string, unknown>): Clip {
  if (inputs.clip === undefined || inputs.clip === null) {
    throw new NodeError(
      'RuntimeError',
      'ERROR: clip input is invalid: None\n\nIf the clip is from a checkpoint loader node your checkpoint does not ' +
        'contain a valid clip or text encoder model.',
    );
  }
  return modelInput(inputs, 'clip', Clip, 'tokenize');
}

const clipTextEncode: DemoNode = {
  info: nodeInfo({
    name: 'CLIPTextEncode',
    display: 'CLIP Text Encode (Prompt)',
    category: 'conditioning',
    required: { text: ['STRING', { multiline: true, dynamicPrompts: true }], clip: ['CLIP', {}] },
    outputs: ['CONDITIONING'],
  }),
  run(inputs) {
    clipInput(inputs);
    return { outputs: [new Conditioning(stringInput(inputs, 'text'))] };
  },
};

const clipSetLastLayer: DemoNode = {
  info: nodeInfo({
    name: 'CLIPSetLastLayer',
    display: 'CLIP Set Last Layer',
    category: 'conditioning',
    required: { clip: ['CLIP'], stop_at_clip_layer: ['INT', { default: -1, min: -24, max: -1, step: 1 }] },
    outputs: ['CLIP'],
  }),
  run(inputs) {
    const clip = modelInput(inputs, 'clip', Clip, 'clone');
    return { outputs: [new Clip(clip.name, clip.loras, numberInput(inputs, 'stop_at_clip_layer', -1))] };
  },
};

const fluxGuidance: DemoNode = {
  info: nodeInfo({
    name: 'FluxGuidance',
    module: 'comfy_extras.nodes_flux',
    category: 'advanced/conditioning/flux',
    required: {
      conditioning: ['CONDITIONING'],
      guidance: ['FLOAT', { default: 3.5, min: 0.0, max: 100.0, step: 0.1 }],
    },
    outputs: ['CONDITIONING'],
  }),
  run(inputs) {
    const { text, extra } = modelInput(inputs, 'conditioning', Conditioning, 'copy');
    return { outputs: [new Conditioning(text, { ...extra, guidance: numberInput(inputs, 'guidance', 3.5) })] };
  },
};

const conditioningZeroOut: DemoNode = {
  info: nodeInfo({
    name: 'ConditioningZeroOut',
    category: 'advanced/conditioning',
    required: { conditioning: ['CONDITIONING'] },
    outputs: ['CONDITIONING'],
  }),
  run(inputs) {
    modelInput(inputs, 'conditioning', Conditioning, 'copy');
    return { outputs: [new Conditioning('')] };
  },
};

const textEncodeAceStep: DemoNode = {
  info: nodeInfo({
    name: 'TextEncodeAceStepAudio',
    display: null,
    module: 'comfy_extras.nodes_ace',
    category: 'conditioning',
    required: {
      clip: ['CLIP', {}],
      tags: ['STRING', { multiline: true, dynamicPrompts: true }],
      lyrics: ['STRING', { multiline: true, dynamicPrompts: true }],
      lyrics_strength: ['FLOAT', { default: 1.0, min: 0.0, max: 10.0, step: 0.01 }],
    },
    outputs: ['CONDITIONING'],
    v3: true,
  }),
  run(inputs) {
    clipInput(inputs);
    // At strength 0 the words are not sung: here they lose their say in the melody.
    const lyrics = numberInput(inputs, 'lyrics_strength', 1) > 0 ? stringInput(inputs, 'lyrics') : '';
    return { outputs: [new Conditioning(stringInput(inputs, 'tags'), { lyrics })] };
  },
};

export const conditioningNodes: DemoNode[] = [
  clipTextEncode,
  clipSetLastLayer,
  fluxGuidance,
  conditioningZeroOut,
  textEncodeAceStep,
];
