/** A connection with its statements kept, transactions as functions, and SQLite's errors told apart. */
import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite';
import { AppError } from '../../shared/errors.js';

export type SqlValue = string | number | null | Uint8Array;

/** What can be read from. */
export interface Reading {
  /** First row, unknown until it is parsed; undefined when there is none. */
  get(sql: string, ...values: SqlValue[]): unknown;
  all(sql: string, ...values: SqlValue[]): unknown[];
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

/** Opens a file: WAL, foreign keys checked, transactions synced. */
export function openDatabase(file: string): Database {
  const connection = new DatabaseSync(file, { timeout: 5000 });
  try {
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;');
  } catch (error) {
    connection.close();
    throw error;
  }
  return wrap(connection, file);
}

/** A second connection that only reads: it sees what is committed, and holds up nobody. */
export function openReading(file: string): Reading & { close(): void } {
  const connection = new DatabaseSync(file, { timeout: 5000, readOnly: true });
  const { get, all, close } = wrap(connection, file);
  return { get, all, close };
}

function wrap(connection: DatabaseSyncInstance, file: string): Database {
  const statements = new Map<string, StatementSyncInstance>();
  const writing = new Map<string, StatementSyncInstance>();
  const kept = (cache: typeof statements, sql: string) => {
    let statement = cache.get(sql);
    if (statement === undefined) {
      statement = connection.prepare(sql);
      cache.set(sql, statement);
    }
    return statement;
  };
  const prepared = (sql: string) => kept(statements, sql);
  /**
   * The id of the last row is told with every result, and is not always ours: deleting from a full-text index inserts a row
   * of its own beyond 2⁵³, which would throw here and at every further statement until the next insert.
   */
  const preparedToWrite = (sql: string) => {
    const statement = kept(writing, sql);
    statement.setReadBigInts(true);
    return statement;
  };
  return {
    get: (sql, ...values) => prepared(sql).get(...values),
    all: (sql, ...values) => prepared(sql).all(...values),
    run: (sql, ...values) => {
      try {
        const { changes, lastInsertRowid } = preparedToWrite(sql).run(...values);
        return { changes: Number(changes), id: Number(lastInsertRowid) };
      } catch (error) {
        throw asWriteError(error, file);
      }
    },
    exec: (sql) => connection.exec(sql),
    transaction(work) {
      // Only what must not be forgotten waits for the disk: syncing every small note would double a job's latency.
      connection.exec('PRAGMA synchronous = FULL; BEGIN IMMEDIATE');
      try {
        const result = work();
        connection.exec('COMMIT');
        return result;
      } catch (error) {
        // A full disk may have rolled back already.
        if (connection.isTransaction) connection.exec('ROLLBACK');
        throw asWriteError(error, file);
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
  return damageCodes.has(sqliteCode(error) ?? -1);
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
