/** Who waits for the end of which job. */
import { AppError } from '../../shared/errors.js';
import type { Progress } from '../../shared/job.js';
import type { Clock, JobRecord, JobStore } from '../ports.js';
import type { Follower } from './follower.js';

export interface WaitOptions {
  timeoutMs: number;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

export interface Waiting {
  /** Resolves with the job's state when it was woken or the time is over. Rejects with the signal's reason. */
  wait(promptId: string, follower: Follower, options: WaitOptions): Promise<JobRecord | undefined>;
  /** The job has ended. */
  wake(promptId: string): void;
  /** Ends all waiting with CANCELLED. */
  stop(): void;
}

export function createWaiting(store: Pick<JobStore, 'get'>, clock: Clock): Waiting {
  const waiters = new Map<string, Set<() => void>>();
  const stopping = new AbortController();
  return {
    async wait(promptId, follower, { timeoutMs, signal, onProgress }) {
      const stopProgress = onProgress && follower.listen(onProgress);
      const done = new AbortController();
      const { promise: woken, wake } = awakening();
      const set = waiters.get(promptId) ?? new Set();
      waiters.set(promptId, set.add(wake));
      const signals = [done.signal, stopping.signal, ...(signal ? [signal] : [])];
      try {
        await Promise.race([woken, clock.sleep(timeoutMs, AbortSignal.any(signals))]);
      } finally {
        stopProgress?.();
        set.delete(wake);
        if (set.size === 0 && waiters.get(promptId) === set) waiters.delete(promptId);
        done.abort(new AppError('CANCELLED', 'The waiting ended.'));
      }
      return store.get(promptId);
    },
    wake(promptId) {
      for (const wake of waiters.get(promptId) ?? []) wake();
      waiters.delete(promptId);
    },
    stop: () => stopping.abort(new AppError('CANCELLED', 'The program is stopping.', { hint: 'Ask again later.' })),
  };
}

function awakening(): { promise: Promise<void>; wake: () => void } {
  let wake = () => {};
  const promise = new Promise<void>((resolve) => {
    wake = resolve;
  });
  return { promise, wake };
}
