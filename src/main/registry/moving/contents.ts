/** What of a data directory moves along: everything but what belongs to the running program. */
import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.js';
import { markerName, movedFromName, movingToName } from './marker.js';

export const libraryName = 'library.db';

/** The lock and who holds it, what a start writes to try the folder, notes of moves. */
const ofTheProgram = /^(lock\.db|owner\.json|\.probe-)/;
/** Chromium's files: they are made anew, but for how the window looked and what its forms remember. */
export const windowFolder = 'window';
const ofTheWindow = new Set(['window.json', 'Local Storage']);
/** Chromium has it open, and its format outlives being cut short. */
const livingFolder = join(windowFolder, 'Local Storage');

/** Whether a name at the top of a data directory is the running program's own, and made anew by the next. */
export function isPassing(name: string): boolean {
  const notes = [markerName, movedFromName, movingToName];
  return ofTheProgram.test(name) || notes.some((note) => name.startsWith(note));
}

export interface Item {
  /** Below the data directory. */
  path: string;
  /** The window writes there even now: copied as far as it can be, and not held against its copy. */
  living: boolean;
  kind: 'file' | 'folder' | 'link';
  bytes: number;
  mode: number;
  /** Milliseconds since the epoch. */
  modified_ms: number;
  changed_ms: number;
}

/**
 * Every folder, file and link that moves along; a folder comes before what is in it, and the library's file last of all.
 *
 * @throws AppError NOT_SUPPORTED for what is none of these; Node's own errors for what can't be read.
 */
export async function contentsOf(dir: string, signal?: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  const walk = async (below: string): Promise<void> => {
    for (const name of (await readdir(join(dir, below)).catch(gone<string[]>([]))).sort()) {
      signal?.throwIfAborted();
      if (below === '' && isPassing(name)) continue;
      if (below === windowFolder && !ofTheWindow.has(name)) continue;
      if (below.startsWith(livingFolder) && name === 'LOCK') continue;
      const path = join(below, name);
      const facts = await lstat(join(dir, path)).catch(gone(undefined));
      if (facts === undefined) continue;
      const item = itemOf(path, facts, dir);
      items.push(item);
      if (item.kind === 'folder') await walk(path);
    }
  };
  await walk('');
  return [...items.filter(({ path }) => path !== libraryName), ...items.filter(({ path }) => path === libraryName)];
}

/** Of a directory that is being worked with, a file may go between two looks. */
function gone<T>(nothing: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return nothing;
    throw error;
  };
}

function itemOf(path: string, facts: Stats, dir: string): Item {
  const kind = facts.isFile() ? 'file' : facts.isDirectory() ? 'folder' : facts.isSymbolicLink() ? 'link' : undefined;
  if (kind === undefined) {
    throw new AppError('NOT_SUPPORTED', `${join(dir, path)} is neither a file nor a folder.`, {
      hint: 'Take it out of the data folder, then move it.',
      details: { path: join(dir, path) },
    });
  }
  return {
    path,
    living: path.startsWith(livingFolder),
    kind,
    bytes: kind === 'file' ? facts.size : 0,
    mode: facts.mode & 0o777,
    modified_ms: facts.mtimeMs,
    changed_ms: facts.ctimeMs,
  };
}

/** The names at the top of the directory. */
export function topNames(items: readonly Item[]): string[] {
  return [...new Set(items.map(({ path }) => path.split(/[\\/]/)[0] ?? ''))];
}
