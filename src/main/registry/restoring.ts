/** From the records of a manifest to rows, within one transaction. The files were written before. */
import { z } from 'zod';
import { mediaOf, parametersSchema } from '../../shared/asset.js';
import type { ErrorValue } from '../../shared/errors.js';
import { stringifyJson } from '../../shared/exact-json.js';
import { isFinal } from '../../shared/job.js';
import type { AssetManifest, BatchManifest, JobManifest, ManifestRecord } from '../../shared/manifest.js';
import { packDocument } from './documents.js';
import { indexAsset } from './search.js';
import type { Database } from './sqlite.js';

export interface RestoredCounts {
  /** What was not there. */
  assets: number;
  jobs: number;
  /** Assets that were there, and those of them that took over a later decision. */
  known: number;
  updated: number;
}

const jobRow = z.object({ id: z.number(), parameters: z.string(), workflow_id: z.string().nullable() });
const assetRow = z.object({ id: z.number(), judged_ms: z.number().nullable() });
const idRow = z.object({ id: z.number() });

/** Takes them all in, or, when anything fails, none. Tells which known assets took over a later decision. */
export function restoreRecords(
  database: Database,
  records: readonly ManifestRecord[],
  now: number,
): { counts: RestoredCounts; updated: string[] } {
  const counts: RestoredCounts = { assets: 0, jobs: 0, known: 0, updated: 0 };
  const updated: string[] = [];
  database.transaction(() => {
    for (const record of records) {
      const before = counts.updated;
      restoreRecord(database, record, now, counts);
      if (record.kind === 'asset' && counts.updated > before) updated.push(record.asset_id);
    }
  });
  return { counts, updated };
}

function restoreRecord(database: Database, record: ManifestRecord, now: number, counts: RestoredCounts): void {
  switch (record.kind) {
    case 'batch':
      restoreBatch(database, record);
      return;
    case 'job':
      if (restoreJob(database, record, now)) counts.jobs += 1;
      return;
    case 'asset': {
      const did = restoreAsset(database, record, now);
      if (did === 'added') counts.assets += 1;
      else counts.known += 1;
      if (did === 'updated') counts.updated += 1;
      return;
    }
    case 'album':
      database.run('INSERT OR IGNORE INTO album (name, created_ms) VALUES (?, ?)', record.name, record.created_ms);
      return;
    case 'search':
      database.run(
        'INSERT OR IGNORE INTO saved_search (name, query, sort, created_ms) VALUES (?, ?, ?, ?)',
        record.name,
        record.query,
        record.sort,
        record.created_ms,
      );
      return;
    case 'session':
      database.run(
        'INSERT OR IGNORE INTO session VALUES (?, ?, ?, ?, ?, ?)',
        record.session_id,
        record.known_as,
        record.client_name,
        record.client_version,
        record.created_ms,
        record.last_seen_ms,
      );
  }
}

/** One that is there stays as it is. Its jobs follow. No contact sheet is made by itself of what may come only in part. */
function restoreBatch(database: Database, record: BatchManifest): void {
  database.run(
    `INSERT OR IGNORE INTO batch (batch_id, title, workflow_id, session_id, client_name, plan, sheet_wanted, created_ms)
     VALUES (?, ?, ?, ?, ?, ?, 0, ?)`,
    record.batch_id,
    record.title,
    record.workflow_id,
    record.session_id,
    record.client_name,
    JSON.stringify(record.plan),
    record.created_ms,
  );
}

