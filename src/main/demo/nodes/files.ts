/** Where results go: the names of ComfyUI 0.3.64 (folder_paths.get_save_image_path) and safe writing. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize, relative, resolve, sep } from 'node:path';
import { type NodeContext, NodeError } from '../node.js';

/** One item of `images`, `audio` … in a node's ui. */
export interface SavedFile {
  filename: string;
  subfolder: string;
  type: 'output' | 'temp' | 'input';
}

export interface SaveTarget {
  /** Absolute path of the folder, which exists. */
  folder: string;
  subfolder: string;
  /** `prefix_00007_.png` for the first file; the counter goes up with each call. */
  nextName(extension: string): string;
}

/** `%year%` and its kin; `%batch_num%` is filled in per file. Source: folder_paths.compute_vars(). */
export function expandPrefix(prefix: string, width: number, height: number, now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const values: Record<string, string> = {
    width: String(width),
    height: String(height),
    year: String(now.getFullYear()),
    month: two(now.getMonth() + 1),
    day: two(now.getDate()),
    hour: two(now.getHours()),
    minute: two(now.getMinutes()),
    second: two(now.getSeconds()),
  };
  return prefix.replace(/%(width|height|year|month|day|hour|minute|second)%/g, (whole, key: string) => {
    return values[key] ?? whole;
  });
}

/** The counter of `prefix_00012_.png` (12), of any other name starting with `prefix_` 0, else undefined. */
function counterOf(name: string, prefix: string): number | undefined {
  const fold = (text: string) => (sep === '\\' ? text.toLowerCase() : text);
  if (name[prefix.length] !== '_' || fold(name.slice(0, prefix.length)) !== fold(prefix)) return undefined;
  const digits = name.slice(prefix.length + 1).split('_')[0] ?? '';
  return /^\d+$/.test(digits) ? Number(digits) : 0;
}

function commonPath(one: string, other: string): string {
  const parts = one.split(sep);
  const others = other.split(sep);
  const differ = parts.findIndex((part, index) => part !== others[index]);
  return parts.slice(0, differ === -1 ? parts.length : differ).join(sep) || sep;
}

/**
 * The folder and the running number for a prefix such as `a/b/name`. Makes the folder.
 * Throws the real server's error when the prefix leaves `root`.
 */
export async function saveTarget(root: string, prefix: string, width: number, height: number): Promise<SaveTarget> {
  const path = normalize(expandPrefix(prefix, width, height, new Date()));
  const name = basename(path);
  const parent = dirname(path);
  const base = resolve(root);
  const folder = resolve(base, parent);
  const inside = relative(base, folder);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw new NodeError(
      'Exception',
      '**** ERROR: Saving image outside the output folder is not allowed.\n' +
        ` full_output_folder: ${folder}\n         output_dir: ${base}\n         commonpath: ${commonPath(folder, base)}`,
    );
  }
  let names: string[];
  try {
    await mkdir(folder, { recursive: true });
    names = await readdir(folder);
  } catch (error) {
    throw fileError(error);
  }
  let counter = 0;
  for (const entry of names) counter = Math.max(counter, counterOf(entry, name) ?? 0);
  let written = 0;
  return {
    folder,
    subfolder: parent === '.' ? '' : parent.replace(/[\\/]$/, ''),
    nextName(extension) {
      counter += 1;
      const filled = name.replaceAll('%batch_num%', String(written));
      written += 1;
      return `${filled}_${String(counter).padStart(5, '0')}_.${extension}`;
    },
  };
}

/** Writes beside the target under a temporary name and renames: nobody ever sees half a file. */
export async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(folder, `.${randomBytes(6).toString('hex')}.part`);
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, join(folder, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw fileError(error);
  }
}

/** `ComfyUI_temp_abcde`: the prefix of previews, so that two nodes never share a name. Source: PreviewImage. */
export function temporaryPrefix(): string {
  const letters = 'abcdefghijklmnopqrstupvxyz';
  return `ComfyUI_temp_${[...randomBytes(5)].map((byte) => letters[byte % letters.length]).join('')}`;
}

/** A preview's target in the temp folder, or the prefix's in the output folder. */
export async function targetFor(
  context: NodeContext,
  type: 'output' | 'temp',
  prefix: string,
  width = 0,
  height = 0,
): Promise<SaveTarget> {
  return type === 'temp'
    ? saveTarget(context.folders.temp, temporaryPrefix(), width, height)
    : saveTarget(context.folders.output, prefix, width, height);
}

/** A file system error as Python names it. */
export function fileError(error: unknown): NodeError {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const types: Record<string, string> = {
    ENOENT: 'FileNotFoundError',
    EACCES: 'PermissionError',
    EPERM: 'PermissionError',
    EISDIR: 'IsADirectoryError',
    ENOTDIR: 'NotADirectoryError',
    EEXIST: 'FileExistsError',
  };
  return new NodeError((typeof code === 'string' && types[code]) || 'OSError', message);
}
