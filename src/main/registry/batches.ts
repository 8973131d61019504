/** Batches: begun together with their jobs, and told by them from then on. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Asset } from '../../shared/asset.js';
import { type Batch, batchPlanSchema } from '../../shared/batch.js';
import type { Clock, Emit, JobRecord, NewBatch } from '../ports.js';
import type { Assets } from './assets.js';
import { jobColumns, json, parseJob } from './rows.js';
import { indexAsset } from './search.js';
import type { Database } from './sqlite.js';

/** Files that the app made itself: nobody else has them. */
export const ownBackend = 'app';

/** The tool that is noted for contact sheets. */
export const contactSheetTool = 'contact_sheet';

export interface NewContactSheet {
  asset_id: string;
  batch_id: string;
  filename: string;
  mime_type: string;
  /** Pixels. */
  width: number;
  height: number;
  bytes_size: number;
  parameters: JobRecord['parameters'];
  /** Ids of the assets it shows, in their order. */
  parts: readonly string[];
}

export interface Batches {
  get(batchId: string): Batch | undefined;
  /** The newest ones and those that have not ended, newest first. */
  recent(limit: number): Batch[];
  /** The latest job of each cell, in the order of the cells. */
  jobs(batchId: string): JobRecord[];
  /** Whether a contact sheet is to be made when it ends. */
  wantsSheet(batchId: string): boolean;
  wantSheet(batchId: string, wanted: boolean): void;
  /** Batches that have ended and still want theirs: we died before it was made. */
  withoutSheet(): string[];
  /** The newest contact sheet that is not in the bin. */
  sheet(batchId: string): Asset | undefined;
  /** Notes on the disk that a file is about to be kept for a contact sheet: one that is never registered is deleted. */
  noteSheet(file: Pick<NewContactSheet, 'asset_id' | 'filename'>): void;
  /** Registers a contact sheet whose file was noted and kept; undefined when it was deleted since, with the bin. */
  addSheet(sheet: NewContactSheet): Asset | undefined;
}

const batchRow = z.object({
  batch_id: z.string(),
  title: z.string(),
  workflow_id: z.string().nullable(),
  session_id: z.string().nullable(),
  client_name: z.string().nullable(),
  plan: json(batchPlanSchema),
  created_ms: z.number().int(),
});
const columns = 'batch_id, title, workflow_id, session_id, client_name, plan, created_ms';
const idRow = z.object({ id: z.number().int() });
const batchIds = z.array(z.object({ batch_id: z.string() }));
const wantedRow = z.object({ sheet_wanted: z.number() });
const assetRow = z.object({ asset_id: z.string() });

function parseBatch(row: unknown): Batch {
  const { created_ms, ...batch } = batchRow.parse(row);
  return { ...batch, created_at: new Date(created_ms).toISOString() };
}

