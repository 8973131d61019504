/**
 * Files by key in fan-out folders, within a size limit. What was used longest ago goes first, in the background; a file
 * in use, or handed out a moment ago, stays. The folder is looked through once, a while after the start or when somebody
 * asks for its size; after that sizes are counted in memory. Nothing that is read or written waits for it.
 */
import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Files, systemFiles, writeFileAtomically } from '../files.js';
import type { Clock, Logger } from '../ports.js';
import { type StoredFiles, storedFiles } from './stored-files.js';

export interface CachedFile {
  path: string;
  /** Bytes. */
  size: number;
}

export interface FileCache {
  /** The file of a key, marked as used now; undefined when there is none. */
  get(key: string): Promise<CachedFile | undefined>;
  /** The bytes of a small file, marked as used now; undefined when there is none. */
  read(key: string): Promise<Buffer | undefined>;
  /**
   * Writes a file under a temporary name, syncs it, renames it and syncs the folder: under its own name it is whole or not
   * there, and it stays there when the power goes.
   * `size` is what the source promised, in bytes; another number is an error.
   */
  put(key: string, body: AsyncIterable<Uint8Array>, size: number | null): Promise<CachedFile>;
  /** Keeps a file from eviction while `use` runs. */
  holding<T>(key: string, use: () => Promise<T>): Promise<T>;
  /** Every file that lies there now, in no order. */
  list(): AsyncGenerator<StoredFile>;
  /** Takes a file of this disk in by renaming it. */
  moveIn(key: string, path: string): Promise<CachedFile>;
  /** Deletes a file, if there is one. */
  remove(key: string): Promise<void>;
  /** Evicts down to the limit now. */
  trim(): Promise<void>;
  /** Bytes counted so far: all of them once `scan` is fulfilled. */
  readonly total: number;
  /** Looks through the folder now, if that has not been done yet. */
  scan(): Promise<void>;
  /** Waits for background work. */
  close(): Promise<void>;
}

export interface StoredFile extends CachedFile {
  key: string;
  /** When it came, as far as the file system tells; milliseconds since the epoch. */
  made_ms: number;
}

/** A source that ended early or late, or sent nothing. */
export class IncompleteError extends Error {}

/** A path that was handed out is not evicted for this long: its reader may not have opened it yet. */
const graceMs = 60_000;
/** Times of use are written to the files this often, so that their order outlives a restart. */
const markMs = 600_000;
/** The look through the folder leaves the start of the program alone for this long. */
const scanAfterMs = 20_000;
/** Files taken over from it in one turn of the event loop. */
const scanStep = 4000;

interface Entry {
  size: number;
  used: number;
  /** The time of use that is written to the file; null where that is not known yet. */
  marked: number | null;
}

export interface FileCacheOptions {
  dir: string;
  limitBytes: () => number;
  clock: Clock;
  logger: Logger;
  /** The disk's own when absent. */
  files?: Files;
  /** Looks through a folder; in this thread when absent. */
  look?: (dir: string) => Promise<StoredFiles>;
}

