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
  /** True: never expires. False: expires as if it were made now. Absent: a rating, tags or albums keep it. */
  keep?: boolean;
}

export interface Curation {
  /** Stores what is given and tells it; undefined when there is no such asset. */
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

const row = z.object({ id: z.number().int() });
const idRow = z.object({ asset_id: z.string() });

export function createCuration({ database, emit, clock, assetTtlHours, assets }: CurationPorts): Curation {
  /** When it expires from now on; undefined: as before. */
  function expiryAfter({ rating = 0, tags = [], albums = [], keep }: CurationPatch): number | null | undefined {
    if (keep ?? (rating > 0 || tags.length > 0 || albums.length > 0)) return null;
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

  return {
    curate(assetId, patch) {
      const before = assets.get(assetId);
      if (before === undefined) return undefined;
      const expires_ms = expiryAfter(patch);
      database.transaction(() => {
        database.run('UPDATE asset SET judged_ms = ? WHERE asset_id = ?', Math.round(clock.now()), assetId);
        if (patch.rating !== undefined)
          database.run('UPDATE asset SET rating = ? WHERE asset_id = ?', patch.rating, assetId);
        if (expires_ms !== undefined)
          database.run('UPDATE asset SET expires_ms = ? WHERE asset_id = ?', expires_ms, assetId);
        if (patch.tags !== undefined) setTags(before, patch.tags);
        if (patch.albums !== undefined) setAlbums(database, rowOf(assetId), patch.albums, Math.round(clock.now()));
      });
      if (patch.albums !== undefined) emit({ type: 'collections.changed' });
      const after = assets.get(assetId);
      if (after !== undefined) emit({ type: 'asset.updated', asset: after });
      return after;
    },
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
