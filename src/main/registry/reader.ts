/**
 * Reads that look at the whole library: searches, counts, facets, families. They run in a thread of their own on a
 * connection that only reads, so that a search over a million rows holds up no generation and no frame.
 */
import type { Sort } from '../../shared/library.js';
import { type Asking, createThread, type Thread } from '../threads.js';
import type { AssetFilter } from './filters.js';
import {
  countAssets,
  countFacets,
  indexAssets,
  libraryStats,
  lineageOf,
  listAssets,
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
    lineage: (assetId: string) => lineageOf(database, assetId),
    stats: (_: null) => libraryStats(database, now()),
  };
}
export type Questions = ReturnType<typeof questionsOf>;

/** Everything committed before a call is seen. Throws VALIDATION_ERROR for a query that can't be understood. */
export type Reader = { ask: Asking<Questions> };

/** `script` is the built `reader-thread.js`; `file` the database. */
export function createReaderThread(script: string, file: string): Thread<Questions> {
  return createThread<Questions>(script, { workerData: { file } });
}
