/** What the grid shows, and when it takes in what is new. */
import { useMemo, useState } from 'react';
import { isEverything } from '../store/filter.js';
import { shownIndex } from '../store/found.js';
import { useApp, useAppState, useNow } from '../store/hooks.js';
import type { AppState } from '../store/store.js';
import { startOfDay } from '../ui/format.js';
import { stacked, unstacked } from './stacks.js';
import { buildView, type GalleryView, placesOfJobs } from './view.js';

const noJobs: AppState['jobs'] = new Map();

/** The newest state at the top of the grid; once scrolled, what stood there when the person left the top. */
export function useShownView(scrolled: boolean): { view: GalleryView; fresh: number } {
  const app = useApp();
  const index = useAppState(shownIndex);
  const filter = useAppState((state) => state.filter);
  const places = useAppState((state) => placesOfJobs(state.jobs));
  const dismissed = useAppState((state) => state.dismissed);
  const stacks = useAppState((state) => state.window.stacks);
  const open = useAppState((state) => state.openStacks);
  const today = startOfDay(useNow(30_000));
  const live = useMemo(() => {
    const jobs = places === '' ? noJobs : app.store.getState().jobs;
    return { index, filter, jobs, dismissed };
  }, [index, filter, places, dismissed, app]);
  const [held, setHeld] = useState(live);
  // What was deleted or left the filter by the person's own hand goes at once; what is new waits.
  const hold = scrolled && held.filter === filter && index.ids.length >= held.index.ids.length;
  if (!hold && held !== live) setHeld(live);
  const from = hold ? held : live;
  // Stacks open and close in what is held, too.
  const shown = useMemo(() => (stacks ? stacked(from.index, open) : unstacked(from.index)), [from.index, stacks, open]);
  const view = useMemo(
    () =>
      buildView({
        index: from.index,
        shown,
        all: isEverything(from.filter),
        byDay: from.filter.sort === 'newest' || from.filter.sort === 'oldest',
        jobs: from.jobs,
        dismissed: from.dismissed,
        failuresSince: app.openedAt,
        now: today,
      }),
    [from, shown, app, today],
  );
  return { view, fresh: Math.max(0, index.ids.length - from.index.ids.length) };
}
