/**
 * Files by key in fan-out folders, within a size limit. What was used longest ago goes first, in the background; a file
 * in use, or handed out a moment ago, stays. The folder is looked through once; after that sizes are counted in memory.
 */
import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type Files, systemFiles, writeFileAtomically } from '../files.js';
import type { Clock, Logger } from '../ports.js';

export interface CachedFile {
  path: string;
  /** Bytes. */
  size: number;
}

export interface FileCache {
  /** The file of a key, marked as used now; undefined when there is none. */
  get(key: string): Promise<CachedFile | undefined>;
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
  /** Bytes counted so far: all of them once `scanned` is fulfilled. */
  readonly total: number;
  readonly scanned: Promise<unknown>;
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

interface Entry {
  file: string;
  size: number;
  used: number;
  marked: number;
}

export interface FileCacheOptions {
  dir: string;
  limitBytes: () => number;
  clock: Clock;
  logger: Logger;
  /** The disk's own when absent. */
  files?: Files;
}

export function createFileCache({ dir, limitBytes, clock, logger, files = systemFiles }: FileCacheOptions): FileCache {
  /** In the order of use, oldest first. */
  const entries = new Map<string, Entry>();
  const held = new Map<string, number>();
  const partDir = join(dir, 'part');
  let total = 0;
  let closed = false;
  let trimming: Promise<void> | undefined;
  const scanned = scan().catch((error: unknown) =>
    logger.warn('the cache could not be looked through', { dir, error }),
  );

  const fileOf = (key: string) => join(dir, key.slice(0, 2), key);

  function enter(key: string, size: number, marked: number): void {
    const known = entries.get(key);
    total += size - (known?.size ?? 0);
    entries.delete(key);
    entries.set(key, { file: fileOf(key), size, used: clock.now(), marked });
  }

  function forget(key: string): void {
    total -= entries.get(key)?.size ?? 0;
    entries.delete(key);
  }

  async function scan(): Promise<void> {
    // Left by a death halfway; the source has the whole.
    await rm(partDir, { recursive: true, force: true });
    const found: { key: string; size: number; used: number }[] = [];
    for await (const { key, size, used } of list()) found.push({ key, size, used });
    found.sort((a, b) => a.used - b.used);
    const sinceStart = [...entries];
    entries.clear();
    for (const { key, size, used } of found) entries.set(key, { file: fileOf(key), size, used, marked: used });
    for (const [key, entry] of sinceStart) {
      entries.delete(key);
      entries.set(key, entry);
    }
    total = [...entries.values()].reduce((sum, { size }) => sum + size, 0);
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
    await scanned;
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
    const marked = entries.get(key)?.marked ?? facts.mtimeMs;
    const now = clock.now();
    const due = now - marked > markMs;
    enter(key, facts.size, due ? now : marked);
    if (due)
      await utimes(path, now / 1000, now / 1000).catch((error) => logger.debug('use not marked', { path, error }));
    return { path, size: facts.size };
  }

  async function put(key: string, body: AsyncIterable<Uint8Array>, size: number | null): Promise<CachedFile> {
    const path = fileOf(key);
    // The look through the folder removes unfinished files: not this one.
    await scanned;
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

  function trimSoon(): void {
    if (total > limitBytes()) void trim();
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
    await scanned;
    const now = clock.now();
    for (const [key, entry] of [...entries]) {
      if (closed || total <= limitBytes()) return;
      if (held.has(key) || now - entry.used < graceMs || entries.get(key) !== entry) continue;
      try {
        await unlink(entry.file);
      } catch (error) {
        // Windows keeps open files; they go another time.
        if (await statFile(entry.file)) {
          logger.debug('not evicted', { file: entry.file, error });
          continue;
        }
      }
      forget(key);
    }
  }

  return {
    get,
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
    scanned,
    async close() {
      closed = true;
      await scanned;
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
