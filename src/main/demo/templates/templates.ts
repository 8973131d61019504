/** The templates of the demo engine: a few graphs as ComfyUI's own templates have them, made of nodes that run here. */
import type { Note, Subgraph } from './editor.js';

export interface DemoTemplate {
  /** `default`, or the folder of a pack of custom nodes. */
  module: string;
  name: string;
  title: string;
  description: string;
  category: string;
  tags: string[];
  /** What its picture is drawn of; without one it has none. */
  picture?: string;
  notes: readonly Note[];
  subgraphs?: readonly Subgraph[];
}

const checkpoint: Note = {
  id: 4,
  type: 'CheckpointLoaderSimple',
  at: [0, 1],
  values: ['v1-5-pruned-emaonly.safetensors'],
};
const words = (id: number, row: number, title: string, text: string): Note => ({
  id,
  type: 'CLIPTextEncode',
  title,
  at: [1, row],
  values: [text],
  from: { clip: [4, 1] },
});

const image: DemoTemplate = {
  module: 'default',
  name: 'default',
  title: 'Image Generation',
  description: 'Makes images of a prompt with a Stable Diffusion checkpoint.',
  category: 'Getting Started',
  tags: ['Text to Image'],
  picture: 'a lighthouse above a calm sea at dusk',
  notes: [
    checkpoint,
    words(6, 0, 'Positive Prompt', 'a lighthouse above a calm sea at dusk, warm light in the windows'),
    words(7, 1, 'Negative Prompt', 'text, watermark'),
    { id: 5, type: 'EmptyLatentImage', at: [1, 2], values: [512, 512, 1] },
    {
      id: 3,
      type: 'KSampler',
      at: [2, 0],
      values: [156680208700286, 'randomize', 20, 8, 'euler', 'normal', 1],
      from: { model: [4, 0], positive: [6, 0], negative: [7, 0], latent_image: [5, 0] },
    },
    { id: 8, type: 'VAEDecode', at: [3, 0], from: { samples: [3, 0], vae: [4, 2] } },
    { id: 9, type: 'SaveImage', at: [4, 0], values: ['ComfyUI'], from: { images: [8, 0] } },
    { id: 10, type: 'MarkdownNote', at: [0, 0], values: ['Choose a checkpoint, write a prompt, run.'] },
  ],
};

const refine = '6b1f2a8e-0d3c-4f57-9a64-2f4f0c7f5a10';
const subgraphed: DemoTemplate = {
  module: 'default',
  name: 'two_passes_subgraphed',
  title: 'Two Passes in a Subgraph',
  description:
    'Samples small, then once more at low strength; the second pass is a subgraph with its steps and strength in sight.',
  category: 'Getting Started',
  tags: ['Text to Image', 'Subgraph'],
  picture: 'a mountain valley with a river in morning mist',
  notes: [
    checkpoint,
    words(6, 0, 'Positive Prompt', 'a mountain valley with a river, morning mist'),
    words(7, 1, 'Negative Prompt', 'text, watermark'),
    { id: 5, type: 'EmptyLatentImage', at: [1, 2], values: [640, 384, 1] },
    {
      id: 3,
      type: 'KSampler',
      title: 'First Pass',
      at: [2, 0],
      values: [421, 'fixed', 14, 7, 'euler', 'normal', 1],
      from: { model: [4, 0], positive: [6, 0], negative: [7, 0], latent_image: [5, 0] },
    },
    {
      id: 11,
      type: refine,
      title: 'Refine',
      at: [3, 0],
      values: [8, 0.45],
      from: { model: [4, 0], positive: [6, 0], negative: [7, 0], samples: [3, 0], vae: [4, 2] },
      properties: {
        proxyWidgets: [
          ['-1', 'steps'],
          ['-1', 'denoise'],
        ],
      },
    },
    { id: 9, type: 'SaveImage', at: [4, 0], values: ['refined'], from: { images: [11, 0] } },
  ],
  subgraphs: [
    {
      id: refine,
      name: 'Refine',
      inputs: [
        { name: 'model', type: 'MODEL' },
        { name: 'positive', type: 'CONDITIONING' },
        { name: 'negative', type: 'CONDITIONING' },
        { name: 'samples', type: 'LATENT' },
        { name: 'vae', type: 'VAE' },
        { name: 'steps', type: 'INT' },
        { name: 'denoise', type: 'FLOAT' },
      ],
      outputs: [{ name: 'IMAGE', type: 'IMAGE', from: [2, 0] }],
      notes: [
        {
          id: 1,
          type: 'KSampler',
          title: 'Second Pass',
          at: [0, 0],
          values: [422, 'fixed', 8, 7, 'euler', 'normal', 0.45],
          from: {
            model: ['inside', 0],
            positive: ['inside', 1],
            negative: ['inside', 2],
            latent_image: ['inside', 3],
            steps: ['inside', 5],
            denoise: ['inside', 6],
          },
        },
        { id: 2, type: 'VAEDecode', at: [1, 0], from: { samples: [1, 0], vae: ['inside', 4] } },
      ],
    },
  ],
};

