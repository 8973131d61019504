/** A connection with its statements kept, transactions as functions, and SQLite's errors told apart. */
import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite';
import { AppError } from '../../shared/errors.js';

export type SqlValue = string | number | null | Uint8Array;

/** What can be read from. */
export interface Reading {
  /** First row, unknown until it is parsed; undefined when there is none. */
  get(sql: string, ...values: SqlValue[]): unknown;
  all(sql: string, ...values: SqlValue[]): unknown[];
  /** What `make` answered before, as long as nothing has changed in the file. Absent on a connection that writes. */
  kept?<T>(key: string, make: () => T): T;
}

export interface Database extends Reading {
  /**
   * Number of rows changed, and the id of the row inserted last. Outside a transaction it outlives our death at any
   * moment, and a power cut from the next transaction on. Throws DATA_DIR_UNWRITABLE, e.g. on a full disk.
   */
  run(sql: string, ...values: SqlValue[]): { changes: number; id: number };
  /** Several statements without results. */
  exec(sql: string): void;
  /** Runs `work` in one transaction: all of it is on the disk when this returns, or nothing of it. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** What whoever watches over the library is told of its file. */
export interface FileWatch {
  /** LIBRARY_DAMAGED or DATA_DIR_UNWRITABLE, which the caller gets as well. */
  failed(error: AppError): void;
  /** A transaction is on the disk. */
  written(): void;
}

const unwatched: FileWatch = { failed() {}, written() {} };

/** Opens a file: WAL, foreign keys checked, transactions synced. */
export function openDatabase(file: string, watch = unwatched): Database {
  const connection = new DatabaseSync(file, { timeout: 5000 });
  try {
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;');
  } catch (error) {
    connection.close();
    throw error;
  }
  return wrap(connection, file, watch);
}

/** A second connection that only reads: it sees what is committed, and holds up nobody. */
export function openReading(file: string): Reading & { close(): void } {
  const connection = new DatabaseSync(file, { timeout: 5000, readOnly: true });
  // Collecting rows from all over a large table reads each of its pages many times.
  connection.exec(`PRAGMA cache_size = -${readingCacheKiB}`);
  const { get, all, close } = wrap(connection, file, unwatched);
  const answers = new Map<string, unknown>();
  let version: unknown;
  return {
    get,
    all,
    close,
    kept<T>(key: string, make: () => T): T {
      const current = Object.values(get('PRAGMA data_version') ?? {})[0];
      if (current !== version || answers.size > keptAnswers) answers.clear();
      version = current;
      if (!answers.has(key)) answers.set(key, make());
      return answers.get(key) as T;
    },
  };
}

const readingCacheKiB = 16_384;
const keptAnswers = 500;

function wrap(connection: DatabaseSyncInstance, file: string, watch: FileWatch): Database {
  const statements = new Map<string, StatementSyncInstance>();
  const prepared = (sql: string) => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = connection.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  const writing = new Map<string, StatementSyncInstance>();
  /**
   * The row inserted last may be one of the full-text index's own, whose numbers are larger than a JavaScript number holds
   * exactly; asked for as numbers that would throw, after the statement has done its work.
   */
  const preparedToWrite = (sql: string) => {
    let statement = writing.get(sql);
    if (statement === undefined) {
      statement = connection.prepare(sql);
      statement.setReadBigInts(true);
      writing.set(sql, statement);
    }
    return statement;
  };
  /** Runs a piece of work, and tells of a file that is damaged or can't be written. */
  const watched = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      const known = asFileError(error, file);
      if (known instanceof AppError && known !== error) watch.failed(known);
      throw known;
    }
  };
  return {
    get: (sql, ...values) => watched(() => prepared(sql).get(...values)),
    all: (sql, ...values) => watched(() => prepared(sql).all(...values)),
    run: (sql, ...values) =>
      watched(() => {
        const { changes, lastInsertRowid } = preparedToWrite(sql).run(...values);
        return { changes: Number(changes), id: Number(lastInsertRowid) };
      }),
    exec: (sql) => watched(() => connection.exec(sql)),
    transaction(work) {
      // Only what must not be forgotten waits for the disk: syncing every small note would double a job's latency.
      watched(() => connection.exec('PRAGMA synchronous = FULL; BEGIN IMMEDIATE'));
      try {
        const result = work();
        watched(() => connection.exec('COMMIT'));
        watch.written();
        return result;
      } catch (error) {
        // A full disk may have rolled back already.
        if (connection.isTransaction) connection.exec('ROLLBACK');
        throw error;
      } finally {
        connection.exec('PRAGMA synchronous = NORMAL');
      }
    },
    close() {
      statements.clear();
      writing.clear();
      connection.close();
    },
  };
}

/** SQLite's primary result code of a thrown error; undefined when it is another kind of error. */
export function sqliteCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

const damageCodes = new Set([11 /* CORRUPT */, 26 /* NOTADB */]);
const unwritableCodes = new Set([3 /* PERM */, 8 /* READONLY */, 10 /* IOERR */, 13 /* FULL */, 14 /* CANTOPEN */]);
export const busyCode = 5;

export function isDamage(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'LIBRARY_DAMAGED';
  return damageCodes.has(sqliteCode(error) ?? -1);
}

/** LIBRARY_DAMAGED, or what `asWriteError` answers. */
function asFileError(error: unknown, path: string): unknown {
  if (error instanceof AppError || !isDamage(error)) return asWriteError(error, path);
  return damaged(path, error);
}

/** What is said of a damaged library while the program runs. */
export function damaged(path: string, cause: unknown): AppError {
  return new AppError('LIBRARY_DAMAGED', `The library file is damaged: ${path}.`, {
    hint: 'Start the app again: it then sets the file aside and restores the library from its newest copy.',
    details: { path },
    cause,
  });
}

/** DATA_DIR_UNWRITABLE where SQLite could not write; every other error as it is. */
export function asWriteError(error: unknown, path: string): unknown {
  const code = sqliteCode(error);
  if (code === undefined || !unwritableCodes.has(code)) return error;
  return unwritable(path, code === 13 ? 'the disk is full' : errorText(error), error);
}

/** The one sentence for a place that can't be written. */
export function unwritable(path: string, reason: string, cause: unknown): AppError {
  return new AppError('DATA_DIR_UNWRITABLE', `The data directory can't be written: ${path} (${reason}).`, {
    hint: 'Check its permissions and the free space, or choose another directory with --data-dir.',
    details: { path },
    cause,
  });
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
