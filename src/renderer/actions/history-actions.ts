/** Back and forth through what was done to assets here. */
import { Redo2, Undo2 } from 'lucide-react';
import type { App } from '../store/store.js';
import type { Action } from './registry.js';

async function step(app: App, way: 'undo' | 'redo'): Promise<void> {
  const title = await app.history[way]();
  if (title !== null) app.toast(way === 'undo' ? `Undone: ${title}.` : `Done again: ${title}.`);
}

export const historyActions: readonly Action[] = [
  {
    id: 'edit.undo',
    title: ({ undoable }) => (undoable.undo === null ? 'Undo' : `Undo: ${undoable.undo}`),
    icon: Undo2,
    keys: ['mod+z'],
    on: 'app',
    // The defaults have a history of their own.
    available: (state) => state.undoable.undo !== null && state.screen !== 'defaults',
    run: (app) => void step(app, 'undo'),
  },
  {
    id: 'edit.redo',
    title: ({ undoable }) => (undoable.redo === null ? 'Redo' : `Redo: ${undoable.redo}`),
    icon: Redo2,
    keys: ['mod+shift+z', 'mod+y'],
    on: 'app',
    available: (state) => state.undoable.redo !== null,
    run: (app) => void step(app, 'redo'),
  },
];