/** Within the caller's transaction. */
export function insertBatch(database: Database, batch: NewBatch, now: number): Batch {
  database.run(
    `INSERT INTO batch (batch_id, title, workflow_id, session_id, client_name, plan, sheet_wanted, created_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    batch.batch_id,
    batch.title,
    batch.workflow_id,
    batch.session_id,
    batch.client_name,
    JSON.stringify(batch.plan),
    batch.sheet_wanted ? 1 : 0,
    now,
  );
  return parseBatch(database.get(`SELECT ${columns} FROM batch WHERE batch_id = ?`, batch.batch_id));
}

export function createBatches({
  database,
  emit,
  clock,
  assetTtlHours,
  assets,
}: {
  database: Database;
  emit: Emit;
  clock: Clock;
  assetTtlHours: () => number;
  assets: Pick<Assets, 'get'>;
}): Batches {
  const jobs = (batchId: string) =>
    database
      .all(
        // By time: what a backup brought has later numbers than what was made since.
        `SELECT ${jobColumns} FROM job WHERE id IN (
           SELECT first_value(job.id) OVER (PARTITION BY cell ORDER BY job.created_ms DESC, job.id DESC)
           FROM job JOIN batch ON batch.id = job.batch_id
           WHERE batch.batch_id = ? AND cell IS NOT NULL) ORDER BY cell`,
        batchId,
      )
      .map((row) => parseJob(row).record);

  function insertSheet(sheet: NewContactSheet): void {
    const now = Math.round(clock.now());
    const hours = assetTtlHours();
    const row = idRow.parse(database.get('SELECT id FROM batch WHERE batch_id = ?', sheet.batch_id));
    const promptId = randomUUID();
    // A job that stands in no queue, as of imported graphs: what an asset was made with has one place.
    const { id: jobId } = database.run(
      `INSERT INTO job (prompt_id, backend, remote_id, status, workflow_id, tool, title, session_id, client_name,
         parameters, demo, imported, created_ms, finished_ms, batch_id)
       SELECT ?1, '${ownBackend}', ?1, 'completed', workflow_id, '${contactSheetTool}', title, session_id, client_name,
         ?2, 0, 1, ?3, ?3, id FROM batch WHERE id = ?4`,
      promptId,
      JSON.stringify(sheet.parameters),
      now,
      row.id,
    );
    const { id } = database.run(
      `INSERT INTO asset (asset_id, job_id, backend, folder_type, subfolder, filename, media_kind, mime_type, animated,
         width, height, bytes_size, workflow_id, session_id, client_name, created_ms, expires_ms, batch_id)
       SELECT ?, ?, '${ownBackend}', 'output', ?, ?, 'image', ?, 0, ?, ?, ?, workflow_id, session_id, client_name, ?, ?, id
       FROM batch WHERE id = ?`,
      sheet.asset_id,
      jobId,
      // A name of its own for each: a sheet that is made again replaces no other.
      sheet.asset_id,
      sheet.filename,
      sheet.mime_type,
      sheet.width,
      sheet.height,
      sheet.bytes_size,
      now,
      hours > 0 ? Math.round(now + hours * 3_600_000) : null,
      row.id,
    );
    database.run(`INSERT INTO job_output (job_id, ord, node_id, asset_id, cached) VALUES (?, 0, '', ?, 0)`, jobId, id);
    for (const [ord, part] of sheet.parts.entries()) {
      database.run('INSERT INTO asset_part (asset_id, ord, part_asset_id) VALUES (?, ?, ?)', id, ord, part);
    }
    const job = parseJob(database.get(`SELECT ${jobColumns} FROM job WHERE id = ?`, jobId)).record;
    indexAsset(database, id, { job, filename: sheet.filename, text: undefined });
    database.run('UPDATE batch SET sheet_wanted = 0 WHERE id = ?', row.id);
  }

  return {
    get(batchId) {
      const row = database.get(`SELECT ${columns} FROM batch WHERE batch_id = ?`, batchId);
      return row === undefined ? undefined : parseBatch(row);
    },
    recent: (limit) =>
      database
        .all(
          `SELECT ${columns} FROM batch WHERE id IN (SELECT id FROM batch ORDER BY created_ms DESC, id DESC LIMIT ?)
             OR id IN (SELECT batch_id FROM job WHERE status IN ('queued', 'running') AND batch_id IS NOT NULL)
           ORDER BY created_ms DESC, id DESC`,
          limit,
        )
        .map(parseBatch),
    jobs,
    wantsSheet(batchId) {
      const row = database.get('SELECT sheet_wanted FROM batch WHERE batch_id = ?', batchId);
      return row !== undefined && wantedRow.parse(row).sheet_wanted === 1;
    },
    wantSheet(batchId, wanted) {
      database.run('UPDATE batch SET sheet_wanted = ? WHERE batch_id = ?', wanted ? 1 : 0, batchId);
    },
    withoutSheet: () =>
      batchIds
        .parse(
          database.all(
            `SELECT batch_id FROM batch WHERE sheet_wanted = 1 AND NOT EXISTS (
               SELECT 1 FROM job WHERE job.batch_id = batch.id AND status IN ('queued', 'running'))`,
          ),
        )
        .map(({ batch_id }) => batch_id),
    sheet(batchId) {
      const row = database.get(
        `SELECT asset.asset_id FROM asset JOIN batch ON batch.id = asset.batch_id
         WHERE batch.batch_id = ? AND asset.backend = '${ownBackend}' AND asset.deleted_ms IS NULL
         ORDER BY asset.created_ms DESC, asset.id DESC LIMIT 1`,
        batchId,
      );
      return row === undefined ? undefined : assets.get(assetRow.parse(row).asset_id);
    },
    noteSheet: ({ asset_id, filename }) =>
      void database.run(
        `INSERT INTO forgotten_file (asset_id, folder_type, filename) VALUES (?, 'output', ?)`,
        asset_id,
        filename,
      ),
    addSheet(sheet) {
      const added = database.transaction(() => {
        const noted = database.run('DELETE FROM forgotten_file WHERE asset_id = ?', sheet.asset_id).changes > 0;
        if (noted) insertSheet(sheet);
        return noted;
      });
      if (!added) return undefined;
      const asset = assets.get(sheet.asset_id);
      if (asset === undefined) throw new Error(`contact sheet ${sheet.asset_id} vanished after its transaction`);
      emit({ type: 'asset.added', asset });
      return asset;
    },
  };
}