export function createFileCache({
  dir,
  limitBytes,
  clock,
  logger,
  files = systemFiles,
  look = storedFiles,
}: FileCacheOptions): FileCache {
  /** In the order of use, oldest first. */
  const entries = new Map<string, Entry>();
  const held = new Map<string, number>();
  const partDir = join(dir, 'part');
  let total = 0;
  let closed = false;
  let trimming: Promise<void> | undefined;
  let scanning: Promise<void> | undefined;
  /** What was used or went before the folder had been looked through: newer than what is found there. Undefined afterwards. */
  let touched: Set<string> | undefined = new Set();
  // Left by a death halfway; the source has the whole.
  const cleared = rm(partDir, { recursive: true, force: true }).catch((error: unknown) =>
    logger.warn('unfinished files could not be removed', { dir, error }),
  );
  const later = setTimeout(() => void scan(), scanAfterMs);
  later.unref();

  const fileOf = (key: string) => join(dir, key.slice(0, 2), key);

  function enter(key: string, size: number, marked: number | null): void {
    const known = entries.get(key);
    total += size - (known?.size ?? 0);
    entries.delete(key);
    entries.set(key, { size, used: clock.now(), marked });
    touched?.add(key);
  }

  function forget(key: string): void {
    total -= entries.get(key)?.size ?? 0;
    entries.delete(key);
    touched?.add(key);
  }

  function scan(): Promise<void> {
    clearTimeout(later);
    scanning ??= takeIn()
      .catch((error: unknown) => {
        if (!closed) logger.warn('the cache could not be looked through', { dir, error });
      })
      .finally(() => {
        touched = undefined;
        trimSoon();
      });
    return scanning;
  }

  async function takeIn(): Promise<void> {
    await cleared;
    const found = await look(dir);
    for (const [at, key] of found.names.split('\n').entries()) {
      if (at % scanStep === scanStep - 1) await nextTurn();
      const [size, time] = [found.sizes[at], found.used[at]];
      if (size === undefined || time === undefined) continue;
      if (touched?.has(key)) {
        const entry = entries.get(key);
        if (entry?.marked === null) await mark(key, entry, time);
        continue;
      }
      entries.set(key, { size, used: time, marked: time });
      total += size;
    }
    for (const key of touched ?? []) {
      const entry = entries.get(key);
      if (entry === undefined) continue;
      entries.delete(key);
      entries.set(key, entry);
    }
  }

  async function* list(): AsyncGenerator<StoredFile & { used: number }> {
    for (const folder of await namesIn(dir)) {
      for (const key of await namesIn(join(dir, folder))) {
        const path = fileOf(key);
        const facts = await statFile(path);
        if (facts === undefined) continue;
        const { size, mtimeMs: used, birthtimeMs: born } = facts;
        // Times of use are written to the file; some systems know no other time.
        yield { key, path, size, used, made_ms: born > 0 ? Math.min(born, used) : used };
      }
    }
  }

  async function moveIn(key: string, from: string): Promise<CachedFile> {
    const path = fileOf(key);
    await mkdir(join(dir, key.slice(0, 2)), { recursive: true });
    await rename(from, path);
    const { size } = await stat(path);
    enter(key, size, clock.now());
    return { path, size };
  }

  async function get(key: string): Promise<CachedFile | undefined> {
    const path = fileOf(key);
    const facts = await statFile(path);
    if (facts === undefined) {
      forget(key);
      return undefined;
    }
    await used(key, facts.size, facts.mtimeMs);
    return { path, size: facts.size };
  }

  async function read(key: string): Promise<Buffer | undefined> {
    try {
      const bytes = await readFile(fileOf(key));
      await used(key, bytes.byteLength);
      return bytes;
    } catch (error) {
      if (!isMissing(error)) throw error;
      forget(key);
      return undefined;
    }
  }

  /** Notes that a file was used now. `modified` is the time it bears, where that was looked at. */
  async function used(key: string, size: number, modified?: number): Promise<void> {
    const marked = entries.get(key)?.marked ?? modified ?? null;
    enter(key, size, marked);
    const entry = entries.get(key);
    // What bears an unknown time is marked when the folder has been looked through.
    if (entry !== undefined && marked !== null) await mark(key, entry, marked);
  }

  /** Writes the time of use to the file, from time to time. */
  async function mark(key: string, entry: Entry, before: number): Promise<void> {
    const due = entry.used - before > markMs;
    entry.marked = due ? entry.used : before;
    const seconds = entry.used / 1000;
    if (due)
      await utimes(fileOf(key), seconds, seconds).catch((error) => logger.debug('use not marked', { key, error }));
  }

  async function put(key: string, body: AsyncIterable<Uint8Array>, size: number | null): Promise<CachedFile> {
    const path = fileOf(key);
    // Removing unfinished files must not take this one.
    await cleared;
    const written = await writeFileAtomically(files, path, body, {
      temporary: join(partDir, randomUUID()),
      check(bytes) {
        if (size !== null && bytes !== size) throw new IncompleteError(`${bytes} of ${size} bytes came`);
        if (bytes === 0) throw new IncompleteError('no bytes came');
      },
    });
    enter(key, written, clock.now());
    trimSoon();
    return { path, size: written };
  }

  /** The look through the folder trims by itself. */
  function trimSoon(): void {
    if (touched === undefined && total > limitBytes()) void trim();
  }

  function trim(): Promise<void> {
    trimming ??= evict()
      .catch((error: unknown) => logger.warn('the cache could not be trimmed', { dir, error }))
      .finally(() => {
        trimming = undefined;
      });
    return trimming;
  }

  async function evict(): Promise<void> {
    await scan();
    const now = clock.now();
    for (const [key, entry] of [...entries]) {
      if (closed || total <= limitBytes()) return;
      if (held.has(key) || now - entry.used < graceMs || entries.get(key) !== entry) continue;
      try {
        await unlink(fileOf(key));
      } catch (error) {
        // Windows keeps open files; they go another time.
        if (await statFile(fileOf(key))) {
          logger.debug('not evicted', { file: fileOf(key), error });
          continue;
        }
      }
      forget(key);
    }
  }

  return {
    get,
    read,
    put,
    list,
    moveIn,
    trim,
    async remove(key) {
      await rm(fileOf(key), { force: true });
      forget(key);
    },
    async holding(key, use) {
      held.set(key, (held.get(key) ?? 0) + 1);
      try {
        return await use();
      } finally {
        const left = (held.get(key) ?? 1) - 1;
        if (left === 0) held.delete(key);
        else held.set(key, left);
      }
    },
    get total() {
      return total;
    },
    scan,
    async close() {
      closed = true;
      clearTimeout(later);
      await scanning;
      await trimming;
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Undefined when there is no such file (or it is a folder). */
async function statFile(path: string): Promise<Stats | undefined> {
  try {
    const facts = await stat(path);
    return facts.isFile() ? facts : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether a file or its folder is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
