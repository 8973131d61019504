/** Enlarging with a model: here with a good filter, by as much as the model's name says. Source: ComfyUI 0.3.64. */
import { type DemoNode, NodeError } from '../node.js';
import { nodeInfo } from './info.js';
import { modelInput } from './model-values.js';
import type { ModelNames } from './models.js';
import { scalePicture } from './pixels.js';
import { pictureInput, reserve, stringInput } from './values.js';

const module = 'comfy_extras.nodes_upscale_model';

/** UPSCALE_MODEL. */
export class UpscaleModel {
  constructor(
    readonly name: string,
    /** How many times wider and higher it makes a picture. */
    readonly scale: number,
  ) {}
}

export function createUpscaleNodes({ upscale_models: names }: Pick<ModelNames, 'upscale_models'>): DemoNode[] {
  const loader: DemoNode = {
    info: nodeInfo({
      name: 'UpscaleModelLoader',
      display: 'Load Upscale Model',
      module,
      category: 'loaders',
      required: { model_name: ['COMBO', { multiselect: false, options: names }] },
      outputs: ['UPSCALE_MODEL'],
      v3: true,
    }),
    run(inputs) {
      const name = stringInput(inputs, 'model_name');
      if (!names.includes(name)) {
        throw new NodeError('FileNotFoundError', `Model in folder 'upscale_models' with filename '${name}' not found.`);
      }
      const [, before, after] = /(?:(\d)x|x(\d))/i.exec(name) ?? [];
      return { outputs: [new UpscaleModel(name, Number(before ?? after ?? 4) || 4)] };
    },
  };
  const upscale: DemoNode = {
    info: nodeInfo({
      name: 'ImageUpscaleWithModel',
      display: 'Upscale Image (using Model)',
      module,
      category: 'image/upscaling',
      required: { upscale_model: ['UPSCALE_MODEL', {}], image: ['IMAGE', {}] },
      outputs: ['IMAGE'],
      v3: true,
    }),
    async run(inputs, context) {
      const { scale } = modelInput(inputs, 'upscale_model', UpscaleModel, 'scale');
      const picture = pictureInput(inputs, 'image');
      const [width, height] = [picture.width * scale, picture.height * scale];
      reserve(width * height * picture.channels * picture.frames.length);
      await context.step(1, 1);
      return { outputs: [await scalePicture(picture, 'lanczos', width, height)] };
    },
  };
  return [loader, upscale];
}
