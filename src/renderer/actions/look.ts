/** Actions of looking closely: slides, and several side by side. */
import { Columns2, Play } from 'lucide-react';
import type { Action } from './registry.js';
import { onAsset, toCompare } from './targets.js';

export const looking: readonly Action[] = [
  {
    id: 'slideshow',
    title: (state) => (state.slideshow === 'running' ? 'Pause the slideshow' : 'Start a slideshow'),
    icon: Play,
    keys: ['s'],
    on: 'asset',
    available: (state) => onAsset(state) && state.comparing === null,
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
