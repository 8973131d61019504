/** What actions work on, and whether they can: asked of many actions at each key, so none of it may cost a library's length. */

import type { Job } from '../../shared/job.js';
import { comparable } from '../gallery/comparison.js';
import { entryOf } from '../gallery/view.js';
import { shownIndex } from '../store/found.js';
import { kindAt } from '../store/gallery-index.js';
import type { AppState } from '../store/store.js';

/** The asset the person stands on; null on a job or on nothing. */
export function currentAsset(state: AppState): string | null {
  if (state.current === null) return null;
  const entry = entryOf(state.current);
  return entry.kind === 'asset' ? entry.assetId : null;
}

/** The job the person stands on. */
export function currentJob(state: AppState): Job | null {
  if (state.current === null) return null;
  const entry = entryOf(state.current);
  return entry.kind === 'job' ? (state.jobs.get(entry.promptId) ?? null) : null;
}

/** The assets of the gallery as it is filtered now. */
export function shownIds(state: AppState): readonly string[] {
  return shownIndex(state).ids;
}

/** What an action on assets works on: the chosen ones, else the one the person stands on. */
export function targets(state: AppState): readonly string[] {
  if (state.selected.size > 0 && !covered(state)) return [...state.selected];
  const asset = currentAsset(state);
  return asset === null ? [] : [asset];
}

/** The one asset an action works on that can't be done with several. */
export function onlyTarget(state: AppState): string | null {
  const [first = null, ...others] = targets(state);
  return others.length === 0 ? first : null;
}

/** The lightbox or a comparison lies over the gallery. */
export function covered(state: AppState): boolean {
  return state.lightbox || state.comparing !== null;
}

/** What would be compared now; empty when that makes no sense. */
export function toCompare(state: AppState): readonly string[] {
  return comparable(shownIds(state), state.selected, state.lightbox ? currentAsset(state) : null);
}

export const inBin = (state: AppState) => state.filter.place === 'bin';
export const inGallery = (state: AppState) => state.screen === 'gallery';
export const onAsset = (state: AppState) => inGallery(state) && currentAsset(state) !== null;
export const onAssets = (state: AppState) =>
  inGallery(state) && ((state.selected.size > 0 && !covered(state)) || currentAsset(state) !== null);
export const onPicture = (state: AppState) => {
  const assetId = currentAsset(state);
  return inGallery(state) && assetId !== null && isImage(state, assetId);
};
function isImage(state: AppState, assetId: string): boolean {
  const index = shownIndex(state);
  return kindAt(index, index.ids.indexOf(assetId)) === 'image';
}
