/** What the registry offers for stacks. */
import { Layers } from 'lucide-react';
import { type Action, currentAsset } from './registry.js';
import { isOpen, stackOf, toggleStack } from './stack.js';

export const stackActions: readonly Action[] = [
  {
    id: 'asset.stack',
    title(state) {
      const stack = stackOf(state, currentAsset(state));
      return stack !== null && isOpen(state, stack) ? 'Close the stack' : 'Open the stack';
    },
    icon: Layers,
    keys: ['b'],
    on: 'asset',
    available: (state) => state.screen === 'gallery' && !state.lightbox && stackOf(state, currentAsset(state)) !== null,
    run: (app) => toggleStack(app, currentAsset(app.store.getState())),
  },
  {
    id: 'gallery.stacks',
    title: (state) => (state.window.stacks ? 'Show batches singly' : 'Stack batches'),
    icon: Layers,
    on: 'app',
    available: (state) => state.screen === 'gallery' && !state.lightbox,
    run: (app) => app.setWindow({ stacks: !app.store.getState().window.stacks }),
  },
];
