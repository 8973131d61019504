/** Empty latents, and the way between latents and pictures. Source of the specifications: ComfyUI 0.3.64. */
import { type DemoNode, type InputSpec, type NodeContext, NodeError } from '../node.js';
import { compose } from './audio/compose.js';
import { SAMPLE_RATE } from './audio/synth.js';
import { breathe } from './chunks.js';
import { nodeInfo } from './info.js';
import { Latent, modelInput, Vae } from './model-values.js';
import { scalePicture, withChannels } from './pixels.js';
import { numberInput, Picture, pictureInput, reserve, Sound } from './values.js';

const size = (fallback: number, min: number, step: number): InputSpec => [
  'INT',
  { default: fallback, min, max: 16384, step },
];
const batchSize: InputSpec = ['INT', { default: 1, min: 1, max: 4096 }];

/** A latent has one cell for eight pixels: what is over is lost without a word, as in the real server. */
function latentSide(pixels: number): number {
  return Math.floor(pixels / 8) * 8;
}

function emptyImageLatent(
  name: string,
  display: string,
  category: string,
  module: string,
  fallback: number,
  step: number,
) {
  const node: DemoNode = {
    info: nodeInfo({
      name,
      display,
      module,
      category,
      required: { width: size(fallback, 16, step), height: size(fallback, 16, step), batch_size: batchSize },
      outputs: ['LATENT'],
    }),
    run: (inputs) => ({
      outputs: [
        new Latent({
          media: 'image',
          width: latentSide(numberInput(inputs, 'width', fallback)),
          height: latentSide(numberInput(inputs, 'height', fallback)),
          batch: numberInput(inputs, 'batch_size', 1),
        }),
      ],
    }),
  };
  return node;
}

function emptyVideoLatent(name: string, module: string, width: InputSpec, height: InputSpec, length: InputSpec) {
  const node: DemoNode = {
    info: nodeInfo({
      name,
      module,
      category: name === 'EmptyLTXVLatentVideo' ? 'latent/video/ltxv' : 'latent/video',
      required: { width, height, length, batch_size: batchSize },
      outputs: ['LATENT'],
    }),
    run(inputs) {
      const frames = numberInput(inputs, 'length', 25);
      // Video models pack four (LTX: eight) frames into one latent frame, behind a first of its own.
      const pack = name === 'EmptyLTXVLatentVideo' ? 8 : 4;
      return {
        outputs: [
          new Latent({
            media: 'video',
            width: latentSide(numberInput(inputs, 'width')),
            height: latentSide(numberInput(inputs, 'height')),
            length: Math.floor((frames - 1) / pack) * pack + 1,
            batch: numberInput(inputs, 'batch_size', 1),
          }),
        ],
      };
    },
  };
  return node;
}

const emptyAceStep: DemoNode = {
  info: nodeInfo({
    name: 'EmptyAceStepLatentAudio',
    display: null,
    module: 'comfy_extras.nodes_ace',
    category: 'latent/audio',
    required: { seconds: ['FLOAT', { default: 120.0, min: 1.0, max: 1000.0, step: 0.1 }], batch_size: batchSize },
    outputs: ['LATENT'],
    v3: true,
  }),
  run: (inputs) => ({
    outputs: [
      new Latent({
        media: 'audio',
        seconds: numberInput(inputs, 'seconds', 120),
        batch: numberInput(inputs, 'batch_size', 1),
      }),
    ],
  }),
};

/** The pixels of a latent. */
export async function decodeLatent(latent: Latent, context: NodeContext): Promise<Picture> {
  const { kind, content } = latent;
  if (kind.media === 'audio') return new Picture(64, 64, 3, [new Uint8Array(64 * 64 * 3)]);
  const { width, height } = kind;
  if (!content.draw && content.source) return content.source;
  reserve(width * height * 3 * latent.frameCount);
  if (!content.draw) {
    // An empty latent decodes to a flat brownish grey.
    const grey = Buffer.alloc(width * height * 3, Uint8Array.of(136, 118, 102));
    return new Picture(width, height, 3, new Array<Uint8Array>(latent.frameCount).fill(grey));
  }
  const frames: Uint8Array[] = [];
  for (let index = 0; index < latent.frameCount; index++) {
    context.checkInterrupt();
    frames.push(await content.draw(index, width, height));
    await breathe();
  }
  return new Picture(width, height, 3, frames);
}

