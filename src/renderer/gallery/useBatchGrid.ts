import { useEffect, useState } from 'react';
import type { BatchGrid } from '../../shared/batch.js';
import { type ErrorValue, toErrorValue } from '../../shared/errors.js';
import type { Job } from '../../shared/job.js';
import { useApp, useAppState } from '../store/hooks.js';

/** A batch with the job of each cell, read anew whenever a job of it or what it made changes. Null until it was read. */
export function useBatchGrid(batchId: string): {
  grid: BatchGrid | null;
  /** By cell, as they stand now. */
  jobs: ReadonlyMap<number, Job>;
  error: ErrorValue | null;
} {
  const app = useApp();
  const [grid, setGrid] = useState<BatchGrid | null>(null);
  const [error, setError] = useState<ErrorValue | null>(null);
  const live = useAppState((state) => state.jobs);
  const version = useAppState(
    (state) =>
      `${state.index.ids.length} ${[...state.jobs.values()]
        .filter((job) => job.batch_id === batchId)
        .map(({ prompt_id, status, asset_ids }) => `${prompt_id}${status}${asset_ids.length}`)
        .join()}`,
  );
  useEffect(() => {
    let wanted = version !== '';
    app.client.invoke('get_batch_grid', { batch_id: batchId }).then(
      (answer) => {
        if (!wanted) return;
        setGrid(answer);
        setError(null);
      },
      (reason: unknown) => {
        if (wanted) setError(toErrorValue(reason));
      },
    );
    return () => {
      wanted = false;
    };
  }, [app, batchId, version]);
  const jobs = new Map((grid?.jobs ?? []).map((job) => [job.cell ?? 0, live.get(job.prompt_id) ?? job]));
  return { grid: grid?.batch.batch_id === batchId ? grid : null, jobs, error };
}
