/** Nodes that scale, cut, join and measure pictures. Source: ComfyUI 0.3.64, nodes.py and nodes_images.py. */
import type { DemoNode } from '../node.js';
import { inSlices } from './chunks.js';
import { nodeInfo, sizeInput } from './info.js';
import { extractRegion, mapFrames, rawImage, scaleMethods, scalePicture, toRaw, withChannels } from './pixels.js';
import { Mask, numberInput, Picture, pictureInput, reserve, stringInput } from './values.js';

const images = 'comfy_extras.nodes_images';

const imageScale: DemoNode = {
  info: nodeInfo({
    name: 'ImageScale',
    display: 'Upscale Image',
    category: 'image/upscaling',
    required: {
      image: ['IMAGE'],
      upscale_method: [scaleMethods],
      width: sizeInput(512, 0),
      height: sizeInput(512, 0),
      crop: [['disabled', 'center']],
    },
    outputs: ['IMAGE'],
  }),
  async run(inputs) {
    const picture = pictureInput(inputs, 'image');
    let width = numberInput(inputs, 'width', 512);
    let height = numberInput(inputs, 'height', 512);
    // Both 0 leaves the picture as it is; one 0 follows from the proportions.
    if (width === 0 && height === 0) return { outputs: [picture] };
    if (width === 0) width = Math.max(1, Math.round((picture.width * height) / picture.height));
    if (height === 0) height = Math.max(1, Math.round((picture.height * width) / picture.width));
    const crop = stringInput(inputs, 'crop', 'disabled') === 'center' ? 'center' : 'disabled';
    return {
      outputs: [await scalePicture(picture, stringInput(inputs, 'upscale_method', 'bilinear'), width, height, crop)],
    };
  },
};

const imageScaleBy: DemoNode = {
  info: nodeInfo({
    name: 'ImageScaleBy',
    display: 'Upscale Image By',
    category: 'image/upscaling',
    required: {
      image: ['IMAGE'],
      upscale_method: [scaleMethods],
      scale_by: ['FLOAT', { default: 1.0, min: 0.01, max: 8.0, step: 0.01 }],
    },
    outputs: ['IMAGE'],
  }),
  async run(inputs) {
    const picture = pictureInput(inputs, 'image');
    const factor = numberInput(inputs, 'scale_by', 1);
    const width = Math.max(1, Math.round(picture.width * factor));
    const height = Math.max(1, Math.round(picture.height * factor));
    return { outputs: [await scalePicture(picture, stringInput(inputs, 'upscale_method'), width, height)] };
  },
};

const imageBatch: DemoNode = {
  info: nodeInfo({
    name: 'ImageBatch',
    display: 'Batch Images',
    category: 'image',
    required: { image1: ['IMAGE'], image2: ['IMAGE'] },
    outputs: ['IMAGE'],
  }),
  async run(inputs) {
    const one = pictureInput(inputs, 'image1');
    const two = pictureInput(inputs, 'image2');
    const channels = Math.max(one.channels, two.channels) === 4 ? 4 : 3;
    const first = await withChannels(one, channels);
    const fitted = await scalePicture(two, 'bilinear', one.width, one.height, 'center');
    const second = await withChannels(fitted, channels);
    return { outputs: [new Picture(one.width, one.height, channels, [...first.frames, ...second.frames])] };
  },
};

const repeatImageBatch: DemoNode = {
  info: nodeInfo({
    name: 'RepeatImageBatch',
    module: images,
    category: 'image/batch',
    required: { image: ['IMAGE'], amount: ['INT', { default: 1, min: 1, max: 4096 }] },
    outputs: ['IMAGE'],
  }),
  run(inputs) {
    const picture = pictureInput(inputs, 'image', 'repeat');
    const frames = Array.from({ length: numberInput(inputs, 'amount', 1) }, () => picture.frames).flat();
    return { outputs: [new Picture(picture.width, picture.height, picture.channels, frames)] };
  },
};

