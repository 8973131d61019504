/** Links into the app, the application menu, and taking back what was done. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import type { LaunchedApp } from './support/launch.js';
import { root, runtime } from './support/launch.js';
import { fillLibrary } from './support/library.js';
import { expect, test } from './support/test.js';

let dataDir: string;
test.beforeEach(async () => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-links-'));
  const files: Record<string, Buffer> = {};
  for (const background of ['teal', 'coral', 'gold']) {
    const image = sharp({ create: { width: 96, height: 64, channels: 3, background } });
    files[`${background}.png`] = await image.png().toBuffer();
  }
  fillLibrary(dataDir, files);
});
test.afterEach(() => fs.rmSync(dataDir, { recursive: true, force: true }));

const tiles = (window: Page) => window.getByTestId('tile');
const go = (window: Page, place: string) =>
  window.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: place }).click();

/** What the system does with a link: it starts the app once more, with the link at the end. */
async function openLink({ app }: LaunchedApp, link: string): Promise<void> {
  const env = await app.evaluate(() => ({ ...process.env }));
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  await promisify(execFile)(runtime().executable, [root, ...sandbox, link], { env: env as NodeJS.ProcessEnv });
}

function choose({ app }: LaunchedApp, id: string): Promise<void> {
  return app.evaluate(({ Menu }, wanted) => {
    const item = Menu.getApplicationMenu()?.getMenuItemById(wanted);
    if (!item) throw new Error(`no ${wanted} in the menu`);
    item.click();
  }, id);
}

test('a copied link opens the asset, in whatever place the window is', async ({ launch }) => {
  const launched = await launch({ args: ['--demo'], dataDir });
  const { window, app } = launched;
  await expect(tiles(window)).toHaveCount(3);
  await tiles(window).nth(1).click({ button: 'right' });
  await window.getByRole('menuitem', { name: 'Copy link' }).click();
  const id = await tiles(window).nth(1).getAttribute('data-asset-id');
  const link = await app.evaluate(({ clipboard }) => clipboard.readText());
  expect(link).toBe(`comfyui-mcp://asset/${id}`);

  await go(window, 'Settings');
  await openLink(launched, link);
  const lightbox = window.getByTestId('lightbox');
  await expect(lightbox.getByRole('heading', { name: 'coral.png' })).toBeVisible();
  await window.keyboard.press('Escape');
  await expect(lightbox).toHaveCount(0);
  await expect(tiles(window)).toHaveCount(3);

  // macOS tells the app that runs, instead of starting it once more; also from behind other windows.
  await go(window, 'Queue');
  await app.evaluate(({ app: electronApp, BrowserWindow }, opened) => {
    BrowserWindow.getAllWindows()[0]?.hide();
    electronApp.emit('open-url', { preventDefault() {} }, opened);
  }, link);
  await expect(lightbox.getByRole('heading', { name: 'coral.png' })).toBeVisible();
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(true);
  await window.keyboard.press('Escape');

  await openLink(launched, 'comfyui-mcp://asset/00000000-0000-4000-8000-000000000000');
  await expect(window.getByText('This link leads to nothing in this library.')).toBeVisible();
  await expect(lightbox).toHaveCount(0);
});

test('a link that starts the app is followed once the gallery is there', async ({ launch }) => {
  const first = await launch({ args: ['--demo'], dataDir });
  await expect(tiles(first.window)).toHaveCount(3);
  const id = await tiles(first.window).nth(0).getAttribute('data-asset-id');
  await first.close();
  const { window } = await launch({ args: ['--demo', `comfyui-mcp://asset/${id}`], dataDir });
  await expect(window.getByTestId('lightbox').getByRole('heading', { name: 'gold.png' })).toBeVisible();
});

test('the menu does what the window does, and tells what can be done', async ({ launch }) => {
  const launched = await launch({ args: ['--demo'], dataDir });
  const { window, app } = launched;
  await expect(tiles(window)).toHaveCount(3);
  const labels = await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label));
  expect(labels).toEqual(expect.arrayContaining(['File', 'Edit', 'View', 'Window', 'Help']));
  const enabled = (id: string) =>
    app.evaluate(({ Menu }, wanted) => Menu.getApplicationMenu()?.getMenuItemById(wanted)?.enabled, id);
  await expect.poll(() => enabled('asset.delete')).toBe(false);
  await tiles(window).nth(0).focus();
  await expect.poll(() => enabled('asset.delete')).toBe(true);

  await choose(launched, 'asset.delete');
  await expect(tiles(window)).toHaveCount(2);
  await choose(launched, 'edit.undo');
  await expect(tiles(window)).toHaveCount(3);
  await choose(launched, 'edit.redo');
  await expect(tiles(window)).toHaveCount(2);
  await window.keyboard.press('ControlOrMeta+z');
  await expect(tiles(window)).toHaveCount(3);
  await choose(launched, 'go.queue');
  await expect(window.getByRole('heading', { name: 'Queue', level: 1 })).toBeVisible();
});

test('stars, tags and albums are taken back and done again by key', async ({ launch }) => {
  const { window } = await launch({ args: ['--demo'], dataDir });
  await expect(tiles(window)).toHaveCount(3);
  await tiles(window).nth(0).focus();
  await window.keyboard.press('4');
  const stars = window.getByRole('img', { name: '4 stars' });
  await expect(stars).toHaveCount(1);
  await window.keyboard.press('Enter');
  const inspector = window.getByTestId('inspector');
  await inspector.getByLabel('Add a tag').fill('<b>مرفأ</b>');
  await inspector.getByLabel('Add a tag').press('Enter');
  const tag = inspector.getByRole('button', { name: 'Remove the tag <b>مرفأ</b>' });
  await expect(tag).toBeVisible();
  await tiles(window).nth(0).focus();
  await window.keyboard.press('ControlOrMeta+z');
  await expect(tag).toHaveCount(0);
  await expect(stars).toHaveCount(1);
  await window.keyboard.press('ControlOrMeta+z');
  await expect(stars).toHaveCount(0);
  await window.keyboard.press('ControlOrMeta+Shift+z');
  await expect(stars).toHaveCount(1);
  await window.keyboard.press('ControlOrMeta+y');
  await expect(tag).toBeVisible();
});
