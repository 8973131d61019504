/**
 * What stands in the application menu, for each system. Linux and Windows only show the keys of the page's actions. macOS
 * has no showing alone: a key in the menu is taken by it. So there no key stands that the page needs in fields, or that
 * means something else where nothing is typed.
 */
import type { MenuItem, MenuName } from '../../shared/desktop.js';

type Template = Electron.MenuItemConstructorOptions;

export interface MenuTemplateOptions {
  items: readonly MenuItem[];
  platform: NodeJS.Platform;
  /** The application's name, as the system shows it. */
  name: string;
  development: boolean;
  run(id: string): void;
  /** Makes the interface of a window larger or smaller by so much of Chromium's steps, or as it was: null. */
  zoomInterface(window: unknown, by: number | null): void;
}

const separator: Template = { type: 'separator' };
const settings = 'go.settings';

/** The whole menu. On macOS the settings stand under the application's name, as everywhere there. */
export function menuTemplate(options: MenuTemplateOptions): Template[] {
  const { items, platform, name, development } = options;
  const isMac = platform === 'darwin';
  const own = (menu: MenuName, which: (id: string) => boolean = () => true) =>
    items.filter((item) => item.menu === menu && which(item.id)).map((item) => entryOf(item, options));
  const parted = (entries: Template[]): Template[] => (entries.length === 0 ? [] : [...entries, separator]);
  const inFile = own('file', (id) => !(isMac && id === settings));
  return [
    ...(isMac
      ? [
          appMenu(
            name,
            own('file', (id) => id === settings),
          ),
        ]
      : []),
    {
      label: 'File',
      submenu: [
        ...parted(inFile),
        isMac ? { role: 'close' } : { role: 'quit', label: `Quit ${name}`, accelerator: 'CmdOrCtrl+Q' },
      ],
    },
    {
      label: 'Edit',
      submenu: [
        ...parted(own('edit')),
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'delete' },
        ...(isMac ? fieldKeys : []),
      ],
    },
    {
      label: 'View',
      submenu: [
        ...parted(own('view')),
        ...(development ? [{ role: 'reload' as const }, { role: 'toggleDevTools' as const }] : []),
        interfaceZoom('Larger interface', 0.5, 'CmdOrCtrl+Plus', options),
        interfaceZoom('Smaller interface', -0.5, 'CmdOrCtrl+-', options),
        interfaceZoom('Interface of the usual size', null, 'CmdOrCtrl+0', options),
        separator,
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: own('help') },
  ];
}

/** Where the page has sizes of its own, the keys are for those, and the interface's are not shown beside them. */
export function takesZoomKeys(items: readonly MenuItem[]): boolean {
  return items.some(({ id, enabled }) => id === 'view.larger' && enabled);
}

function interfaceZoom(
  label: string,
  by: number | null,
  accelerator: string,
  { items, zoomInterface }: MenuTemplateOptions,
): Template {
  return {
    label,
    click: (_, window) => zoomInterface(window, by),
    ...(takesZoomKeys(items) ? {} : { accelerator }),
  };
}

function appMenu(name: string, ownSettings: Template[]): Template {
  return {
    label: name,
    submenu: [
      { role: 'about' },
      separator,
      ...(ownSettings.length === 0 ? [] : [...ownSettings, separator]),
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  };
}

/** Fields on macOS learn of these keys from the menu alone. The page's own entries say what they do elsewhere. */
const fieldKeys: Template[] = (['undo', 'redo', 'selectAll'] as const).map((role) => ({
  role,
  visible: false,
  acceleratorWorksWhenHidden: true,
}));

/** What fields and the system mean by these keys comes first. */
const keysOfFields = new Set(['Z', 'Shift+Z', 'X', 'C', 'V', 'A'].map((key) => `CmdOrCtrl+${key}`));

function entryOf({ id, label, accelerator, enabled }: MenuItem, { platform, run }: MenuTemplateOptions): Template {
  const taken = accelerator !== null && (!accelerator.startsWith('CmdOrCtrl+') || keysOfFields.has(accelerator));
  const shown = accelerator !== null && !(platform === 'darwin' && taken);
  return {
    id,
    label,
    enabled,
    click: () => run(id),
    registerAccelerator: false,
    ...(shown ? { accelerator } : {}),
  };
}
