/** Nodes that make pictures and masks without weights, or turn one into the other. Source: ComfyUI 0.3.64. */
import { type DemoNode, NodeError } from '../node.js';
import { inSlices } from './chunks.js';
import { nodeInfo, seedInput, sizeInput } from './info.js';
import { channelMask, mapFrames, rawImage, toRaw } from './pixels.js';
import { createRandom } from './random.js';
import { Mask, maskInput, numberInput, Picture, pictureInput, reserve, seedInputText, stringInput } from './values.js';

const masks = 'comfy_extras.nodes_mask';
const images = 'comfy_extras.nodes_images';
const colours = ['red', 'green', 'blue', 'alpha'];

const emptyImage: DemoNode = {
  info: nodeInfo({
    name: 'EmptyImage',
    category: 'image',
    required: {
      width: sizeInput(),
      height: sizeInput(),
      batch_size: ['INT', { default: 1, min: 1, max: 4096 }],
      color: ['INT', { default: 0, min: 0, max: 0xffffff, step: 1, display: 'color' }],
    },
    outputs: ['IMAGE'],
    description: 'Pictures of one colour.',
  }),
  run(inputs) {
    const width = numberInput(inputs, 'width', 512);
    const height = numberInput(inputs, 'height', 512);
    const count = numberInput(inputs, 'batch_size', 1);
    const color = numberInput(inputs, 'color');
    reserve(width * height * 3);
    const rgb = Uint8Array.of((color >> 16) & 255, (color >> 8) & 255, color & 255);
    const plain = Buffer.alloc(width * height * 3, rgb);
    // The frames are alike and values never change, so they share one buffer.
    return { outputs: [new Picture(width, height, 3, new Array<Uint8Array>(count).fill(plain))] };
  },
};

const solidMask: DemoNode = {
  info: nodeInfo({
    name: 'SolidMask',
    module: masks,
    category: 'mask',
    required: {
      value: ['FLOAT', { default: 1.0, min: 0.0, max: 1.0, step: 0.01 }],
      width: sizeInput(),
      height: sizeInput(),
    },
    outputs: ['MASK'],
  }),
  run(inputs) {
    const width = numberInput(inputs, 'width', 512);
    const height = numberInput(inputs, 'height', 512);
    reserve(width * height);
    const frame = new Uint8Array(width * height).fill(Math.round(numberInput(inputs, 'value', 1) * 255));
    return { outputs: [new Mask(width, height, [frame])] };
  },
};

const maskToImage: DemoNode = {
  info: nodeInfo({
    name: 'MaskToImage',
    display: 'Convert Mask to Image',
    module: masks,
    category: 'mask',
    required: { mask: ['MASK'] },
    outputs: ['IMAGE'],
  }),
  async run(inputs) {
    const mask = maskInput(inputs, 'mask');
    const frames = await mapFrames(mask.frames, (frame) => toRaw(rawImage(frame, mask.width, mask.height, 1), 3));
    return { outputs: [new Picture(mask.width, mask.height, 3, frames)] };
  },
};

const imageToMask: DemoNode = {
  info: nodeInfo({
    name: 'ImageToMask',
    display: 'Convert Image to Mask',
    module: masks,
    category: 'mask',
    required: { image: ['IMAGE'], channel: [colours] },
    outputs: ['MASK'],
  }),
  async run(inputs) {
    const channel = Math.max(0, colours.indexOf(stringInput(inputs, 'channel', 'red')));
    return { outputs: [await channelMask(pictureInput(inputs, 'image'), channel)] };
  },
};

const invertMask: DemoNode = {
  info: nodeInfo({
    name: 'InvertMask',
    module: masks,
    category: 'mask',
    required: { mask: ['MASK'] },
    outputs: ['MASK'],
  }),
  async run(inputs) {
    const mask = inputs.mask;
    if (!(mask instanceof Mask)) {
      throw new NodeError('TypeError', "unsupported operand type(s) for -: 'float' and 'str'");
    }
    const frames = await mapFrames(mask.frames, (frame) =>
      toRaw(rawImage(frame, mask.width, mask.height, 1).negate(), 1),
    );
    return { outputs: [new Mask(mask.width, mask.height, frames)] };
  },
};

const imageInvert: DemoNode = {
  info: nodeInfo({
    name: 'ImageInvert',
    display: 'Invert Image',
    category: 'image',
    required: { image: ['IMAGE'] },
    outputs: ['IMAGE'],
  }),
  async run(inputs) {
    const picture = pictureInput(inputs, 'image');
    const frames = await mapFrames(picture.frames, (frame) =>
      toRaw(
        rawImage(frame, picture.width, picture.height, picture.channels).negate({ alpha: false }),
        picture.channels,
      ),
    );
    return { outputs: [new Picture(picture.width, picture.height, picture.channels, frames)] };
  },
};

const imageAddNoise: DemoNode = {
  info: nodeInfo({
    name: 'ImageAddNoise',
    module: images,
    category: 'image',
    required: {
      image: ['IMAGE'],
      seed: seedInput,
      strength: ['FLOAT', { default: 0.5, min: 0.0, max: 1.0, step: 0.01 }],
    },
    outputs: ['IMAGE'],
    description: 'Adds seeded noise of the normal distribution.',
  }),
  async run(inputs, context) {
    const picture = pictureInput(inputs, 'image', 'size');
    const spread = numberInput(inputs, 'strength', 0.5) * 255;
    const random = createRandom(`noise ${seedInputText(inputs, 'seed')}`);
    reserve(picture.width * picture.height * picture.channels * picture.frames.length);
    const frames: Uint8Array[] = [];
    for (const frame of picture.frames) {
      const noisy = new Uint8ClampedArray(frame.length);
      await inSlices(
        frame.length,
        16384,
        (from, to) => {
          for (let i = from; i < to; i++) noisy[i] = (frame[i] ?? 0) + random.normal() * spread;
        },
        () => context.checkInterrupt(),
      );
      frames.push(new Uint8Array(noisy.buffer));
    }
    return { outputs: [new Picture(picture.width, picture.height, picture.channels, frames)] };
  },
};

export const imageMakeNodes: DemoNode[] = [
  emptyImage,
  solidMask,
  maskToImage,
  imageToMask,
  invertMask,
  imageInvert,
  imageAddNoise,
];
