/** Opens the database file in the newest schema: checked, set aside when damaged, copied before each migration. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join, parse } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors.js';
import type { Clock, Logger } from '../ports.js';
import { checkAtStart, removeMark, smallBytes } from './check.js';
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
  /** A file of up to so many bytes is checked whole before it is used: see check.ts. */
  small?: number;
}

export interface Opened {
  database: Database;
  notices: RegistryNotice[];
  /** False: it is to be checked when the program runs. */
  checked: boolean;
}

/**
 * Opens `file`, making it when there is none. A damaged file is renamed, never deleted, and a fresh one takes its place.
 * Throws DATA_DIR_UNWRITABLE, or NOT_SUPPORTED when a newer version of the app wrote the file.
 */
export function openCurrent(options: OpenOptions): Opened {
  const { file, clock, logger } = options;
  try {
    try {
      return { ...openChecked(options), notices: [] };
    } catch (error) {
      if (!isDamage(error)) throw error;
      logger.error('the library file is damaged', { file, error });
      const aside = setAside(file, clock.now());
      return { ...openChecked(options), notices: [damageNotice(aside)] };
    }
  } catch (error) {
    throw asWriteError(error, file);
  }
}

function openChecked({ file, migrations, logger, small = smallBytes }: OpenOptions): Omit<Opened, 'notices'> {
  const database = openDatabase(file);
  try {
    const checked = checkAtStart(database, file, small);
    if (checked) removeMark(file);
    migrate(database, file, migrations, logger);
    return { database, checked };
  } catch (error) {
    database.close();
    throw error;
  }
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
  renameSync(unfinished, copy);
  logger.info('copied the library before a migration', { copy, migration: migration.name });
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
