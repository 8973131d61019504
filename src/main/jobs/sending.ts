/**
 * The switch between us and the engine: while sending is paused, jobs are written down and wait here. A job that waits
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
    hint: 'It is sent when the person at the app resumes sending.',
  };
}

export interface Sending {
  readonly paused: boolean;
  /** Lets what waits go, in order, when it is false. */
  pause(paused: boolean): void;
  /** Writes a mark on a new job and keeps it back. Answers the job as it is then. */
  hold(job: JobRecord, extraData: Record<string, unknown>): JobRecord;
  /** Whether a job of this session waits. */
  holds(promptId: string): boolean;
  /** A job with a mark that the engine was asked for and does not know: it goes now, or waits with the others. */
  found(job: JobRecord): void;
  /** The job has ended: there is nothing to send any more. */
  forget(promptId: string): void;
  /** The engine is another one or gone; the marks stay, and the jobs are found again when theirs returns. */
  clear(): void;
}

interface Ports {
  store: Pick<JobStore, 'get' | 'update'>;
  emit: Emit;
  /** Sends one job; whatever becomes of it is told by its row. */
  send(job: JobRecord, extraData: Record<string, unknown>): Promise<unknown>;
}

export function createSending({ store, emit, send }: Ports): Sending {
  let paused = false;
  /** In the order they go. */
  const waiting = new Map<string, Record<string, unknown>>();
  let going = false;

  const go = async () => {
    for (let next = first(waiting); next !== undefined && !paused; next = first(waiting)) {
      const [promptId, extraData] = next;
      waiting.delete(promptId);
      const job = store.get(promptId);
      if (job === undefined || !isHeld(job)) continue;
      await send(store.update(promptId, { error: null }) ?? job, extraData);
    }
  };
  const release = async () => {
    if (going) return;
    going = true;
    try {
      await go();
    } finally {
      going = false;
    }
    // One may have come while the last of them was under way.
    if (!paused && waiting.size > 0) await release();
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
      waiting.set(job.prompt_id, extraData);
      const held = store.update(job.prompt_id, { error: pausedMark() }) ?? job;
      if (!paused) void release();
      return held;
    },
    holds: (promptId) => waiting.has(promptId),
    found(job) {
      if (waiting.has(job.prompt_id)) return;
      waiting.set(job.prompt_id, {});
      if (!paused) void release();
    },
    forget: (promptId) => void waiting.delete(promptId),
    clear: () => waiting.clear(),
  };
}

function first<K, V>(map: ReadonlyMap<K, V>): [K, V] | undefined {
  for (const entry of map) return entry;
  return undefined;
}
