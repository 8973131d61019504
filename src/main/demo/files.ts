/** Paths that stay inside their folder, whatever a request says: by their text, and by where links really lead. */
import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { DemoFolders } from './node.js';

export type FolderType = keyof DemoFolders;

/** The folder that a `type` means; undefined for any other word. */
export function folderOf(folders: DemoFolders, type: string): string | undefined {
  return type === 'input' || type === 'output' || type === 'temp' ? folders[type] : undefined;
}

/** The absolute path of `parts` below `root`, or undefined when it leaves it. The file need not exist. */
export async function inside(root: string, ...parts: string[]): Promise<string | undefined> {
  if (parts.some((part) => part.includes('\0'))) return undefined;
  const path = resolve(root, ...parts.map((part) => (isAbsolute(part) ? part : `.${sep}${part}`)));
  if (!isWithin(resolve(root), path)) return undefined;
  return isWithin(await realExisting(resolve(root)), await realExisting(path)) ? path : undefined;
}

/** Where the deepest existing part of a path really is. */
async function realExisting(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (parent === path) throw error;
    return realExisting(parent);
  }
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}

/** Splits `name.png [output]` into the name and the folder it means. */
export function annotated(name: string): { name: string; type: FolderType | undefined } {
  const match = /^(.*?) ?\[(input|output|temp)\]$/s.exec(name);
  return { name: match?.[1] ?? name, type: match?.[2] as FolderType | undefined };
}