const vaeDecode: DemoNode = {
  info: nodeInfo({
    name: 'VAEDecode',
    display: 'VAE Decode',
    category: 'latent',
    required: { samples: ['LATENT', {}], vae: ['VAE', {}] },
    outputs: ['IMAGE'],
    description: 'Draws the picture of a latent.',
  }),
  async run(inputs, context) {
    modelInput(inputs, 'vae', Vae, 'decode');
    return { outputs: [await decodeLatent(modelInput(inputs, 'samples', Latent, 'shape'), context)] };
  },
};

const vaeEncode: DemoNode = {
  info: nodeInfo({
    name: 'VAEEncode',
    display: 'VAE Encode',
    category: 'latent',
    required: { pixels: ['IMAGE'], vae: ['VAE'] },
    outputs: ['LATENT'],
  }),
  async run(inputs) {
    modelInput(inputs, 'vae', Vae, 'encode');
    const pixels = await withChannels(pictureInput(inputs, 'pixels'), 3);
    // A VAE works on blocks of eight pixels and cuts off what is beyond the last whole one.
    const width = Math.max(8, Math.floor(pixels.width / 8) * 8);
    const height = Math.max(8, Math.floor(pixels.height / 8) * 8);
    const source = await scalePicture(pixels, 'bicubic', width, height, 'center');
    return { outputs: [new Latent({ media: 'image', width, height, batch: source.frames.length }, { source })] };
  },
};

const vaeDecodeAudio: DemoNode = {
  info: nodeInfo({
    name: 'VAEDecodeAudio',
    display: 'VAE Decode Audio',
    module: 'comfy_extras.nodes_audio',
    category: 'latent/audio',
    required: { samples: ['LATENT'], vae: ['VAE'] },
    outputs: ['AUDIO'],
    description: 'Composes the music of a latent.',
  }),
  async run(inputs, context) {
    modelInput(inputs, 'vae', Vae, 'decode');
    const { kind, content } = modelInput(inputs, 'samples', Latent, 'shape');
    if (kind.media !== 'audio') {
      throw new NodeError('RuntimeError', 'Expected the latent of a sound, but got the latent of a picture');
    }
    reserve(kind.seconds * SAMPLE_RATE * 8 * kind.batch);
    const { tune } = content;
    const batch: Float32Array[][] = [];
    for (let index = 0; index < kind.batch; index++) {
      if (!tune) {
        // An empty latent holds no sound.
        const silence = new Float32Array(Math.round(kind.seconds * SAMPLE_RATE));
        batch.push([silence, silence]);
        continue;
      }
      const seed = index === 0 ? tune.seed : `${tune.seed}+${index}`;
      batch.push(await compose({ ...tune, seed }, kind.seconds, () => context.checkInterrupt()));
    }
    return { outputs: [new Sound(SAMPLE_RATE, batch)] };
  },
};

export const latentNodes: DemoNode[] = [
  emptyImageLatent('EmptyLatentImage', 'Empty Latent Image', 'latent', 'nodes', 512, 8),
  emptyImageLatent('EmptySD3LatentImage', 'EmptySD3LatentImage', 'latent/sd3', 'comfy_extras.nodes_sd3', 1024, 16),
  emptyVideoLatent(
    'EmptyLTXVLatentVideo',
    'comfy_extras.nodes_lt',
    size(768, 64, 32),
    size(512, 64, 32),
    size(97, 1, 8),
  ),
  emptyVideoLatent(
    'EmptyHunyuanLatentVideo',
    'comfy_extras.nodes_hunyuan',
    size(848, 16, 16),
    size(480, 16, 16),
    size(25, 1, 4),
  ),
  emptyAceStep,
  vaeDecode,
  vaeEncode,
  vaeDecodeAudio,
];