const imageFromBatch: DemoNode = {
  info: nodeInfo({
    name: 'ImageFromBatch',
    module: images,
    category: 'image/batch',
    required: {
      image: ['IMAGE'],
      batch_index: ['INT', { default: 0, min: 0, max: 4095 }],
      length: ['INT', { default: 1, min: 1, max: 4096 }],
    },
    outputs: ['IMAGE'],
  }),
  run(inputs) {
    const picture = pictureInput(inputs, 'image');
    const start = Math.min(picture.frames.length - 1, numberInput(inputs, 'batch_index'));
    const frames = picture.frames.slice(start, start + numberInput(inputs, 'length', 1));
    return { outputs: [new Picture(picture.width, picture.height, picture.channels, frames)] };
  },
};

const imageCrop: DemoNode = {
  info: nodeInfo({
    name: 'ImageCrop',
    display: 'Image Crop',
    module: images,
    category: 'image/transform',
    required: { image: ['IMAGE'], width: sizeInput(), height: sizeInput(), x: sizeInput(0, 0), y: sizeInput(0, 0) },
    outputs: ['IMAGE'],
  }),
  async run(inputs) {
    const picture = pictureInput(inputs, 'image');
    const left = Math.min(numberInput(inputs, 'x'), picture.width - 1);
    const top = Math.min(numberInput(inputs, 'y'), picture.height - 1);
    const width = Math.min(numberInput(inputs, 'width', 512), picture.width - left);
    const height = Math.min(numberInput(inputs, 'height', 512), picture.height - top);
    return { outputs: [await extractRegion(picture, left, top, width, height)] };
  },
};

const padInput: [string, Record<string, unknown>] = ['INT', { default: 0, min: 0, max: 16384, step: 8 }];

const imagePadForOutpaint: DemoNode = {
  info: nodeInfo({
    name: 'ImagePadForOutpaint',
    display: 'Pad Image for Outpainting',
    category: 'image',
    required: {
      image: ['IMAGE'],
      left: padInput,
      top: padInput,
      right: padInput,
      bottom: padInput,
      feathering: ['INT', { default: 40, min: 0, max: 16384, step: 1 }],
    },
    outputs: ['IMAGE', 'MASK'],
  }),
  async run(inputs) {
    const picture = await withChannels(pictureInput(inputs, 'image', 'size'), 3);
    const pad = {
      left: numberInput(inputs, 'left'),
      top: numberInput(inputs, 'top'),
      right: numberInput(inputs, 'right'),
      bottom: numberInput(inputs, 'bottom'),
    };
    const width = picture.width + pad.left + pad.right;
    const height = picture.height + pad.top + pad.bottom;
    reserve(width * height * 3 * picture.frames.length);
    const frames = await mapFrames(picture.frames, (frame) =>
      toRaw(
        rawImage(frame, picture.width, picture.height, 3).extend({ ...pad, background: { r: 128, g: 128, b: 128 } }),
        3,
      ),
    );
    const mask = await outpaintMask(picture, pad, numberInput(inputs, 'feathering', 40));
    return { outputs: [new Picture(width, height, 3, frames), new Mask(width, height, [mask])] };
  },
};

/** White where something has to be painted; inside it fades with the square of the distance to a padded edge. */
async function outpaintMask(
  picture: Picture,
  pad: { left: number; top: number; right: number; bottom: number },
  feathering: number,
): Promise<Uint8Array> {
  const width = picture.width + pad.left + pad.right;
  const mask = new Uint8Array(width * (picture.height + pad.top + pad.bottom)).fill(255);
  const feather = feathering > 0 && feathering * 2 < picture.height && feathering * 2 < picture.width;
  await inSlices(picture.height, 1, (y) => {
    const row = (y + pad.top) * width + pad.left;
    mask.fill(0, row, row + picture.width);
    if (!feather) return;
    const vertical = Math.min(pad.top ? y : Infinity, pad.bottom ? picture.height - y : Infinity);
    for (let x = 0; x < picture.width; x++) {
      const horizontal = Math.min(pad.left ? x : Infinity, pad.right ? picture.width - x : Infinity);
      const distance = Math.min(vertical, horizontal);
      if (distance < feathering) mask[row + x] = Math.round(((feathering - distance) / feathering) ** 2 * 255);
    }
  });
  return mask;
}

const stitchColours: Record<string, [number, number, number]> = {
  white: [255, 255, 255],
  black: [0, 0, 0],
  red: [255, 0, 0],
  green: [0, 255, 0],
  blue: [0, 0, 255],
};

