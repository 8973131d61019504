/**
 * What people and agents decide about assets: how good, under which tags, whether kept, whether wanted at all. Deleting
 * moves into the bin: the record, its job and its files stay as they are, and so do ComfyUI's own files.
 */
import { z } from 'zod';
import type { Asset } from '../../shared/asset.js';
import type { Clock, Emit } from '../ports.js';
import type { Assets } from './assets.js';
import { setAlbums } from './collections.js';
import { reindexTags } from './search.js';
import type { Database } from './sqlite.js';

export interface CurationPatch {
  /** Stars 1 to 5; 0 takes the rating back, -1 rejects. */
  rating?: number;
  /** Replaces the tags there are. */
  tags?: readonly string[];
  /** Replaces the albums it is in; what is new among them is made. */
  albums?: readonly string[];
  /** Put to and taken from those there are, or those that `tags` and `albums` give. */
  add_tags?: readonly string[];
  remove_tags?: readonly string[];
  add_albums?: readonly string[];
  remove_albums?: readonly string[];
  /** True: never expires. False: expires as if it were made now. Absent: a rating, tags or albums keep it. */
  keep?: boolean;
}

export interface Curation {
  /** Stores what is given for all of them, in one transaction, and tells it. Unknown ones are left out of the answer. */
  curateAll(assetIds: readonly string[], patch: CurationPatch): Asset[];
  /** The same for one; undefined when there is no such asset. */
  curate(assetId: string, patch: CurationPatch): Asset | undefined;
  /** Moves into the bin. Returns the ids that are there now; unknown ones are left out. */
  remove(assetIds: readonly string[]): string[];
  /** Brings back from the bin, also what has expired. Returns the ids that are in the library now. */
  restore(assetIds: readonly string[]): string[];
  isInBin(assetId: string): boolean;
}

export interface CurationPorts {
  database: Database;
  emit: Emit;
  clock: Clock;
  /** 0 = never. */
  assetTtlHours: () => number;
  assets: Pick<Assets, 'get' | 'getMany'>;
}

/** A list as it is to be; undefined where nothing is to change. */
function listAfter(
  before: readonly string[],
  given: readonly string[] | undefined,
  added: readonly string[] = [],
  taken: readonly string[] = [],
): string[] | undefined {
  const gone = new Set(taken);
  const next = [...new Set([...(given ?? before).filter((one) => !gone.has(one)), ...added])];
  const same = next.length === before.length && next.every((one) => before.includes(one));
  return same ? undefined : next;
}

const row = z.object({ id: z.number().int() });
const idRow = z.object({ asset_id: z.string() });

export function createCuration({ database, emit, clock, assetTtlHours, assets }: CurationPorts): Curation {
  /** When it expires from now on; undefined: as before. */
  function expiryAfter({ rating = 0, keep, ...lists }: CurationPatch): number | null | undefined {
    const { tags, albums, add_tags, add_albums } = lists;
    const labelled = [tags, albums, add_tags, add_albums].some((given = []) => given.length > 0);
    if (keep ?? (rating > 0 || labelled)) return null;
    if (keep === undefined) return undefined;
    const hours = assetTtlHours();
    return hours > 0 ? Math.round(clock.now() + hours * 3_600_000) : null;
  }

  const rowOf = (assetId: string) => row.parse(database.get('SELECT id FROM asset WHERE asset_id = ?', assetId)).id;

  function setTags(asset: Asset, tags: readonly string[]): void {
    const id = rowOf(asset.asset_id);
    database.run('DELETE FROM asset_tag WHERE asset_id = ?', id);
    for (const tag of tags) database.run('INSERT OR IGNORE INTO asset_tag (asset_id, tag) VALUES (?, ?)', id, tag);
    reindexTags(database, { ...asset, tags: [...tags] });
  }

  /** The ids among these that are in the library, or in the bin. */
  function idsWhere(assetIds: readonly string[], state: 'IS NULL' | 'IS NOT NULL'): string[] {
    return database
      .all(
        `SELECT asset_id FROM asset WHERE deleted_ms ${state} AND asset_id IN (SELECT value FROM json_each(?))`,
        JSON.stringify(assetIds),
      )
      .map((found) => idRow.parse(found).asset_id);
  }

  function setDeleted(assetIds: readonly string[], deleted_ms: number | null): void {
    database.run(
      'UPDATE asset SET deleted_ms = ?, judged_ms = ? WHERE asset_id IN (SELECT value FROM json_each(?))',
      deleted_ms,
      Math.round(clock.now()),
      JSON.stringify(assetIds),
    );
  }

  function curateAll(assetIds: readonly string[], patch: CurationPatch): Asset[] {
    const known = assets.getMany([...new Set(assetIds)]);
    if (known.length === 0) return [];
    const now = Math.round(clock.now());
    const expires_ms = expiryAfter(patch);
    let albumsChanged = false;
    const ids = JSON.stringify(known.map(({ asset_id }) => asset_id));
    const set = (column: 'judged_ms' | 'rating' | 'expires_ms', value: number | null) =>
      database.run(`UPDATE asset SET ${column} = ? WHERE asset_id IN (SELECT value FROM json_each(?))`, value, ids);
    database.transaction(() => {
      set('judged_ms', now);
      if (patch.rating !== undefined) set('rating', patch.rating);
      if (expires_ms !== undefined) set('expires_ms', expires_ms);
      for (const before of known) {
        const { asset_id } = before;
        const tags = listAfter(before.tags, patch.tags, patch.add_tags, patch.remove_tags);
        if (tags !== undefined) setTags(before, tags);
        const albums = listAfter(before.albums, patch.albums, patch.add_albums, patch.remove_albums);
        if (albums !== undefined) setAlbums(database, rowOf(asset_id), albums, now);
        albumsChanged ||= albums !== undefined;
      }
    });
    if (albumsChanged) emit({ type: 'collections.changed' });
    const after = assets.getMany(known.map(({ asset_id }) => asset_id));
    for (const asset of after) emit({ type: 'asset.updated', asset });
    return after;
  }

  return {
    curate: (assetId, patch) => curateAll([assetId], patch)[0],
    curateAll,
    remove(assetIds) {
      const leaving = idsWhere(assetIds, 'IS NULL');
      if (leaving.length > 0) database.transaction(() => setDeleted(leaving, Math.round(clock.now())));
      for (const asset_id of leaving) emit({ type: 'asset.removed', asset_id });
      return idsWhere(assetIds, 'IS NOT NULL');
    },
    restore(assetIds) {
      const coming = idsWhere(assetIds, 'IS NOT NULL');
      if (coming.length > 0) database.transaction(() => setDeleted(coming, null));
      for (const asset of assets.getMany(coming)) emit({ type: 'asset.added', asset });
      return idsWhere(assetIds, 'IS NULL');
    },
    isInBin: (assetId) => idsWhere([assetId], 'IS NOT NULL').length > 0,
  };
}
