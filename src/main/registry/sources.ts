/**
 * Folders of this machine whose files are in the library: which files were looked into, and which asset each of them is.
 * Several files may be one asset. An asset all of whose files went away is marked as missing and keeps its record.
 */
import path from 'node:path';
import { z } from 'zod';
import type { Asset, Parameters } from '../../shared/asset.js';
import type { SourceFolder } from '../../shared/library.js';
import type { Clock, Emit } from '../ports.js';
import type { Assets } from './assets.js';
import { absorbTwin, registerFile } from './imports.js';
import { reindexTags } from './search.js';
import type { Database } from './sqlite.js';

/** A file below a source folder, as it was when it was looked into. */
export interface KnownFile {
  /** Relative to the folder, with `/`. */
  path: string;
  bytes_size: number;
  /** Milliseconds since the epoch. */
  modified_ms: number;
  /** Null for one whose asset was deleted for good. */
  asset_id: string | null;
  missing: boolean;
}

/** What reading a file told. */
export interface FoundFile {
  path: string;
  bytes_size: number;
  modified_ms: number;
  /** Over the size and samples of the file. */
  sample_hash: string;
  width: number | null;
  height: number | null;
  duration_seconds: number | null;
  animated: boolean;
  parameters: Parameters;
  /** The graph it was made with, packed as documents are stored, and a hash of its text: equal graphs are kept once. */
  graph: { packed: Uint8Array; hash: string } | null;
  /** The graph of ComfyUI's page, packed. */
  workflow: Uint8Array | null;
  /** The asset that is this very file, found elsewhere. */
  same_as: string | null;
}

export interface ImportCounts {
  added: number;
  /** The file is an asset that was there already. */
  joined: number;
  /** Another content under a known name. */
  replaced: number;
}

/** A file that may be the same as another one. */
export interface Candidate {
  asset_id: string;
  /** False: a generated asset whose file was never sampled. */
  sampled: boolean;
  imported: boolean;
  filename: string;
  /** Milliseconds since the epoch. */
  created_ms: number;
}

export interface Sources {
  folders(): SourceFolder[];
  folder(id: number): SourceFolder | undefined;
  /** Adds a folder by its absolute path, or takes it up again. */
  add(folderPath: string, watched: boolean): SourceFolder;
  watch(id: number, watched: boolean): void;
  /** Its assets move into the bin, as far as they have no other file; false when there is no such folder. */
  remove(id: number): boolean;
  /** Those of these paths that were looked into. */
  known(id: number, paths: readonly string[]): Map<string, KnownFile>;
  /** Every asset of this size whose samples are the same, or that was never sampled. */
  candidates(bytes_size: number, sample_hash: string): Candidate[];
  setSample(assetId: string, sample_hash: string): void;
  /**
   * Notes the samples of a generated asset, and takes over the record of the same file where a watched folder showed it
   * before its job had ended: what people decided about that one is kept.
   */
  absorb(assetId: string, sample_hash: string): void;
  /** Registers files in one transaction; they are told by `announce`, or one by one when there are few. */
  register(id: number, files: readonly FoundFile[], options: { tell: boolean }): ImportCounts;
  /** Notes that a file has the same content under its new time, or is there again. */
  touch(id: number, file: Pick<KnownFile, 'path' | 'modified_ms'>): void;
  /** Marks files that are no longer there. Returns how many were marked. */
  lose(id: number, paths: readonly string[]): number;
  /** Paths of the folder in slices, for telling what went away. */
  pathsAfter(id: number, after: string, limit: number): string[];
  scanned(id: number): void;
  /** Tells that more has changed than was told singly. */
  announce(): void;
  /** Absolute paths of the files that an asset is, with the size each had. */
  filesOf(assetId: string): { path: string; bytes_size: number }[];
}

const folderRow = z.object({
  id: z.number().int(),
  path: z.string(),
  watched: z.number().transform((value) => value === 1),
  scanned_ms: z.number().nullable(),
  files: z.number().int(),
});
const folderSql = `SELECT id, path, watched, scanned_ms,
  (SELECT count(*) FROM source_file WHERE folder_id = source_folder.id AND asset_id IS NOT NULL AND missing_ms IS NULL)
    AS files
  FROM source_folder WHERE removed_ms IS NULL`;
