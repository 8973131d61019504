/**
 * The library as records of a manifest, read in slices by key, so that a backup holds up nobody and needs no more memory
 * for a million assets than for a hundred. Unlike everything else this also reads what lies in the bin.
 */
import { z } from 'zod';
import type { Asset } from '../../shared/asset.js';
import { parseJson } from '../../shared/exact-json.js';
import {
  type AssetManifest,
  albumRecordSchema,
  assetRecordSchema,
  type BatchManifest,
  batchRecordSchema,
  type JobManifest,
  jobRecordSchema,
  type ManifestRecord,
  searchRecordSchema,
  sessionRecordSchema,
} from '../../shared/manifest.js';
import type { Clock, Emit } from '../ports.js';
import type { Assets } from './assets.js';
import { unpackDocument } from './documents.js';
import { type RestoredCounts, restoreRecords } from './restoring.js';
import { assetColumns, assetTables, parseAsset } from './rows.js';
import type { Database } from './sqlite.js';

export type { RestoredCounts } from './restoring.js';

/** A record and the number its row has, which is where the next slice begins. */
export interface Numbered<T> {
  row: number;
  record: T;
}

export interface Transfer {
  /** Of everything, or of these assets. Bytes as far as they are known. */
  totals(assetIds?: readonly string[]): { assets: number; jobs: number; bytes: number };
  /** Row of the newest asset: the jobs of all up to it are there already. 0 in an empty library. */
  lastRow(): number;
  /** The next jobs, oldest first. */
  jobs(after: number, limit: number): Numbered<JobManifest>[];
  /** The next assets up to `last`, oldest first; without files yet. */
  assets(after: number, last: number, limit: number): Numbered<AssetManifest>[];
  /** In the order asked for; unknown ids are left out. */
  assetsOf(assetIds: readonly string[]): AssetManifest[];
  jobOf(promptId: string): JobManifest | undefined;
  batchOf(batchId: string): BatchManifest | undefined;
  /** Albums, saved searches and sessions. */
  others(): ManifestRecord[];
  /** Also one that lies in the bin. */
  asset(assetId: string): Asset | undefined;
  /** Those among these that are in the library or the bin. */
  known(assetIds: readonly string[]): Set<string>;
  /**
   * Takes records in, in one transaction. What is there stays; a later decision about stars, tags, albums, expiry and
   * the bin wins, and is told. Jobs that had not ended are lost ones here. Everything new is told by `announce`.
   */
  restore(records: readonly ManifestRecord[]): RestoredCounts;
  announce(): void;
}

const flag = z.number().transform((value) => value === 1);
const json = z.string().transform((text): unknown => parseJson(text));

const sourceFolder = (table: 'job' | 'asset') =>
  `(SELECT path FROM source_folder WHERE 'folder:' || source_folder.id = ${table}.backend) AS source_folder`;

const jobSql = `SELECT id AS row, prompt_id, backend, ${sourceFolder('job')}, remote_id, status, workflow_id, tool, title,
  session_id, client_name, client_version, parameters, parent_asset_id, demo, imported, cancel_requested, error,
  created_ms, submitted_ms, started_ms, finished_ms, cell,
  (SELECT batch.batch_id FROM batch WHERE batch.id = job.batch_id) AS batch_id,
  (SELECT json_group_object(parameter, asset_id) FROM job_input WHERE job_input.job_id = job.id) AS inputs FROM job`;
const jobRow = z.looseObject({
  row: z.number().int(),
  parameters: json,
  error: json.nullable(),
  inputs: json,
  demo: flag,
  imported: flag,
  cancel_requested: flag,
});
const documentRow = z.object({ kind: z.enum(['graph', 'history', 'workflow']), body: z.instanceof(Uint8Array) });

const assetSql = `SELECT asset.id AS row, asset_id, job.prompt_id, asset.backend, ${sourceFolder('asset')}, folder_type,
  subfolder, filename, text, animated, width, height, duration_seconds, bytes_size, asset.workflow_id, asset.session_id,
  asset.parent_asset_id, model, seed, asset.client_name, asset.created_ms, expires_ms, superseded_ms, deleted_ms,
  missing_ms, judged_ms, rating, asset.imported, sample_hash,
  (SELECT json_group_array(tag) FROM asset_tag WHERE asset_tag.asset_id = asset.id) AS tags,
  (SELECT json_group_array(json_object('name', name, 'added_ms', added_ms)) FROM album_asset
    JOIN album ON album.id = album_asset.album_id WHERE album_asset.asset_id = asset.id) AS albums,
  (SELECT json_group_array(json_object('prompt_id', maker.prompt_id, 'ord', ord, 'node_id', node_id,
      'cached', json(iif(cached = 1, 'true', 'false')))) FROM job_output
    JOIN job AS maker ON maker.id = job_output.job_id WHERE job_output.asset_id = asset.id) AS outputs,
  (SELECT json_group_array(part_asset_id ORDER BY ord) FROM asset_part WHERE asset_part.asset_id = asset.id) AS parts
  FROM ${assetTables}`;
