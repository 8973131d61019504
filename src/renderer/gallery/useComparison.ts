import { useEffect } from 'react';
import type { Asset } from '../../shared/asset.js';
import { keepOne } from '../actions/keep.js';
import { shownIndex } from '../store/found.js';
import { useApp } from '../store/hooks.js';
import { type Comparison, replaced, swapped } from './comparison.js';

/** What can be done with a comparison; keys work on the current one of it. */
export function useComparison(comparison: Comparison, current: string) {
  const app = useApp();
  const { ids, back } = comparison;
  const change = (next: readonly string[], standing: string) =>
    app.set({ comparing: { ids: next, back }, current: standing });
  const stand = (id: string | undefined) => {
    if (id !== undefined) app.set({ current: id });
  };
  return {
    stand,
    standBeside: (by: 1 | -1) => stand(ids.at((ids.indexOf(current) + by) % ids.length)),
    swap: () => change(swapped(ids, current), current),
    replace(by: 1 | -1) {
      const next = replaced(ids, current, by, shownIndex(app.store.getState()).ids);
      change(next, next[ids.indexOf(current)] ?? current);
    },
    /** One is compared with nothing, so two stay. */
    drop(id: string) {
      const next = ids.filter((one) => one !== id);
      if (next.length >= 2) change(next, id === current ? (next[0] ?? current) : current);
    },
    keep: (assets: readonly Asset[], id: string) => void keepOne(app, assets, id),
    close: () => app.set({ comparing: null, current: back }),
  };
}

/** What went into the bin leaves; when less than two stay, one is back where one was, or beside it. */
export function useDropGone({ ids, back }: Comparison, found: readonly (Asset | null | undefined)[]): void {
  const app = useApp();
  useEffect(() => {
    const gone = ids.filter((_, at) => found[at] === null);
    if (gone.length === 0) return;
    const left = ids.filter((id) => !gone.includes(id));
    const { current } = app.store.getState();
    const standing = current !== null && left.includes(current) ? current : (left[0] ?? current);
    if (left.length >= 2) app.set({ comparing: { ids: left, back }, current: standing });
    else app.set({ comparing: null, current: back !== null && !gone.includes(back) ? back : standing });
  }, [app, ids, back, found]);
}
