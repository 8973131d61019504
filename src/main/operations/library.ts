/** The library as a whole: its index, what there is to filter by, families, albums and saved searches. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Handlers } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import type { SavedSearch } from '../../shared/library.js';
import type { Rooms } from './rooms.js';
import { missingAsset } from './visible.js';

export type LibraryHandlers = Pick<
  Handlers,
  | 'get_library_stats'
  | 'get_gallery_index'
  | 'get_facets'
  | 'get_lineage'
  | 'get_collections'
  | 'save_album'
  | 'delete_album'
  | 'save_search'
  | 'delete_search'
>;

export function createLibraryHandlers(rooms: Rooms): LibraryHandlers {
  const { registry, media, bus, settings } = rooms;
  const { reader, collections } = registry;
  /** A search that was saved by another version may not be understood: it finds nothing. */
  const found = async ({ query }: SavedSearch) => {
    try {
      return await reader.ask('count', { query, include_expired: true });
    } catch (error) {
      if (error instanceof AppError && error.code === 'VALIDATION_ERROR') return 0;
      throw error;
    }
  };
  return {
    async get_library_stats() {
      const [stats, database, cached] = await Promise.all([
        reader.ask('stats', null),
        databaseBytes(path.join(settings.dataDir, 'library.db')),
        media.usage(),
      ]);
      return { ...stats, disk: { database, ...cached } };
    },

    async get_gallery_index(query) {
      // The number is taken before the rows are read: events since then are applied on top and harm nothing twice.
      const seq = bus.seq;
      return { seq, ...(await reader.ask('index', query)) };
    },

    get_facets: (filter) => reader.ask('facets', { ...filter, include_expired: true }),

    async get_lineage({ asset_id }) {
      const lineage = await reader.ask('lineage', asset_id);
      if (lineage === undefined) throw missingAsset(rooms, asset_id);
      return lineage;
    },

    async get_collections() {
      const searches = collections.savedSearches().map(async (search) => ({ ...search, count: await found(search) }));
      return { albums: collections.albums(), searches: await Promise.all(searches) };
    },

    async save_album({ name, rename_from }) {
      if (rename_from === undefined) collections.addAlbum(name);
      else if (!collections.renameAlbum(rename_from, name)) throw unrenamed(rename_from, name);
      return { name };
    },

    async delete_album({ name }) {
      if (!collections.removeAlbum(name)) throw noSuch('album', name);
      return { name };
    },

    async save_search(search) {
      collections.saveSearch(search);
      return search;
    },

    async delete_search({ name }) {
      if (!collections.removeSearch(name)) throw noSuch('saved search', name);
      return { name };
    },
  };
}

/** With the newest changes, which stand in a file beside it. */
async function databaseBytes(file: string): Promise<number> {
  const sizes = await Promise.all(
    ['', '-wal'].map((suffix) =>
      stat(file + suffix).then(
        ({ size }) => size,
        () => 0, // no such file: nothing was written since the last checkpoint
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function noSuch(what: string, name: string): AppError {
  return new AppError('NOT_FOUND', `There is no ${what} called ${name}.`, { details: { name } });
}

function unrenamed(from: string, to: string): AppError {
  return new AppError('VALIDATION_ERROR', `The album ${from} can't be called ${to}.`, {
    hint: 'There is no such album, or another one has that name already.',
    details: { name: from, to },
  });
}
