/**
 * The application menu: what every program has, so that copy, paste, zoom and quit work by key, and the page's own
 * actions, which it tells. Their keys are only shown here: the page listens to them itself, and knows what they mean where.
 */
import type { MenuItem, MenuName } from '../../shared/desktop.js';
import { app, BrowserWindow, Menu } from './electron.js';

type Template = Electron.MenuItemConstructorOptions;

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
  const build = (items: readonly MenuItem[]) =>
    Menu.setApplicationMenu(Menu.buildFromTemplate(template(items, development, run)));
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

/** Where the page has sizes of its own, the keys are for those, and the interface's are not shown beside them. */
function takesZoomKeys(items: readonly MenuItem[]): boolean {
  return items.some(({ id, enabled }) => id === 'view.larger' && enabled);
}

/** The interface larger or smaller by one of Chromium's steps, or as it was. */
function interfaceZoom(label: string, by: number | null, accelerator: string, shown: boolean): Template {
  return {
    label,
    click: (_, window) => {
      if (!(window instanceof BrowserWindow)) return;
      window.webContents.zoomLevel = by === null ? 0 : window.webContents.zoomLevel + by;
    },
    ...(shown ? { accelerator } : {}),
  };
}

const separator: Template = { type: 'separator' };
const isMac = process.platform === 'darwin';

function template(items: readonly MenuItem[], development: boolean, run: (id: string) => void): Template[] {
  const own = (menu: MenuName): Template[] =>
    items
      .filter((item) => item.menu === menu)
      .map(({ id, label, accelerator, enabled }) => ({
        id,
        label,
        enabled,
        click: () => run(id),
        registerAccelerator: false,
        ...(accelerator === null ? {} : { accelerator }),
      }));
  const zoomKeys = !takesZoomKeys(items);
  const parted = (menu: MenuName): Template[] => {
    const found = own(menu);
    return found.length === 0 ? [] : [...found, separator];
  };
  return [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: 'File',
      submenu: [
        ...parted('file'),
        isMac ? { role: 'close' } : { role: 'quit', label: `Quit ${app.name}`, accelerator: 'CmdOrCtrl+Q' },
      ],
    },
    {
      label: 'Edit',
      submenu: [...parted('edit'), { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'delete' }],
    },
    {
      label: 'View',
      submenu: [
        ...parted('view'),
        ...(development ? [{ role: 'reload' as const }, { role: 'toggleDevTools' as const }] : []),
        interfaceZoom('Larger interface', 0.5, 'CmdOrCtrl+Plus', zoomKeys),
        interfaceZoom('Smaller interface', -0.5, 'CmdOrCtrl+-', zoomKeys),
        interfaceZoom('Interface of the usual size', null, 'CmdOrCtrl+0', zoomKeys),
        separator,
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: own('help') },
  ];
}
