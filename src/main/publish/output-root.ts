/**
 * Where ComfyUI writes on this machine. Needed only for files that are neither in the cache nor to be had from ComfyUI
 * itself, so it is looked for in few places and never by searching the disk.
 */
import { opendir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { mediaOf } from '../../shared/asset.js';
import { AppError } from '../../shared/errors.js';
import { isInside, isMissing } from './contain.js';
import { isFolder } from './project.js';

export interface OutputPlace {
  /** The setting, absolute. */
  configured: string | undefined;
  /** ComfyUI's own command line, when it told it and runs on this machine. */
  argv: readonly string[];
  /** Whether ComfyUI runs on this machine at all: otherwise a folder here is another one's. */
  local: boolean;
  project: string | undefined;
  home: string;
}

export type DetectionMethod = 'configured' | 'command line' | 'usual place' | 'not_found';

export interface TriedPath {
  path: string;
  exists: boolean;
  is_valid: boolean;
  source: Exclude<DetectionMethod, 'not_found'>;
}

export interface OutputRoot {
  path: string | undefined;
  exists: boolean;
  method: DetectionMethod;
  tried: TriedPath[];
}

/** The setting when there is one, else what ComfyUI said, else the first usual place that looks like it. */
export async function findOutputRoot(place: OutputPlace): Promise<OutputRoot> {
  const tried: TriedPath[] = [];
  const attempt = async (folder: string, source: TriedPath['source']) => {
    const exists = await isFolder(folder);
    const is_valid = exists && (source !== 'usual place' || (await looksLikeOutput(folder).catch(no)));
    tried.push({ path: folder, exists, is_valid, source });
    return is_valid;
  };
  if (place.configured !== undefined) {
    const exists = await attempt(place.configured, 'configured');
    return { path: place.configured, exists, method: 'configured', tried };
  }
  if (place.local) {
    const candidates = [
      ...outputFoldersOf(place.argv).map((folder) => ({ folder, source: 'command line' as const })),
      ...usualPlaces(place).map((folder) => ({ folder, source: 'usual place' as const })),
    ];
    for (const { folder, source } of candidates) {
      if (await attempt(folder, source)) return { path: folder, exists: true, method: source, tried };
    }
  }
  return { path: undefined, exists: false, method: 'not_found', tried };
}

/**
 * What a command line of ComfyUI says, best first (`comfy/cli_args.py`, `folder_paths.py`). Relative paths are left out:
 * they start at a working directory that only ComfyUI knows.
 */
export function outputFoldersOf(argv: readonly string[]): string[] {
  const optionValue = (option: string) => {
    const at = argv.findLastIndex((word) => word === option || word.startsWith(`${option}=`));
    if (at === -1) return undefined;
    const word = argv[at] ?? '';
    return word === option ? argv[at + 1] : word.slice(option.length + 1);
  };
  const below = (folder: string | undefined) => (folder === undefined ? undefined : path.join(folder, 'output'));
  const [program = ''] = argv;
  const found = [
    optionValue('--output-directory'),
    below(optionValue('--base-directory')),
    program.endsWith('main.py') ? below(path.dirname(program)) : undefined,
  ];
  return found.filter((folder) => folder !== undefined && path.isAbsolute(folder)) as string[];
}

function usualPlaces({ project, home }: OutputPlace): string[] {
  const folders = [
    ...(project === undefined ? [] : [path.join(project, 'ComfyUI'), path.join(path.dirname(project), 'ComfyUI')]),
    path.join(home, 'ComfyUI'),
    path.join(home, 'Documents', 'ComfyUI'), // ComfyUI's desktop app
    path.join(home, 'comfy', 'ComfyUI'), // comfy-cli
    path.join(home, 'comfyui-desktop'),
    ...(process.platform === 'win32'
      ? ['C:\\ComfyUI_windows_portable\\ComfyUI']
      : ['/opt/ComfyUI', '/workspace/ComfyUI']),
  ];
  return folders.map((folder) => path.join(folder, 'output'));
}

/** Entries looked at: an output folder may hold hundreds of thousands. */
const lookedAt = 2000;
const fewMedia = 3;
const neighbours = ['models', 'custom_nodes', 'input', 'main.py'];

/** Named as ComfyUI names, or a few media files, or ComfyUI's other folders beside it. */
export async function looksLikeOutput(folder: string): Promise<boolean> {
  const parent = path.dirname(folder);
  const beside = await Promise.all(neighbours.map((name) => stat(path.join(parent, name)).then(yes, no)));
  if (path.basename(folder) === 'output' && beside.filter(Boolean).length >= 2) return true;
  let seen = 0;
  let media = 0;
  for await (const entry of await opendir(folder)) {
    seen += 1;
    if (entry.isFile() && ['image', 'video', 'audio'].includes(mediaOf(entry.name).media_kind)) media += 1;
    if (entry.name.startsWith('ComfyUI_') && media > 0) return true;
    if (media >= fewMedia) return true;
    if (seen >= lookedAt) break;
  }
  return false;
}

const yes = () => true;
const no = () => false;

/**
 * The folder to remember for what a person or agent gave: itself, or the `output` folder in it.
 *
 * @throws AppError INVALID_PATH, COMFYUI_OUTPUT_ROOT_PATH_NOT_FOUND, …_NOT_DIRECTORY or …_INVALID.
 */
export async function checkOutputRoot(given: string, absolute: (path: string) => string): Promise<string> {
  const text = given.trim();
  if (text === '' || text.includes('\0')) {
    throw new AppError('INVALID_PATH', 'The path is empty or holds characters that no path has.', {
      hint: "Give the whole path of ComfyUI's output folder, for example /home/me/ComfyUI/output.",
    });
  }
  const wanted = absolute(text);
  const folder = await realpath(wanted).catch((cause: unknown) => {
    throw unusable(wanted, cause);
  });
  if (!(await isFolder(folder))) {
    throw new AppError('COMFYUI_OUTPUT_ROOT_NOT_DIRECTORY', `${wanted} is a file, not a folder.`, {
      hint: 'Give the folder that holds it.',
      details: { path: wanted },
    });
  }
  try {
    if (await looksLikeOutput(folder)) return folder;
    const inner = path.join(folder, 'output');
    if (await isFolder(inner)) return inner;
  } catch (cause) {
    throw unusable(wanted, cause);
  }
  throw new AppError('COMFYUI_OUTPUT_ROOT_INVALID', `${wanted} does not look like ComfyUI's output folder.`, {
    hint: 'It is the folder with ComfyUI_00001_.png and the like, usually "output" in the folder of ComfyUI.',
    details: { path: wanted },
  });
}

function unusable(wanted: string, cause: unknown): AppError {
  if (isMissing(cause)) {
    return new AppError('COMFYUI_OUTPUT_ROOT_PATH_NOT_FOUND', `There is no ${wanted}.`, {
      hint: 'Check the spelling; get_publish_info tells which places were tried.',
      details: { path: wanted },
    });
  }
  return new AppError('INVALID_PATH', `${wanted} can't be opened: ${String(cause)}.`, {
    hint: 'Check the path and its permissions.',
    details: { path: wanted },
    cause,
  });
}

export interface WantedFile {
  subfolder: string;
  filename: string;
  /** Bytes it had when it was made; null when unknown. */
  size: number | null;
}

/** @throws AppError SOURCE_PATH_OUTSIDE_ROOT, or PUBLISH_FAILED when the file is gone or another one. */
export async function readFromOutputRoot(root: string, { subfolder, filename, size }: WantedFile): Promise<Buffer> {
  const wanted = path.resolve(root, subfolder, filename);
  const failed = (why: string, cause?: unknown) =>
    new AppError('PUBLISH_FAILED', `${wanted} ${why}.`, {
      hint: 'Start ComfyUI and try again, or publish another picture.',
      details: { path: wanted },
      ...(cause === undefined ? {} : { cause }),
    });
  try {
    const [real, realRoot] = [await realpath(wanted), await realpath(root)];
    if (!isInside(wanted, path.resolve(root)) || !isInside(real, realRoot)) throw outside(wanted, root);
    const bytes = await readFile(real);
    if (size !== null && bytes.byteLength !== size) throw failed('is no longer the file that was made');
    return bytes;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw failed(isMissing(error) ? 'is not there any more' : `can't be read: ${String(error)}`, error);
  }
}

function outside(wanted: string, root: string): AppError {
  return new AppError('SOURCE_PATH_OUTSIDE_ROOT', `${wanted} lies outside of ComfyUI's output folder ${root}.`, {
    hint: 'Only files of that folder are published. set_comfyui_output_root names another one.',
    details: { path: wanted, root },
  });
}
