/** Opening and closing the stacks of the gallery. */
import { type Stack, stackAt } from '../gallery/stacks.js';
import { shownIndex } from '../store/found.js';
import type { App, AppState } from '../store/store.js';

/** The stack that an asset lies in, open or closed; null where assets are shown singly. */
export function stackOf(state: AppState, assetId: string | null): Stack | null {
  if (assetId === null || !state.window.stacks) return null;
  const index = shownIndex(state);
  return stackAt(index, index.ids.indexOf(assetId));
}

export function isOpen(state: Pick<AppState, 'openStacks'>, stack: Stack): boolean {
  return state.openStacks.has(stack.ids[0] ?? '');
}

/** Opens the stack of an asset in its place, or closes it: then the person stands on its first picture. */
export function toggleStack(app: App, assetId: string | null): void {
  const state = app.store.getState();
  const stack = stackOf(state, assetId);
  if (stack === null) return;
  const openStacks = new Set(state.openStacks);
  const closes = isOpen(state, stack);
  for (const member of stack.ids) {
    if (closes) openStacks.delete(member);
    else openStacks.add(member);
  }
  app.set({ openStacks, current: closes ? (stack.ids[0] ?? null) : assetId });
}
