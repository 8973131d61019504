import { useEffect } from 'react';
import { useApp, useAppState } from '../store/hooks.js';
import { Confirm } from '../ui/Confirm.js';
import { plural } from '../ui/format.js';
import { cancelBatch } from './batch-calls.js';
import { batchGroups } from './batch-groups.js';

/** Asks before all that is left of a batch is stopped. The question ends with the batch. */
export function CancelBatchDialog() {
  const app = useApp();
  const batchId = useAppState((state) => state.cancellingBatch);
  const batch = useAppState((state) => (batchId === null ? undefined : state.batches.get(batchId)));
  const jobs = useAppState((state) => state.jobs);
  const group = batch === undefined ? undefined : batchGroups([batch], jobs.values())[0];
  const left = group === undefined ? 0 : group.total - group.ended;
  const over = batchId !== null && left === 0;
  useEffect(() => {
    if (over) app.set({ cancellingBatch: null });
  }, [app, over]);
  return (
    <Confirm
      open={batchId !== null && !over}
      title={`Cancel the ${plural(left, 'job')} that ${left === 1 ? 'is' : 'are'} left?`}
      text="What was made stays. The one that runs stops at once, and none of the others begins."
      keep="Let it run"
      go="Cancel the batch"
      onClose={() => app.set({ cancellingBatch: null })}
      onGo={() => {
        if (batchId !== null) void cancelBatch(app, batchId);
      }}
    />
  );
}
