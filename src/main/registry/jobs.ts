/** Jobs: written down before they are sent, ended together with what they made. */
import { z } from 'zod';
import type { Asset } from '../../shared/asset.js';
import { isFinal, type JobStatus, jobStatuses } from '../../shared/job.js';
import type { Graph } from '../../shared/workflow.js';
import type { Clock, Emit, JobEnd, JobPatch, JobRecord, JobStore, NewBatch, NewJob } from '../ports.js';
import type { Assets } from './assets.js';
import { insertBatch as insertBatchRow } from './batches.js';
import { packDocument, unpackDocument } from './documents.js';
import { insertJobInputs } from './inputs.js';
import { registerOutput, repeatOutputs } from './outputs.js';
import { type JobRow, jobColumns, parseJob, wireJob } from './rows.js';
import type { Database } from './sqlite.js';

export interface Jobs extends JobStore {
  /** The newest jobs, newest first. */
  recent(limit: number): JobRecord[];
  /** ComfyUI's history entry as it was given to `finish`; undefined when none was stored. */
  history(promptId: string): unknown;
  /** How many jobs are in each state. */
  counts(): Record<JobStatus, number>;
}

export interface JobsOptions {
  database: Database;
  emit: Emit;
  clock: Clock;
  assetTtlHours: () => number;
  assets: Pick<Assets, 'byJob' | 'getMany'>;
}

/** How many of the latest runs tell what is typical. */
const typicalRuns = 9;

const documentRow = z.object({ body: z.instanceof(Uint8Array) });
const graphSchema = z.record(
  z.string(),
  z.looseObject({
    class_type: z.string(),
    inputs: z.record(z.string(), z.unknown()),
    _meta: z.looseObject({ title: z.string().optional() }).optional(),
  }),
);
const elapsedRows = z.array(z.object({ elapsed: z.number() }));
const sentRow = z.object({ n: z.number().int() });
const countRows = z.array(z.object({ status: z.enum(jobStatuses), n: z.number().int() }));

