/** Opens the database file in the newest schema: checked, set aside when damaged, copied before each migration. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { join, parse } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors.js';
import type { Clock, Logger } from '../ports.js';
import type { Migration } from './migrations/index.js';
import { asWriteError, type Database, isDamage, openDatabase } from './sqlite.js';

/** Something the person has to be told, though the program goes on. */
export interface RegistryNotice {
  level: 'warning';
  message: string;
  hint: string;
  /** The file it is about. */
  path: string;
}

export interface OpenOptions {
  file: string;
  migrations: readonly Migration[];
  clock: Clock;
  logger: Logger;
}

/**
 * Opens `file`, making it when there is none. A damaged file is renamed, never deleted, and a fresh one takes its place.
 * Throws DATA_DIR_UNWRITABLE, or NOT_SUPPORTED when a newer version of the app wrote the file.
 */
export function openCurrent(options: OpenOptions): { database: Database; notices: RegistryNotice[] } {
  const { file, clock, logger } = options;
  try {
    try {
      return { database: openChecked(options), notices: [] };
    } catch (error) {
      if (!isDamage(error)) throw error;
      logger.error('the library file is damaged', { file, error });
      const aside = setAside(file, clock.now());
      return { database: openChecked(options), notices: [damageNotice(aside)] };
    }
  } catch (error) {
    throw asWriteError(error, file);
  }
}

function openChecked({ file, migrations, logger }: OpenOptions): Database {
  const database = openDatabase(file);
  try {
    checkIntegrity(database);
    migrate(database, file, migrations, logger);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Damage as SQLite's own check finds it, in the form its errors have. */
class DamagedError extends Error {
  readonly errcode = 11;
}

const checkRow = z.object({ quick_check: z.string() });

function checkIntegrity(database: Database): void {
  const { quick_check } = checkRow.parse(database.get('PRAGMA quick_check(1)'));
  if (quick_check !== 'ok') throw new DamagedError(quick_check);
}

const versionRow = z.object({ user_version: z.number().int() });

/** Applies what is missing, each migration in its own transaction with a copy of the file made before it. */
export function migrate(database: Database, file: string, migrations: readonly Migration[], logger: Logger): void {
  let { user_version: version } = versionRow.parse(database.get('PRAGMA user_version'));
  const newest = migrations.at(-1)?.version ?? 0;
  // There is nothing to lose in a file that was just made.
  const isNew = version === 0;
  if (version > newest) {
    throw new AppError('NOT_SUPPORTED', `The library was written by a newer version of the app: ${file}.`, {
      hint: 'Update the app, or choose another directory with --data-dir.',
      details: { file, schema_version: version, newest_known: newest },
    });
  }
  for (const migration of migrations) {
    if (migration.version <= version) continue;
    if (!isNew) copyBefore(database, file, migration, logger);
    database.transaction(() => {
      database.exec(migration.sql);
      database.exec(`PRAGMA user_version = ${migration.version}`);
    });
    logger.debug('migrated the library', { version: migration.version, name: migration.name });
    version = migration.version;
  }
}

/** Name of the copy made before a migration, beside the file. */
export function copyName(file: string, version: number): string {
  const { dir, name, ext } = parse(file);
  return join(dir, `${name}.before-v${version}${ext}`);
}

function copyBefore(database: Database, file: string, migration: Migration, logger: Logger): void {
  const copy = copyName(file, migration.version);
  const unfinished = `${copy}.part`;
  rmSync(unfinished, { force: true });
  database.run('VACUUM INTO ?', unfinished);
  // SQLite leaves it to the system when the bytes reach the disk, and the migration must not be there before them.
  sync(unfinished, 'r+');
  renameSync(unfinished, copy);
  // Windows has no way to sync a folder, and keeps its names by itself.
  if (process.platform !== 'win32') sync(parse(copy).dir, 'r');
  logger.info('copied the library before a migration', { copy, migration: migration.name });
}

function sync(path: string, flags: 'r' | 'r+'): void {
  const descriptor = openSync(path, flags);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function setAside(file: string, now: number): string {
  const { dir, name, ext } = parse(file);
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, '-');
  const aside = join(dir, `${name}.damaged-${stamp}${ext}`);
  // The write-ahead log belongs to it: SQLite finds it by name, should someone try to mend the file.
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  }
  return aside;
}

function damageNotice(aside: string): RegistryNotice {
  return {
    level: 'warning',
    message: `The library file was damaged. It was kept as ${aside}, and a new library was started.`,
    hint: 'The files in ComfyUI are untouched. Keep the damaged file: its contents can often be saved.',
    path: aside,
  };
}
