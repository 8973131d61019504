/** Node classes for tests, as an engine with a few models would have them. */
import { type NodeCatalog, type NodeSpec, parseNodeSpec } from '../../shared/nodes.js';

const link = (type: string) => [type];
const samplers = ['euler', 'euler_ancestral', 'dpmpp_2m', 'heun'];

export const infos: Record<string, unknown> = {
  CheckpointLoaderSimple: node(
    { ckpt_name: [['ace_step_v1_3.5b.safetensors', 'sd_xl_base_1.0.safetensors', 'v1-5-pruned-emaonly.ckpt']] },
    ['MODEL', 'CLIP', 'VAE'],
  ),
  CLIPTextEncode: node({ text: ['STRING', { multiline: true }], clip: link('CLIP') }, ['CONDITIONING']),
  EmptyLatentImage: node(
    {
      width: ['INT', { default: 512, min: 16, max: 16384, step: 8 }],
      height: ['INT', { default: 512, min: 16, max: 16384, step: 8 }],
      batch_size: ['INT', { default: 1, min: 1, max: 4096 }],
    },
    ['LATENT'],
  ),
  KSampler: node(
    {
      model: link('MODEL'),
      seed: ['INT', { default: 0, min: 0, max: 2 ** 64, control_after_generate: true }],
      steps: ['INT', { default: 20, min: 1, max: 10000 }],
      cfg: ['FLOAT', { default: 8, min: 0, max: 100, step: 0.1 }],
      sampler_name: [samplers],
      scheduler: [['simple', 'karras', 'normal']],
      positive: link('CONDITIONING'),
      negative: link('CONDITIONING'),
      latent_image: link('LATENT'),
      denoise: ['FLOAT', { default: 1, min: 0, max: 1, step: 0.01 }],
    },
    ['LATENT'],
  ),
  VAEDecode: node({ samples: link('LATENT'), vae: link('VAE') }, ['IMAGE']),
  SaveImage: node({ images: link('IMAGE'), filename_prefix: ['STRING', { default: 'ComfyUI' }] }, [], true),
  LoadImage: node({ image: [['known.png'], { image_upload: true }] }, ['IMAGE', 'MASK']),
  PreviewAny: node({ source: ['*'] }, [], true),
  Toggles: node(
    {
      on: ['BOOLEAN', {}],
      mode: ['COMBO', { options: ['fast', 'fine'] }],
      remote: ['COMBO', { remote: { route: '/x' } }],
      several: ['COMBO', { options: ['a', 'b'], multiselect: true }],
      file: [['one.gguf', 'two.gguf']],
      images: ['COMFY_AUTOGROW_V3', {}],
    },
    ['IMAGE'],
  ),
  TextEncodeAceStepAudio: node(
    {
      clip: link('CLIP'),
      tags: ['STRING', { multiline: true }],
      lyrics: ['STRING', { multiline: true }],
      lyrics_strength: ['FLOAT', { default: 1, min: 0, max: 10 }],
    },
    ['CONDITIONING'],
  ),
  ConditioningZeroOut: node({ conditioning: link('CONDITIONING') }, ['CONDITIONING']),
  EmptyAceStepLatentAudio: node(
    { seconds: ['FLOAT', { default: 120, min: 1, max: 1000 }], batch_size: ['INT', { min: 1, max: 4096 }] },
    ['LATENT'],
  ),
  VAEDecodeAudio: node({ samples: link('LATENT'), vae: link('VAE') }, ['AUDIO']),
  SaveAudioMP3: node(
    { audio: link('AUDIO'), filename_prefix: ['STRING', {}], quality: [['V0', '128k', '320k'], { default: 'V0' }] },
    [],
    true,
  ),
};

function node(required: Record<string, unknown>, output: string[], output_node = false): unknown {
  return { input: { required }, output, output_node };
}

/** The infos with a checkpoint list of one's own. */
export function withCheckpoints(names: string[]): Record<string, unknown> {
  return { ...infos, CheckpointLoaderSimple: node({ ckpt_name: [names] }, ['MODEL', 'CLIP', 'VAE']) };
}

/** `versions` are what the engine has at the start and after each refresh; the last one stays. */
export function catalogOf(...versions: Record<string, unknown>[]): NodeCatalog & { refreshes: () => number } {
  const all = versions.length === 0 ? [infos] : versions;
  let at = 0;
  const now = () => all[Math.min(at, all.length - 1)] ?? {};
  return {
    get: (classType): NodeSpec | undefined =>
      Object.hasOwn(now(), classType) ? parseNodeSpec(now()[classType], classType) : undefined,
    names: () => Object.keys(now()),
    async refresh() {
      at += 1;
    },
    refreshes: () => at,
  };
}
