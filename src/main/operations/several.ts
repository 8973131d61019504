/** Several jobs for one call, and the one answer they get: what failed is told beside what came. */
import type { Asset } from '../../shared/asset.js';
import type { BatchPlan } from '../../shared/batch.js';
import type { CallContext, GenerationAnswer } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import { isFinal } from '../../shared/job.js';
import type { JobRecord } from '../ports.js';
import { type AnswerExtra, failureOf, generationAnswer, usedSeed } from './answers.js';
import { beginBatch } from './batches.js';
import { jointProgress } from './joint-progress.js';
import type { Rooms } from './rooms.js';
import type { ReadyJob } from './submission.js';
import { type Deadline, waitForSent } from './waiting.js';

interface Outcome {
  job: JobRecord;
  assets: Asset[];
  error?: AppError;
}

/**
 * Runs them as one batch.
 * @throws AppError the first failure, when nothing came of any of them.
 */
export async function runSeveral(
  rooms: Rooms,
  batch: { plan: BatchPlan; title: string; sheet_wanted: boolean },
  ready: readonly ReadyJob[],
  { extra, deadline, context }: { extra: AnswerExtra; deadline: Deadline; context: CallContext },
): Promise<GenerationAnswer> {
  const progress = jointProgress(ready.length, context);
  const { batch_id, jobs } = await beginBatch(rooms, batch, ready, { session_id: extra.session_id, context });
  const outcomes = await Promise.all(
    jobs.map(async (job, index): Promise<Outcome> => {
      const now = await waitForSent(rooms, job, deadline, progress.of(index));
      const assets = rooms.registry.assets.byJob(now.prompt_id);
      if (isFinal(now.status)) progress.done(index);
      const failed = isFinal(now.status) && now.status !== 'completed';
      return { job: now, assets, ...(failed ? { error: failureOf(now, assets) } : {}) };
    }),
  );
  return { ...jointAnswer(rooms, outcomes, extra), batch_id };
}

function jointAnswer(rooms: Rooms, outcomes: readonly Outcome[], extra: AnswerExtra): GenerationAnswer {
  const good = outcomes.filter(({ error }) => error === undefined);
  const done = good.filter(({ job }) => job.status === 'completed');
  const waiting = good.filter(({ job }) => job.status !== 'completed');
  const lead = done[0] ?? waiting[0];
  const failures = outcomes.flatMap(({ error }) => error ?? []);
  if (lead === undefined) throw failures[0] ?? new AppError('INTERNAL_ERROR', 'There was nothing to run.');
  const answers = good.map(({ job, assets }) => generationAnswer(job, assets, rooms, extra));
  const { message, progress, elapsed_ms, ...answer } = generationAnswer(lead.job, lead.assets, rooms, extra);
  const next = waiting.find(({ job }) => job.status === 'running') ?? waiting[0];
  return {
    ...answer,
    status: next === undefined ? 'completed' : next.job.status === 'running' ? 'running' : 'queued',
    assets: answers.flatMap(({ assets }) => assets),
    elapsed_ms: next === undefined ? spanOf(done.map(({ job }) => job)) : null,
    jobs: outcomes.map(toldJob),
    ...(failures.length + waiting.length === 0 ? {} : { message: inWords(done.length, waiting.length, failures) }),
    ...(next === undefined ? {} : { progress: next.job.progress }),
  };
}

function toldJob({ job, error, assets }: Outcome): NonNullable<GenerationAnswer['jobs']>[number] {
  const seed = usedSeed(job.parameters);
  return {
    prompt_id: job.prompt_id,
    status: job.status,
    ...(seed === undefined ? {} : { seed }),
    asset_ids: assets.map((asset) => asset.asset_id),
    ...(error === undefined ? {} : { error: error.message, error_code: error.code }),
  };
}

function inWords(done: number, waiting: number, failures: readonly AppError[]): string {
  const parts = [`${done} of ${done + waiting + failures.length} are done.`];
  if (waiting > 0) parts.push('Ask get_job with each prompt_id of jobs[] for the rest; the work goes on meanwhile.');
  const [first] = failures;
  if (first !== undefined) parts.push(`${failures.length} failed: ${first.message}`);
  return parts.join(' ');
}

/** From the first call to the last end. */
function spanOf(jobs: readonly JobRecord[]): number | null {
  const ends = jobs.flatMap(({ finished_ms }) => finished_ms ?? []);
  return ends.length === 0 ? null : Math.max(...ends) - Math.min(...jobs.map(({ created_ms }) => created_ms));
}
