/**
 * From an output file to an asset. A file's identity is (backend, folder type, subfolder, file name).
 *
 * A node that ComfyUI answered from its cache repeats an earlier job's file: the job points at the asset there is. A node
 * that ran and wrote a known name wrote a new file under it: the older asset is superseded but keeps its record.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { mediaOf } from '../../shared/asset.js';
import type { JobRecord, NewAsset } from '../ports.js';
import { indexAsset } from './search.js';
import type { Database } from './sqlite.js';

export interface Registration {
  jobId: number;
  job: JobRecord;
  /** Place among the job's outputs. */
  ord: number;
  output: NewAsset;
  created_ms: number;
  expires_ms: number | null;
}

const repeatedRow = z.object({ id: z.number().int() });
const renewedRow = z.object({ asset_id: z.string(), was_deleted: z.number() });
const liveRow = z.object({
  id: z.number().int(),
  created_ms: z.number().int(),
  job_id: z.number().int().nullable(),
  cached: z.number().int(),
});

/** What registering an output did: an asset came into the library, or a known one stays for as long as a new one would. */
export interface Registered {
  asset_id: string;
  added: boolean;
}

/** Registers one output within the caller's transaction. Undefined when the job has this very asset already. */
export function registerOutput(database: Database, registration: Registration): Registered | undefined {
  const { jobId, output, created_ms } = registration;
  const live = liveAsset(database, registration);
  if (live === undefined) return insertAsset(database, registration);
  // History may name a file twice: under two keys, or by two nodes.
  if (live.job_id === jobId || pointsAt(database, jobId, live.id)) return undefined;
  // A cached repeat may end before the job that made the file: then the asset the repeat brought is this very file.
  const repeatCameFirst = live.cached === 1 && live.job_id !== null && live.job_id > jobId;
  if (output.cached || repeatCameFirst) {
    point(database, registration, live.id);
    return renew(database, live.id, registration.expires_ms);
  }
  // What comes late, out of ComfyUI's history, was replaced by the file of that name that is known already.
  if (created_ms < live.created_ms) return insertAsset(database, registration, live.created_ms);
  database.run('UPDATE asset SET superseded_ms = ? WHERE id = ?', created_ms, live.id);
  return insertAsset(database, registration);
}

/** Who asked for it again has it as if it were new: it expires no sooner than that would, and leaves the bin. */
function renew(database: Database, id: number, expires_ms: number | null): Registered {
  const row = database.get('SELECT asset_id, deleted_ms IS NOT NULL AS was_deleted FROM asset WHERE id = ?', id);
  database.run(
    `UPDATE asset SET deleted_ms = NULL, expires_ms = CASE WHEN ?1 IS NULL THEN NULL ELSE max(expires_ms, ?1) END
     WHERE id = ?2`,
    expires_ms,
    id,
  );
  const { asset_id, was_deleted } = renewedRow.parse(row);
  return { asset_id, added: was_deleted === 1 };
}

/** So many of the latest runs of a workflow are searched for the same graph: a cache does not reach further back. */
const searchedRuns = 200;

/**
 * Some versions and cache modes of ComfyUI tell no outputs of a job that was answered from the cache. What the same graph
 * made last is what it made now: points the job at those assets, and at nothing where there was no such run. Returns their ids.
 */
export function repeatOutputs(
  database: Database,
  jobId: number,
  job: JobRecord,
  expires_ms: number | null,
): Registered[] {
  database.run(
    `INSERT INTO job_output (job_id, ord, node_id, asset_id, cached)
     SELECT ?, ord, node_id, asset_id, 1 FROM job_output WHERE job_id = (
       SELECT run.id FROM (
         SELECT id, finished_ms FROM job WHERE workflow_id IS ? AND backend = ? AND status = 'completed' AND id <> ?
         ORDER BY finished_ms DESC LIMIT ${searchedRuns}) AS run
       JOIN job_document AS graph ON graph.job_id = run.id AND graph.kind = 'graph'
       WHERE graph.body = (SELECT body FROM job_document WHERE job_id = ? AND kind = 'graph')
         AND EXISTS (SELECT 1 FROM job_output AS made WHERE made.job_id = run.id)
       ORDER BY run.finished_ms DESC LIMIT 1)`,
    jobId,
    job.workflow_id,
    job.backend,
    jobId,
    jobId,
  );
  return database
    .all('SELECT asset_id AS id FROM job_output WHERE job_id = ?', jobId)
    .map((row) => renew(database, repeatedRow.parse(row).id, expires_ms));
}

function liveAsset(database: Database, { job, output }: Registration) {
  const row = database.get(
    `SELECT asset.id, asset.job_id, asset.created_ms, coalesce(job_output.cached, 0) AS cached FROM asset
     LEFT JOIN job_output ON job_output.asset_id = asset.id AND job_output.job_id = asset.job_id
     WHERE backend = ? AND folder_type = ? AND subfolder = ? AND filename = ? AND superseded_ms IS NULL`,
    job.backend,
    output.folder_type,
    output.subfolder,
    output.filename,
  );
  return row === undefined ? undefined : liveRow.parse(row);
}

function pointsAt(database: Database, jobId: number, assetId: number): boolean {
  return (
    database.get('SELECT 1 AS found FROM job_output WHERE job_id = ? AND asset_id = ?', jobId, assetId) !== undefined
  );
}

function insertAsset(database: Database, registration: Registration, superseded_ms: number | null = null): Registered {
  const { jobId, job, output, created_ms, expires_ms } = registration;
  const { media_kind, mime_type } = mediaOf(output.filename);
  const asset_id = randomUUID();
  const { model, seed } = job.parameters;
  const { id } = database.run(
    `INSERT INTO asset (asset_id, job_id, backend, folder_type, subfolder, filename, text, media_kind, mime_type, animated,
       workflow_id, session_id, parent_asset_id, created_ms, expires_ms, model, seed, client_name,
       superseded_ms, batch_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT batch_id FROM job WHERE id = ?))`,
    asset_id,
    jobId,
    job.backend,
    output.folder_type,
    output.subfolder,
    output.filename,
    output.text ?? null,
    media_kind,
    mime_type,
    output.animated ? 1 : 0,
    job.workflow_id,
    job.session_id,
    job.parent_asset_id,
    created_ms,
    expires_ms,
    typeof model === 'string' ? model : null,
    seed === undefined || seed === null ? null : String(seed),
    job.client_name,
    superseded_ms,
    jobId,
  );
  point(database, registration, id);
  indexAsset(database, id, { job, filename: output.filename, text: output.text });
  return { asset_id, added: true };
}

function point(database: Database, { jobId, ord, output }: Registration, assetId: number): void {
  database.run(
    'INSERT INTO job_output (job_id, ord, node_id, asset_id, cached) VALUES (?, ?, ?, ?, ?)',
    jobId,
    ord,
    output.node_id,
    assetId,
    output.cached ? 1 : 0,
  );
}
