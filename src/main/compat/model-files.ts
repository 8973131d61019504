/**
 * Empty files that stand in for models on a server of tests: a graph is accepted when the names are there, and fails when
 * the files are read. They are made only in a folder that was named for it, and taken away again.
 */
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders of ComfyUI's `models`, by the loaders that list them. */
const folders: Readonly<Record<string, string>> = {
  CheckpointLoaderSimple: 'checkpoints',
  UNETLoader: 'diffusion_models',
  CLIPLoader: 'text_encoders',
  DualCLIPLoader: 'text_encoders',
  VAELoader: 'vae',
  UpscaleModelLoader: 'upscale_models',
};

/** Makes those that are missing; answers a function that takes them away. Files that were there are left alone. */
export async function standIns(
  modelsDir: string,
  models: readonly { class_type: string; name: string }[],
): Promise<() => Promise<void>> {
  const made: string[] = [];
  for (const { class_type, name } of models) {
    const folder = folders[class_type];
    // A name comes out of a workflow's file.
    if (folder === undefined || /[\\/]|^\./.test(name)) continue;
    const file = join(modelsDir, folder, name);
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (there) continue;
    await mkdir(join(modelsDir, folder), { recursive: true });
    await writeFile(file, '', { flag: 'wx' });
    made.push(file);
  }
  return async () => {
    for (const file of made) await rm(file, { force: true });
  };
}
