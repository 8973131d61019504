/** What can be done with the job the person stands on. */
import { ListVideo, X } from 'lucide-react';
import { isFinal } from '../../shared/job.js';
import type { Action } from './registry.js';
import { currentJob, inGallery } from './targets.js';

export const jobActions: readonly Action[] = [
  {
    id: 'job.show',
    title: 'Show in the queue',
    icon: ListVideo,
    on: 'job',
    available: (state) => inGallery(state) && currentJob(state) !== null,
    run: (app) => app.set({ screen: 'queue' }),
  },
  {
    id: 'job.cancel',
    title: 'Cancel this job',
    icon: X,
    on: 'job',
    available(state) {
      const job = currentJob(state);
      return inGallery(state) && job !== null && !isFinal(job.status);
    },
    run: (app) => app.set({ cancelling: currentJob(app.store.getState())?.prompt_id ?? null }),
  },
  {
    id: 'job.dismiss',
    title: 'Put this failure away',
    icon: X,
    on: 'job',
    available(state) {
      const job = currentJob(state);
      return inGallery(state) && job !== null && isFinal(job.status);
    },
    run(app) {
      const { dismissed, ...state } = app.store.getState();
      const job = currentJob({ dismissed, ...state });
      if (job !== null) app.set({ dismissed: new Set(dismissed).add(job.prompt_id), current: null });
    },
  },
];
