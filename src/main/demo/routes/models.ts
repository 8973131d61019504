/** The models the engine pretends to have. Source of the shapes: ComfyUI 0.3.64, app/model_manager.py. */
import { join } from 'node:path';
import type { EngineParts } from '../engine.js';
import { empty, json, type Route } from '../http.js';
import { shownPicture } from '../nodes/picture/shown.js';

/** Moment and size that every pretended file has. */
const MODIFIED = 1_700_000_000;
const SIZE = 2_132_625_966;

/** Pixels. */
const side = 256;

/** What the pictures that lie beside some files show. */
const besideFile: Readonly<Record<string, string>> = {
  'sd_xl_base_1.0.safetensors': 'a mountain lake at dawn',
  'film-grain-xl.safetensors': 'a city street at night, film grain',
};
/** What the pictures in the metadata of others show. */
const inHeader: Readonly<Record<string, string>> = { 'paper-cutout.safetensors': 'a flower cut out of red paper' };
const families: Readonly<Record<string, string>> = {
  'sd_xl_base_1.0.safetensors': 'stable-diffusion-xl-v1-base',
  'film-grain-xl.safetensors': 'stable-diffusion-xl-v1-base/lora',
  'paper-cutout.safetensors': 'stable-diffusion-v1/lora',
};

/** A safetensors file's `__metadata__`, as the model metadata standard names its keys. */
async function metadataOf(filename: string): Promise<Record<string, string>> {
  const title = `${filename.slice(0, -'.safetensors'.length)} (demo engine)`;
  const family = families[filename];
  const picture = inHeader[filename];
  const jpeg = picture === undefined ? undefined : await shownPicture(picture, side, 'jpg');
  return {
    format: 'pt',
    'modelspec.title': title,
    ...(family === undefined ? {} : { 'modelspec.architecture': family }),
    ...(jpeg === undefined ? {} : { 'modelspec.thumbnail': `data:image/jpeg;base64,${jpeg.toString('base64')}` }),
  };
}

export function modelRoutes({ models, profile, root }: EngineParts): Route[] {
  const folderOf = (name: string): string => join(root, 'models', name);
  const embeddings: Route = {
    method: 'GET',
    path: '/embeddings',
    handler: () => json((models.embeddings ?? []).map((name) => name.replace(/\.[^.]+$/, ''))),
  };
  const metadata: Route = {
    method: 'GET',
    path: '/view_metadata/{folder}',
    handler({ params, query }) {
      const filename = query.get('filename') ?? '';
      const names = own(models, params.folder) ?? [];
      if (!filename.endsWith('.safetensors') || !names.includes(filename)) return empty(404);
      return metadataOf(filename).then(json);
    },
  };
  if (!profile.modernRoutes) return [embeddings, metadata];
  return [
    embeddings,
    metadata,
    { method: 'GET', path: '/models', handler: () => json(Object.keys(models)) },
    {
      method: 'GET',
      path: '/models/{folder}',
      handler({ params }) {
        const names = own(models, params.folder);
        return names ? json(names) : empty(404);
      },
    },
    {
      method: 'GET',
      path: '/experiment/models',
      handler() {
        const folders = Object.keys(models).filter((name) => name !== 'configs' && name !== 'custom_nodes');
        return json(folders.map((name) => ({ name, folders: [folderOf(name)] })));
      },
    },
    {
      method: 'GET',
      path: '/experiment/models/{folder}',
      handler({ params }) {
        const names = own(models, params.folder);
        if (!names) return empty(404);
        const facts = { pathIndex: 0, modified: MODIFIED, created: MODIFIED, size: SIZE };
        return json(names.map((name) => ({ name, ...facts })));
      },
    },
    {
      method: 'GET',
      path: '/experiment/models/preview/{folder}/{index}/{filename}',
      async handler({ params: { folder, index, filename = '' } }) {
        const picture = own(models, folder)?.includes(filename) ? besideFile[filename] : undefined;
        if (picture === undefined || index !== '0') return empty(404);
        const body = await shownPicture(picture, side, 'webp');
        return { status: 200, headers: { 'content-type': 'image/webp' }, body };
      },
    },
    {
      method: 'GET',
      path: '/internal/folder_paths',
      api: 'no',
      handler: () => json(Object.fromEntries(Object.keys(models).map((name) => [name, [folderOf(name)]]))),
    },
  ];
}

function own(models: Readonly<Record<string, string[]>>, folder: string | undefined): string[] | undefined {
  return folder !== undefined && Object.hasOwn(models, folder) ? models[folder] : undefined;
}
