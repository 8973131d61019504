/** Going to an asset from wherever it is mentioned. */
import { everything } from '../store/filter.js';
import { shownIndex } from '../store/found.js';
import type { App } from '../store/store.js';

/** The gallery stands on it; a filter that leaves it out is taken away. */
export function goToAsset(app: App, assetId: string): void {
  const state = app.store.getState();
  const hidden = !shownIndex(state).ids.includes(assetId);
  app.set({
    current: assetId,
    selected: new Set(),
    anchor: null,
    ...(hidden && state.index.ids.includes(assetId) ? { filter: everything } : {}),
  });
}
