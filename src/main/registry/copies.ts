/**
 * Copies of the library: a rolling one a day, the last two of them kept, and those that were made before a migration.
 * A copy has its name only when it is whole, checked and on the disk.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { z } from 'zod';
import { asUnwritable, syncFile, syncFolderOf } from './files.js';
import { openReading, type Reading } from './sqlite.js';

/** So many rolling copies are kept. */
const keptCopies = 2;

/** A copy as its name and its file tell it, unchecked. */
export interface Copy {
  path: string;
  /** When it was made, milliseconds since the epoch. */
  made_ms: number;
}

export function copiesFolder(file: string): string {
  return join(dirname(file), 'copies');
}

const rollingName = /^library-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z\.db$/;

function nameOf(now: number): string {
  return `library-${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z.db`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // None was made yet, or it can't be read: then there is none to be had.
    return [];
  }
}

/** The rolling copies, newest first. */
export function rollingCopies(file: string): Copy[] {
  const folder = copiesFolder(file);
  return namesIn(folder)
    .flatMap((name) => {
      const [, year, month, day, hour, minute, second] = rollingName.exec(name) ?? [];
      if (second === undefined) return [];
      const made_ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
      return { path: join(folder, name), made_ms };
    })
    .sort((a, b) => b.made_ms - a.made_ms);
}

/** The copies made before migrations, in no order. */
export function migrationCopies(file: string): Copy[] {
  const { dir, name, ext } = parse(file);
  return namesIn(dir)
    .filter((found) => found.startsWith(`${name}.before-v`) && found.endsWith(ext))
    .map((found) => ({ path: join(dir, found), made_ms: statSync(join(dir, found)).mtimeMs }));
}

/** Whether the newest rolling copy is older than `maxAgeMs` and the library was written since. */
export function isCopyDue(file: string, now: number, maxAgeMs: number): boolean {
  const [newest] = rollingCopies(file);
  if (newest === undefined) return true;
  // A clock that was set back must not stop the copies for as long as it had been ahead.
  if (now >= newest.made_ms && now - newest.made_ms < maxAgeMs) return false;
  // A millisecond: file systems round.
  return writtenMs(file) > statSync(newest.path).mtimeMs + 1;
}

/** When the database or its log was written last. */
function writtenMs(file: string): number {
  const times = [file, `${file}-wal`].map((name) => statSync(name, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return Math.max(...times);
}

const versionRow = z.object({ user_version: z.number().int() });
const checkRow = z.object({ quick_check: z.string() });

/**
 * Makes a rolling copy of `file` through a connection to it, which may be one that only reads, and drops the oldest. Takes
 * seconds for a large library. Answers the path. Throws DATA_DIR_UNWRITABLE, and leaves nothing behind then.
 */
export function makeCopy(database: Reading, file: string, now: number): string {
  const folder = copiesFolder(file);
  const path = join(folder, nameOf(now));
  const unfinished = `${path}.part`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Left by a death halfway.
    for (const name of namesIn(folder)) if (name.includes('.part')) rmSync(join(folder, name), { force: true });
    // Before the copy begins: what is written meanwhile makes the next one due.
    const written = writtenMs(file) / 1000;
    database.get('VACUUM INTO ?', unfinished);
    check(unfinished, versionRow.parse(database.get('PRAGMA user_version')).user_version);
    utimesSync(unfinished, written, written);
    syncFile(unfinished);
    renameSync(unfinished, path);
    syncFolderOf(path);
  } catch (error) {
    // Where there is no folder there is nothing half made.
    if (namesIn(folder).length > 0) rmSync(unfinished, { force: true });
    throw asUnwritable(error, folder);
  }
  for (const old of rollingCopies(file).slice(keptCopies)) rmSync(old.path, { force: true });
  return path;
}

function check(copy: string, version: number): void {
  const database = openReading(copy);
  try {
    const { quick_check } = checkRow.parse(database.get('PRAGMA quick_check(1)'));
    const { user_version } = versionRow.parse(database.get('PRAGMA user_version'));
    if (quick_check !== 'ok' || user_version !== version) throw new Error(`the copy is not whole: ${quick_check}`);
  } finally {
    database.close();
  }
}