export function createJobs({ database, emit, clock, assetTtlHours, assets }: JobsOptions): Jobs {
  const row = (promptId: string): JobRow | undefined => {
    const found = database.get(`SELECT ${jobColumns} FROM job WHERE prompt_id = ?`, promptId);
    return found === undefined ? undefined : parseJob(found);
  };
  const required = (promptId: string): JobRecord => {
    const found = row(promptId);
    if (found === undefined) throw new Error(`job ${promptId} vanished within its own transaction`);
    return found.record;
  };
  const list = (sql: string, ...values: (string | number)[]) =>
    database.all(sql, ...values).map((found) => parseJob(found).record);
  const announce = (record: JobRecord) => emit({ type: 'job.changed', job: wireJob(record) });
  const document = (promptId: string, kind: 'graph' | 'history'): unknown => {
    const found = database.get(
      `SELECT body FROM job_document JOIN job ON job.id = job_document.job_id WHERE prompt_id = ? AND kind = ?`,
      promptId,
      kind,
    );
    return found === undefined ? undefined : unpackDocument(documentRow.parse(found).body);
  };

  function insert(job: NewJob): JobRecord {
    const graph = packDocument(job.graph);
    const record = database.transaction(() => {
      insertJob(database, job, graph, Math.round(job.created_ms ?? clock.now()));
      return required(job.prompt_id);
    });
    announce(record);
    return record;
  }

  function insertBatch(batch: NewBatch, jobs: readonly NewJob[]): JobRecord[] {
    const now = Math.round(clock.now());
    const graphs = jobs.map(({ graph }) => packDocument(graph));
    const begun = database.transaction(() => {
      const row = insertBatchRow(database, batch, now);
      for (const [at, job] of jobs.entries()) insertJob(database, job, graphs[at] ?? packDocument(job.graph), now);
      return { row, records: jobs.map(({ prompt_id }) => required(prompt_id)) };
    });
    emit({ type: 'batch.added', batch: begun.row });
    begun.records.forEach(announce);
    return begun.records;
  }

  function update(promptId: string, patch: JobPatch): JobRecord | undefined {
    if (isEnd(patch.status)) return endWithout(promptId, patch.status, patch);
    const before = row(promptId);
    if (before === undefined || isFinal(before.record.status)) return before?.record;
    const after = { ...before.record, ...defined(patch) };
    if (sameState(before.record, after)) return before.record;
    database.run(
      `UPDATE job SET status = ?, remote_id = ?, submitted_ms = ?, started_ms = ?, position = ?, cancel_requested = ?,
           error = ? WHERE id = ?`,
      after.status,
      after.remote_id,
      rounded(after.submitted_ms),
      rounded(after.started_ms),
      after.position,
      after.cancel_requested ? 1 : 0,
      after.error === null ? null : JSON.stringify(after.error),
      before.id,
    );
    const record = required(promptId);
    announce(record);
    return record;
  }

  function reopen(promptId: string): JobRecord | undefined {
    const { changes } = database.run(
      `UPDATE job SET status = 'queued', error = NULL, started_ms = NULL, finished_ms = NULL
       WHERE prompt_id = ? AND status IN ('lost', 'error')`,
      promptId,
    );
    if (changes === 0) return undefined;
    const record = required(promptId);
    announce(record);
    return record;
  }

  function setPositions(positions: ReadonlyMap<string, number>): void {
    for (const [promptId, position] of positions) {
      const { changes } = database.run(
        `UPDATE job SET position = ? WHERE prompt_id = ? AND status = 'queued' AND position IS NOT ?`,
        position,
        promptId,
        position,
      );
      if (changes > 0) announce(required(promptId));
    }
  }

  function endWithout(promptId: string, status: JobEnd['status'], patch: JobPatch): JobRecord | undefined {
    const end = { error: patch.error ?? null, outputs: [], history: null, started_ms: patch.started_ms ?? null };
    return finish(promptId, { ...end, status, finished_ms: clock.now() })?.job;
  }

  function finish(promptId: string, told: JobEnd): { job: JobRecord; assets: Asset[] } | undefined {
    const before = row(promptId);
    if (before === undefined) return undefined;
    if (isFinal(before.record.status)) return { job: before.record, assets: assets.byJob(promptId) };
    const end = plausible(told, before.record, clock.now());
    const history = end.history === null || end.history === undefined ? null : packDocument(end.history);
    const registered = database.transaction(() => {
      endJob(database, before, end);
      if (history !== null) insertDocument(database, before.id, 'history', history);
      return registerOutputs(before, end);
    });
    const made = assets.byJob(promptId);
    for (const asset of made) {
      const added = registered.get(asset.asset_id);
      if (added !== undefined) emit({ type: added ? 'asset.added' : 'asset.updated', asset });
    }
    const job = required(promptId);
    announce(job);
    return { job, assets: made };
  }

  /** Ids of the assets, and whether they are new. */
  function registerOutputs({ id, record }: JobRow, end: JobEnd): Map<string, boolean> {
    const created_ms = Math.round(end.finished_ms);
    const ttl_ms = assetTtlHours() * 3_600_000;
    const expires_ms = ttl_ms > 0 ? Math.round(clock.now() + ttl_ms) : null;
    const registered = [...end.outputs.entries()].flatMap(
      ([ord, output]) =>
        registerOutput(database, { jobId: id, job: record, ord, output, created_ms, expires_ms }) ?? [],
    );
    if (end.status === 'completed' && end.outputs.length === 0) {
      registered.push(...repeatOutputs(database, id, record, expires_ms));
    }
    return new Map(registered.map(({ asset_id, added }) => [asset_id, added]));
  }

  return {
    insert,
    insertBatch,
    batchJobsSent: (backend) =>
      sentRow.parse(
        database.get(
          `SELECT count(*) AS n FROM job WHERE backend = ? AND status IN ('queued', 'running')
             AND batch_id IS NOT NULL AND error IS NULL`,
          backend,
        ),
      ).n,
    update,
    setPositions,
    finish,
    reopen,
    get: (promptId) => row(promptId)?.record,
    unfinished: (backend) =>
      list(
        `SELECT ${jobColumns} FROM job WHERE backend = ? AND status IN ('queued', 'running') ORDER BY created_ms, id`,
        backend,
      ),
    graph(promptId): Graph | undefined {
      const found = document(promptId, 'graph');
      return found === undefined ? undefined : graphSchema.parse(found);
    },
    history: (promptId) => document(promptId, 'history'),
    typicalElapsed: (workflowId, backend) => typicalElapsed(database, workflowId, backend),
    recent: (limit) =>
      list(`SELECT ${jobColumns} FROM job WHERE imported = 0 ORDER BY created_ms DESC, id DESC LIMIT ?`, limit),
    counts() {
      const counts = { queued: 0, running: 0, completed: 0, error: 0, cancelled: 0, lost: 0 };
      const rows = countRows.parse(
        database.all('SELECT status, count(*) AS n FROM job WHERE imported = 0 GROUP BY status'),
      );
      for (const { status, n } of rows) counts[status] = n;
      return counts;
    },
  };
}

