/** How the window looks: the size of cells, light and dark. */
import { type LucideIcon, SunMoon, ZoomIn, ZoomOut } from 'lucide-react';
import type { AppState } from '../store/store.js';
import type { Action } from './registry.js';
import { covered, inGallery } from './targets.js';

export const cellSizes = [96, 128, 160, 224, 320] as const;

function resize(by: 1 | -1, title: string, icon: LucideIcon, keys: readonly string[]): Action {
  const next = (state: AppState) => cellSizes[cellSizes.indexOf(state.window.cell) + by];
  return {
    id: by > 0 ? 'cell.larger' : 'cell.smaller',
    title,
    icon,
    keys,
    on: 'app',
    available: (state) => inGallery(state) && !covered(state) && next(state) !== undefined,
    run(app) {
      const cell = next(app.store.getState());
      if (cell !== undefined) app.setWindow({ cell });
    },
  };
}

function theme(value: 'system' | 'dark' | 'light', title: string): Action {
  return {
    id: `theme.${value}`,
    title,
    icon: SunMoon,
    on: 'app',
    available: (state) => state.window.theme !== value,
    run: (app) => app.setWindow({ theme: value }),
  };
}

export const viewActions: readonly Action[] = [
  resize(1, 'Larger cells', ZoomIn, ['+', '=']),
  resize(-1, 'Smaller cells', ZoomOut, ['-']),
  theme('system', 'Follow the system’s light and dark'),
  theme('dark', 'Always dark'),
  theme('light', 'Always light'),
];