const fileRow = z
  .object({
    path: z.string(),
    bytes_size: z.number(),
    modified_ms: z.number(),
    asset_id: z.string().nullable(),
    missing_ms: z.number().nullable(),
  })
  .transform(({ missing_ms, ...file }) => ({ ...file, missing: missing_ms !== null }));
const idRow = z.object({ id: z.number().int() });
const pathRow = z.object({ path: z.string() });

export function createSources({
  database,
  emit,
  clock,
  assets,
}: {
  database: Database;
  emit: Emit;
  clock: Pick<Clock, 'now'>;
  assets: Pick<Assets, 'get'>;
}): Sources {
  const now = () => Math.round(clock.now());
  const toFolder = (row: unknown): SourceFolder => {
    const { scanned_ms, ...folder } = folderRow.parse(row);
    return { ...folder, scanned_at: scanned_ms === null ? null : new Date(scanned_ms).toISOString() };
  };
  const folder = (id: number) => {
    const row = database.get(`${folderSql} AND id = ?`, id);
    return row === undefined ? undefined : toFolder(row);
  };
  const changed = () => emit({ type: 'sources.changed' });
  const tellAsset = (asset: Asset | undefined, type: 'asset.added' | 'asset.updated') => {
    if (asset !== undefined) emit({ type, asset });
  };

  return {
    folders: () => database.all(`${folderSql} ORDER BY path`).map(toFolder),
    folder,
    add(folderPath, watched) {
      const { id } = idRow.parse(
        database.transaction(() => {
          database.run(
            `INSERT INTO source_folder (path, watched, added_ms) VALUES (?, ?, ?)
             ON CONFLICT (path) DO UPDATE SET watched = excluded.watched, removed_ms = NULL`,
            folderPath,
            watched ? 1 : 0,
            now(),
          );
          const row = database.get('SELECT id FROM source_folder WHERE path = ?', folderPath);
          // Whoever adds a folder wants its files, also those whose records were deleted for good before.
          database.run('DELETE FROM source_file WHERE folder_id = ? AND asset_id IS NULL', idRow.parse(row).id);
          return row;
        }),
      );
      changed();
      const added = folder(id);
      if (added === undefined) throw new Error(`folder ${id} vanished`);
      return added;
    },
    watch(id, watched) {
      database.run('UPDATE source_folder SET watched = ? WHERE id = ?', watched ? 1 : 0, id);
      changed();
    },
    remove(id) {
      if (folder(id) === undefined) return false;
      database.transaction(() => {
        database.run(
          `UPDATE asset SET deleted_ms = ? WHERE deleted_ms IS NULL AND imported = 1
             AND id IN (SELECT asset_id FROM source_file WHERE folder_id = ?)
             AND NOT EXISTS (SELECT 1 FROM source_file JOIN source_folder ON source_folder.id = folder_id
               WHERE source_file.asset_id = asset.id AND folder_id <> ? AND missing_ms IS NULL AND removed_ms IS NULL)`,
          now(),
          id,
          id,
        );
        database.run('UPDATE source_folder SET removed_ms = ?, watched = 0 WHERE id = ?', now(), id);
      });
      changed();
      emit({ type: 'library.changed' });
      return true;
    },
    known(id, paths) {
      const rows = database.all(
        `SELECT path, source_file.bytes_size, modified_ms, source_file.missing_ms, asset.asset_id AS asset_id
         FROM source_file LEFT JOIN asset ON asset.id = source_file.asset_id
         WHERE folder_id = ? AND path IN (SELECT value FROM json_each(?))`,
        id,
        JSON.stringify(paths),
      );
      return new Map(rows.map((row) => fileRow.parse(row)).map((file) => [file.path, file]));
    },
    candidates: (bytes_size, sample_hash) =>
      database
        .all(
          `SELECT asset_id, sample_hash IS NOT NULL AS sampled, imported, filename, created_ms FROM asset
           WHERE coalesce(bytes_size, 0) = ? AND bytes_size = ? AND (sample_hash = ? OR sample_hash IS NULL)`,
          bytes_size,
          bytes_size,
          sample_hash,
        )
        .map((row) => candidateRow.parse(row)),
    setSample: (assetId, sample_hash) =>
      void database.run('UPDATE asset SET sample_hash = ? WHERE asset_id = ?', sample_hash, assetId),
    absorb(assetId, sample_hash) {
      const absorbed = database.transaction(() => {
        const twin = absorbTwin(database, assetId, sample_hash);
        const asset = twin === undefined ? undefined : assets.get(assetId);
        // Its tags are to be found under the new record.
        if (asset !== undefined) reindexTags(database, asset);
        return twin;
      });
      if (absorbed === undefined) return;
      emit({ type: 'asset.removed', asset_id: absorbed });
      tellAsset(assets.get(assetId), 'asset.updated');
    },
    register(id, files, { tell }) {
      const counts: ImportCounts = { added: 0, joined: 0, replaced: 0 };
      const told = database.transaction(() => files.map((file) => registerFile(database, id, file, now(), counts)));
      if (tell) {
        for (const { asset_id, added } of told)
          tellAsset(assets.get(asset_id), added ? 'asset.added' : 'asset.updated');
      }
      return counts;
    },
    touch(id, { path: filePath, modified_ms }) {
      database.transaction(() => {
        database.run(
          'UPDATE source_file SET modified_ms = ?, missing_ms = NULL WHERE folder_id = ? AND path = ?',
          modified_ms,
          id,
          filePath,
        );
        database.run(
          `UPDATE asset SET missing_ms = NULL WHERE id = (
             SELECT asset_id FROM source_file WHERE folder_id = ? AND path = ?)`,
          id,
          filePath,
        );
      });
    },
    lose(id, paths) {
      const json = JSON.stringify(paths);
      return database.transaction(() => {
        const { changes } = database.run(
          `UPDATE source_file SET missing_ms = ? WHERE folder_id = ? AND missing_ms IS NULL
             AND path IN (SELECT value FROM json_each(?))`,
          now(),
          id,
          json,
        );
        database.run(
          `UPDATE asset SET missing_ms = ? WHERE missing_ms IS NULL AND imported = 1
             AND id IN (SELECT asset_id FROM source_file
               WHERE folder_id = ? AND path IN (SELECT value FROM json_each(?)))
             AND NOT EXISTS (SELECT 1 FROM source_file WHERE source_file.asset_id = asset.id AND missing_ms IS NULL)`,
          now(),
          id,
          json,
        );
        return changes;
      });
    },
    pathsAfter: (id, after, limit) =>
      database
        .all(
          `SELECT path FROM source_file WHERE folder_id = ? AND path > ? AND missing_ms IS NULL ORDER BY path LIMIT ?`,
          id,
          after,
          limit,
        )
        .map((row) => pathRow.parse(row).path),
    scanned(id) {
      database.run('UPDATE source_folder SET scanned_ms = ? WHERE id = ?', now(), id);
      changed();
    },
    announce: () => emit({ type: 'library.changed' }),
    filesOf: (assetId) =>
      database
        .all(
          `SELECT source_folder.path AS folder, source_file.path AS file, source_file.bytes_size FROM asset
           JOIN source_file ON source_file.asset_id = asset.id JOIN source_folder ON source_folder.id = folder_id
           WHERE asset.asset_id = ? AND source_file.missing_ms IS NULL`,
          assetId,
        )
        .map((row) => {
          const { folder: root, file, bytes_size } = placeRow.parse(row);
          return { path: path.join(root, file), bytes_size };
        }),
  };
}

const candidateRow = z.object({
  asset_id: z.string(),
  sampled: z.number().transform((value) => value === 1),
  imported: z.number().transform((value) => value === 1),
  filename: z.string(),
  created_ms: z.number(),
});
const placeRow = z.object({ folder: z.string(), file: z.string(), bytes_size: z.number() });
