/**
 * Reads that look at the whole library: searches, counts, facets, families. They run in a thread of their own on a
 * connection that only reads, so that a search over a million rows holds up no generation and no frame.
 */
import { AppError } from '../../shared/errors.js';
import type { Sort } from '../../shared/library.js';
import { type Asking, createThread, type Thread } from '../threads.js';
import { damageOf, tablesOf } from './check.js';
import { makeCopy } from './copies.js';
import type { AssetFilter } from './filters.js';
import { modelUse } from './model-use.js';
import {
  countAssets,
  countFacets,
  indexAssets,
  libraryStats,
  lineageOf,
  listAssets,
  makersOf,
  type PageQuery,
} from './queries.js';
import type { Reading } from './sqlite.js';

/** What the reader can be asked. */
export function questionsOf(database: Reading, now: () => number) {
  return {
    list: (query: PageQuery) => listAssets(database, query, now()),
    count: (filter: AssetFilter) => countAssets(database, filter, now()),
    facets: (filter: AssetFilter) => countFacets(database, filter, now()),
    index({ sort = 'newest', ...filter }: AssetFilter & { sort?: Sort }) {
      return indexAssets(database, filter, sort, now());
    },
    makers({ from, to, ...filter }: AssetFilter & { from: number; to: number }) {
      return makersOf(database, filter, { from, to }, now());
    },
    models: (names: readonly string[]) => modelUse(database, names),
    lineage: (assetId: string) => lineageOf(database, assetId),
    stats: (_: null) => libraryStats(database, now()),
    tables: (_: null) => tablesOf(database),
    damage: (table: string) => damageOf(database, table),
    /** A copy of the file it reads: asked of a reader of its own, as it takes as long as reading all of it. */
    copy: (file: string) => makeCopy(database, file, now()),
  };
}
export type Questions = ReturnType<typeof questionsOf>;

/** Everything committed before a call is seen. Throws VALIDATION_ERROR for a query that can't be understood. */
export type Reader = { ask: Asking<Questions> };

export interface ReaderThreadOptions {
  /** The built `reader-thread.js`. */
  script: string;
  /** The database. */
  file: string;
  /** Told LIBRARY_DAMAGED, beside whoever asked. */
  onDamage: (error: AppError) => void;
}

export function createReaderThread({ script, file, onDamage }: ReaderThreadOptions): Thread<Questions> {
  const { ask, close } = createThread<Questions>(script, { workerData: { file } });
  return {
    ask: (...question) =>
      ask(...question).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'LIBRARY_DAMAGED') onDamage(error);
        throw error;
      }),
    close,
  };
}
