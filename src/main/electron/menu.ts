/**
 * The application menu: what every program has, so that copy, paste, zoom and quit work by key, and the page's own
 * actions, which it tells. The page listens to their keys itself, and knows what they mean where.
 */
import type { MenuItem } from '../../shared/desktop.js';
import { app, BrowserWindow, Menu } from './electron.js';
import { menuTemplate, takesZoomKeys } from './menu-template.js';

export interface AppMenu {
  /** The page's part; cheap when only what is enabled has changed. */
  setItems(items: readonly MenuItem[]): void;
}

export interface AppMenuOptions {
  development: boolean;
  run(id: string): void;
}

/** Installs the menu without the page's part, which comes once there is a page. */
export function installMenu({ development, run }: AppMenuOptions): AppMenu {
  let shape = '';
  const given = { platform: process.platform, name: app.name, development, run, zoomInterface };
  const build = (items: readonly MenuItem[]) =>
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({ ...given, items })));
  build([]);
  return {
    setItems(items) {
      const next = JSON.stringify([takesZoomKeys(items), items.map(({ enabled: _, ...item }) => item)]);
      if (next !== shape) {
        shape = next;
        build(items);
        return;
      }
      const menu = Menu.getApplicationMenu();
      for (const { id, enabled } of items) {
        const item = menu?.getMenuItemById(id);
        if (item) item.enabled = enabled;
      }
    },
  };
}

function zoomInterface(window: unknown, by: number | null): void {
  if (!(window instanceof BrowserWindow)) return;
  window.webContents.zoomLevel = by === null ? 0 : window.webContents.zoomLevel + by;
}
