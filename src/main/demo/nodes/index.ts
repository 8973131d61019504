/**
 * Every node of the demo engine. Nodes without weights do for real what ComfyUI's do; the nodes of models are
 * stand-ins that draw and compose procedurally, and mark what they make.
 */
import type { DemoFolders, DemoNode, NodeInfo } from '../node.js';
import { basicAudioNodes } from './audio/basic.js';
import { audioFileNodes } from './audio/files.js';
import { conditioningNodes } from './conditioning.js';
import { imageLoadNodes } from './image-load.js';
import { imageMakeNodes } from './image-make.js';
import { imageSaveNodes } from './image-save.js';
import { imageShapeNodes } from './image-shape.js';
import { inpaintNodes } from './inpaint.js';
import { listInput } from './input-files.js';
import { latentNodes } from './latents.js';
import { createLoaderNodes } from './model-loaders.js';
import { demoModels, type ModelNames } from './models.js';
import { samplerNodes } from './samplers.js';
import { textNodes } from './text.js';
import { createUpscaleNodes } from './upscale.js';
import { videoNodes } from './video/index.js';

export { demoModels, type ModelFolder, type ModelNames, modelFolders } from './models.js';
export { previewText } from './preview-text.js';

export interface DemoNodeOptions {
  /** Replaces the model names of whole folders, e.g. `{checkpoints: []}` for a server without any. */
  models?: Partial<ModelNames>;
}

/** The nodes in the order `/object_info` lists them. */
export function createDemoNodes({ models }: DemoNodeOptions = {}): DemoNode[] {
  const names = demoModels(models);
  return [
    ...samplerNodes,
    ...createLoaderNodes(names),
    ...conditioningNodes,
    ...latentNodes,
    ...imageSaveNodes,
    ...imageLoadNodes,
    ...imageMakeNodes,
    ...imageShapeNodes,
    ...inpaintNodes,
    ...createUpscaleNodes(names),
    ...videoNodes,
    ...basicAudioNodes,
    ...audioFileNodes,
    ...textNodes,
  ];
}

/**
 * The specification as it is right now: the combos of LoadImage, LoadImageMask and LoadAudio list the input folder,
 * every other one stays as it is.
 */
export async function currentInfo(info: NodeInfo, folders: DemoFolders): Promise<NodeInfo> {
  const kinds: Record<string, [input: string, kind: 'image' | 'audio' | 'any']> = {
    LoadImage: ['image', 'image'],
    LoadImageMask: ['image', 'any'],
    LoadAudio: ['audio', 'audio'],
  };
  const [input, kind] = kinds[info.name] ?? [];
  const spec = input === undefined ? undefined : info.input.required?.[input];
  if (input === undefined || kind === undefined || spec === undefined) return info;
  const names = await listInput(folders, kind);
  return {
    ...info,
    input: { ...info.input, required: { ...info.input.required, [input]: [names, spec[1] ?? {}] } },
  };
}
