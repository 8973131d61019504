/** The filters stand beside the grid, or over it where there is little room; there they are opened each time. */
import type { App, AppState } from '../store/store.js';

/** The same in the style sheets. */
export const narrowWindow = '(max-width: 1040px)';

export const filtersShown = (state: AppState): boolean => (state.narrow ? state.filtersOver : state.window.sidebar);

export function toggleFilters(app: App): void {
  const state = app.store.getState();
  if (state.narrow) app.set({ filtersOver: !state.filtersOver });
  else app.setWindow({ sidebar: !state.window.sidebar });
}
