/**
 * Reads that look at the whole library: searches, counts, facets, families. They run in a thread of their own on a
 * connection that only reads, so that a search over a million rows holds up no generation and no frame.
 */
import { Worker } from 'node:worker_threads';
import { type ErrorValue, fromErrorValue, toErrorValue } from '../../shared/errors.js';
import type { Facets, LibraryStats, Lineage, Sort } from '../../shared/library.js';
import { damageOf, tablesOf } from './check.js';
import type { AssetFilter } from './filters.js';
import {
  type AssetIndex,
  type AssetPage,
  countAssets,
  countFacets,
  indexAssets,
  libraryStats,
  lineageOf,
  listAssets,
  type PageQuery,
} from './queries.js';
import type { Reading } from './sqlite.js';

/** Answers of the reader by name of the question. `now` is milliseconds since the epoch. */
export const questions = {
  list: (database: Reading, now: number, query: PageQuery): AssetPage => listAssets(database, query, now),
  count: (database: Reading, now: number, filter: AssetFilter): number => countAssets(database, filter, now),
  facets: (database: Reading, now: number, filter: AssetFilter): Facets => countFacets(database, filter, now),
  index: (database: Reading, now: number, query: AssetFilter & { sort?: Sort }): AssetIndex => {
    const { sort = 'newest', ...filter } = query;
    return indexAssets(database, filter, sort, now);
  },
  lineage: (database: Reading, _now: number, assetId: string): Lineage | undefined => lineageOf(database, assetId),
  stats: (database: Reading, now: number, _query: null): LibraryStats => libraryStats(database, now),
  tables: (database: Reading, _now: number, _query: null): string[] => tablesOf(database),
  damage: (database: Reading, _now: number, table: string): string | null => damageOf(database, table),
} as const;

type Questions = typeof questions;
export type QuestionName = keyof Questions;
type Asked<K extends QuestionName> = Parameters<Questions[K]>[2];
type Answered<K extends QuestionName> = ReturnType<Questions[K]>;

export interface Reader {
  /** Everything committed before the call is seen. Throws VALIDATION_ERROR for a query that can't be understood. */
  ask<K extends QuestionName>(name: K, query: Asked<K>): Promise<Answered<K>>;
  /** Undefined when there is nothing to wait for. */
  close(): Promise<void> | undefined;
}

export interface Question {
  id: number;
  name: QuestionName;
  query: unknown;
  now: number;
}

export type Answer = { id: number; value: unknown } | { id: number; error: ErrorValue };

/** Runs a question; the types of name and query belong together. */
export function answer(database: Reading, { id, name, query, now }: Question): Answer {
  try {
    const run = questions[name] as (database: Reading, now: number, query: unknown) => unknown;
    return { id, value: run(database, now, query) };
  } catch (error) {
    return { id, error: toErrorValue(error) };
  }
}

/** A reader without a thread, for tests and small tools. */
export function createInlineReader(database: Reading, now: () => number): Reader {
  return {
    ask: async (name, query) => valueIn(answer(database, { id: 0, name, query, now: now() })),
    close: () => undefined,
  };
}

/**
 * A reader in a thread, which is started with the first question. `script` is the built `reader-thread.js`; `file` the
 * database.
 */
export function createThreadReader({ script, file, now }: { script: string; file: string; now: () => number }): Reader {
  const waiting = new Map<number, { resolve(value: Answer): void; reject(error: unknown): void }>();
  let thread: Worker | undefined;
  let lastId = 0;
  let closed = false;

  const fail = (error: unknown) => {
    thread = undefined;
    const left = [...waiting.values()];
    waiting.clear();
    for (const { reject } of left) reject(error);
  };

  function start(): Worker {
    const started = new Worker(script, { workerData: { file } });
    started.on('message', (message: Answer) => {
      waiting.get(message.id)?.resolve(message);
      waiting.delete(message.id);
      // An idle thread keeps no program alive.
      if (waiting.size === 0) started.unref();
    });
    started.on('error', fail);
    started.on('exit', (code) => {
      if (thread === started) fail(new Error(`the reading thread ended with ${code}`));
    });
    return started;
  }

  return {
    async ask(name, query) {
      if (closed) throw new Error('the library is closed');
      thread ??= start();
      const running = thread;
      running.ref();
      lastId += 1;
      const question: Question = { id: lastId, name, query, now: now() };
      const told = await new Promise<Answer>((resolve, reject) => {
        waiting.set(question.id, { resolve, reject });
        running.postMessage(question);
      });
      return valueIn(told);
    },
    close() {
      closed = true;
      const ending = thread;
      fail(new Error('the library is closed'));
      return ending?.terminate().then(() => {});
    },
  };
}

/** The answer has the type of its question, which a message can not carry. */
function valueIn<T>(told: Answer): T {
  if ('error' in told) throw fromErrorValue(told.error);
  return told.value as T;
}
