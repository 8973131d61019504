/** How the window looks: the size of cells, light and dark. */
import { type LucideIcon, Scaling, SunMoon, ZoomIn, ZoomOut } from 'lucide-react';
import { initialWindowState } from '../../shared/desktop.js';
import type { AppState } from '../store/store.js';
import type { Action } from './registry.js';
import { covered, inGallery, onPicture } from './targets.js';

export const cellSizes = [96, 128, 160, 224, 320] as const;

/** The lightbox shows a picture, which its keys bring closer. */
const inPicture = (state: AppState) => state.lightbox && state.comparing === null && onPicture(state);
const inGrid = (state: AppState) => inGallery(state) && !covered(state);

/** One step of cells in the grid, and of a picture in the lightbox. */
function resize(by: 1 | -1, grid: string, picture: string, icon: LucideIcon, keys: readonly string[]): Action {
  const next = (state: AppState) => cellSizes[cellSizes.indexOf(state.window.cell) + by];
  const end = by > 0 ? 'Cells are as large as they get.' : 'Cells are as small as they get.';
  return {
    id: by > 0 ? 'view.larger' : 'view.smaller',
    title: (state) => (state.lightbox ? picture : grid),
    icon,
    keys,
    on: 'app',
    available: (state) => inGrid(state) || inPicture(state),
    // Offered at the end of the row too: its keys must not begin to mean something else there.
    blocked: (app) => (inGrid(app.store.getState()) && next(app.store.getState()) === undefined ? end : null),
    run(app) {
      const state = app.store.getState();
      const cell = next(state);
      if (inPicture(state)) app.picture.current?.zoom(by);
      else if (cell !== undefined) app.setWindow({ cell });
    },
  };
}

const usualSize: Action = {
  id: 'view.usual',
  title: (state) => (state.lightbox ? 'Show the whole picture' : 'Cells of the usual size'),
  icon: Scaling,
  keys: ['mod+0'],
  on: 'app',
  available: (state) => inGrid(state) || inPicture(state),
  run(app) {
    if (inPicture(app.store.getState())) app.picture.current?.fit();
    else app.setWindow({ cell: initialWindowState.cell });
  },
};

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
  resize(1, 'Larger cells', 'Closer to the picture', ZoomIn, ['mod++', 'mod+=', '+', '=']),
  resize(-1, 'Smaller cells', 'Further from the picture', ZoomOut, ['mod+-', '-']),
  usualSize,
  theme('system', 'Follow the system’s light and dark'),
  theme('dark', 'Always dark'),
  theme('light', 'Always light'),
];
