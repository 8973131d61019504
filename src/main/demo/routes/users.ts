/** Users, settings and userdata: JSON and files below `user/`. Source: ComfyUI 0.3.64, app/user_manager.py. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { EngineParts } from '../engine.js';
import { inside } from '../files.js';
import { type Answer, type DemoRequest, empty, json, type Route, readJson, text } from '../http.js';
import { parsePythonJson, stringifyPythonJson } from '../json.js';
import { mimeType } from '../mime.js';
import { PythonError } from '../python.js';
import { sendFile } from '../send-file.js';
import { headerText } from './view.js';

const SETTINGS = 'comfy.settings.json';

export function userRoutes(engine: EngineParts): Route[] {
  const { root, multiUser } = engine;
  const usersFile = join(root, 'user', 'users.json');

  const users = (): Promise<Record<string, unknown>> => readRecord(usersFile);
  /** The folder of the request's user, made on first use. Throws KeyError for an unknown one. */
  const home = async ({ headers }: DemoRequest): Promise<string> => {
    const given = headers['comfy-user'];
    const user = multiUser ? String(given ?? 'default') : 'default';
    if (multiUser && !Object.hasOwn(await users(), user)) throw new PythonError('KeyError', `Unknown user: ${user}`);
    const folder = await inside(join(root), 'user', user);
    if (folder === undefined) throw new PythonError('KeyError', `Unknown user: ${user}`);
    await mkdir(folder, { recursive: true });
    return folder;
  };
  /** Settings answer 401 where userdata raises. */
  const withSettings =
    (use: (path: string, request: DemoRequest) => Promise<Answer>) => async (request: DemoRequest) => {
      let folder: string;
      try {
        folder = await home(request);
      } catch (error) {
        if (error instanceof PythonError) return text(401, '401: Unauthorized');
        throw error;
      }
      return use(join(folder, SETTINGS), request);
    };
  const change = (merge: (old: Record<string, unknown>, value: unknown, key: string) => Record<string, unknown>) =>
    withSettings(async (path, request) => {
      const settings = merge(await readRecord(path), await readJson(request), request.params.id ?? '');
      await writeFile(path, stringifyPythonJson(settings));
      return empty();
    });

  return [
    {
      method: 'GET',
      path: '/users',
      handler: async () =>
        json(multiUser ? { storage: 'server', users: await users() } : { storage: 'server', migrated: false }),
    },
    {
      method: 'POST',
      path: '/users',
      async handler(request) {
        const body = (await readJson(request)) as { username?: unknown } | null;
        const name = typeof body?.username === 'string' ? body.username.trim() : '';
        const known = await users();
        if (name === '' || Object.values(known).includes(name)) return json({ error: 'Duplicate username.' }, 400);
        const id = `${name.replace(/[^A-Za-z0-9 _-]/g, '')}_${randomUUID()}`;
        await mkdir(dirname(usersFile), { recursive: true });
        await writeFile(usersFile, stringifyPythonJson({ ...known, [id]: name }));
        return json(id);
      },
    },
    { method: 'GET', path: '/settings', handler: withSettings(async (path) => json(await readRecord(path))) },
    {
      method: 'GET',
      path: '/settings/{id}',
      handler: withSettings(async (path, { params }) => json((await readRecord(path))[params.id ?? ''] ?? null)),
    },
    { method: 'POST', path: '/settings', handler: change((old, value) => ({ ...old, ...(value as object) })) },
    { method: 'POST', path: '/settings/{id}', handler: change((old, value, key) => ({ ...old, [key]: value })) },
    ...userdataRoutes(home),
  ];
}

async function readRecord(path: string): Promise<Record<string, unknown>> {
  try {
    return parsePythonJson(await readFile(path, 'utf8')) as Record<string, unknown>;
  } catch {
    // Absent or broken: as if nothing had been set.
    return {};
  }
}

type Home = (request: DemoRequest) => Promise<string>;

