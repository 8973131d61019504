import { useMemo } from 'react';
import type { BatchGrid } from '../../shared/batch.js';
import type { ErrorValue } from '../../shared/errors.js';
import type { Job } from '../../shared/job.js';
import { useAppState } from '../store/hooks.js';
import type { App } from '../store/store.js';
import { useAnswer } from '../store/useAnswer.js';

const ask = (app: App, { batchId }: { batchId: string }) => app.client.invoke('get_batch_grid', { batch_id: batchId });

/** A batch with the job of each cell, read anew whenever a job of it or what it made changes. Null until it was read. */
export function useBatchGrid(batchId: string): {
  grid: BatchGrid | null;
  /** By cell, as they stand now. */
  jobs: ReadonlyMap<number, Job>;
  error: ErrorValue | null;
} {
  const live = useAppState((state) => state.jobs);
  const version = useAppState(
    (state) =>
      `${state.index.ids.length} ${[...state.jobs.values()]
        .filter((job) => job.batch_id === batchId)
        .map(({ prompt_id, status, asset_ids }) => `${prompt_id}${status}${asset_ids.length}`)
        .join()}`,
  );
  const { answer: grid, error } = useAnswer(
    useMemo(() => ({ batchId, version }), [batchId, version]),
    ask,
  );
  const jobs = new Map((grid?.jobs ?? []).map((job) => [job.cell ?? 0, live.get(job.prompt_id) ?? job]));
  return { grid: grid?.batch.batch_id === batchId ? grid : null, jobs, error };
}
