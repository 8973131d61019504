/** Nodes of films. Source of the specifications: ComfyUI 0.3.64, nodes_wan.py and nodes_video.py. */
import type { DemoNode } from '../../node.js';
import { type SavedFile, targetFor, writeWhole } from '../files.js';
import { nodeInfo } from '../info.js';
import { allTexts } from '../metadata.js';
import { Latent, modelInput, Vae } from '../model-values.js';
import { markFrame } from '../picture/mark.js';
import { scalePicture, withChannels } from '../pixels.js';
import { numberInput, type Picture, pictureInput, stringInput } from '../values.js';
import { encodeWebm } from './webm.js';

const side = (fallback: number): ['INT', Record<string, unknown>] => [
  'INT',
  { default: fallback, min: 32, max: 16384, step: 32 },
];

const wan22Latent: DemoNode = {
  info: nodeInfo({
    name: 'Wan22ImageToVideoLatent',
    display: null,
    module: 'comfy_extras.nodes_wan',
    category: 'conditioning/inpaint',
    required: {
      vae: ['VAE', {}],
      width: side(1280),
      height: side(704),
      length: ['INT', { default: 49, min: 1, max: 16384, step: 4 }],
      batch_size: ['INT', { default: 1, min: 1, max: 4096 }],
    },
    optional: { start_image: ['IMAGE', {}] },
    outputs: ['LATENT'],
    v3: true,
  }),
  async run(inputs) {
    modelInput(inputs, 'vae', Vae, 'encode');
    // One cell of this latent is sixteen pixels wide; four frames lie behind a first of their own.
    const width = Math.floor(numberInput(inputs, 'width', 1280) / 16) * 16;
    const height = Math.floor(numberInput(inputs, 'height', 704) / 16) * 16;
    const length = Math.floor((numberInput(inputs, 'length', 49) - 1) / 4) * 4 + 1;
    const kind = { media: 'video', width, height, length, batch: numberInput(inputs, 'batch_size', 1) } as const;
    if (inputs.start_image === undefined || inputs.start_image === null) return { outputs: [new Latent(kind)] };
    const start = await withChannels(pictureInput(inputs, 'start_image'), 3);
    return { outputs: [new Latent(kind, { start: await scalePicture(start, 'bilinear', width, height, 'center') })] };
  },
};

const saveWebm: DemoNode = {
  info: nodeInfo({
    name: 'SaveWEBM',
    display: null,
    module: 'comfy_extras.nodes_video',
    category: 'image/video',
    required: {
      images: ['IMAGE', {}],
      filename_prefix: ['STRING', { default: 'ComfyUI', multiline: false }],
      codec: ['COMBO', { multiselect: false, options: ['vp9', 'av1'] }],
      fps: ['FLOAT', { default: 24.0, min: 0.01, max: 1000.0, step: 0.01 }],
      crf: [
        'FLOAT',
        {
          tooltip:
            'Higher crf means lower quality with a smaller file size, lower crf means higher quality higher filesize.',
          default: 32.0,
          min: 0,
          max: 63.0,
          step: 1,
        },
      ],
    },
    hidden: { prompt: ['PROMPT'], extra_pnginfo: ['EXTRA_PNGINFO'] },
    outputNode: true,
    v3: true,
  }),
  async run(inputs, context) {
    const picture = await withChannels(pictureInput(inputs, 'images'), 3);
    const { width, height } = picture;
    const prefix = stringInput(inputs, 'filename_prefix', 'ComfyUI');
    const target = await targetFor(context, 'output', prefix, width, height);
    const film = await encodeWebm(
      marked(picture, () => context.checkInterrupt()),
      {
        width,
        height,
        fps: numberInput(inputs, 'fps', 24),
        quality: Math.round(100 - (numberInput(inputs, 'crf', 32) / 63) * 60),
        tags: Object.fromEntries(allTexts(context)),
      },
    );
    const filename = target.nextName('webm');
    await writeWhole(target.folder, filename, film);
    const saved: SavedFile = { filename, subfolder: target.subfolder, type: 'output' };
    return { outputs: [], ui: { images: [saved], animated: [true] } };
  },
};

/** Every frame with the mark of the demo engine, one after the other. */
async function* marked({ width, height, frames }: Picture, check: () => void): AsyncGenerator<Uint8Array> {
  for (const frame of frames) {
    check();
    yield await markFrame(frame, width, height, 3);
  }
}

export const videoNodes: DemoNode[] = [wan22Latent, saveWebm];