const schnell = 'flux1-schnell-fp8.safetensors';
const flux: DemoTemplate = {
  module: 'default',
  name: 'flux_schnell',
  title: 'Flux Schnell',
  description: 'Makes images in four steps with Flux Schnell.',
  category: 'Flux',
  tags: ['Text to Image', 'Flux'],
  picture: 'a still life with oranges and a blue vase',
  notes: [
    {
      id: 1,
      type: 'UNETLoader',
      at: [0, 0],
      values: [schnell, 'default'],
      properties: {
        models: [
          { name: schnell, url: `https://models.example/diffusion_models/${schnell}`, directory: 'diffusion_models' },
        ],
      },
    },
    {
      id: 2,
      type: 'DualCLIPLoader',
      at: [0, 1],
      values: ['clip_l.safetensors', 't5xxl_fp8_e4m3fn.safetensors', 'flux', 'default'],
    },
    { id: 3, type: 'VAELoader', at: [0, 2], values: ['ae.safetensors'] },
    {
      id: 6,
      type: 'CLIPTextEncode',
      title: 'Prompt',
      at: [1, 0],
      values: ['a still life with oranges and a blue vase, window light'],
      from: { clip: [2, 0] },
    },
    { id: 7, type: 'ConditioningZeroOut', at: [2, 1], from: { conditioning: [6, 0] } },
    { id: 5, type: 'EmptyLatentImage', at: [1, 2], values: [768, 768, 1] },
    {
      id: 8,
      type: 'KSampler',
      at: [3, 0],
      values: [7, 'randomize', 4, 1, 'euler', 'simple', 1],
      from: { model: [1, 0], positive: [6, 0], negative: [7, 0], latent_image: [5, 0] },
    },
    { id: 9, type: 'VAEDecode', at: [4, 0], from: { samples: [8, 0], vae: [3, 0] } },
    { id: 10, type: 'SaveImage', at: [5, 0], values: ['flux'], from: { images: [9, 0] } },
  ],
};

const song: DemoTemplate = {
  module: 'default',
  name: 'audio_ace_step_1_t2a',
  title: 'ACE-Step Song',
  description: 'Makes a song of tags and lyrics.',
  category: 'Audio',
  tags: ['Text to Audio'],
  notes: [
    { id: 4, type: 'CheckpointLoaderSimple', at: [0, 0], values: ['ace_step_v1_3.5b.safetensors'] },
    {
      id: 6,
      type: 'TextEncodeAceStepAudio',
      title: 'Tags and Lyrics',
      at: [1, 0],
      values: ['calm piano, soft strings', '[verse]\nThe harbour sleeps beneath the rain', 0.99],
      from: { clip: [4, 1] },
    },
    { id: 7, type: 'ConditioningZeroOut', at: [2, 1], from: { conditioning: [6, 0] } },
    { id: 5, type: 'EmptyAceStepLatentAudio', at: [1, 1], values: [20, 1] },
    {
      id: 3,
      type: 'KSampler',
      at: [3, 0],
      values: [31, 'randomize', 20, 5, 'euler', 'simple', 1],
      from: { model: [4, 0], positive: [6, 0], negative: [7, 0], latent_image: [5, 0] },
    },
    { id: 8, type: 'VAEDecodeAudio', at: [4, 0], from: { samples: [3, 0], vae: [4, 2] } },
    { id: 9, type: 'SaveAudioMP3', at: [5, 0], values: ['audio/ComfyUI', 'V0'], from: { audio: [8, 0] } },
  ],
};

const invert: DemoTemplate = {
  module: 'demo-image-tools',
  name: 'negative_film',
  title: '',
  description: '',
  category: '',
  tags: [],
  picture: 'a city street at night with neon lights',
  notes: [
    { id: 1, type: 'EmptyImage', at: [0, 0], values: [256, 256, 1, 4473924] },
    { id: 2, type: 'ImageAddNoise', at: [1, 0], values: [11, 'fixed', 0.4], from: { image: [1, 0] } },
    { id: 3, type: 'ImageInvert', at: [2, 0], from: { image: [2, 0] } },
    { id: 4, type: 'SaveImage', at: [3, 0], values: ['negative'], from: { images: [3, 0] } },
  ],
};

const lacking: DemoTemplate = {
  module: 'demo-image-tools',
  name: 'depth_guided',
  title: '',
  description: '',
  category: '',
  tags: [],
  notes: [
    { id: 1, type: 'EmptyImage', at: [0, 0], values: [256, 256, 1, 0] },
    {
      id: 2,
      type: 'DepthAnythingV2Preprocessor',
      at: [1, 0],
      values: ['depth_anything_v2_vitl.pth', 512],
      from: { image: [1, 0] },
      properties: { cnr_id: 'comfyui_controlnet_aux' },
    },
    { id: 3, type: 'SaveImage', at: [2, 0], values: ['depth'], from: { images: [2, 0] } },
  ],
};

export const demoTemplates: readonly DemoTemplate[] = [image, subgraphed, flux, song, invert, lacking];
