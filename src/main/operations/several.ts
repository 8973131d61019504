/** Several jobs for one call, and the one answer they get: what failed is told beside what came. */
import type { Asset } from '../../shared/asset.js';
import type { CallContext, GenerationAnswer } from '../../shared/contract.js';
import { AppError, toErrorValue } from '../../shared/errors.js';
import { isFinal } from '../../shared/job.js';
import type { JobRecord } from '../ports.js';
import { type AnswerExtra, failureOf, generationAnswer, usedSeed } from './answers.js';
import type { Rooms } from './rooms.js';
import { type ReadyJob, sendJob } from './submission.js';
import { type Deadline, waitForSent } from './waiting.js';

type Outcome = { ready: ReadyJob; assets: Asset[] } & (
  | { job: JobRecord; error?: AppError }
  | { job?: never; error: AppError }
);

/** @throws AppError the first failure, when nothing came of any of them. */
export async function runSeveral(
  rooms: Rooms,
  ready: readonly ReadyJob[],
  { extra, deadline, context }: { extra: AnswerExtra; deadline: Deadline; context: CallContext },
): Promise<GenerationAnswer> {
  const progress = jointProgress(ready.length, context);
  const sent: (JobRecord | AppError)[] = [];
  // In order, so that the seeds run in the order they count.
  for (const one of ready) sent.push(await sendJob(rooms, one, extra.session_id, context, deadline).catch(asAppError));
  const outcomes = await Promise.all(
    ready.map(async (one, index): Promise<Outcome> => {
      const job = sent[index];
      if (job === undefined || job instanceof AppError) {
        return { ready: one, assets: [], error: job ?? new AppError('CANCELLED', 'It was not sent.') };
      }
      const now = await waitForSent(rooms, job, deadline, progress.of(index));
      const assets = rooms.registry.assets.byJob(now.prompt_id);
      if (isFinal(now.status)) progress.done(index);
      const failed = isFinal(now.status) && now.status !== 'completed';
      return { ready: one, job: now, assets, ...(failed ? { error: failureOf(now, assets) } : {}) };
    }),
  );
  return jointAnswer(rooms, outcomes, extra);
}

function jointAnswer(rooms: Rooms, outcomes: readonly Outcome[], extra: AnswerExtra): GenerationAnswer {
  const good = outcomes.flatMap(({ job, error, assets }) => (job && !error ? [{ job, assets }] : []));
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

function toldJob({ ready, job, error, assets }: Outcome): NonNullable<GenerationAnswer['jobs']>[number] {
  const seed = usedSeed(ready.parameters);
  return {
    ...(job === undefined ? {} : { prompt_id: job.prompt_id }),
    status: job?.status ?? 'error',
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

/** The mean of all: it only rises, as the protocol demands. */
function jointProgress(count: number, context: CallContext) {
  const percents: number[] = Array.from({ length: count }, () => 0);
  const mean = () => percents.reduce((sum, percent) => sum + percent, 0) / count;
  return {
    of: (index: number): CallContext => ({
      ...context,
      progress({ value, message }) {
        percents[index] = Math.max(percents[index] ?? 0, value);
        context.progress({ value: mean(), max: 100, message: `${index + 1} of ${count}: ${message}` });
      },
    }),
    done(index: number) {
      percents[index] = 100;
    },
  };
}

function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code, message, hint } = toErrorValue(error);
  return new AppError(code, message, { hint, cause: error });
}
