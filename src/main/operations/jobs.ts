/** Jobs: how one stands, the queue with everybody's, and stopping one. */
import { statusOf, summaryOf } from '../../shared/batch.js';
import type { CallContext, Handlers, OperationOutput } from '../../shared/contract.js';
import { AppError, toErrorValue } from '../../shared/errors.js';
import { isFinal, isHeld } from '../../shared/job.js';
import type { JobRecord } from '../ports.js';
import { answeredAsset, failureOf, generationAnswer, heldMessage, partialOutputs } from './answers.js';
import { knownBatch } from './batches.js';
import type { Rooms } from './rooms.js';
import { type Deadline, progressMessage, startDeadline, waitFor } from './waiting.js';

export type JobHandlers = Pick<
  Handlers,
  'get_job' | 'get_generation' | 'cancel_job' | 'get_queue_status' | 'pause_queue' | 'resume_queue' | 'import_history'
>;

type Waiting = OperationOutput<'get_queue_status'>['running'][number];

export function createJobHandlers(rooms: Rooms): JobHandlers {
  const { registry, jobs, engine, clock } = rooms;
  return {
    async get_job({ prompt_id, wait_seconds = 0 }, context) {
      const deadline = startDeadline(clock, wait_seconds);
      const known = registry.jobs.get(prompt_id);
      if (!known) return outsideJob(rooms, prompt_id, deadline, context);
      const job = await waitFor(rooms, known, deadline, context);
      const assets = registry.assets.byJob(prompt_id);
      return {
        status: job.status,
        prompt_id,
        workflow_id: job.workflow_id,
        position: job.position,
        progress: isFinal(job.status) ? null : jobs.progress(prompt_id),
        assets: assets.map((asset) => answeredAsset(asset, rooms)),
        outputs: assets.map(({ filename, subfolder, folder_type }) => ({ filename, subfolder, folder_type })),
        error: job.error && isFinal(job.status) ? errorForAgents(job.error) : null,
        timings: {
          created_at: job.created_at,
          started_at: job.started_at,
          finished_at: job.finished_at,
          elapsed_ms: job.finished_ms === null ? null : job.finished_ms - job.created_ms,
        },
        ...messageFor(rooms, job, assets.length),
      };
    },

    async get_generation({ prompt_id }, context) {
      const known = registry.jobs.get(prompt_id);
      if (!known) throw unknownJob(prompt_id);
      const job = await waitFor(rooms, known, startDeadline(clock, 0), context);
      const assets = registry.assets.byJob(prompt_id);
      const { session_id, parent_asset_id, progress } = job;
      const told = progress ? progressMessage(progress) : messageFor(rooms, job, assets.length).message;
      const extra = { session_id: session_id ?? '' };
      const parent = parent_asset_id === null ? {} : { parent_asset_id };
      const done = job.status === 'completed';
      return {
        prompt_id,
        status: job.status,
        created_at: job.created_at,
        updated_at: job.finished_at ?? job.started_at ?? job.created_at,
        answer: done ? { ...generationAnswer(job, assets, rooms, extra), ...parent } : null,
        error: isFinal(job.status) && !done ? failureOf(job, assets).toValue() : null,
        ...(isFinal(job.status) || told === undefined ? {} : { message: told }),
      };
    },

    async import_history(_input, { signal }) {
      await engine.ready();
      const { jobs: count, assets } = await jobs.importHistory(signal);
      return { jobs: count, assets };
    },

    async cancel_job({ prompt_id, batch_id }) {
      if ((prompt_id === undefined) === (batch_id === undefined)) {
        throw new AppError('VALIDATION_ERROR', 'Give either prompt_id or batch_id.', {
          hint: 'prompt_id stops one job, batch_id all that is left of a batch.',
        });
      }
      if (prompt_id === undefined) return cancelBatch(rooms, batch_id ?? '');
      const before = registry.jobs.get(prompt_id);
      if (!before) return cancelOutside(rooms, prompt_id);
      if (isFinal(before.status)) return alreadyEnded(before.status);
      const { status } = await jobs.cancel(prompt_id);
      return { success: status === 'cancelled', status, message: cancelMessage(status) };
    },

    async pause_queue() {
      jobs.pause(true);
      return { paused: jobs.paused };
    },

    async resume_queue() {
      jobs.pause(false);
      return { paused: jobs.paused };
    },

    async get_queue_status() {
      const client = await engine.ready();
      const { running, pending } = await client.queue();
      const ours = new Map(registry.jobs.unfinished(engine.backend()).map((job) => [job.remote_id, job]));
      const item = (remoteId: string, status: Waiting['status'], position: number | null): Waiting => {
        // One that has just ended may still stand in the queue.
        const job = ours.get(remoteId) ?? registry.jobs.get(remoteId);
        return {
          prompt_id: job?.prompt_id ?? remoteId,
          status,
          position,
          workflow_id: job?.workflow_id ?? null,
          progress: job === undefined || status === 'pending' ? null : jobs.progress(job.prompt_id),
          ours: job !== undefined,
        };
      };
      return {
        running_count: running.length,
        pending_count: pending.length,
        running: running.slice(0, listedJobs).map(({ promptId }) => item(promptId, 'running', null)),
        pending: pending.slice(0, listedJobs).map(({ promptId }, index) => item(promptId, 'pending', index + 1)),
        ...pausedWords(jobs.paused, [...ours.values()].filter(isHeld).length),
      };
    },
  };
}

