/** The batch that something was made in, as a grid. */
import { Grid3x3 } from 'lucide-react';
import { showGrid } from '../jobs/batch-calls.js';
import { shownIndex } from '../store/found.js';
import { batchAt } from '../store/gallery-index.js';
import type { AppState } from '../store/store.js';
import type { Action } from './registry.js';
import { currentAsset, currentJob } from './targets.js';

/** The batch that the person stands on a piece of. */
export function currentBatch(state: AppState): string | null {
  const job = currentJob(state);
  if (job !== null) return job.batch_id;
  const assetId = currentAsset(state);
  if (assetId === null) return null;
  const index = shownIndex(state);
  return batchAt(index, index.ids.indexOf(assetId));
}

export const batchActions: readonly Action[] = [
  {
    id: 'batch.grid',
    title: (state) => (state.batchGrid === null || state.lightbox ? 'Show its batch as a grid' : 'Back to the gallery'),
    icon: Grid3x3,
    keys: ['m'],
    on: 'app',
    menu: true,
    available: (state) => state.screen === 'gallery' && (state.batchGrid !== null || currentBatch(state) !== null),
    run(app) {
      const state = app.store.getState();
      showGrid(app, state.batchGrid === null || state.lightbox ? currentBatch(state) : null);
    },
  },
];
