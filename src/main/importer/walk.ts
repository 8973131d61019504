/** Media files below a folder, in slices, whatever the size of the folder. */
import type { Dirent } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { mediaOf } from '../../shared/asset.js';
import type { SeenFile } from './ports.js';

/** Files of one slice. */
const sliceSize = 400;
const imported: ReadonlySet<string> = new Set(['image', 'video', 'audio']);

export interface WalkOptions {
  root: string;
  /** A folder or file below it, with `/`; everything when empty. */
  below: string;
  /** Folders that are left out, as absolute real paths: the program's own. */
  exclude?: readonly string[];
}

/**
 * Hidden files and folders are left out, links are followed once. What can't be read is left out too: the rest counts.
 * Throws what looking at the beginning itself throws, e.g. ENOENT.
 */
export async function* walk({ root, below, exclude = [] }: WalkOptions): AsyncGenerator<SeenFile[]> {
  const start = path.join(root, below);
  const facts = await stat(start);
  if (!facts.isDirectory()) {
    const file = await seen(root, below);
    if (file !== undefined) yield [file];
    return;
  }
  const visited = new Set<string>(exclude);
  const folders = [below];
  const slice: SeenFile[] = [];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (!(await enter(path.join(root, folder), visited))) continue;
    const names: string[] = [];
    for await (const entry of entriesOf(path.join(root, folder))) {
      if (entry.name.startsWith('.')) continue;
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(name);
      else if (entry.isSymbolicLink() && (await isFolder(path.join(root, name)))) folders.push(name);
      else if (isMedia(entry.name)) names.push(name);
      if (names.length + slice.length >= sliceSize) {
        slice.push(...(await allSeen(root, names.splice(0))));
        if (slice.length >= sliceSize) yield slice.splice(0);
      }
    }
    slice.push(...(await allSeen(root, names)));
  }
  if (slice.length > 0) yield slice;
}

/** Folders below a folder, itself first; for watching each of them. */
export async function* foldersBelow({ root, below, exclude = [] }: WalkOptions): AsyncGenerator<string> {
  const visited = new Set<string>(exclude);
  const folders = [below];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (!(await enter(path.join(root, folder), visited))) continue;
    yield folder;
    for await (const entry of entriesOf(path.join(root, folder))) {
      if (entry.name.startsWith('.')) continue;
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      // As walking does: what is found behind a link is to be noticed there too.
      if (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(path.join(root, name)))))
        folders.push(name);
    }
  }
}

export function isMedia(name: string): boolean {
  return imported.has(mediaOf(name).media_kind);
}

/** Whether the folder was not entered before, under this or another name. */
async function enter(folder: string, visited: Set<string>): Promise<boolean> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined || visited.has(real)) return false;
  visited.add(real);
  return true;
}

async function* entriesOf(folder: string): AsyncGenerator<Dirent> {
  try {
    for await (const entry of await opendir(folder, { bufferSize: 256 })) yield entry;
  } catch {
    // Not ours to read, or gone since: the folders beside it still count.
  }
}

async function isFolder(name: string): Promise<boolean> {
  return (await stat(name).catch(() => undefined))?.isDirectory() === true;
}

async function allSeen(root: string, names: readonly string[]): Promise<SeenFile[]> {
  const files = await Promise.all(names.map((name) => seen(root, name)));
  return files.filter((file) => file !== undefined);
}

async function seen(root: string, name: string): Promise<SeenFile | undefined> {
  const facts = await stat(path.join(root, name)).catch(() => undefined);
  if (facts === undefined || !facts.isFile() || facts.size === 0) return undefined;
  return { path: name, bytes_size: facts.size, modified_ms: Math.round(facts.mtimeMs) };
}
