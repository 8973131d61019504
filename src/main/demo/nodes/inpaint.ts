/** Making a part of a picture anew. Source of the specifications: ComfyUI 0.3.64, nodes.py and nodes_mask.py. */
import type { DemoNode } from '../node.js';
import { inSlices } from './chunks.js';
import { nodeInfo } from './info.js';
import { Conditioning, Latent, modelInput, Vae } from './model-values.js';
import { extractRegion, rawImage, scalePicture, toRaw, withChannels } from './pixels.js';
import { type Mask, maskInput, numberInput, Picture, pictureInput } from './values.js';

const inpaintModelConditioning: DemoNode = {
  info: nodeInfo({
    name: 'InpaintModelConditioning',
    category: 'conditioning/inpaint',
    required: {
      positive: ['CONDITIONING'],
      negative: ['CONDITIONING'],
      vae: ['VAE'],
      pixels: ['IMAGE'],
      mask: ['MASK'],
      noise_mask: [
        'BOOLEAN',
        {
          default: true,
          tooltip:
            'Add a noise mask to the latent so sampling will only happen within the mask. Might improve results or completely break things depending on the model.',
        },
      ],
    },
    outputs: [
      ['CONDITIONING', 'positive'],
      ['CONDITIONING', 'negative'],
      ['LATENT', 'latent'],
    ],
  }),
  async run(inputs) {
    const positive = modelInput(inputs, 'positive', Conditioning, 'copy');
    const negative = modelInput(inputs, 'negative', Conditioning, 'copy');
    modelInput(inputs, 'vae', Vae, 'encode');
    const pixels = await withChannels(pictureInput(inputs, 'pixels'), 3);
    // What is beyond the last whole block of eight pixels is cut off on both sides.
    const width = Math.max(8, Math.floor(pixels.width / 8) * 8);
    const height = Math.max(8, Math.floor(pixels.height / 8) * 8);
    const [left, top] = [(pixels.width % 8) >> 1, (pixels.height % 8) >> 1];
    const fits = pixels.width >= width && pixels.height >= height;
    const source = fits
      ? await extractRegion(pixels, left, top, width, height)
      : await scalePicture(pixels, 'bilinear', width, height);
    const mask = inputs.noise_mask === false ? undefined : maskInput(inputs, 'mask');
    const kind = { media: 'image', width, height, batch: source.frames.length } as const;
    return { outputs: [positive, negative, new Latent(kind, { source, ...(mask === undefined ? {} : { mask }) })] };
  },
};

const imageCompositeMasked: DemoNode = {
  info: nodeInfo({
    name: 'ImageCompositeMasked',
    module: 'comfy_extras.nodes_mask',
    category: 'image',
    required: {
      destination: ['IMAGE'],
      source: ['IMAGE'],
      x: ['INT', { default: 0, min: 0, max: 16384, step: 1 }],
      y: ['INT', { default: 0, min: 0, max: 16384, step: 1 }],
      resize_source: ['BOOLEAN', { default: false }],
    },
    optional: { mask: ['MASK'] },
    outputs: ['IMAGE'],
  }),
  async run(inputs) {
    const destination = await withChannels(pictureInput(inputs, 'destination', 'clone'), 3);
    const given = await withChannels(pictureInput(inputs, 'source'), 3);
    const { width, height } = destination;
    const source = inputs.resize_source === true ? await scalePicture(given, 'bilinear', width, height) : given;
    const mask = inputs.mask === undefined || inputs.mask === null ? undefined : maskInput(inputs, 'mask');
    const [x, y] = [numberInput(inputs, 'x'), numberInput(inputs, 'y')];
    const alpha = mask === undefined ? undefined : await maskFrame(mask, source.width, source.height);
    const frames: Uint8Array[] = [];
    for (const [index, frame] of destination.frames.entries()) {
      const over = source.frames[index % source.frames.length] ?? frame;
      const result = Uint8Array.from(frame);
      const columns = Math.min(source.width, width - x);
      await inSlices(Math.max(0, Math.min(source.height, height - y)), 64, (from, to) => {
        for (let row = from; row < to; row++) {
          for (let column = 0; column < columns; column++) {
            const at = ((row + y) * width + column + x) * 3;
            const by = row * source.width + column;
            mixPixel(result, at, over, by * 3, alpha?.[by] ?? 255);
          }
        }
      });
      frames.push(result);
    }
    return { outputs: [new Picture(width, height, 3, frames)] };
  },
};

function mixPixel(under: Uint8Array, at: number, over: Uint8Array, from: number, alpha: number): void {
  for (let channel = 0; channel < 3; channel++) {
    const own = under[at + channel] ?? 0;
    under[at + channel] = Math.round(own + (((over[from + channel] ?? 0) - own) * alpha) / 255);
  }
}

/** The first frame of a mask, one byte a pixel, at another size. */
export async function maskFrame(mask: Mask, width: number, height: number): Promise<Uint8Array> {
  const frame = mask.frames[0] ?? new Uint8Array(mask.width * mask.height);
  if (mask.width === width && mask.height === height) return frame;
  return toRaw(rawImage(frame, mask.width, mask.height, 1).resize(width, height, { fit: 'fill', kernel: 'linear' }), 1);
}

/** `drawn` where the mask is white, `base` where it is black; RGB of one size. */
export async function throughMask(base: Uint8Array, drawn: Uint8Array, alpha: Uint8Array): Promise<Uint8Array> {
  const result = Uint8Array.from(base);
  await inSlices(alpha.length, 32768, (from, to) => {
    for (let pixel = from; pixel < to; pixel++) mixPixel(result, pixel * 3, drawn, pixel * 3, alpha[pixel] ?? 0);
  });
  return result;
}

export const inpaintNodes: DemoNode[] = [inpaintModelConditioning, imageCompositeMasked];
