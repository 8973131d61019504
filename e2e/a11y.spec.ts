/** Every screen, dialog and panel, in light and dark, looked over by axe: nothing may be wrong. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { type Finding, look } from './support/axe.js';
import { fillLibrary } from './support/library.js';
import { expect, test } from './support/test.js';

async function pictures(): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (const background of ['teal', 'coral', 'white', 'black', 'gold']) {
    files[`${background}.png`] = await sharp({ create: { width: 96, height: 64, channels: 3, background } })
      .png()
      .toBuffer();
  }
  return files;
}

for (const theme of ['dark', 'light'] as const) {
  test(`first run and empty gallery, ${theme}`, async ({ launch }) => {
    const { window } = await launch({ args: ['--demo'] });
    await window.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    const found: Finding[] = [];
    await expect(window.getByRole('button', { name: 'Skip' })).toBeVisible();
    found.push(...(await look(window, 'first run')));
    await window.getByRole('button', { name: 'Skip' }).click();
    await expect(window.getByText('Nothing made yet')).toBeVisible();
    found.push(...(await look(window, 'empty gallery')));
    await window.keyboard.press('g');
    await expect(window.getByTestId('composer')).toBeVisible();
    found.push(...(await look(window, 'composer')));
    expect(found).toEqual([]);
  });

  test(`everything else, ${theme}`, async ({ launch }) => {
    test.setTimeout(180_000);
    const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-a11y-'));
    fillLibrary(dataDir, await pictures());
    const { window, close } = await launch({ args: ['--demo'], dataDir });
    await window.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    const found: Finding[] = [];
    const check = async (where: string) => {
      found.push(...(await look(window, where)));
    };
    const tiles = window.getByTestId('tile');
    const dialog = window.getByRole('dialog');
    const open = (name: string) =>
      window.getByRole('navigation', { name: 'Places' }).getByRole('button', { name }).click();
    await expect(tiles).toHaveCount(5);
    await check('gallery');
    await tiles.nth(0).focus();
    await window.keyboard.press('4');
    await expect(window.getByRole('img', { name: '4 stars' }).first()).toBeVisible();
    await window.keyboard.press('Enter');
    await expect(window.getByTestId('inspector')).toBeVisible();
    await tiles.nth(1).click({ modifiers: ['ControlOrMeta'] });
    await check('gallery with inspector, one chosen');
    for (const [key, name] of [
      ['a', 'album dialog'],
      ['ControlOrMeta+e', 'export dialog'],
    ] as const) {
      await window.keyboard.press(key);
      await expect(dialog).toBeVisible();
      await check(name);
      await window.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
    }
    await tiles.nth(1).click({ button: 'right' });
    await expect(window.getByRole('menu')).toBeVisible();
    await check('context menu');
    await window.keyboard.press('Escape');
    await expect(window.getByRole('menu')).toHaveCount(0);
    await window.keyboard.press('Escape');

    await window.keyboard.press('/');
    await window.keyboard.type('file:teal ');
    await expect(tiles).toHaveCount(1);
    await check('gallery filtered, field open');
    await window.keyboard.type('nothing ');
    await expect(window.getByText('Nothing found')).toBeVisible();
    await check('gallery filtered to nothing');
    await window.getByRole('button', { name: 'Clear the search' }).click();
    await expect(tiles).toHaveCount(5);

    await tiles.nth(2).focus();
    await window.keyboard.press(' ');
    await expect(window.getByTestId('lightbox-original')).toBeVisible();
    await check('lightbox');
    await window.keyboard.press('Escape');
    await expect(window.getByTestId('lightbox')).toHaveCount(0);

    for (const [key, name] of [
      ['ControlOrMeta+k', 'palette'],
      ['?', 'shortcuts'],
    ] as const) {
      await window.keyboard.press(key);
      await expect(dialog).toBeVisible();
      await check(name);
      await window.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
    }

    await open('Queue');
    await check('queue');
    await open('Connect');
    await check('connect');
    await open('Settings');
    const sections = window.getByTestId('settings').getByRole('navigation').getByRole('button');
    const count = await sections.count();
    expect(count).toBeGreaterThan(4);
    for (let at = 0; at < count; at += 1) {
      await sections.nth(at).click();
      await check(`settings, ${await sections.nth(at).textContent()}`);
    }
    expect(found).toEqual([]);
    await close();
    fs.rmSync(dataDir, { recursive: true, force: true });
  });
}
