/** Beginning batches, and stopping several jobs at once. */
import { randomUUID } from 'node:crypto';
import type { Clock, JobEnd, JobRecord, JobStore } from '../ports.js';
import { cancelled, ending } from './endings.js';
import type { JobEngine } from './job-engine.js';
import { laterMark, type Sending } from './sending.js';

interface Ports {
  store: Pick<JobStore, 'insertBatch'>;
  sending: Sending;
  /** Throws when no engine is there. */
  connected(): { backend: string };
  finish(promptId: string, end: JobEnd): void;
  cancel(promptId: string): Promise<JobRecord>;
  clock: Clock;
}

export function createBatching({
  store,
  sending,
  connected,
  finish,
  cancel,
  clock,
}: Ports): Pick<JobEngine, 'beginBatch' | 'cancelAll'> {
  return {
    beginBatch(batch, drafts) {
      const { backend } = connected();
      const jobs = drafts.map((draft, cell) => ({
        ...draft,
        prompt_id: randomUUID(),
        backend,
        batch_id: batch.batch_id,
        cell,
        error: laterMark(),
      }));
      const records = store.insertBatch(batch, jobs);
      records.forEach(sending.queue);
      return { jobs: records, sent: sending.release() };
    },

    async cancelAll(promptIds) {
      const unsent = promptIds.filter(sending.holds);
      // All of them first: the end of one lets the next go.
      unsent.forEach(sending.forget);
      for (const id of unsent) finish(id, ending('cancelled', cancelled('before it ran'), clock.now()));
      const sent = promptIds.filter((id) => !unsent.includes(id));
      const results = await Promise.allSettled(sent.map(cancel));
      const failure = results.find((result) => result.status === 'rejected');
      if (failure !== undefined) throw failure.reason;
    },
  };
}
