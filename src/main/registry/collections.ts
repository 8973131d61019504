/** Albums, and searches that are kept under a name. Names are unique, whatever their case. */
import { z } from 'zod';
import { type Album, albumSchema, type SavedSearch, savedSearchSchema } from '../../shared/library.js';
import type { Clock, Emit } from '../ports.js';
import type { Database } from './sqlite.js';

export interface Collections {
  /** With the number of assets that are not in the bin, by name. */
  albums(): Album[];
  /** Makes an album when there is none of that name. */
  addAlbum(name: string): void;
  /** False when there is no album `from`, or there is another one called `to` already. */
  renameAlbum(from: string, to: string): boolean;
  /** The assets stay. False when there is no such album. */
  removeAlbum(name: string): boolean;
  savedSearches(): SavedSearch[];
  /** Replaces the one of that name. */
  saveSearch(search: SavedSearch): void;
  removeSearch(name: string): boolean;
}

export function createCollections({
  database,
  emit,
  clock,
}: {
  database: Database;
  emit: Emit;
  clock: Pick<Clock, 'now'>;
}): Collections {
  const changed = <T>(work: () => T): T => {
    const result = database.transaction(work);
    emit({ type: 'collections.changed' });
    return result;
  };
  const now = () => Math.round(clock.now());
  const idOf = (name: string) => database.get('SELECT id FROM album WHERE name = ?', name);
  return {
    albums: () =>
      z.array(albumSchema).parse(
        database.all(
          `SELECT name, (SELECT count(*) FROM album_asset JOIN asset ON asset.id = album_asset.asset_id
             WHERE album_asset.album_id = album.id AND asset.deleted_ms IS NULL) AS count
           FROM album ORDER BY name`,
        ),
      ),
    addAlbum: (name) => changed(() => insertAlbum(database, name, now())),
    renameAlbum(from, to) {
      const taken = idOf(to);
      const same = from.localeCompare(to, undefined, { sensitivity: 'accent' }) === 0;
      if (idOf(from) === undefined || (taken !== undefined && !same)) return false;
      changed(() => database.run('UPDATE album SET name = ? WHERE name = ?', to, from));
      return true;
    },
    removeAlbum(name) {
      if (idOf(name) === undefined) return false;
      changed(() => database.run('DELETE FROM album WHERE name = ?', name));
      return true;
    },
    savedSearches: () =>
      z.array(savedSearchSchema).parse(database.all('SELECT name, query, sort FROM saved_search ORDER BY name')),
    saveSearch: ({ name, query, sort }) =>
      changed(() => {
        database.run(
          `INSERT INTO saved_search (name, query, sort, created_ms) VALUES (?, ?, ?, ?)
           ON CONFLICT (name) DO UPDATE SET name = excluded.name, query = excluded.query, sort = excluded.sort`,
          name,
          query,
          sort,
          now(),
        );
      }),
    removeSearch(name) {
      const found = database.get('SELECT id FROM saved_search WHERE name = ?', name) !== undefined;
      if (found) changed(() => database.run('DELETE FROM saved_search WHERE name = ?', name));
      return found;
    },
  };
}

function insertAlbum(database: Database, name: string, now: number): void {
  database.run('INSERT OR IGNORE INTO album (name, created_ms) VALUES (?, ?)', name, now);
}

/** Puts an asset into exactly these albums, within the caller's transaction; what is new among them is made. */
export function setAlbums(database: Database, id: number, names: readonly string[], now: number): void {
  // Those it stays in keep when it came into them.
  database.run(
    `DELETE FROM album_asset WHERE asset_id = ? AND album_id NOT IN
       (SELECT album.id FROM album WHERE name IN (SELECT value FROM json_each(?)))`,
    id,
    JSON.stringify(names),
  );
  for (const name of names) {
    insertAlbum(database, name, now);
    database.run(
      `INSERT OR IGNORE INTO album_asset (album_id, asset_id, added_ms)
       SELECT id, ?, ? FROM album WHERE name = ?`,
      id,
      now,
      name,
    );
  }
}
