/** Finding and choosing in the gallery, by mouse and by keyboard. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { fillLibrary } from './support/library.js';
import { expect, screenshotPath, test } from './support/test.js';

const colours = [
  'teal',
  'coral',
  'gold',
  'olive',
  'navy',
  'plum',
  'tan',
  'salmon',
  'sienna',
  'indigo',
  'khaki',
  'gray',
];

async function twelve(): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (const [number, background] of colours.entries()) {
    const image = sharp({ create: { width: 96, height: 64 + number, channels: 3, background } });
    files[`${background}.png`] = await image.png().toBuffer();
  }
  return files;
}

let dataDir: string;
test.beforeEach(async () => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-gallery-'));
  fillLibrary(dataDir, await twelve());
});
test.afterEach(() => fs.rmSync(dataDir, { recursive: true, force: true }));

const tiles = (window: Page) => window.getByTestId('tile');
const chosen = (window: Page) => window.locator('[data-testid=tile][data-chosen]');
const search = (window: Page) => window.getByRole('combobox', { name: 'Search the library' });

test('searches, filters, orders, albums and saved searches', async ({ launch }) => {
  const { window } = await launch({ args: ['--demo'], dataDir });
  await expect(tiles(window)).toHaveCount(12);
  const sidebar = window.getByTestId('sidebar');

  // Words, with a suggestion taken by key, and a chip taken away.
  await window.keyboard.press('/');
  await expect(search(window)).toBeFocused();
  await window.keyboard.type('file:teal');
  await expect(tiles(window)).toHaveCount(1);
  await window.keyboard.type(' ');
  await expect(window.getByRole('button', { name: 'Take away file: teal' })).toBeVisible();
  await window.keyboard.type('-nothing ');
  await window.screenshot({ path: screenshotPath('gallery-search') });
  await window.getByRole('button', { name: 'Take away file: teal' }).click();
  await expect(tiles(window)).toHaveCount(12);
  await window.getByRole('button', { name: 'Clear the search' }).click();
  await search(window).fill('rating:many');
  await expect(window.getByRole('alert')).toContainText('rating:many');
  await search(window).press('Escape');
  await search(window).press('Escape');
  await expect(tiles(window)).toHaveCount(12);

  // Stars by key, then the place that has them.
  await tiles(window).nth(2).focus();
  await window.keyboard.press('5');
  await window.keyboard.press('ArrowRight');
  await window.keyboard.press('x');
  await expect(window.locator('[data-testid=tile][data-rejected]')).toHaveCount(1);
  await sidebar.getByRole('button', { name: /^Starred/ }).click();
  await expect(tiles(window)).toHaveCount(1);
  await sidebar.getByRole('button', { name: /^All work/ }).click();
  await sidebar.getByText('Rejected').click();
  await expect(tiles(window)).toHaveCount(1);
  await sidebar.getByText('5 stars').click();
  await expect(tiles(window)).toHaveCount(2);
  await window.getByRole('button', { name: 'Show all work' }).first().click();

  // Another order has no days.
  await window.getByRole('combobox', { name: 'Order' }).click();
  await window.getByRole('option', { name: 'Name' }).click();
  await expect(tiles(window).first()).toHaveAttribute('aria-label', /coral/);
  await expect(window.getByRole('heading', { name: 'Name' })).toBeVisible();

  // An album from what is chosen, and back out of it.
  await tiles(window)
    .nth(0)
    .click({ modifiers: ['ControlOrMeta'] });
  await tiles(window)
    .nth(3)
    .click({ modifiers: ['Shift'] });
  await expect(chosen(window)).toHaveCount(4);
  await window.keyboard.press('a');
  await window.getByLabel('Name of the album').fill('Harbour series');
  await window.keyboard.press('Enter');
  await expect(sidebar.getByRole('button', { name: /^Harbour series/ })).toContainText('4');
  await sidebar.getByRole('button', { name: /^Harbour series/ }).click();
  await expect(tiles(window)).toHaveCount(4);
  await window.screenshot({ path: screenshotPath('gallery-album') });

  // A search that is kept.
  await sidebar.getByRole('button', { name: /^All work/ }).click();
  await search(window).fill('rating:5');
  await expect(tiles(window)).toHaveCount(1);
  await sidebar.getByRole('button', { name: 'Save this search' }).click();
  await window.getByLabel('Name of the search').fill('The best');
  await window.getByRole('button', { name: 'Save it' }).click();
  await sidebar.getByRole('button', { name: /^All work/ }).click();
  await expect(tiles(window)).toHaveCount(12);
  await sidebar.getByRole('button', { name: /^The best/ }).click();
  await expect(tiles(window)).toHaveCount(1);
});

test('chooses by check, range, keyboard and lasso, and works on all of them', async ({ launch }) => {
  const { window, app } = await launch({ args: ['--demo'], dataDir });
  await expect(tiles(window)).toHaveCount(12);
  await tiles(window).nth(1).hover();
  await window.getByRole('button', { name: /^Choose / }).click();
  await expect(chosen(window)).toHaveCount(1);
  const bar = window.getByTestId('selection-bar');
  await expect(bar).toContainText('1 selected');
  await tiles(window)
    .nth(4)
    .click({ modifiers: ['Shift'] });
  await expect(bar).toContainText('4 selected');
  await window.screenshot({ path: screenshotPath('gallery-selection') });
  await bar.getByRole('button', { name: 'Rate all of them 3' }).click();
  await expect(window.getByRole('img', { name: '3 stars' })).toHaveCount(4);
  await window.keyboard.press('Escape');
  await expect(bar).toHaveCount(0);

  await tiles(window).nth(0).focus();
  await window.keyboard.press('Shift+ArrowRight');
  await window.keyboard.press('Shift+ArrowRight');
  await expect(bar).toContainText('3 selected');
  await window.keyboard.press('ControlOrMeta+a');
  await expect(bar).toContainText('12 selected');
  await window.keyboard.press('Escape');

  // A lasso from the empty end of the grid over the last row.
  const grid = window.getByTestId('gallery-grid');
  const box = await grid.boundingBox();
  const last = await tiles(window).nth(11).boundingBox();
  if (box === null || last === null) throw new Error('no grid');
  await window.mouse.move(box.x + box.width - 20, last.y + last.height + 60);
  await window.mouse.down();
  await window.mouse.move(last.x + 20, last.y + 30, { steps: 6 });
  await expect(chosen(window).first()).toBeVisible();
  await window.mouse.up();
  const lassoed = await chosen(window).count();
  expect(lassoed).toBeGreaterThan(0);

  // Other programs get the originals under their own names.
  await app.evaluate(({ webContents }) => {
    const [page] = webContents.getAllWebContents().filter((one) => one.getURL().startsWith('app://window'));
    if (page === undefined) throw new Error('no page');
    page.startDrag = (item) => {
      (globalThis as { dragged?: unknown }).dragged = item.files;
    };
  });
  await chosen(window).first().dispatchEvent('dragstart');
  await expect.poll(() => app.evaluate(() => (globalThis as { dragged?: string[] }).dragged?.length)).toBe(lassoed);
  const dragged = await app.evaluate(() => (globalThis as { dragged?: string[] }).dragged ?? []);
  for (const file of dragged) {
    expect(colours).toContain(path.parse(file).name);
    expect(fs.statSync(file).size).toBeGreaterThan(0);
  }

  await window.keyboard.press('Delete');
  await expect(tiles(window)).toHaveCount(12 - lassoed);
  await window.getByRole('button', { name: 'Undo' }).click();
  await expect(tiles(window)).toHaveCount(12);

  await tiles(window)
    .nth(0)
    .click({ modifiers: ['ControlOrMeta'] });
  await tiles(window)
    .nth(1)
    .click({ modifiers: ['ControlOrMeta'] });
  await window.keyboard.press('Delete');
  await window.getByTestId('sidebar').getByRole('button', { name: /^Bin/ }).click();
  await expect(tiles(window)).toHaveCount(2);
  // What lies there is still to be seen.
  await expect(tiles(window).locator('img')).toHaveCount(2);
  await window.keyboard.press('ControlOrMeta+a');
  await window.keyboard.press('u');
  await expect(tiles(window)).toHaveCount(0);
  await expect(window.getByText('The bin is empty')).toBeVisible();
});

/** What a person does who drags a file of their disk over the grid and lets it go. */
async function drop(window: Page, file: string): Promise<void> {
  const input = await window.evaluateHandle(() => {
    const field = document.createElement('input');
    field.type = 'file';
    return field;
  });
  await input.asElement()?.setInputFiles(file);
  await window.getByTestId('gallery-grid').evaluate((grid, field) => {
    const dataTransfer = new DataTransfer();
    for (const one of field.files ?? []) dataTransfer.items.add(one);
    for (const type of ['dragenter', 'dragover', 'drop'])
      grid.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
  }, input);
}