const imageStitch: DemoNode = {
  info: nodeInfo({
    name: 'ImageStitch',
    display: 'Image Stitch',
    module: images,
    category: 'image/transform',
    required: {
      image1: ['IMAGE'],
      direction: [['right', 'down', 'left', 'up'], { default: 'right' }],
      match_image_size: ['BOOLEAN', { default: true }],
      spacing_width: ['INT', { default: 0, min: 0, max: 1024, step: 2 }],
      spacing_color: [Object.keys(stitchColours), { default: 'white' }],
    },
    optional: { image2: ['IMAGE'] },
    outputs: ['IMAGE'],
  }),
  async run(inputs) {
    const first = await withChannels(pictureInput(inputs, 'image1'), 3);
    if (inputs.image2 === undefined || inputs.image2 === null) return { outputs: [first] };
    let second = await withChannels(pictureInput(inputs, 'image2'), 3);
    const direction = stringInput(inputs, 'direction', 'right');
    const across = direction === 'right' || direction === 'left';
    if (inputs.match_image_size !== false) {
      const [width, height] = across
        ? [Math.round((second.width * first.height) / second.height), first.height]
        : [first.width, Math.round((second.height * first.width) / second.width)];
      second = await scalePicture(second, 'lanczos', Math.max(1, width), Math.max(1, height));
    }
    const pair: [Picture, Picture] = direction === 'right' || direction === 'down' ? [first, second] : [second, first];
    const gap = numberInput(inputs, 'spacing_width');
    const colour = stitchColours[stringInput(inputs, 'spacing_color', 'white')] ?? [255, 255, 255];
    return { outputs: [await stitch(pair, across, gap, colour)] };
  },
};

/** The two beside or below each other, the smaller one centred on black; the last frame of a shorter batch repeats. */
async function stitch(
  [one, two]: [Picture, Picture],
  across: boolean,
  gap: number,
  colour: [number, number, number],
): Promise<Picture> {
  const width = across ? one.width + gap + two.width : Math.max(one.width, two.width);
  const height = across ? Math.max(one.height, two.height) : one.height + gap + two.height;
  const count = Math.max(one.frames.length, two.frames.length);
  reserve(width * height * 3 * count);
  const place = (picture: Picture, offset: number) =>
    across
      ? { left: offset, top: Math.floor((height - picture.height) / 2) }
      : { left: Math.floor((width - picture.width) / 2), top: offset };
  const frames: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const layers = [one, two].map((picture, side) => ({
      input: Buffer.from(picture.frames[Math.min(index, picture.frames.length - 1)] ?? []),
      raw: { width: picture.width, height: picture.height, channels: 3 as const },
      ...place(picture, side === 0 ? 0 : (across ? one.width : one.height) + gap),
    }));
    const [r, g, b] = colour;
    const strip = across ? { width: gap, height } : { width, height: gap };
    const spacer = { create: { ...strip, channels: 3 as const, background: { r, g, b } } };
    const between = across ? { left: one.width, top: 0 } : { left: 0, top: one.height };
    const canvas = rawImage(new Uint8Array(3), 1, 1, 3).resize(width, height, { kernel: 'nearest' });
    frames.push(await toRaw(canvas.composite(gap > 0 ? [...layers, { input: spacer, ...between }] : layers), 3));
  }
  return new Picture(width, height, 3, frames);
}

const getImageSize: DemoNode = {
  info: nodeInfo({
    name: 'GetImageSize',
    display: 'Get Image Size',
    module: images,
    category: 'image',
    required: { image: ['IMAGE'] },
    hidden: { unique_id: 'UNIQUE_ID' },
    outputs: [
      ['INT', 'width'],
      ['INT', 'height'],
      ['INT', 'batch_size'],
    ],
  }),
  idInCacheKey: true,
  run(inputs, context) {
    const { width, height, frames } = pictureInput(inputs, 'image');
    context.text(`width: ${width}, height: ${height}\n batch size: ${frames.length}`);
    return { outputs: [width, height, frames.length] };
  },
};

export const imageShapeNodes: DemoNode[] = [
  imageScale,
  imageScaleBy,
  imageBatch,
  repeatImageBatch,
  imageFromBatch,
  imageCrop,
  imagePadForOutpaint,
  imageStitch,
  getImageSize,
];
