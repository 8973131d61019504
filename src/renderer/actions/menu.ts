/** Which actions stand in the application menu, and how it writes their keys. */
import type { MenuItem, MenuName } from '../../shared/desktop.js';
import type { AppState } from '../store/store.js';
import { actionById, titleOf } from './registry.js';

const placed: Readonly<Record<MenuName, readonly string[]>> = {
  file: [
    'generate',
    'library.import',
    'workflow.import',
    'asset.save',
    'asset.export',
    'gallery.export',
    'asset.publish',
    'go.settings',
  ],
  edit: [
    'edit.undo',
    'edit.redo',
    'asset.copyPrompt',
    'asset.copyLink',
    'asset.album',
    'asset.delete',
    'asset.restore',
    'select.all',
    'select.none',
    'search',
  ],
  view: [
    'go.gallery',
    'go.queue',
    'go.workflows',
    'go.defaults',
    'go.connect',
    'sidebar',
    'inspector',
    'view.larger',
    'view.smaller',
    'view.usual',
  ],
  help: ['palette', 'shortcuts', 'endpoint.copy'],
};

/** The page's part of the menu as things are. */
export function menuItems(state: AppState): MenuItem[] {
  return Object.entries(placed).flatMap(([menu, ids]) =>
    ids.flatMap((id): MenuItem[] => {
      const action = actionById(id);
      if (action === undefined) return [];
      const history = id === 'edit.undo' || id === 'edit.redo';
      return [
        {
          id,
          menu: menu as MenuName,
          label: titleOf(action, state),
          accelerator: accelerator(action.keys?.[0]),
          // Fields have a history of their own.
          enabled: history || action.available(state),
        },
      ];
    }),
  );
}

/** "mod+shift+z" as "CmdOrCtrl+Shift+Z". Single characters are shown too: they work wherever nothing is typed. */
export function accelerator(keys: string | undefined): string | null {
  if (keys === undefined) return null;
  const words: Record<string, string> = { mod: 'CmdOrCtrl', shift: 'Shift', Escape: 'Esc', '+': 'Plus' };
  return keys
    .split(/\+(?=.)/)
    .map((part) => words[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join('+');
}
