/** Opens a database file in the newest schema: checked, and copied before each migration. */
import { renameSync, rmSync } from 'node:fs';
import { join, parse } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors.js';
import type { Logger } from '../ports.js';
import { checkIntegrity, type Depth, usualDepth } from './check.js';
import { syncFile, syncFolderOf } from './files.js';
import type { Migration } from './migrations/index.js';
import { type Database, type FileWatch, openDatabase, type Reading } from './sqlite.js';

export interface CheckedOptions {
  file: string;
  migrations: readonly Migration[];
  logger: Logger;
  watch?: FileWatch;
  /** How deep it is looked into first: by its size when absent. */
  depth?: Depth;
  /** Whether the file is copied before a migration (default); not where it is a copy itself. */
  copies?: boolean;
}

/** Throws what `isDamage` knows for a damaged file, and NOT_SUPPORTED when a newer version of the app wrote it. */
export function openChecked({ file, watch, depth, ...options }: CheckedOptions): Database {
  const database = openDatabase(file, watch);
  try {
    checkIntegrity(database, depth ?? usualDepth(file));
    migrate(database, file, options.migrations, options.logger, options.copies);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const versionRow = z.object({ user_version: z.number().int() });

export function versionOf(database: Reading): number {
  return versionRow.parse(database.get('PRAGMA user_version')).user_version;
}

/** Applies what is missing, each migration in its own transaction with a copy of the file made before it. */
export function migrate(
  database: Database,
  file: string,
  migrations: readonly Migration[],
  logger: Logger,
  copies = true,
): void {
  let version = versionOf(database);
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
    if (!isNew && copies) copyBefore(database, file, migration, logger);
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
  syncFile(unfinished);
  renameSync(unfinished, copy);
  syncFolderOf(copy);
  logger.info('copied the library before a migration', { copy, migration: migration.name });
}
