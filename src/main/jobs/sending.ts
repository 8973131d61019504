/**
 * The switch between us and the engine. While sending is paused, jobs are written down and wait here; jobs of batches
 * always do, and go a few at a time, so that what others begin need not wait for a hundred of them. A job that waits
 * carries a mark in its row, so that the next start knows that it was never sent, and sends it.
 */
import type { ErrorValue } from '../../shared/errors.js';
import { isHeld } from '../../shared/job.js';
import type { Emit, JobRecord, JobStore } from '../ports.js';

/** The mark. */
export function pausedMark(): ErrorValue {
  return {
    code: 'SENDING_PAUSED',
    message: 'Sending to ComfyUI is paused, so this job waits in the app.',
    hint: 'It is sent when sending is resumed.',
  };
}

/** The mark of a job of a batch. */
export function laterMark(): ErrorValue {
  return {
    code: 'SENDING_LATER',
    message: 'This job waits in the app until others of its batch have ended.',
    hint: 'It is sent by itself.',
  };
}

/** Jobs of batches that the engine has at a time: one to work on, and the next, so that it is never idle. */
const batchJobsAhead = 2;

export interface Sending {
  readonly paused: boolean;
  /** Lets what waits go, in order, when it is false. */
  pause(paused: boolean): void;
  /** Writes a mark on a new job and keeps it back. Answers the job as it is then. */
  hold(job: JobRecord, extraData: Record<string, unknown>): JobRecord;
  /** Keeps back a job whose row has its mark already. */
  queue(job: JobRecord): void;
  /** Lets go what may. */
  release(): Promise<void>;
  /** Whether a job of this session waits. */
  holds(promptId: string): boolean;
  /** A job with a mark that the engine was asked for and does not know: it goes now, or waits with the others. */
  found(job: JobRecord): void;
  /** There is nothing to send any more. */
  forget(promptId: string): void;
  /** The engine is another one or gone; the marks stay, and the jobs are found again when theirs returns. */
  clear(): void;
}

interface Ports {
  store: Pick<JobStore, 'get' | 'update' | 'batchJobsSent'>;
  emit: Emit;
  /** Sends one job; whatever becomes of it is told by its row. */
  send(job: JobRecord, extraData: Record<string, unknown>): Promise<unknown>;
}

interface Waiting {
  extraData: Record<string, unknown>;
  batchId: string | null;
  backend: string;
}

export function createSending({ store, emit, send }: Ports): Sending {
  let paused = false;
  /** In the order they go. */
  const waiting = new Map<string, Waiting>();
  /** When each batch had its turn last: they take turns. */
  const turns = new Map<string, number>();
  let turn = 0;
  let going = false;

  const next = (): [string, Waiting] | undefined => {
    let best: [string, Waiting] | undefined;
    for (const entry of waiting) {
      const { batchId } = entry[1];
      if (batchId === null) return entry;
      if (best === undefined || turnOf(batchId) < turnOf(best[1].batchId ?? '')) best = entry;
    }
    if (best === undefined) return undefined;
    return store.batchJobsSent(best[1].backend) < batchJobsAhead ? best : undefined;
  };
  const turnOf = (batchId: string) => turns.get(batchId) ?? 0;

  const go = async () => {
    for (let entry = paused ? undefined : next(); entry !== undefined; entry = paused ? undefined : next()) {
      const [promptId, { extraData, batchId }] = entry;
      waiting.delete(promptId);
      if (batchId !== null) {
        turn += 1;
        turns.set(batchId, turn);
      }
      const job = store.get(promptId);
      if (job === undefined || !isHeld(job)) continue;
      await send(store.update(promptId, { error: null }) ?? job, extraData);
    }
    if (waiting.size === 0) turns.clear();
  };
  const wait = (job: JobRecord, extraData: Record<string, unknown>) =>
    waiting.set(job.prompt_id, { extraData, batchId: job.batch_id, backend: job.backend });
  const release = async () => {
    if (going) return;
    going = true;
    try {
      await go();
    } finally {
      going = false;
    }
    // One may have come while the last of them was under way.
    if (!paused && next() !== undefined) await release();
  };

  return {
    get paused() {
      return paused;
    },
    pause(next) {
      if (next === paused) return;
      paused = next;
      emit({ type: 'sending.changed', paused });
      if (!paused) void release();
    },
    hold(job, extraData) {
      wait(job, extraData);
      const held = store.update(job.prompt_id, { error: pausedMark() }) ?? job;
      if (!paused) void release();
      return held;
    },
    queue: (job) => void wait(job, {}),
    release,
    holds: (promptId) => waiting.has(promptId),
    found(job) {
      if (waiting.has(job.prompt_id)) return;
      wait(job, {});
      if (!paused) void release();
    },
    forget: (promptId) => void waiting.delete(promptId),
    clear: () => waiting.clear(),
  };
}
