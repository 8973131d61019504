/** Loaders and patchers of models: they only pass on names and strengths. Source of the specifications: ComfyUI 0.3.64. */
import { type DemoNode, type InputSpec, NodeError } from '../node.js';
import { nodeInfo } from './info.js';
import { Clip, Model, modelInput, Vae } from './model-values.js';
import type { ModelNames } from './models.js';
import { numberInput, stringInput } from './values.js';

const clipTypes = [
  'stable_diffusion',
  'stable_cascade',
  'sd3',
  'stable_audio',
  'mochi',
  'ltxv',
  'pixart',
  'cosmos',
  'lumina2',
  'wan',
  'hidream',
  'chroma',
  'ace',
  'omnigen2',
  'qwen_image',
  'hunyuan_image',
];
const dualClipTypes = ['sdxl', 'sd3', 'flux', 'hunyuan_video', 'hidream', 'hunyuan_image'];
const device: InputSpec = [['default', 'cpu'], { advanced: true }];
const strength: InputSpec = ['FLOAT', { default: 1.0, min: -100.0, max: 100.0, step: 0.01 }];

/** The value of a model combo; a name that the folder hasn't got can only come through a link. */
function fileName(inputs: Record<string, unknown>, name: string, folder: string, known: readonly string[]): string {
  const value = stringInput(inputs, name);
  if (known.includes(value)) return value;
  throw new NodeError('FileNotFoundError', `Model in folder '${folder}' with filename '${value}' not found.`);
}

export function createLoaderNodes(models: ModelNames): DemoNode[] {
  const checkpointLoader: DemoNode = {
    info: nodeInfo({
      name: 'CheckpointLoaderSimple',
      display: 'Load Checkpoint',
      category: 'loaders',
      required: { ckpt_name: [models.checkpoints, {}] },
      outputs: ['MODEL', 'CLIP', 'VAE'],
      description: 'The demo engine loads no weights: it only remembers the name.',
    }),
    run(inputs) {
      const name = fileName(inputs, 'ckpt_name', 'checkpoints', models.checkpoints);
      return { outputs: [new Model(name), new Clip(name), new Vae(name)] };
    },
  };

  const vaeLoader: DemoNode = {
    info: nodeInfo({
      name: 'VAELoader',
      display: 'Load VAE',
      category: 'loaders',
      required: { vae_name: [[...models.vae, 'pixel_space']] },
      outputs: ['VAE'],
    }),
    run: (inputs) => ({ outputs: [new Vae(stringInput(inputs, 'vae_name'))] }),
  };

  const unetLoader: DemoNode = {
    info: nodeInfo({
      name: 'UNETLoader',
      display: 'Load Diffusion Model',
      category: 'advanced/loaders',
      required: {
        unet_name: [models.diffusion_models],
        weight_dtype: [['default', 'fp8_e4m3fn', 'fp8_e4m3fn_fast', 'fp8_e5m2']],
      },
      outputs: ['MODEL'],
    }),
    run(inputs) {
      return { outputs: [new Model(fileName(inputs, 'unet_name', 'diffusion_models', models.diffusion_models))] };
    },
  };

  const clipLoader: DemoNode = {
    info: nodeInfo({
      name: 'CLIPLoader',
      display: 'Load CLIP',
      category: 'advanced/loaders',
      required: { clip_name: [models.text_encoders], type: [clipTypes] },
      optional: { device },
      outputs: ['CLIP'],
    }),
    run(inputs) {
      return { outputs: [new Clip(fileName(inputs, 'clip_name', 'text_encoders', models.text_encoders))] };
    },
  };

  const dualClipLoader: DemoNode = {
    info: nodeInfo({
      name: 'DualCLIPLoader',
      category: 'advanced/loaders',
      required: { clip_name1: [models.text_encoders], clip_name2: [models.text_encoders], type: [dualClipTypes] },
      optional: { device },
      outputs: ['CLIP'],
    }),
    run(inputs) {
      const one = fileName(inputs, 'clip_name1', 'text_encoders', models.text_encoders);
      const two = fileName(inputs, 'clip_name2', 'text_encoders', models.text_encoders);
      return { outputs: [new Clip(`${one}+${two}`)] };
    },
  };

  return [checkpointLoader, vaeLoader, unetLoader, clipLoader, dualClipLoader, ...createLoraNodes(models)];
}

function createLoraNodes(models: ModelNames): DemoNode[] {
  const loraLoader: DemoNode = {
    info: nodeInfo({
      name: 'LoraLoader',
      display: 'Load LoRA',
      category: 'loaders',
      required: {
        model: ['MODEL', {}],
        clip: ['CLIP', {}],
        lora_name: [models.loras, {}],
        strength_model: strength,
        strength_clip: strength,
      },
      outputs: ['MODEL', 'CLIP'],
    }),
    run(inputs) {
      const model = modelInput(inputs, 'model', Model, 'clone');
      const clip = modelInput(inputs, 'clip', Clip, 'clone');
      const name = fileName(inputs, 'lora_name', 'loras', models.loras);
      const patch = (input: string) => ({ name, strength: numberInput(inputs, input, 1) });
      return {
        outputs: [
          new Model(model.name, [...model.loras, patch('strength_model')]),
          new Clip(clip.name, [...clip.loras, patch('strength_clip')], clip.lastLayer),
        ],
      };
    },
  };

  const loraLoaderModelOnly: DemoNode = {
    info: nodeInfo({
      name: 'LoraLoaderModelOnly',
      category: 'loaders',
      required: { model: ['MODEL'], lora_name: [models.loras], strength_model: strength },
      outputs: ['MODEL'],
    }),
    run(inputs) {
      const model = modelInput(inputs, 'model', Model, 'clone');
      const name = fileName(inputs, 'lora_name', 'loras', models.loras);
      const patch = { name, strength: numberInput(inputs, 'strength_model', 1) };
      return { outputs: [new Model(model.name, [...model.loras, patch])] };
    },
  };

  const modelSamplingSd3: DemoNode = {
    info: nodeInfo({
      name: 'ModelSamplingSD3',
      module: 'comfy_extras.nodes_model_advanced',
      category: 'advanced/model',
      required: {
        model: ['MODEL'],
        shift: ['FLOAT', { default: 3.0, min: 0.0, max: 100.0, step: 0.01 }],
      },
      outputs: ['MODEL'],
    }),
    run: (inputs) => ({ outputs: [modelInput(inputs, 'model', Model, 'clone')] }),
  };

  return [loraLoader, loraLoaderModelOnly, modelSamplingSd3];
}