function insertJob(database: Database, job: NewJob, graph: Uint8Array, now: number): void {
  const { id } = database.run(
    `INSERT INTO job (prompt_id, backend, remote_id, status, workflow_id, tool, title, session_id, client_name, client_version,
       parameters, parent_asset_id, demo, created_ms, error, cell, batch_id)
     VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT id FROM batch WHERE batch_id = ?))`,
    job.prompt_id,
    job.backend,
    job.prompt_id,
    job.workflow_id,
    job.tool,
    job.title,
    job.session_id,
    job.client_name,
    job.client_version,
    JSON.stringify(job.parameters),
    job.parent_asset_id,
    job.demo ? 1 : 0,
    now,
    job.error === undefined ? null : JSON.stringify(job.error),
    job.cell ?? null,
    job.batch_id ?? null,
  );
  insertDocument(database, id, 'graph', graph);
  insertJobInputs(database, id, job.inputs ?? {});
}

function insertDocument(database: Database, jobId: number, kind: 'graph' | 'history', body: Uint8Array): void {
  // A job that was given up and went on has a second history.
  database.run(
    `INSERT OR REPLACE INTO job_document (job_id, kind, codec, body) VALUES (?, ?, 'brotli', ?)`,
    jobId,
    kind,
    body,
  );
}

/**
 * Times of an end as they can have been by our clock: not before the job was made, not after now. What the engine's own
 * clock says was corrected before, but only to a second or so.
 */
function plausible(end: JobEnd, { created_ms }: JobRecord, now: number): JobEnd {
  const finished_ms = Math.min(now, Math.max(created_ms, end.finished_ms));
  const started_ms = end.started_ms && Math.min(finished_ms, Math.max(created_ms, end.started_ms));
  return { ...end, started_ms, finished_ms };
}

function endJob(database: Database, { id, record }: JobRow, end: JobEnd): void {
  database.run(
    'UPDATE job SET status = ?, error = ?, started_ms = ?, finished_ms = ?, position = NULL WHERE id = ?',
    end.status,
    end.error === null ? null : JSON.stringify(end.error),
    rounded(end.started_ms ?? record.started_ms),
    rounded(end.finished_ms),
    id,
  );
}

/** Runs answered from ComfyUI's cache took no time and tell nothing, so they don't count. */
function typicalElapsed(database: Database, workflowId: string, backend: string): number | null {
  const rows = database.all(
    `SELECT finished_ms - coalesce(started_ms, submitted_ms, created_ms) AS elapsed FROM job
     WHERE workflow_id = ? AND backend = ? AND status = 'completed'
       AND EXISTS (SELECT 1 FROM job_output WHERE job_output.job_id = job.id AND cached = 0)
     ORDER BY finished_ms DESC LIMIT ${typicalRuns}`,
    workflowId,
    backend,
  );
  const sorted = elapsedRows
    .parse(rows)
    .map(({ elapsed }) => Math.max(0, elapsed))
    .sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

function isEnd(status: JobStatus | undefined): status is JobEnd['status'] {
  return status !== undefined && isFinal(status);
}

function defined(patch: JobPatch): JobPatch {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

function sameState(a: JobRecord, b: JobRecord): boolean {
  return (
    a.status === b.status &&
    a.remote_id === b.remote_id &&
    a.submitted_ms === b.submitted_ms &&
    a.started_ms === b.started_ms &&
    a.position === b.position &&
    a.cancel_requested === b.cancel_requested &&
    JSON.stringify(a.error) === JSON.stringify(b.error)
  );
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}