function userdataRoutes(home: Home): Route[] {
  const file = async (request: DemoRequest, name: string | undefined): Promise<string | undefined> => {
    return name ? inside(await home(request), name) : undefined;
  };
  return [
    { method: 'GET', path: '/userdata', handler: (request) => listFlat(home, request) },
    { method: 'GET', path: '/v2/userdata', handler: (request) => listDetailed(home, request) },
    {
      method: 'GET',
      path: '/userdata/{file}',
      async handler(request) {
        const path = await file(request, request.params.file);
        if (path === undefined) return empty(403);
        if (!(await factsOf(path))?.isFile()) return empty(404);
        return sendFile(path, request, { 'content-type': headerText(mimeType(path)) });
      },
    },
    {
      method: 'POST',
      path: '/userdata/{file}',
      async handler(request) {
        const path = await file(request, request.params.file);
        if (path === undefined) return empty(403);
        const body = await request.body();
        if (request.query.get('overwrite') === 'false' && (await factsOf(path))) {
          return text(409, 'File already exists');
        }
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, body);
        return describe(await home(request), path, request);
      },
    },
    {
      method: 'DELETE',
      path: '/userdata/{file}',
      async handler(request) {
        const path = await file(request, request.params.file);
        if (path === undefined) return empty(403);
        if (!(await factsOf(path))?.isFile()) return empty(404);
        await rm(path);
        return empty(204);
      },
    },
    {
      method: 'POST',
      path: '/userdata/{file}/move/{dest}',
      async handler(request) {
        const from = await file(request, request.params.file);
        const to = await file(request, request.params.dest);
        if (from === undefined || to === undefined) return empty(403);
        if (!(await factsOf(from))?.isFile()) return empty(404);
        if (request.query.get('overwrite') === 'false' && (await factsOf(to))) return text(409, 'File already exists');
        await mkdir(dirname(to), { recursive: true });
        await rename(from, to);
        return describe(await home(request), to, request);
      },
    },
  ];
}

function factsOf(path: string) {
  return stat(path).catch(() => undefined);
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}

async function describe(root: string, path: string, { query }: DemoRequest): Promise<Answer> {
  const name = slashed(relative(root, path));
  return json(query.get('full_info') === 'true' ? await fileInfo(path, name) : name);
}

async function fileInfo(path: string, name: string): Promise<Record<string, unknown>> {
  const { size, mtimeMs, ctimeMs } = await stat(path);
  return { path: name, size, modified: mtimeMs / 1000, created: ctimeMs / 1000 };
}

/** GET /userdata?dir=…: paths below the folder, with `split` also in parts, with `full_info` also with facts. */
async function listFlat(home: Home, request: DemoRequest): Promise<Answer> {
  const { query } = request;
  const dir = query.get('dir');
  if (!dir) return text(400, 'Directory not provided');
  const folder = await inside(await home(request), dir);
  if (folder === undefined) return text(403, 'Invalid directory');
  if (!(await factsOf(folder))?.isDirectory()) return text(404, 'Directory not found');
  const recursive = query.get('recurse') === 'true';
  const entries = await readdir(folder, { withFileTypes: true, recursive });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const names = paths.map((path) => slashed(relative(folder, path)));
  if (query.get('full_info') === 'true') {
    return json(await Promise.all(paths.map((path, at) => fileInfo(path, names[at] ?? ''))));
  }
  return json(query.get('split') === 'true' ? names.map((name) => [name, ...name.split('/')]) : names);
}

/** GET /v2/userdata?path=…: files and folders directly below. */
async function listDetailed(home: Home, request: DemoRequest): Promise<Answer> {
  const root = await home(request);
  const folder = await inside(root, request.query.get('path') ?? '');
  if (folder === undefined) return text(403, 'Invalid path');
  if (!(await factsOf(folder))?.isDirectory()) return text(404, 'Directory not found');
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const described = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    const base = { name: basename(path), path: slashed(relative(root, path)) };
    if (entry.isDirectory()) return { ...base, type: 'directory' };
    const { size, mtimeMs } = await stat(path);
    return { ...base, type: 'file', size, modified: mtimeMs / 1000 };
  });
  return json(await Promise.all(described));
}
