/** LoadImage and LoadImageMask: decoding foreign files within limits. Source: ComfyUI 0.3.64, nodes.py. */
import { readFile } from 'node:fs/promises';
import type { SharpOptions } from 'sharp';
import { sharp } from '../../sharp.js';
import { type DemoFolders, type DemoNode, NodeError } from '../node.js';
import { fileError } from './files.js';
import { nodeInfo } from './info.js';
import { annotatedPath, fingerprintFile, inputExists } from './input-files.js';
import { channelMask, mapFrames, rawImage, toRaw } from './pixels.js';
import { Mask, Picture, reserve, stringInput } from './values.js';

/** Longest side that is decoded: a small file can claim to be an enormous picture. */
const SIDE_LIMIT = 16384;

/** What Pillow reads and sharp does too; SVG and PDF are not pictures to the real server. */
const formats = new Set(['png', 'jpeg', 'webp', 'gif', 'tiff', 'heif']);

/** Decodes a file of the engine's folders to upright frames, RGBA when it has an alpha channel. */
async function loadPicture(name: string, folders: DemoFolders): Promise<Picture> {
  const path = annotatedPath(name, folders);
  if (path === undefined) throw new NodeError('FileNotFoundError', `[Errno 2] No such file or directory: '${name}'`);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError(error);
  });
  const options: SharpOptions = { failOn: 'truncated', limitInputPixels: SIDE_LIMIT ** 2, animated: true };
  const unknown = () => new NodeError('PIL.UnidentifiedImageError', `cannot identify image file '${path}'`);
  const facts = await sharp(bytes, options)
    .metadata()
    .catch(() => {
      throw unknown();
    });
  if (!formats.has(facts.format ?? '')) throw unknown();
  const pages = facts.format === 'heif' ? 1 : (facts.pages ?? 1);
  const pageHeight = facts.pageHeight ?? facts.height;
  if (facts.width > SIDE_LIMIT || pageHeight > SIDE_LIMIT) {
    throw new NodeError(
      'PIL.Image.DecompressionBombError',
      `Image size (${facts.width * pageHeight} pixels) exceeds limit of ${SIDE_LIMIT} pixels a side, ` +
        'could be decompression bomb DOS attack.',
    );
  }
  const channels = facts.hasAlpha ? 4 : 3;
  reserve(2 * facts.width * pageHeight * pages * channels);
  try {
    const single = pages === 1;
    const pipeline = sharp(bytes, { ...options, animated: !single });
    const upright = (single ? pipeline.autoOrient() : pipeline).toColourspace('srgb');
    const { data, info } = await (channels === 4 ? upright.ensureAlpha() : upright.removeAlpha())
      .raw()
      .toBuffer({ resolveWithObject: true });
    const height = info.height / pages;
    const size = info.width * height * channels;
    const frames = Array.from({ length: pages }, (_, page) => data.subarray(page * size, (page + 1) * size));
    return new Picture(info.width, height, channels, frames);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NodeError('OSError', `image file is truncated or damaged: ${reason}`);
  }
}

const loadsFile = {
  async validate(inputs: Record<string, unknown>, folders: DemoFolders): Promise<string | undefined> {
    const name = inputs.image;
    if (typeof name !== 'string') return undefined;
    return (await inputExists(name, folders)) ? undefined : `Invalid image file: ${name}`;
  },
  fingerprint(inputs: Record<string, unknown>, folders: DemoFolders): Promise<string> {
    return fingerprintFile(stringInput(inputs, 'image'), folders);
  },
};

const loadImage: DemoNode = {
  ...loadsFile,
  info: nodeInfo({
    name: 'LoadImage',
    display: 'Load Image',
    category: 'image',
    required: { image: [[], { image_upload: true }] },
    outputs: ['IMAGE', 'MASK'],
  }),
  async run(inputs, context) {
    const loaded = await loadPicture(stringInput(inputs, 'image'), context.folders);
    const { width, height, channels } = loaded;
    if (channels === 3) {
      const none = new Mask(64, 64, [new Uint8Array(64 * 64)]);
      return { outputs: [loaded, none] };
    }
    const alpha = await channelMask(loaded, 3);
    const mask = await invert(alpha);
    const frames = await mapFrames(loaded.frames, (frame) => toRaw(rawImage(frame, width, height, 4), 3));
    return { outputs: [new Picture(width, height, 3, frames), mask] };
  },
};

async function invert(mask: Mask): Promise<Mask> {
  const frames = await mapFrames(mask.frames, (frame) =>
    toRaw(rawImage(frame, mask.width, mask.height, 1).negate(), 1),
  );
  return new Mask(mask.width, mask.height, frames);
}

const channels = ['alpha', 'red', 'green', 'blue'];

const loadImageMask: DemoNode = {
  ...loadsFile,
  info: nodeInfo({
    name: 'LoadImageMask',
    display: 'Load Image (as Mask)',
    category: 'mask',
    required: { image: [[], { image_upload: true }], channel: [channels] },
    outputs: ['MASK'],
  }),
  async run(inputs, context) {
    const loaded = await loadPicture(stringInput(inputs, 'image'), context.folders);
    const channel = stringInput(inputs, 'channel', 'alpha');
    if (channel !== 'alpha') return { outputs: [await channelMask(loaded, channels.indexOf(channel) - 1)] };
    // Without an alpha channel the mask is empty; with one, what is transparent is selected.
    if (loaded.channels === 3) return { outputs: [new Mask(64, 64, [new Uint8Array(64 * 64)])] };
    return { outputs: [await invert(await channelMask(loaded, 3))] };
  },
};

export const imageLoadNodes: DemoNode[] = [loadImage, loadImageMask];
