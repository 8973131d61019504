import { describe, expect, it } from 'vitest';
import type { MenuItem, MenuName } from '../../shared/desktop.js';
import { menuTemplate } from './menu-template.js';

type Entry = Electron.MenuItemConstructorOptions;

const item = (id: string, menu: MenuName, accelerator: string | null = null): MenuItem => ({
  id,
  menu,
  label: `Do ${id}`,
  accelerator,
  enabled: true,
});

const items = [
  item('generate', 'file', 'G'),
  item('asset.save', 'file', 'CmdOrCtrl+S'),
  item('go.settings', 'file', 'CmdOrCtrl+6'),
  item('edit.undo', 'edit', 'CmdOrCtrl+Z'),
  item('asset.copyPrompt', 'edit', 'CmdOrCtrl+C'),
  item('go.gallery', 'view', 'CmdOrCtrl+1'),
  item('shortcuts', 'help', '?'),
];

function menuOf(platform: NodeJS.Platform, { own = items, development = false } = {}) {
  const ran: string[] = [];
  const run = (id: string) => void ran.push(id);
  const zoomed: (number | null)[] = [];
  const zoomInterface = (_: unknown, by: number | null) => void zoomed.push(by);
  const name = 'ComfyUI MCP Desktop';
  const template = menuTemplate({ items: own, platform, name, development, run, zoomInterface });
  const entries = (at: number) => template[at]?.submenu as Entry[];
  const all = template.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
  const entry = (id: string) => all.find((one) => one.id === id);
  return { template, entries, all, entry, ran, zoomed, labels: template.map(({ label, role }) => label ?? role) };
}

const roles = (entries: Entry[]) => entries.flatMap(({ role }) => role ?? []);

describe.each(['linux', 'win32'] as const)('the menu on %s', (platform) => {
  it('begins with File, which ends with the way out', () => {
    const { labels, entries } = menuOf(platform);
    expect(labels).toEqual(['File', 'Edit', 'View', 'windowMenu', 'help']);
    expect(entries(0).map(({ id, role }) => id ?? role)).toEqual([
      'generate',
      'asset.save',
      'go.settings',
      undefined,
      'quit',
    ]);
    expect(entries(0).at(-1)?.label).toBe('Quit ComfyUI MCP Desktop');
  });

  it('shows every key and takes none of them', () => {
    const { all } = menuOf(platform);
    for (const { id, accelerator } of items) {
      expect(all.find((one) => one.id === id)).toMatchObject({ accelerator, registerAccelerator: false });
    }
  });
});

describe('the menu on macOS', () => {
  it('begins with the application, which holds the settings and the way out', () => {
    const { labels, entries } = menuOf('darwin');
    expect(labels).toEqual(['ComfyUI MCP Desktop', 'File', 'Edit', 'View', 'windowMenu', 'help']);
    expect(entries(0).map(({ id, role }) => id ?? role ?? '')).toEqual([
      'about',
      '',
      'go.settings',
      '',
      'services',
      '',
      'hide',
      'hideOthers',
      'unhide',
      '',
      'quit',
    ]);
    expect(entries(1).map(({ id, role }) => id ?? role)).toEqual(['generate', 'asset.save', undefined, 'close']);
  });

  it('has no key that is typed in fields, nor twice', () => {
    const { all, entry } = menuOf('darwin');
    for (const id of ['generate', 'edit.undo', 'asset.copyPrompt', 'shortcuts'])
      expect(entry(id)).not.toHaveProperty('accelerator');
    expect(entry('asset.save')?.accelerator).toBe('CmdOrCtrl+S');
    expect(entry('go.gallery')?.accelerator).toBe('CmdOrCtrl+1');
    expect(roles(all)).toEqual(expect.arrayContaining(['copy', 'undo', 'redo', 'selectAll']));
    expect(all.filter(({ role }) => role === 'undo')).toMatchObject([
      { visible: false, acceleratorWorksWhenHidden: true },
    ]);
  });
});

it('an entry runs its action', () => {
  const { entry, ran } = menuOf('linux');
  // Electron hands over the entry, the window and the event, of which nothing is used.
  (entry('asset.save')?.click as (() => void) | undefined)?.();
  expect(ran).toEqual(['asset.save']);
});

it('before there is a page the menu has what every program has', () => {
  const { all } = menuOf('linux', { own: [] });
  expect(all[0]?.role).toBe('quit');
  expect(roles(all)).toEqual(expect.arrayContaining(['cut', 'copy', 'paste', 'togglefullscreen']));
  expect(roles(all)).not.toContain('toggleDevTools');
  expect(roles(menuOf('linux', { development: true }).all)).toContain('toggleDevTools');
});

it('the keys of zoom are the page’s where it has sizes of its own', () => {
  const larger = item('view.larger', 'view', 'CmdOrCtrl+Plus');
  const keyOf = (enabled: boolean) => {
    const { all, zoomed } = menuOf('linux', { own: [{ ...larger, enabled }] });
    const entry = all.find(({ label }) => label === 'Larger interface');
    (entry?.click as (() => void) | undefined)?.();
    expect(zoomed).toEqual([0.5]);
    return entry?.accelerator;
  };
  expect(keyOf(true)).toBeUndefined();
  expect(keyOf(false)).toBe('CmdOrCtrl+Plus');
});
