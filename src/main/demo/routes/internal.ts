/** `/internal/*`: logs and folder listings, for ComfyUI's own frontend. Source: ComfyUI 0.3.64, api_server/. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineParts } from '../engine.js';
import { folderOf } from '../files.js';
import { empty, json, type Route, readJson } from '../http.js';
import { PythonError } from '../python.js';

export function internalRoutes({ logs, folders, profile }: EngineParts): Route[] {
  if (!profile.modernRoutes) return [];
  return [
    {
      method: 'GET',
      path: '/internal/logs',
      api: 'no',
      handler: () =>
        json(
          logs
            .entries()
            .map(({ t, m }) => `${t} - ${m}`)
            .join(''),
        ),
    },
    {
      method: 'GET',
      path: '/internal/logs/raw',
      api: 'no',
      handler: () => json({ entries: logs.entries(), size: { cols: 80, rows: 24 } }),
    },
    {
      method: 'PATCH',
      path: '/internal/logs/subscribe',
      api: 'no',
      async handler(request) {
        const body = (await readJson(request)) as { clientId?: unknown; enabled?: unknown } | null;
        if (typeof body?.clientId !== 'string' || body.enabled === undefined)
          throw new PythonError('KeyError', "'clientId'");
        if (body.enabled) logs.subscribe(body.clientId);
        else logs.unsubscribe(body.clientId);
        return empty();
      },
    },
    {
      method: 'GET',
      path: '/internal/files/{type}',
      api: 'no',
      async handler({ params }) {
        const folder = folderOf(folders, params.type ?? '');
        if (folder === undefined) return json({ error: 'Invalid directory type' }, 400);
        return json(await newestFirst(folder));
      },
    },
  ];
}

async function newestFirst(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
  const dated = await Promise.all(
    entries.map(async ({ name }) => ({ name, time: (await stat(join(folder, name))).mtimeMs })),
  );
  return dated.sort((a, b) => b.time - a.time).map(({ name }) => name);
}
