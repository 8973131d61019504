/**
 * The application menu: what every program has, so that copy, paste, zoom and quit work by key, and the page's own
 * actions, which it tells. Their keys are only shown here: the page listens to them itself, and knows what they mean where.
 */
import type { MenuItem, MenuName } from '../../shared/desktop.js';
import { app, Menu } from './electron.js';

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
      const next = JSON.stringify(items.map(({ enabled: _, ...item }) => item));
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
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: own('help') },
  ];
}