function restoreJob(database: Database, record: JobManifest, now: number): boolean {
  const known = database.get('SELECT id FROM job WHERE prompt_id = ?', record.prompt_id);
  const job = ended(record);
  const id =
    known === undefined
      ? database.run(
          `INSERT INTO job (prompt_id, backend, remote_id, status, workflow_id, tool, title, session_id, client_name,
             client_version, parameters, parent_asset_id, demo, imported, cancel_requested, error, created_ms,
             submitted_ms, started_ms, finished_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          job.prompt_id,
          backendOf(database, job, now),
          job.remote_id,
          job.status,
          job.workflow_id,
          job.tool,
          job.title,
          job.session_id,
          job.client_name,
          job.client_version,
          JSON.stringify(job.parameters),
          job.parent_asset_id,
          job.demo ? 1 : 0,
          job.imported ? 1 : 0,
          job.cancel_requested ? 1 : 0,
          job.error === null ? null : stringifyJson(job.error),
          job.created_ms,
          job.submitted_ms,
          job.started_ms,
          job.finished_ms,
        ).id
      : idRow.parse(known).id;
  for (const kind of ['graph', 'history', 'workflow'] as const) {
    if (job[kind] === null) continue;
    database.run(
      `INSERT OR IGNORE INTO job_document (job_id, kind, codec, body) VALUES (?, ?, 'brotli', ?)`,
      id,
      kind,
      packDocument(job[kind]),
    );
  }
  setBatch(database, id, record);
  for (const [parameter, assetId] of Object.entries(record.inputs)) {
    database.run(
      'INSERT OR IGNORE INTO job_input (job_id, parameter, asset_id) VALUES (?, ?, ?)',
      id,
      parameter,
      assetId,
    );
  }
  return known === undefined;
}

/** Also of a job that is here without its batch: from ComfyUI's history, or from a backup that had none. */
function setBatch(database: Database, jobId: number, { batch_id, cell }: JobManifest): void {
  if (batch_id === null) return;
  const { changes } = database.run(
    `UPDATE job SET cell = ?1, batch_id = (SELECT id FROM batch WHERE batch_id = ?2)
     WHERE id = ?3 AND batch_id IS NULL AND EXISTS (SELECT 1 FROM batch WHERE batch_id = ?2)`,
    cell,
    batch_id,
    jobId,
  );
  if (changes === 0) return;
  database.run(
    `UPDATE asset SET batch_id = (SELECT batch_id FROM job WHERE id = ?1)
     WHERE id IN (SELECT asset_id FROM job_output WHERE job_id = ?1) AND job_id = ?1 AND batch_id IS NULL`,
    jobId,
  );
}

/**
 * A job that had not ended when it was exported: nothing of its end can come from here, and whatever follows unfinished
 * jobs must not look for it. Should its engine still tell of it, it is taken up again by that.
 */
function ended(record: JobManifest): JobManifest {
  if (isFinal(record.status)) return record;
  const error: ErrorValue = {
    code: 'JOB_LOST',
    message: 'The job had not ended when the backup was made.',
    hint: 'Its graph and parameters are here: generate it again.',
  };
  const finished_ms = record.started_ms ?? record.submitted_ms ?? record.created_ms;
  return { ...record, status: 'lost', error, finished_ms };
}

/** Folders have numbers of their own in every library: what came from one belongs to the folder of that path. */
function backendOf(
  database: Database,
  { backend, source_folder }: Pick<JobManifest, 'backend' | 'source_folder'>,
  now: number,
): string {
  if (!/^folder:/.test(backend)) return backend;
  const folder = source_folder ?? backend;
  // Not among the person's folders until they add it themselves.
  database.run(
    'INSERT OR IGNORE INTO source_folder (path, watched, added_ms, removed_ms) VALUES (?, 0, ?, ?)',
    folder,
    now,
    now,
  );
  return `folder:${idRow.parse(database.get('SELECT id FROM source_folder WHERE path = ?', folder)).id}`;
}

function restoreAsset(database: Database, record: AssetManifest, now: number): 'added' | 'known' | 'updated' {
  const found = database.get('SELECT id, judged_ms FROM asset WHERE asset_id = ?', record.asset_id);
  if (found === undefined) {
    const id = insertAsset(database, record, now);
    setDecisions(database, id, record);
    setOutputs(database, id, record);
    setParts(database, id, record);
    return 'added';
  }
  const { id, judged_ms } = assetRow.parse(found);
  setOutputs(database, id, record);
  setParts(database, id, record);
  if ((record.judged_ms ?? 0) <= (judged_ms ?? 0)) return 'known';
  setDecisions(database, id, record);
  return 'updated';
}

function insertAsset(database: Database, record: AssetManifest, now: number): number {
  const job = record.prompt_id === null ? undefined : jobOf(database, record.prompt_id);
  const backend = backendOf(database, record, now);
  const { media_kind, mime_type } = mediaOf(record.filename);
  return database.run(
    `INSERT INTO asset (asset_id, job_id, backend, folder_type, subfolder, filename, text, media_kind, mime_type, animated,
       width, height, duration_seconds, bytes_size, workflow_id, session_id, parent_asset_id, model, seed, client_name,
       created_ms, superseded_ms, missing_ms, imported, sample_hash, batch_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
       (SELECT batch_id FROM job WHERE id = ?))`,
    record.asset_id,
    job?.id ?? null,
    backend,
    record.folder_type,
    record.subfolder,
    record.filename,
    record.text,
    media_kind,
    mime_type,
    record.animated ? 1 : 0,
    record.width,
    record.height,
    record.duration_seconds,
    record.bytes_size,
    record.workflow_id,
    record.session_id,
    record.parent_asset_id,
    record.model,
    record.seed,
    record.client_name,
    record.created_ms,
    record.superseded_ms ?? (isTaken(database, backend, record) ? now : null),
    record.missing_ms,
    record.imported ? 1 : 0,
    record.sample_hash,
    job?.id ?? null,
  ).id;
}

function jobOf(database: Database, promptId: string) {
  const row = database.get('SELECT id, parameters, workflow_id FROM job WHERE prompt_id = ?', promptId);
  return row === undefined ? undefined : jobRow.parse(row);
}

/** Whether the name belongs to another asset by now: then that is the file there, and this one lives by its copy. */
function isTaken(database: Database, backend: string, { folder_type, subfolder, filename }: AssetManifest): boolean {
  const live = database.get(
    `SELECT 1 AS found FROM asset
     WHERE backend = ? AND folder_type = ? AND subfolder = ? AND filename = ? AND superseded_ms IS NULL`,
    backend,
    folder_type,
    subfolder,
    filename,
  );
  return live !== undefined;
}

/** What people and agents have decided: replaces what was decided before. */
function setDecisions(database: Database, id: number, record: AssetManifest): void {
  database.run(
    'UPDATE asset SET rating = ?, expires_ms = ?, deleted_ms = ?, judged_ms = ? WHERE id = ?',
    record.rating,
    record.expires_ms,
    record.deleted_ms,
    record.judged_ms,
    id,
  );
  database.run('DELETE FROM asset_tag WHERE asset_id = ?', id);
  for (const tag of record.tags) database.run('INSERT OR IGNORE INTO asset_tag (asset_id, tag) VALUES (?, ?)', id, tag);
  database.run('DELETE FROM album_asset WHERE asset_id = ?', id);
  for (const { name, added_ms } of record.albums) {
    database.run('INSERT OR IGNORE INTO album (name, created_ms) VALUES (?, ?)', name, added_ms);
    database.run(
      'INSERT OR IGNORE INTO album_asset (album_id, asset_id, added_ms) SELECT id, ?, ? FROM album WHERE name = ?',
      id,
      added_ms,
      name,
    );
  }
  const job = record.prompt_id === null ? undefined : jobOf(database, record.prompt_id);
  const parameters = job === undefined ? {} : parametersSchema.parse(JSON.parse(job.parameters));
  indexAsset(database, id, {
    job: { parameters, workflow_id: record.workflow_id },
    filename: record.filename,
    text: record.text ?? undefined,
    tags: record.tags,
  });
}

/** An export of a few assets has not every job that they are outputs of. */
function setOutputs(database: Database, id: number, record: AssetManifest): void {
  for (const { prompt_id, ord, node_id, cached } of record.outputs) {
    database.run(
      `INSERT OR IGNORE INTO job_output (job_id, ord, node_id, asset_id, cached)
       SELECT id, ?, ?, ?, ? FROM job WHERE prompt_id = ?`,
      ord,
      node_id,
      id,
      cached ? 1 : 0,
      prompt_id,
    );
  }
}

/** What the asset was put together from. */
function setParts(database: Database, id: number, record: AssetManifest): void {
  for (const [ord, part] of record.parts.entries()) {
    database.run('INSERT OR IGNORE INTO asset_part (asset_id, ord, part_asset_id) VALUES (?, ?, ?)', id, ord, part);
  }
}
