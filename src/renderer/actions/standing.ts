/** Where the person stands, as actions ask for it. */
import { entryOf } from '../gallery/view.js';
import { shownIndex } from '../store/found.js';
import type { AppState } from '../store/store.js';

/** The asset the person stands on; null on a job or on nothing. */
export function currentAsset(state: AppState): string | null {
  if (state.current === null) return null;
  const entry = entryOf(state.current);
  return entry.kind === 'asset' ? entry.assetId : null;
}

/** The assets of the gallery as it is filtered now. */
export function shownIds(state: AppState): readonly string[] {
  return shownIndex(state).ids;
}

/** The lightbox or a comparison lies over the gallery. */
export function covered(state: AppState): boolean {
  return state.lightbox || state.comparing !== null;
}
