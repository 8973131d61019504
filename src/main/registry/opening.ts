/**
 * Opens the library, and restores it when its file is damaged or gone: from the newest good copy, and with what can still
 * be read of the damaged file. The library that takes its place is made whole under another name first, so that a death
 * at any moment leaves either the damaged file or the restored one.
 */
import { copyFileSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors.js';
import type { Clock, Logger } from '../ports.js';
import { checkIntegrity, usualDepth } from './check.js';
import { type Copy, migrationCopies, rollingCopies } from './copies.js';
import { asUnwritable, removeDatabase, renameDatabase, syncFile, syncFolderOf } from './files.js';
import type { Migration } from './migrations/index.js';
import { noteRecovery, type RecoveryReport } from './recovery.js';
import { salvage } from './salvage.js';
import { openChecked, versionOf } from './schema.js';
import { type Database, type FileWatch, isDamage, openReading } from './sqlite.js';

export interface OpenOptions {
  file: string;
  migrations: readonly Migration[];
  clock: Pick<Clock, 'now'>;
  logger: Logger;
  watch?: FileWatch;
  /** A file of up to so many bytes is checked whole before it is used: see check.ts. */
  small?: number;
}

/**
 * Opens `file`, making it when there is none. A damaged file is renamed, never deleted. Throws DATA_DIR_UNWRITABLE, also
 * when there is no room to restore a damaged library: then everything stays as it was; or NOT_SUPPORTED when a newer
 * version of the app wrote the file.
 */
export function openCurrent(options: OpenOptions): Database {
  const { file, clock, logger } = options;
  const doubt = doubtOf(file);
  const thorough = existsSync(doubt);
  try {
    // Made by a run that ended before it could put it in its place.
    if (!existsSync(file) && existsSync(readyName(file))) putInPlace(file, setAsideName(file, clock.now()));
    const database = existsSync(file) ? tryOpen(options, thorough) : undefined;
    if (database !== undefined || !(existsSync(file) || hasCopies(file))) {
      rmSync(doubt, { force: true });
      return database ?? openChecked(options);
    }
    logger.error('the library file is damaged or gone', { file });
    recover(options);
    rmSync(doubt, { force: true });
    return openChecked(options);
  } catch (error) {
    throw asUnwritable(error, file);
  }
}

/** Undefined when it is damaged. */
function tryOpen(options: OpenOptions, thorough: boolean): Database | undefined {
  try {
    return openChecked({ ...options, depth: thorough ? 'thorough' : usualDepth(options.file, options.small) });
  } catch (error) {
    if (!isDamage(error)) throw error;
    options.logger.error('the library can not be read', { error });
    return undefined;
  }
}

/** While this file is there, the next opening looks at everything: a statement came upon damage. */
function doubtOf(file: string): string {
  return join(parse(file).dir, 'check-library');
}

/** Has the next opening of `file` look closely. */
export function doubtLibrary(file: string): void {
  writeFileSync(doubtOf(file), 'The library is checked thoroughly at the next start.\n');
}

function recover({ file, migrations, clock, logger }: OpenOptions): void {
  const { dir, name, ext } = parse(file);
  const draft = join(dir, `${name}.restoring${ext}`);
  const damaged = existsSync(file);
  const aside = setAsideName(file, clock.now());
  removeDatabase(draft);
  const copy = restoreInto(draft, { file, migrations, logger });
  const database = openChecked({ file: draft, migrations, logger, copies: false });
  try {
    const salvaged = damaged ? salvage(file, database, logger) : { jobs: 0, assets: 0 };
    const report: RecoveryReport = {
      aside: damaged ? aside : null,
      restored_ms: copy === undefined ? null : Math.max(copy.held_ms, copy.made_ms),
      salvaged,
      at_ms: clock.now(),
    };
    noteRecovery(database, report);
    logger.warn('restored the library', { ...report, copy: copy?.path });
  } finally {
    database.close();
  }
  syncFile(draft);
  renameSync(draft, readyName(file));
  putInPlace(file, aside);
}

function readyName(file: string): string {
  const { dir, name, ext } = parse(file);
  return join(dir, `${name}.restored${ext}`);
}

function setAsideName(file: string, now: number): string {
  const { dir, name, ext } = parse(file);
  return join(dir, `${name}.damaged-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}${ext}`);
}

/** A log that was left without its database would be taken for the restored one's: it goes aside as well. */
function putInPlace(file: string, aside: string): void {
  renameDatabase(file, aside);
  renameSync(readyName(file), file);
  syncFolderOf(file);
}

function hasCopies(file: string): boolean {
  return rollingCopies(file).length > 0 || migrationCopies(file).length > 0;
}

interface Candidate extends Copy {
  /** The newest moment it tells of, milliseconds since the epoch. */
  held_ms: number;
}

/** Copies the newest good copy to `draft`; undefined when there is none. */
function restoreInto(draft: string, { file, migrations, logger }: Omit<OpenOptions, 'clock'>): Candidate | undefined {
  const newest = migrations.at(-1)?.version ?? 0;
  const candidates = [...rollingCopies(file), ...migrationCopies(file)].flatMap((copy): Candidate[] => {
    const held_ms = heldUntil(copy.path);
    return held_ms === undefined ? [] : [{ ...copy, held_ms }];
  });
  candidates.sort((a, b) => b.held_ms - a.held_ms || b.made_ms - a.made_ms);
  for (const candidate of candidates) {
    try {
      checkCopy(candidate.path, newest);
      copyFileSync(candidate.path, draft);
      openChecked({ file: draft, migrations, logger, copies: false }).close();
      return candidate;
    } catch (error) {
      removeDatabase(draft);
      // Without room there is nothing to be had from another copy either.
      const known = asUnwritable(error, draft);
      if (known instanceof AppError && known.code === 'DATA_DIR_UNWRITABLE') throw known;
      logger.warn('a copy of the library can not be used', { copy: candidate.path, error });
    }
  }
  return undefined;
}

const heldRow = z.object({ held: z.number() });

/** Undefined when it can't be read. */
function heldUntil(copy: string): number | undefined {
  try {
    return reading(copy, (database) => {
      const newest = (table: string, column: string) => `coalesce((SELECT max(${column}) FROM ${table}), 0)`;
      const sql = `SELECT max(${newest('job', 'created_ms')}, ${newest('job', 'finished_ms')},
        ${newest('asset', 'created_ms')}, ${newest('asset', 'deleted_ms')}) AS held`;
      return heldRow.parse(database.get(sql)).held;
    });
  } catch {
    return undefined;
  }
}

function checkCopy(copy: string, newest: number): void {
  reading(copy, (database) => {
    checkIntegrity(database, 'thorough');
    const version = versionOf(database);
    if (version < 1 || version > newest) throw new Error(`it has version ${version} of the schema`);
  });
}

function reading<T>(file: string, work: (database: ReturnType<typeof openReading>) => T): T {
  const database = openReading(file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}
