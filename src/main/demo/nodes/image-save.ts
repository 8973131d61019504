/** Nodes that write pictures: stills, previews and animations. Source: ComfyUI 0.3.64, nodes.py and nodes_images.py. */
import { sharp } from '../../sharp.js';
import type { DemoNode, NodeContext, NodeResult } from '../node.js';
import { type SavedFile, targetFor, writeWhole } from './files.js';
import { nodeInfo, SAVES } from './info.js';
import { allTexts, DEMO_NOTE, graphTexts } from './metadata.js';
import { markFrame } from './picture/mark.js';
import { rawImage } from './pixels.js';
import { animatePng, withPngText } from './png.js';
import { numberInput, Picture, pictureInput, reserve, stringInput } from './values.js';
import { comfyExif, withWebpExif } from './webp.js';

const images = 'comfy_extras.nodes_images';

/**
 * The picture with the mark of the demo engine on every frame. It is put on what is saved, not on what is sampled: what
 * follows a sampler may crop or cover a corner, and every result is to be known for what it is.
 */
async function marked({ width, height, channels, frames }: Picture, context: NodeContext): Promise<Picture> {
  const done: Uint8Array[] = [];
  for (const frame of frames) {
    context.checkInterrupt();
    done.push(await markFrame(frame, width, height, channels));
  }
  return new Picture(width, height, channels, done);
}

async function saveStills(
  unmarked: Picture,
  context: NodeContext,
  type: 'output' | 'temp',
  prefix: string,
  compressionLevel: number,
): Promise<NodeResult> {
  const picture = await marked(unmarked, context);
  const target = await targetFor(context, type, prefix, picture.width, picture.height);
  const texts = allTexts(context);
  const saved: SavedFile[] = [];
  for (const frame of picture.frames) {
    context.checkInterrupt();
    const png = await rawImage(frame, picture.width, picture.height, picture.channels)
      .png({ compressionLevel })
      .toBuffer();
    const filename = target.nextName('png');
    await writeWhole(target.folder, filename, withPngText(png, texts));
    saved.push({ filename, subfolder: target.subfolder, type });
  }
  return { outputs: [], ui: { images: saved } };
}

const saveImage: DemoNode = {
  info: nodeInfo({
    name: 'SaveImage',
    display: 'Save Image',
    category: 'image',
    required: { images: ['IMAGE', {}], filename_prefix: ['STRING', { default: 'ComfyUI' }] },
    hidden: SAVES,
    outputNode: true,
    description: 'Saves the pictures to the output folder.',
  }),
  run(inputs, context) {
    const picture = pictureInput(inputs, 'images');
    return saveStills(picture, context, 'output', stringInput(inputs, 'filename_prefix', 'ComfyUI'), 4);
  },
};

const previewImage: DemoNode = {
  info: nodeInfo({
    name: 'PreviewImage',
    display: 'Preview Image',
    category: 'image',
    required: { images: ['IMAGE'] },
    hidden: SAVES,
    outputNode: true,
    description: 'Saves the pictures to the folder for temporary files.',
  }),
  run(inputs, context) {
    return saveStills(pictureInput(inputs, 'images'), context, 'temp', '', 1);
  },
};

const efforts: Record<string, number> = { default: 3, fastest: 0, slowest: 6 };

const saveAnimatedWebp: DemoNode = {
  info: nodeInfo({
    name: 'SaveAnimatedWEBP',
    module: images,
    category: 'image/animation',
    required: {
      images: ['IMAGE'],
      filename_prefix: ['STRING', { default: 'ComfyUI' }],
      fps: ['FLOAT', { default: 6.0, min: 0.01, max: 1000.0, step: 0.01 }],
      lossless: ['BOOLEAN', { default: true }],
      quality: ['INT', { default: 80, min: 0, max: 100 }],
      method: [['default', 'fastest', 'slowest']],
    },
    hidden: SAVES,
    outputNode: true,
  }),
  async run(inputs, context) {
    const { width, height, channels, frames } = await marked(pictureInput(inputs, 'images'), context);
    const prefix = stringInput(inputs, 'filename_prefix', 'ComfyUI');
    const target = await targetFor(context, 'output', prefix, width, height);
    reserve(2 * width * height * channels * frames.length);
    const delay = Math.max(1, Math.round(1000 / numberInput(inputs, 'fps', 6)));
    const joined = sharp(Buffer.concat(frames), {
      raw: { width, height: height * frames.length, channels, pageHeight: height },
      limitInputPixels: false,
    });
    const webp = await joined
      .webp({
        lossless: inputs.lossless !== false,
        quality: Math.max(1, numberInput(inputs, 'quality', 80)),
        effort: efforts[stringInput(inputs, 'method', 'default')] ?? 3,
        delay: frames.map(() => delay),
        loop: 0,
      })
      .toBuffer();
    context.checkInterrupt();
    const filename = target.nextName('webp');
    const file = withWebpExif(webp, comfyExif(graphTexts(context), DEMO_NOTE), width, height);
    await writeWhole(target.folder, filename, file);
    const saved: SavedFile = { filename, subfolder: target.subfolder, type: 'output' };
    return { outputs: [], ui: { images: [saved], animated: [frames.length > 1] } };
  },
};

const saveAnimatedPng: DemoNode = {
  info: nodeInfo({
    name: 'SaveAnimatedPNG',
    module: images,
    category: 'image/animation',
    required: {
      images: ['IMAGE'],
      filename_prefix: ['STRING', { default: 'ComfyUI' }],
      fps: ['FLOAT', { default: 6.0, min: 0.01, max: 1000.0, step: 0.01 }],
      compress_level: ['INT', { default: 4, min: 0, max: 9 }],
    },
    hidden: SAVES,
    outputNode: true,
  }),
  async run(inputs, context) {
    const { width, height, channels, frames } = await marked(pictureInput(inputs, 'images'), context);
    const prefix = stringInput(inputs, 'filename_prefix', 'ComfyUI');
    const target = await targetFor(context, 'output', prefix, width, height);
    const compressionLevel = numberInput(inputs, 'compress_level', 4);
    const stills: Uint8Array[] = [];
    for (const frame of frames) {
      context.checkInterrupt();
      stills.push(await rawImage(frame, width, height, channels).png({ compressionLevel }).toBuffer());
    }
    const filename = target.nextName('png');
    const file = animatePng(stills, 1000 / numberInput(inputs, 'fps', 6), allTexts(context));
    await writeWhole(target.folder, filename, file);
    const saved: SavedFile = { filename, subfolder: target.subfolder, type: 'output' };
    return { outputs: [], ui: { images: [saved], animated: [true] } };
  },
};

export const imageSaveNodes: DemoNode[] = [saveImage, previewImage, saveAnimatedWebp, saveAnimatedPng];
