/** The models the engine pretends to have. Source of the shapes: ComfyUI 0.3.64, app/model_manager.py. */
import { join } from 'node:path';
import type { EngineParts } from '../engine.js';
import { empty, json, type Route } from '../http.js';

/** Moment and size that every pretended file has. */
const MODIFIED = 1_700_000_000;
const SIZE = 2_132_625_966;

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
      return json({ format: 'pt', 'modelspec.title': `${filename.slice(0, -'.safetensors'.length)} (demo engine)` });
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
      path: '/internal/folder_paths',
      api: 'no',
      handler: () => json(Object.fromEntries(Object.keys(models).map((name) => [name, [folderOf(name)]]))),
    },
  ];
}

function own(models: Readonly<Record<string, string[]>>, folder: string | undefined): string[] | undefined {
  return folder !== undefined && Object.hasOwn(models, folder) ? models[folder] : undefined;
}