test('cells grow and shrink, what is dropped comes in, and what is new waits above', async ({ launch }, testInfo) => {
  const { window } = await launch({ args: ['--demo'], dataDir });
  await expect(tiles(window)).toHaveCount(12);
  const width = async () => (await tiles(window).first().boundingBox())?.width ?? 0;
  const usual = await width();
  await tiles(window).first().focus();
  await window.keyboard.press('-');
  await expect.poll(width).toBeLessThan(usual);
  await window.keyboard.press('+');
  await expect.poll(width).toBe(usual);
  // With the mouse, to the end of the slider.
  const slider = window.getByRole('slider', { name: 'Cell size' });
  const track = await slider.locator('xpath=ancestor::*[3]').boundingBox();
  if (track === null) throw new Error('no slider');
  await window.mouse.click(track.x + track.width - 2, track.y + track.height / 2);
  await expect.poll(width).toBeGreaterThan(usual * 1.5);
  await expect(slider).toHaveAttribute('aria-valuetext', '320 pixels');

  // Far down, nothing moves when something new comes.
  const grid = window.getByTestId('gallery-grid');
  await grid.hover();
  await window.mouse.wheel(0, 600);
  await expect.poll(() => grid.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(300);
  const top = await grid.evaluate(({ scrollTop }) => scrollTop);
  const file = testInfo.outputPath('from my disk.png');
  await sharp({ create: { width: 96, height: 96, channels: 3, background: 'crimson' } }).toFile(file);
  await drop(window, file);
  await expect(window.getByRole('status').filter({ hasText: 'Taking it into the library.' })).toBeVisible();
  const pill = window.getByRole('button', { name: '1 new' });
  await expect(pill).toBeVisible({ timeout: 30_000 });
  expect(await grid.evaluate(({ scrollTop }) => scrollTop)).toBe(top);
  await pill.click();
  await expect(pill).toHaveCount(0);
  await expect.poll(() => grid.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
  await expect(tiles(window).and(window.getByLabel(/from my disk/))).toBeVisible();
});
