/** Jobs: how one stands, the queue with everybody's, and stopping one. */
import type { Handlers, OperationOutput } from '../../shared/contract.js';
import { isFinal } from '../../shared/job.js';
import type { JobRecord } from '../ports.js';
import { answeredAsset } from './answers.js';
import type { Rooms } from './rooms.js';
import { waitFor } from './waiting.js';

export type JobHandlers = Pick<Handlers, 'get_job' | 'cancel_job' | 'get_queue_status'>;

type Waiting = OperationOutput<'get_queue_status'>['running'][number];

export function createJobHandlers(rooms: Rooms): JobHandlers {
  const { registry, jobs, engine, assetUrl } = rooms;
  return {
    async get_job({ prompt_id, wait_seconds }, context) {
      const known = registry.jobs.get(prompt_id);
      if (!known) return { status: 'not_found', prompt_id, assets: [], outputs: [] };
      const job = await waitFor(rooms, known, (wait_seconds ?? 0) * 1000, context);
      const assets = registry.assets.byJob(prompt_id);
      return {
        status: job.status,
        prompt_id,
        workflow_id: job.workflow_id,
        position: job.position,
        progress: isFinal(job.status) ? null : jobs.progress(prompt_id),
        assets: assets.map((asset) => answeredAsset(asset, assetUrl)),
        outputs: assets.map(({ filename, subfolder, folder_type }) => ({ filename, subfolder, folder_type })),
        error: job.error && errorForAgents(job.error),
        timings: {
          created_at: job.created_at,
          started_at: job.started_at,
          finished_at: job.finished_at,
          elapsed_ms: job.finished_ms === null ? null : job.finished_ms - job.created_ms,
        },
      };
    },

    async cancel_job({ prompt_id }) {
      const before = registry.jobs.get(prompt_id);
      if (before && isFinal(before.status)) {
        const success = before.status === 'cancelled';
        return { success, status: before.status, message: `The job had already ended: ${before.status}.` };
      }
      const { status } = await jobs.cancel(prompt_id);
      return { success: status === 'cancelled', status, message: cancelMessage(status) };
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
      };
    },
  };
}

/** More than these of a queue tell nobody anything; the counts are of all. */
const listedJobs = 50;

function cancelMessage(status: JobRecord['status']): string {
  if (status === 'cancelled') return 'The job was cancelled.';
  return isFinal(status)
    ? `The job ended before it could be stopped: ${status}.`
    : `ComfyUI was told to stop the job, but the node at work has not stopped yet (${status}). Ask get_job for its end.`;
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
