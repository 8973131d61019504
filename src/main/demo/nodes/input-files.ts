/** Files that were put into the engine's folders: finding, listing and hashing them. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { DemoFolders } from '../node.js';
import { fileError } from './files.js';

const annotation = / \[(input|output|temp)\]$/;

/**
 * The path of an annotated name such as `a.png` or `sub/a.png [temp]`; nothing when it leaves its folder.
 * Source: folder_paths.get_annotated_filepath().
 */
export function annotatedPath(name: string, folders: DemoFolders): string | undefined {
  const type = annotation.exec(name)?.[1];
  const root = type === 'output' ? folders.output : type === 'temp' ? folders.temp : folders.input;
  const base = resolve(root);
  const path = resolve(base, name.replace(annotation, ''));
  const inside = relative(base, path);
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? undefined : path;
}

/** True when the name means a file that is there. */
export async function inputExists(name: string, folders: DemoFolders): Promise<boolean> {
  const path = annotatedPath(name, folders);
  if (path === undefined) return false;
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** SHA-256 of the content in hex, so that a file uploaded anew under the same name is noticed. */
export async function fingerprintFile(name: string, folders: DemoFolders): Promise<string> {
  const path = annotatedPath(name, folders);
  const hash = createHash('sha256');
  if (path === undefined) return hash.digest('hex');
  try {
    for await (const part of createReadStream(path)) hash.update(part);
  } catch (error) {
    throw fileError(error);
  }
  return hash.digest('hex');
}

const kinds: Record<'image' | 'audio' | 'any', RegExp> = {
  image: /\.(png|jpe?g|webp|gif|bmp|tiff?|avif|svg|ico|jxl)$/i,
  audio: /\.(wav|flac|mp3|ogg|opus|m4a|aac|wma|mp4|webm|mkv|mov)$/i,
  any: /./,
};

/** The sorted names of the files directly in the input folder, as the combos of the loader nodes list them. */
export async function listInput(folders: DemoFolders, kind: keyof typeof kinds): Promise<string[]> {
  const entries = await readdir(folders.input, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && kinds[kind].test(entry.name))
    .map((entry) => entry.name)
    .sort((one, two) => (one < two ? -1 : 1));
}