/** Told only while it is so. */
function pausedWords(paused: boolean, held: number): { held_count?: number; message?: string } {
  if (paused) {
    return { held_count: held, message: 'Sending is paused: new jobs wait in the app until resume_queue.' };
  }
  if (held === 0) return {};
  return { held_count: held, message: 'Jobs of batches wait in the app and are sent as others of theirs end.' };
}

/** More than these of a queue tell nobody anything; the counts are of all. */
const listedJobs = 50;

/** What the state alone does not tell. */
function messageFor({ engine }: Rooms, job: JobRecord, outputs: number): { message?: string } {
  if (isFinal(job.status)) {
    const left = job.status === 'completed' ? undefined : partialOutputs(outputs);
    return left === undefined ? {} : { message: left };
  }
  if (job.backend !== engine.backend()) {
    return {
      message: `It was sent to ${job.backend}, which is not connected now. Nothing more is known of it until then.`,
    };
  }
  if (isHeld(job)) return { message: heldMessage(job) };
  if (engine.status().state === 'ready') return {};
  return { message: 'ComfyUI does not answer at the moment, so this may be out of date. Ask again in a minute.' };
}

/** A prompt that somebody else sent to the same ComfyUI: its files stay there, and are assets only if that is wanted. */
async function outsideJob(
  { engine, jobs }: Rooms,
  prompt_id: string,
  deadline: Deadline,
  { signal }: CallContext,
): Promise<OperationOutput<'get_job'>> {
  const unknown = { status: 'not_found' as const, prompt_id, assets: [], outputs: [] };
  const away = await engine.ready().then(() => undefined, toErrorValue);
  if (away) return { ...unknown, message: `It is no job of this app. ${away.message}` };
  const job = await jobs.outside(prompt_id, { timeoutMs: deadline.waitMs(), signal });
  if (!job) return unknown;
  return {
    status: job.status,
    prompt_id,
    workflow_id: null,
    position: job.position,
    progress: null,
    assets: [],
    outputs: job.outputs.map(({ filename, subfolder, folder_type }) => ({ filename, subfolder, folder_type })),
    error: job.error && errorForAgents(job.error),
    message: 'Another program sent it. Its outputs lie in the output folder of ComfyUI.',
  };
}

/** The latest jobs of its cells that have not ended. */
async function cancelBatch(rooms: Rooms, batchId: string): Promise<OperationOutput<'cancel_job'>> {
  knownBatch(rooms, batchId);
  const { registry, jobs } = rooms;
  const left = registry.batches.jobs(batchId).filter(({ status }) => !isFinal(status));
  await jobs.cancelAll(left.map(({ prompt_id }) => prompt_id));
  const summary = summaryOf(registry.batches.jobs(batchId));
  const status = statusOf(summary);
  if (left.length === 0) {
    return { success: status === 'cancelled', status, message: `The batch had already ended: ${status}.` };
  }
  const open = summary.running + summary.queued;
  const words = `${left.length - open} of ${left.length} jobs that had not ended were stopped`;
  return {
    success: open === 0,
    status,
    message: open === 0 ? `${words}; what was made stays.` : `${words}; ComfyUI was told to stop the rest.`,
  };
}

async function cancelOutside({ engine, jobs }: Rooms, promptId: string): Promise<OperationOutput<'cancel_job'>> {
  const reachable = await engine.ready().then(
    () => true,
    () => false,
  );
  const before = reachable ? await jobs.outside(promptId, { timeoutMs: 0 }) : null;
  if (!before) {
    throw unknownJob(promptId);
  }
  if (isFinal(before.status)) return alreadyEnded(before.status);
  const status = (await jobs.cancelOutside(promptId))?.status ?? 'cancelled';
  return { success: status === 'cancelled', status, message: cancelMessage(status) };
}

function unknownJob(promptId: string): AppError {
  return new AppError('JOB_NOT_FOUND', `There is no job ${shortId(promptId)}.`, {
    hint: 'get_queue_status lists the prompt_id of everything that runs or waits.',
    details: { prompt_id: shortId(promptId) },
  });
}

/** An id as it may be told again: whatever was sent as one. */
function shortId(id: string): string {
  return id.length > 64 ? `${id.slice(0, 64)}…` : id;
}

function alreadyEnded(status: JobRecord['status']) {
  return { success: status === 'cancelled', status, message: `The job had already ended: ${status}.` };
}

function cancelMessage(status: JobRecord['status']): string {
  if (status === 'cancelled') return 'The job was cancelled.';
  if (status === 'queued') {
    return 'ComfyUI was told to take the job out of its queue, but has not confirmed it yet. Ask get_job for its end.';
  }
  return isFinal(status)
    ? `The job ended before it could be stopped: ${status}.`
    : 'ComfyUI was told to stop the job, but the node at work has not stopped yet. Ask get_job for its end.';
}

function errorForAgents(error: NonNullable<JobRecord['error']>) {
  const { node_id, class_type } = error.details ?? {};
  return {
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(typeof node_id === 'string' ? { node_id } : {}),
    ...(typeof class_type === 'string' ? { class_type } : {}),
  };
}