const assetRow = z.looseObject({
  row: z.number().int(),
  animated: flag,
  imported: flag,
  tags: json,
  albums: json,
  outputs: json,
  parts: json,
});
const batchSql = `SELECT batch_id, title, workflow_id, session_id, client_name, plan, created_ms FROM batch`;
const batchRow = z.looseObject({ plan: json });
const totalsRow = z.object({ assets: z.number(), jobs: z.number(), bytes: z.number() });
const numberRow = z.object({ n: z.number() });
const idRow = z.object({ asset_id: z.string() });

export function createTransfer({
  database,
  emit,
  clock,
  assets,
}: {
  database: Database;
  emit: Emit;
  clock: Pick<Clock, 'now'>;
  assets: Pick<Assets, 'get'>;
}): Transfer {
  function toJob(found: unknown): Numbered<JobManifest> {
    const { row, ...job } = jobRow.parse(found);
    const documents = { graph: null, history: null, workflow: null };
    const stored = database.all('SELECT kind, body FROM job_document WHERE job_id = ?', row);
    const unpacked = stored
      .map((one) => documentRow.parse(one))
      .map(({ kind, body }) => [kind, unpackDocument(body)] as const);
    const record = { kind: 'job', ...job, ...documents, ...Object.fromEntries(unpacked) };
    return { row, record: jobRecordSchema.parse(record) };
  }

  function toAsset(found: unknown): Numbered<AssetManifest> {
    const { row, ...asset } = assetRow.parse(found);
    const record = { kind: 'asset', ...asset, file: null, sha256: null, unavailable: null };
    return { row, record: assetRecordSchema.parse(record) };
  }

  return {
    totals(assetIds) {
      const row =
        assetIds === undefined
          ? database.get(
              `SELECT count(*) AS assets, (SELECT count(*) FROM job) AS jobs, coalesce(sum(bytes_size), 0) AS bytes FROM asset`,
            )
          : database.get(
              `SELECT count(*) AS assets, count(DISTINCT job_id) AS jobs, coalesce(sum(bytes_size), 0) AS bytes FROM asset
               WHERE asset_id IN (SELECT value FROM json_each(?))`,
              JSON.stringify(assetIds),
            );
      return totalsRow.parse(row);
    },
    lastRow: () => numberRow.parse(database.get('SELECT coalesce(max(id), 0) AS n FROM asset')).n,
    jobs: (after, limit) => database.all(`${jobSql} WHERE id > ? ORDER BY id LIMIT ?`, after, limit).map(toJob),
    assets: (after, last, limit) =>
      database
        .all(`${assetSql} WHERE asset.id > ? AND asset.id <= ? ORDER BY asset.id LIMIT ?`, after, last, limit)
        .map(toAsset),
    assetsOf(assetIds) {
      const rows = database.all(
        `${assetSql} WHERE asset_id IN (SELECT value FROM json_each(?))`,
        JSON.stringify(assetIds),
      );
      const byId = new Map(rows.map((row) => toAsset(row).record).map((record) => [record.asset_id, record]));
      return assetIds.map((id) => byId.get(id)).filter((record) => record !== undefined);
    },
    jobOf(promptId) {
      const row = database.get(`${jobSql} WHERE prompt_id = ?`, promptId);
      return row === undefined ? undefined : toJob(row).record;
    },
    batchOf(batchId) {
      const row = database.get(`${batchSql} WHERE batch_id = ?`, batchId);
      return row === undefined ? undefined : batchRecordSchema.parse({ kind: 'batch', ...batchRow.parse(row) });
    },
    others: () => [
      ...database
        .all(`SELECT 'album' AS kind, name, created_ms FROM album ORDER BY id`)
        .map((row) => albumRecordSchema.parse(row)),
      ...database
        .all(`SELECT 'search' AS kind, name, query, sort, created_ms FROM saved_search ORDER BY id`)
        .map((row) => searchRecordSchema.parse(row)),
      ...database
        .all(
          `SELECT 'session' AS kind, session_id, kind AS known_as, client_name, client_version, created_ms, last_seen_ms
           FROM session ORDER BY created_ms`,
        )
        .map((row) => sessionRecordSchema.parse(row)),
    ],
    asset(assetId) {
      const row = database.get(`SELECT ${assetColumns} FROM ${assetTables} WHERE asset.asset_id = ?`, assetId);
      return row === undefined ? undefined : parseAsset(row).asset;
    },
    known: (assetIds) =>
      new Set(
        database
          .all(
            'SELECT asset_id FROM asset WHERE asset_id IN (SELECT value FROM json_each(?))',
            JSON.stringify(assetIds),
          )
          .map((row) => idRow.parse(row).asset_id),
      ),
    restore(records) {
      const { counts, updated } = restoreRecords(database, records, Math.round(clock.now()));
      for (const asset_id of updated) {
        const asset = assets.get(asset_id);
        emit(asset === undefined ? { type: 'asset.removed', asset_id } : { type: 'asset.updated', asset });
      }
      return counts;
    },
    announce() {
      emit({ type: 'library.changed' });
      emit({ type: 'collections.changed' });
    },
  };
}
