/**
 * The bin: what was deleted and can be had back. It is emptied by the person alone. The app's copies of what is deleted
 * for good are files, which no transaction can take along: they are noted with it, and the note goes when they are gone.
 */
import { z } from 'zod';
import { type FolderType, folderTypeSchema } from '../../shared/asset.js';
import type { Database } from './sqlite.js';

/** An asset that is no more, and whose copies may still be on this disk. */
export interface ForgottenFile {
  asset_id: string;
  folder_type: FolderType;
  filename: string;
}

export interface Bin {
  /** How many lie there, deleted before a moment in milliseconds since the epoch. */
  count(before: number): number;
  /** Ids of those, at most `limit`, longest deleted first. */
  ids(before: number, limit: number): string[];
  /** Deletes the records of these for good, as far as they lie in the bin. Their jobs stay. Returns how many went. */
  purge(assetIds: readonly string[]): number;
  /** What was purged and has its copies still, in the order of ids after `after` ('' for the first). */
  forgotten(after: string, limit: number): ForgottenFile[];
  /** Its copies are gone. */
  forgot(assetId: string): void;
}

const idRow = z.object({ asset_id: z.string() });
const countRow = z.object({ n: z.number().int() });
const fileRow = z.object({ asset_id: z.string(), folder_type: folderTypeSchema, filename: z.string() });

export function createBin({ database }: { database: Database }): Bin {
  return {
    count: (before) =>
      countRow.parse(database.get('SELECT count(*) AS n FROM asset WHERE deleted_ms < ?', Math.round(before))).n,
    ids: (before, limit) =>
      database
        .all(
          'SELECT asset_id FROM asset WHERE deleted_ms < ? ORDER BY deleted_ms, id LIMIT ?',
          Math.round(before),
          limit,
        )
        .map((row) => idRow.parse(row).asset_id),
    purge: (assetIds) =>
      database.transaction(() => {
        const ids = JSON.stringify(assetIds);
        const chosen = `FROM asset WHERE deleted_ms IS NOT NULL AND asset_id IN (SELECT value FROM json_each(?))`;
        database.run(
          `INSERT OR IGNORE INTO forgotten_file (asset_id, folder_type, filename)
           SELECT asset_id, folder_type, filename ${chosen} AND text IS NULL`,
          ids,
        );
        database.run(`DELETE FROM asset_text WHERE rowid IN (SELECT id ${chosen})`, ids);
        return database.run(`DELETE ${chosen}`, ids).changes;
      }),
    forgotten: (after, limit) =>
      database
        .all(
          'SELECT asset_id, folder_type, filename FROM forgotten_file WHERE asset_id > ? ORDER BY asset_id LIMIT ?',
          after,
          limit,
        )
        .map((row) => fileRow.parse(row)),
    forgot: (assetId) => void database.run('DELETE FROM forgotten_file WHERE asset_id = ?', assetId),
  };
}
