/** Batches in the queue: one row for all jobs of each, while it is under way and when it has ended. Pure. */
import { type Batch, type BatchSummary, cellCount, summaryOf } from '../../shared/batch.js';
import type { Job } from '../../shared/job.js';

export interface BatchGroup {
  batch: Batch;
  total: number;
  /** Of the jobs the window knows: the latest of each cell. */
  summary: BatchSummary;
  /** Jobs that have ended; those that are not known any more have. */
  ended: number;
  failed: readonly Job[];
  /** The first asset of the latest job that has one. */
  cover: string | null;
  /** When the latest of its jobs ended, milliseconds since the epoch; null while it goes on. */
  endedAt: number | null;
}

/** The groups of all batches that jobs are known of, in the order of the batches. */
export function batchGroups(batches: Iterable<Batch>, jobs: Iterable<Job>): BatchGroup[] {
  const members = new Map<string, Map<number, Job>>();
  for (const job of jobs) {
    if (job.batch_id === null || job.cell === null) continue;
    const cells = members.get(job.batch_id) ?? new Map<number, Job>();
    members.set(job.batch_id, cells);
    const before = cells.get(job.cell);
    if (before === undefined || before.created_at < job.created_at) cells.set(job.cell, job);
  }
  return [...batches].flatMap((batch) => {
    const cells = members.get(batch.batch_id);
    return cells === undefined ? [] : [groupOf(batch, [...cells.values()])];
  });
}

function groupOf(batch: Batch, jobs: readonly Job[]): BatchGroup {
  const total = cellCount(batch.plan);
  const summary = summaryOf(jobs);
  const open = summary.running + summary.queued;
  const ends = jobs.flatMap(({ finished_at: end }) => (end === null ? [] : [Date.parse(end)]));
  const made = jobs.filter(({ asset_ids: ids }) => ids.length > 0).sort((a, b) => endOf(b) - endOf(a));
  return {
    batch,
    total,
    summary,
    ended: total - open,
    failed: jobs.filter(({ status }) => status === 'error' || status === 'lost'),
    cover: made[0]?.asset_ids[0] ?? null,
    endedAt: open > 0 ? null : Math.max(0, ...ends),
  };
}

function endOf({ finished_at, created_at }: Job): number {
  return Date.parse(finished_at ?? created_at);
}

/** Seconds until all of it is done, from what its own jobs took; null before the first has ended. */
export function secondsLeft({ total, ended }: BatchGroup, jobs: Iterable<Job>, batchId: string): number | null {
  const took: number[] = [];
  for (const job of jobs) {
    if (job.batch_id !== batchId || job.status !== 'completed') continue;
    if (job.started_at !== null && job.finished_at !== null) {
      took.push(Date.parse(job.finished_at) - Date.parse(job.started_at));
    }
  }
  if (took.length === 0) return null;
  const sorted = took.sort((a, b) => a - b);
  return ((sorted[sorted.length >> 1] ?? 0) * (total - ended)) / 1000;
}

/** "7 of 12", and what went wrong: "2 failed, 1 cancelled". */
export function groupWords({ total, ended, summary, endedAt }: BatchGroup): string[] {
  const { failed, cancelled } = summary;
  const good = total - failed - cancelled;
  return [
    endedAt === null ? `${ended} of ${total} done` : `${good} of ${total} made`,
    failed > 0 ? `${failed} failed` : '',
    cancelled > 0 ? `${cancelled} cancelled` : '',
  ].filter((part) => part !== '');
}

/** Whether a job has a row of its own: not when it is told with its batch. */
export function standsAlone(batches: ReadonlyMap<string, Batch>): (job: Job) => boolean {
  return ({ batch_id }) => batch_id === null || !batches.has(batch_id);
}

/** Whether anything of a batch goes on. */
export function isOpen(group: BatchGroup): boolean {
  return group.endedAt === null;
}
