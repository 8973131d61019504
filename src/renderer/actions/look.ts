/** Actions of looking closely: slides, and several side by side. */
import { Columns2, Play } from 'lucide-react';
import { comparable } from '../gallery/comparison.js';
import type { AppState } from '../store/store.js';
import type { Action } from './registry.js';
import { currentAsset, shownIds } from './standing.js';

/** What would be compared now; empty when that makes no sense. */
function toCompare(state: AppState): readonly string[] {
  return comparable(shownIds(state), state.selected, state.lightbox ? currentAsset(state) : null);
}

function standsOnAsset(state: AppState): boolean {
  return state.screen === 'gallery' && currentAsset(state) !== null;
}

export const looking: readonly Action[] = [
  {
    id: 'slideshow',
    title: (state) => (state.slideshow === 'running' ? 'Pause the slideshow' : 'Start a slideshow'),
    icon: Play,
    keys: ['s'],
    on: 'asset',
    available: (state) => standsOnAsset(state) && state.comparing === null,
    run: (app) =>
      app.set({ lightbox: true, slideshow: app.store.getState().slideshow === 'running' ? 'paused' : 'running' }),
  },
  {
    id: 'compare',
    title: (state) => (state.lightbox ? 'Compare with its neighbour' : 'Compare what is chosen'),
    icon: Columns2,
    keys: ['c'],
    on: 'asset',
    available: (state) => state.screen === 'gallery' && state.comparing === null && toCompare(state).length > 0,
    run(app) {
      const state = app.store.getState();
      const ids = toCompare(state);
      app.set({ comparing: { ids, back: state.current }, current: ids[0] ?? null, slideshow: 'off' });
    },
  },
];
