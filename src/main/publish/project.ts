/** Which project pictures are published into, and which of its folders. */
import { access, constants, mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../shared/errors.js';
import { codeOf, resolveInside } from './contain.js';

export interface ProjectPlace {
  /** The setting, absolute; undefined while nobody set it. */
  configured: string | undefined;
  cwd: string;
  home: string;
  /** A terminal starts the headless program in the project; a menu starts the app anywhere. */
  program: 'desktop' | 'headless';
  /** The folder the program itself lies in: what developers start it in. */
  own: string;
}

export type Project =
  | { path: string; method: 'configured' | 'cwd'; fault: undefined }
  | { path: string | undefined; method: 'configured' | 'not_found'; fault: AppError };

/** What tells a project from any other folder. */
const signs = [
  ...['package.json', '.git', 'public', 'static', 'assets', 'index.html', 'pyproject.toml', 'Cargo.toml', 'go.mod'],
  ...['composer.json', 'Gemfile', 'deno.json', 'hugo.toml', '_config.yml'],
];

/** Folders that web servers serve, in the seed's order. */
const servedFolders = ['public', 'static', 'assets'] as const;
const folderName = 'gen';

/** The project root as a real path, or why there is none. */
export async function findProject(place: ProjectPlace): Promise<Project> {
  const { configured } = place;
  if (configured !== undefined) {
    const real = await realFolder(configured);
    if (real !== undefined) return { path: real, method: 'configured', fault: undefined };
    return { path: configured, method: 'configured', fault: noSuchFolder(configured) };
  }
  const real = await realFolder(place.cwd);
  if (real !== undefined && (await isProject(real, place))) return { path: real, method: 'cwd', fault: undefined };
  return { path: undefined, method: 'not_found', fault: noProject() };
}

async function isProject(folder: string, { home, program, own }: ProjectPlace): Promise<boolean> {
  if (folder === path.parse(folder).root || folder === (await realFolder(home))) return false;
  if (program === 'headless') return true;
  if (folder === (await realFolder(own))) return false;
  const found = await Promise.all(signs.map((sign) => isThere(path.join(folder, sign))));
  return found.includes(true);
}

export interface PublishFolder {
  /** A real path, which may not exist yet. */
  path: string;
  exists: boolean;
  writable: boolean;
}

/** @throws AppError PATH_TRAVERSAL_DETECTED when a link leads out of the project, PUBLISH_ROOT_NOT_WRITABLE. */
export async function findPublishFolder(project: string): Promise<PublishFolder> {
  let served: string = servedFolders[0];
  for (const name of servedFolders.toReversed()) if (await isFolder(path.join(project, name))) served = name;
  const folder = await resolveInside(project, served, folderName).catch((error: unknown) => {
    throw error instanceof AppError ? error : notWritable(path.join(project, served, folderName), error);
  });
  const exists = await isFolder(folder);
  return { path: folder, exists, writable: await isWritable(exists ? folder : await nearestExisting(folder)) };
}

/** Makes it when it is missing. @throws AppError PUBLISH_ROOT_NOT_WRITABLE, PATH_TRAVERSAL_DETECTED. */
export async function openPublishFolder(project: string): Promise<string> {
  const { path: folder } = await findPublishFolder(project);
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw notWritable(folder, cause);
  }
  // Looked at again now that all of it is there.
  return (await findPublishFolder(project)).path;
}

export function notWritable(folder: string, cause?: unknown): AppError {
  const reason = cause === undefined ? '' : ` (${codeOf(cause) ?? String(cause)})`;
  return new AppError('PUBLISH_ROOT_NOT_WRITABLE', `The publish folder ${folder} can't be written to${reason}.`, {
    hint: 'Check its permissions and the free space, or choose another project.',
    details: { path: folder },
    ...(cause === undefined ? {} : { cause }),
  });
}

function noSuchFolder(folder: string): AppError {
  return new AppError('PUBLISH_ROOT_NOT_WRITABLE', `The project folder ${folder} does not exist.`, {
    hint: 'Make it, or choose another: under Settings, Publishing, or with --publish-root or COMFY_MCP_PUBLISH_ROOT.',
    details: { path: folder },
  });
}

function noProject(): AppError {
  return new AppError('PUBLISH_ROOT_NOT_WRITABLE', 'No project folder is known to publish into.', {
    hint: 'Choose one in the app under Settings, Publishing, or start with --publish-root or COMFY_MCP_PUBLISH_ROOT.',
  });
}

/** Undefined when there is no such folder. */
async function realFolder(name: string): Promise<string | undefined> {
  const real = await realpath(name).catch(() => undefined);
  return real !== undefined && (await isFolder(real)) ? real : undefined;
}

async function nearestExisting(name: string): Promise<string> {
  let at = name;
  while (!(await isThere(at)) && path.dirname(at) !== at) at = path.dirname(at);
  return at;
}

function isThere(name: string): Promise<boolean> {
  return stat(name).then(
    () => true,
    () => false,
  );
}

export function isFolder(name: string): Promise<boolean> {
  return stat(name).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}

function isWritable(name: string): Promise<boolean> {
  return access(name, constants.W_OK).then(
    () => true,
    () => false,
  );
}
