/**
 * Moves a data directory that nobody works with: copies it, checks the copy, and only then tells where it is from now on.
 * The old one is left as it is. A death at any moment leaves either the old one in use, with half a copy that nobody
 * takes for a library, or the new one, whole.
 */
import {
  existsSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { MoveStatus } from '../../../shared/data-move.js';
import { AppError } from '../../../shared/errors.js';
import { type ClaimedDataDir, claimDataDir, makeFolder } from '../data-dir.js';
import { reasonOf, syncFile, syncFolderOf } from '../files.js';
import { openDatabase } from '../sqlite.js';
import { contentsOf, type Item, libraryName, topNames } from './contents.js';
import { createCopier, sha256 } from './copy.js';
import {
  readMarker,
  readMovingTo,
  removeMarker,
  removeMovingTo,
  writeMarker,
  writeMovedFrom,
  writeMovingTo,
} from './marker.js';
import { planMove } from './plan.js';

/** Moments at which a test may look, or end the process. */
export const movePoints = ['claimed', 'marked', 'file', 'copied', 'checked', 'whole', 'switched', 'finished'] as const;
export type MovePoint = (typeof movePoints)[number];

export interface MovePorts {
  kind: 'desktop' | 'headless';
  /** Reads a library's file through, which takes long for a large one: what is wrong with it, null when nothing is. */
  damageOf(file: string, signal: AbortSignal): Promise<string | null>;
  /** Where both programs find the data directory: written whole or not at all. */
  pointer: { read(): string | undefined; write(dir: string): void };
  /** Settings whose values are paths; those into the old directory come along. */
  pathSettings: readonly string[];
  /** Aborting takes the copy away again; after the switch it does nothing. */
  signal: AbortSignal;
  progress(status: MoveStatus): void;
  now(): number;
  at?(point: MovePoint): Promise<void>;
}

/** Files copied at once: most are small, and each waits for the disk. */
const copiedAtOnce = 4;

/**
 * Resolves to the new directory, which is in use from the next start on.
 *
 * @throws AppError as `planMove`, DATA_DIR_IN_USE, LIBRARY_DAMAGED for a library that can't be read through,
 * TARGET_UNWRITABLE for what could not be written there, CANCELLED. Then the old one is in use as before, and what was
 * copied is gone.
 */
export async function moveDataDir(from: string, chosen: string, ports: MovePorts): Promise<string> {
  const { signal, at = async () => {} } = ports;
  const { to, library } = await planMove(from, chosen);
  if (library !== null) {
    throw new AppError('VALIDATION_ERROR', `There is a library in ${to} already.`, {
      hint: 'Use that one, or choose an empty folder.',
      details: { path: to },
    });
  }
  const source = claimDataDir(from, { kind: ports.kind });
  try {
    const made = !existsSync(to);
    const target = claimTarget(to, ports.kind);
    let switched = false;
    try {
      await at('claimed');
      await copyAll(from, to, made, ports);
      signal.throwIfAborted();
      switchTo(to, ports.pointer);
      switched = true;
      await at('switched');
      removeMarker(to);
      removeMovingTo(from);
      await at('finished');
      return to;
    } catch (error) {
      if (switched) throw error;
      target.release();
      takeAway(to, made);
      removeMovingTo(from);
      throw signal.aborted ? signal.reason : asTargetError(error, to);
    } finally {
      target.release();
    }
  } finally {
    source.release();
  }
}

function claimTarget(to: string, kind: MovePorts['kind']): ClaimedDataDir {
  try {
    makeFolder(to);
    return claimDataDir(to, { kind, unfinished: 'mine' });
  } catch (error) {
    throw asTargetError(error, to);
  }
}

async function copyAll(from: string, to: string, made: boolean, ports: MovePorts): Promise<void> {
  const { signal, progress, at = async () => {} } = ports;
  foldLog(join(from, libraryName));
  const items = await contentsOf(from, signal);
  const names = topNames(items);
  // What an earlier attempt has left there is older than what is copied now.
  const before = readMarker(to);
  for (const name of before?.names ?? []) rmSync(join(to, name), { recursive: true, force: true });
  writeMarker(to, { from, state: 'copying', names: [...new Set([...(before?.names ?? []), ...names])], made });
  writeMovingTo(from, to);
  await at('marked');

  const files = items.filter(({ kind }) => kind === 'file');
  const bytes = files.reduce((sum, item) => sum + item.bytes, 0);
  const status: MoveStatus = { phase: 'copying', files: files.length, files_done: 0, bytes, bytes_done: 0 };
  const copier = createCopier(realpathSync(from), to);
  const copy = async (item: Item) => {
    signal.throwIfAborted();
    const copied = copier.copy(item, signal, (moved) => {
      status.bytes_done += moved;
      progress({ ...status });
    });
    // What a form remembers is no reason to leave a library where it is.
    await (item.living && item.kind === 'file' ? copied.catch(() => signal.throwIfAborted()) : copied);
    if (item.kind !== 'file') return;
    status.files_done += 1;
    progress({ ...status });
    await at('file');
  };
  // Folders first, each after the one it lies in; the library's file when everything else is there.
  for (const item of items) if (item.kind === 'folder') await copy(item);
  await severalAtOnce(
    items.filter(({ kind, path }) => kind !== 'folder' && path !== libraryName),
    copy,
  );
  for (const item of items) if (item.path === libraryName) await copy(item);
  for (const item of items) if (item.kind === 'folder') syncFolderOf(join(to, item.path, 'x'));
  syncFolderOf(join(to, 'x'));
  await at('copied');

  progress({ ...status, phase: 'checking' });
  await checkCopy(from, to, items, ports);
  await at('checked');
  followPaths(from, to, ports.pathSettings);
  writeMovedFrom(to, { from, moved_ms: ports.now(), names, files: files.length, bytes });
  writeMarker(to, { from, state: 'whole', names, made });
  await at('whole');
}

/** The log of a library that was not closed in order goes into its file: nobody else has it open. */
function foldLog(library: string): void {
  const database = openDatabase(library);
  try {
    database.get('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

/** The first failure ends it, once those under way have ended. */
async function severalAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  let failed = false;
  const runs = Array.from({ length: copiedAtOnce }, async () => {
    for (const item of queue) {
      if (failed) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  });
  const ends = await Promise.allSettled(runs);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** Everything is there in its size, nothing has changed meanwhile, and the library is the same, byte by byte and read through. */
async function checkCopy(
  from: string,
  to: string,
  items: readonly Item[],
  { damageOf, signal }: MovePorts,
): Promise<void> {
  const told = ({ path, kind, bytes }: Item) => `${path} ${kind} ${bytes}`;
  const still = (some: readonly Item[]) => some.filter(({ living }) => !living);
  const before = still(items);
  const now = still(await contentsOf(from, signal));
  const changed = now.length !== before.length || now.some((item, at) => item.modified_ms !== before[at]?.modified_ms);
  if (changed) throw unlike(from, 'something in it was changed meanwhile', 'Close what writes there, and try again.');
  const copied = new Set((await contentsOf(to, signal)).map(told));
  const missing = before.map(told).find((item) => !copied.has(item));
  if (missing !== undefined)
    throw unlike(to, `${missing} is not there as it should be`, 'Check that disk, and try again.');

  const [old, copy] = [join(from, libraryName), join(to, libraryName)];
  if ((await sha256(old, signal)) !== (await sha256(copy, signal))) {
    throw unlike(to, 'the library is not the same', 'Check that disk, and try again.');
  }
  const modified = statSync(copy).mtime;
  const damage = await damageOf(copy, signal);
  signal.throwIfAborted();
  if (damage !== null) {
    throw new AppError('LIBRARY_DAMAGED', `The library file is damaged: ${old} (${damage}).`, {
      hint: 'Start the app again: it restores the library from its newest copy. Then move it.',
      details: { path: old },
    });
  }
  // What reading it has left beside it. Nobody has it open, and the log is empty.
  for (const suffix of ['-wal', '-shm']) rmSync(copy + suffix, { force: true });
  utimesSync(copy, modified, modified);
  syncFile(copy);
}

/** Settings that lead into the old directory lead into the new one. */
function followPaths(from: string, to: string, names: readonly string[]): void {
  const file = join(to, 'settings.json');
  if (!existsSync(file)) return;
  let settings: Record<string, unknown>;
  try {
    settings = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // A broken file moves as it is: the next start tells of it, as it would have.
    return;
  }
  let followed = false;
  for (const name of names) {
    const value = settings[name];
    if (typeof value !== 'string' || !isAbsolute(value)) continue;
    if (value !== from && !value.startsWith(from + sep)) continue;
    settings[name] = join(to, relative(from, value));
    followed = true;
  }
  if (!followed) return;
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);
  syncFile(file);
}

/** What was written may be there although writing it has failed afterwards. */
function switchTo(to: string, { read, write }: MovePorts['pointer']): void {
  try {
    write(to);
  } catch (error) {
    let now: string | undefined;
    try {
      now = read();
    } catch {
      // It can't be read either: what failed first says why.
    }
    if (now !== to) throw error;
  }
}

/**
 * Takes away what a move that died has left in the folder it went to, when this is the one it came from. What somebody
 * holds, or a copy that was whole, stays.
 */
export function clearAbandonedMove(from: string): void {
  const to = readMovingTo(from);
  if (to === undefined) return;
  if (existsSync(to) && readMarker(to)?.from === from && readMarker(to)?.state === 'copying') {
    const made = readMarker(to)?.made === true;
    claimDataDir(to, { kind: 'desktop', unfinished: 'mine' }).release();
    takeAway(to, made);
  }
  removeMovingTo(from);
}

/** Only what the move itself has brought there. */
function takeAway(to: string, made: boolean): void {
  const marker = readMarker(to);
  for (const name of marker?.names ?? []) rmSync(join(to, name), { recursive: true, force: true, maxRetries: 3 });
  for (const name of ['lock.db', 'lock.db-journal', 'owner.json', 'moved-from.json'])
    rmSync(join(to, name), { force: true });
  removeMarker(to);
  if (!(made || marker?.made)) return;
  try {
    rmdirSync(to);
  } catch {
    // Somebody has put something into it: it is theirs.
  }
}

function unlike(dir: string, why: string, hint: string): AppError {
  return new AppError('TARGET_UNWRITABLE', `The copy of ${dir} could not be relied on: ${why}.`, {
    hint: `${hint} The library is where it was.`,
    details: { path: dir },
  });
}

function asTargetError(error: unknown, to: string): unknown {
  if (error instanceof AppError && error.code !== 'DATA_DIR_UNWRITABLE') return error;
  const code = error instanceof Error && 'code' in error;
  if (!code && !(error instanceof AppError)) return error;
  const why = error instanceof AppError ? error.message : `${reasonOf(error)}.`;
  return new AppError('TARGET_UNWRITABLE', `The library could not be moved to ${to}: ${why}`, {
    hint: 'It is where it was, and nothing is left there. Check the free space and the permissions, or choose another folder.',
    details: { path: to },
    cause: error,
  });
}
