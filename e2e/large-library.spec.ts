/** A library of 100,000 assets, in the window: everything that is done with twelve is done with them. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { generateLibrary } from '../src/main/compat/library-bench/generate.js';
import { expect, test } from './support/test.js';

const rows = 100_000;

test('scrolls, steps, chooses, rates, takes back and searches among 100,000 assets', async ({ launch }) => {
  test.setTimeout(240_000);
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-large-'));
  try {
    generateLibrary({ file: path.join(dataDir, 'library.db'), rows, seed: 1, now: Date.now() });
    const { window, close } = await launch({ args: ['--demo'], dataDir });
    const errors: string[] = [];
    window.on('pageerror', (error) => errors.push(error.message));
    const tiles = window.getByTestId('tile');
    const chosen = window.locator('[data-testid=tile][data-chosen]');
    const bar = window.getByTestId('selection-bar');
    await expect(tiles.first()).toBeVisible();
    // One by one: closed stacks would be less to draw.
    await window.getByRole('button', { name: 'Stack batches' }).click();
    await expect(window.getByRole('button', { name: 'Stack batches' })).toHaveAttribute('aria-pressed', 'false');
    const setSize = await window.locator('li[aria-setsize]').first().getAttribute('aria-setsize');
    // Some lie in the bin.
    const total = Number(setSize);
    expect(total).toBeGreaterThan(rows * 0.95);
    const place = (at: number) => window.locator(`li[aria-posinset="${at}"]`);

    // To the end by wheel and scroll bar, with few cells drawn on the way; back by key.
    await window.getByTestId('gallery-grid').evaluate((grid) => grid.scrollTo({ top: grid.scrollHeight }));
    await expect(place(total)).toBeVisible();
    expect(await tiles.count()).toBeLessThan(400);
    await place(total).getByTestId('tile').focus();
    await window.keyboard.press('ArrowLeft');
    await expect(place(total - 1).getByTestId('tile')).toBeFocused();
    await window.keyboard.press('Home');
    await expect(place(1).getByTestId('tile')).toBeFocused();
    for (let press = 0; press < 20; press += 1) await window.keyboard.press('ArrowRight');
    await expect(place(21).getByTestId('tile')).toBeFocused();
    await window.keyboard.press('End');
    await expect(place(total).getByTestId('tile')).toBeFocused();
    await window.keyboard.press('PageUp');
    await expect(window.locator(':focus')).toHaveAttribute('data-testid', 'tile');
    await window.keyboard.press('Home');

    // All of them, then three.
    await window.keyboard.press('ControlOrMeta+a');
    await expect(bar).toContainText(`${total.toLocaleString('en-US')} selected`);
    await expect(chosen.first()).toBeVisible();
    await window.keyboard.press('Escape');
    await expect(bar).toHaveCount(0);
    await tiles.nth(0).focus();
    await window.keyboard.press('Shift+ArrowRight');
    await window.keyboard.press('Shift+ArrowRight');
    await expect(bar).toContainText('3 selected');
    const rated = chosen.locator('..').getByRole('img', { name: '3 stars' });
    const before = await rated.count();
    await window.keyboard.press('3');
    await expect(rated).toHaveCount(3);
    await window.keyboard.press('ControlOrMeta+z');
    await expect(rated).toHaveCount(before);
    await window.keyboard.press('ControlOrMeta+Shift+z');
    await expect(rated).toHaveCount(3);
    await window.keyboard.press('Escape');

    // A search, its end, and back to everything.
    await window.keyboard.press('/');
    await window.keyboard.type('rating:5 ');
    await expect(window.locator(`li[aria-setsize="${total}"]`)).toHaveCount(0);
    await expect(tiles.first()).toBeVisible();
    await window.getByTestId('gallery-grid').evaluate((grid) => grid.scrollTo({ top: grid.scrollHeight }));
    await expect(tiles.last()).toBeVisible();
    await window.getByRole('button', { name: 'Clear the search' }).click();
    await expect(window.locator(`li[aria-setsize="${total}"]`).first()).toBeVisible();

    // The same by mouse: check, additive, a range that begins anew, stars and the way back.
    await window.getByTestId('gallery-grid').evaluate((grid) => grid.scrollTo({ top: 0 }));
    await expect(place(1)).toBeVisible();
    await place(2).hover();
    await place(2)
      .getByRole('button', { name: /^Choose / })
      .click();
    await place(4)
      .getByTestId('tile')
      .click({ modifiers: ['ControlOrMeta'] });
    await expect(bar).toContainText('2 selected');
    await place(9)
      .getByTestId('tile')
      .click({ modifiers: ['Shift'] });
    await expect(bar).toContainText('6 selected');
    await bar.getByRole('button', { name: 'Rate all of them 5' }).click();
    await expect(chosen.locator('..').getByRole('img', { name: '5 stars' })).toHaveCount(6);
    await window.keyboard.press('ControlOrMeta+z');
    await bar.getByRole('button', { name: 'Choose nothing' }).click();

    // Away and back: from the context menu, one less and all of them again.
    await place(3).getByTestId('tile').click({ button: 'right' });
    await window.getByRole('menuitem', { name: 'Move to the bin' }).click();
    await expect(window.locator(`li[aria-setsize="${total - 1}"]`).first()).toBeVisible();
    await window.getByRole('button', { name: 'Undo' }).click();
    await expect(window.locator(`li[aria-setsize="${total}"]`).first()).toBeVisible();

    // Closely: the film strip, the neighbour, and everything that is known.
    await place(3).getByTestId('tile').click();
    const lightbox = window.getByTestId('lightbox');
    const shown = `of ${total.toLocaleString('en-US')}`;
    await expect(lightbox).toContainText(`3 ${shown}`);
    await lightbox.getByRole('button', { name: 'Next' }).click();
    await expect(lightbox).toContainText(`4 ${shown}`);
    await window.keyboard.press('i');
    await expect(lightbox.getByTestId('inspector').getByRole('region', { name: 'Parameters' })).toBeVisible();
    await window.keyboard.press('i');
    await window.keyboard.press('Escape');
    await expect(lightbox).toHaveCount(0);

    // Facets with their counts, and other orders.
    const sidebar = window.getByTestId('sidebar');
    await sidebar.getByText('Video', { exact: true }).click();
    await expect(window.locator(`li[aria-setsize="${total}"]`)).toHaveCount(0);
    await expect(tiles.first()).toHaveAttribute('aria-label', /^Film/);
    await window.getByRole('combobox', { name: 'Order' }).click();
    await window.getByRole('option', { name: 'Best rated' }).click();
    await expect(tiles.first()).toBeVisible();
    await sidebar.getByRole('button', { name: /^All work/ }).click();

    // No other place waits for the library, and the gallery is there at once on the way back.
    for (const [key, heading] of [
      ['2', 'Queue'],
      ['3', 'Workflows'],
      ['4', 'Defaults'],
      ['5', 'Connect'],
      ['6', 'Settings'],
    ] as const) {
      await window.keyboard.press(`ControlOrMeta+${key}`);
      await expect(window.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
    }
    await window.keyboard.press('ControlOrMeta+k');
    await window.getByRole('dialog').getByRole('combobox').fill('go to the gallery');
    await window.keyboard.press('Enter');
    await expect(tiles.first()).toBeVisible();

    expect(errors).toEqual([]);
    await close();
  } finally {
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
});
