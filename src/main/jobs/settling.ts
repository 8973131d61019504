/** Reading the end of a job that is over. */
import { isFinal } from '../../shared/job.js';
import type { Clock, JobEnd, JobStore, Logger } from '../ports.js';
import { endingOf } from './endings.js';
import type { EngineLink } from './ports.js';

/** The history entry may come after the last event (up to 250 ms were seen); then looks get rarer. Milliseconds. */
const settleDelays = [0, 3, 10, 25, 50, 100, 250, 500, 1000];

interface Ports {
  store: Pick<JobStore, 'get'>;
  clock: Clock;
  logger: Logger;
  finish(promptId: string, end: JobEnd): void;
  /** The engine that is connected; undefined once everything was let go. */
  link(): EngineLink | null | undefined;
  /** Nothing was read: somebody must look again. */
  again(): void;
}

/** Answers a function that reads the end, waiting a little for its history entry. One at a time for each job. */
export function createSettling({ store, clock, logger, finish, link, again }: Ports): (promptId: string) => void {
  const settling = new Map<string, Promise<void>>();
  const work = async (promptId: string) => {
    for (const delay of settleDelays) {
      if (delay > 0) await clock.sleep(delay);
      const at = link();
      const job = at === undefined ? undefined : store.get(promptId);
      if (!job || isFinal(job.status) || at?.backend !== job.backend) return;
      const outcome = await at.outcome(job.remote_id);
      if (link() === undefined) return;
      if (outcome) {
        finish(promptId, endingOf(outcome, clock.now()));
        return;
      }
    }
    again();
  };
  return (promptId) => {
    if (settling.has(promptId)) return;
    const settled = work(promptId)
      .catch((error: unknown) => {
        logger.warn('the end of a job could not be read; trying again', { promptId, error });
        again();
      })
      .finally(() => settling.delete(promptId));
    settling.set(promptId, settled);
  };
}
