/** Looking closely: the lightbox and the comparison, by keyboard and by mouse. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import sharp from 'sharp';
import { wave } from '../src/main/media/testing-files.js';
import type { Parameters } from '../src/shared/asset.js';
import { root } from './support/launch.js';
import { fillLibrary } from './support/library.js';
import { expect, screenshotPath, test } from './support/test.js';

const film = (name: string) => fs.readFileSync(path.join(root, 'e2e', 'support', 'films', name));

/** Hills under a sky, the same drawing in other colours. */
function hills([sky, far, near]: readonly [string, string, string], width = 1536, height = 1024): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1536 1024" width="${width}" height="${height}">
    <rect width="1536" height="1024" fill="${sky}"/><circle cx="1050" cy="300" r="110" fill="#fff" opacity=".7"/>
    <path d="M0 560Q380 330 760 560T1536 500V1024H0z" fill="${far}"/>
    <path d="M0 760Q300 560 700 780T1536 700V1024H0z" fill="${near}"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

const colours = {
  'dawn.png': ['#e9c9a8', '#b7836a', '#4d3440'],
  'noon.png': ['#9cc4dd', '#6f9a7c', '#2c4a3a'],
  'dusk.png': ['#c58a92', '#7a5276', '#2b2440'],
  'night.png': ['#1d2740', '#18203a', '#0b0f1e'],
} as const;

const made = (prompt: string, cfg: number): Parameters => ({
  prompt,
  seed: 2871440193,
  cfg,
  steps: 28,
  sampler_name: cfg > 4 ? 'dpmpp_2m' : 'euler',
  scheduler: 'normal',
  ckpt_name: 'sd_xl_base_1.0.safetensors',
});
const parameters = {
  'dawn.png': made('hills at dawn, warm side light, long shadows', 3.5),
  'noon.png': made('hills at noon, clear air', 6),
  'dusk.png': made('hills at dusk, the last light behind thin clouds', 3.5),
  'night.png': made('hills at night, no moon', 6),
};

let dataDir: string;
test.beforeEach(() => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-lightbox-'));
});
test.afterEach(() => fs.rmSync(dataDir, { recursive: true, force: true }));

async function fillWithHills(): Promise<void> {
  const files: Record<string, Buffer> = {};
  for (const [name, palette] of Object.entries(colours)) files[name] = await hills(palette);
  fillLibrary(dataDir, files, parameters);
}

const tileOf = (window: Page, name: string) =>
  window.getByTestId('tile').and(window.getByLabel(new RegExp(`, ${name}$|${name.replace('.png', '')}`)));
const lightbox = (window: Page) => window.getByTestId('lightbox');
const compare = (window: Page) => window.getByTestId('compare');
const pane = (window: Page, letter: string) => compare(window).getByTestId('pane').and(window.getByLabel(letter));
const transformOf = (locator: Locator) => locator.evaluate((element: HTMLElement) => element.style.transform);

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('It is not to be seen.');
  return box;
}

async function sized(window: Page, width: number, height: number): Promise<void> {
  await window.setViewportSize({ width, height });
}

test('looks through pictures: zoom, stars, bin and a message that covers nothing', async ({ launch }) => {
  await fillWithHills();
  const { window } = await launch({ args: ['--demo'], dataDir });
  await expect(window.getByTestId('tile')).toHaveCount(4);
  await window.getByTestId('tile').first().click();
  const box = lightbox(window);
  await expect(box).toContainText('1 of 4');
  const original = window.getByTestId('lightbox-original');
  await expect(original).toHaveAttribute('data-loaded', 'true');
  await window.keyboard.press('ArrowRight');
  await expect(box).toContainText('2 of 4');
  await window.keyboard.press('4');
  await expect(box.getByRole('group', { name: 'Rating' }).getByRole('button', { name: '4 stars' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await window.keyboard.press('z');
  await expect(box).toContainText('100 %');
  await window.keyboard.press('z');
  await expect(original).toHaveAttribute('data-loaded', 'true');
  for (const [width, height] of [
    [1280, 800],
    [900, 600],
  ] as const) {
    await sized(window, width, height);
    await window.screenshot({ path: screenshotPath(`lightbox-${width}`) });
  }

  await window.keyboard.press('Delete');
  await expect(box).toContainText('2 of 3');
  const message = window.getByRole('group', { name: 'Message' });
  await expect(message).toBeVisible();
  await window.screenshot({ path: screenshotPath('lightbox-message') });
  const said = await boxOf(message);
  const strip = await boxOf(box.getByRole('navigation', { name: 'Film strip' }));
  expect(said.y).toBeGreaterThanOrEqual(strip.y);
  const current = await boxOf(box.locator('[aria-current=true]'));
  expect(said.x).toBeGreaterThan(current.x + current.width);
  // What is under the message is not the strip, which gave way.
  const under = await window.evaluate(
    ([x, y]) => document.elementsFromPoint(x ?? 0, y ?? 0).some((element) => element.closest('nav') !== null),
    [said.x + 4, said.y + said.height / 2],
  );
  expect(under).toBe(false);
  await message.getByRole('button', { name: 'Undo' }).click();
  await expect(box).toContainText('of 4');
  await window.keyboard.press('Escape');
  await expect(box).toHaveCount(0);
});

test('a slideshow leafs by itself and stops at any key', async ({ launch }) => {
  await fillWithHills();
  const { window } = await launch({ args: ['--demo'], dataDir });
  await window.getByTestId('tile').first().click();
  const box = lightbox(window);
  await box.getByRole('button', { name: 'Slideshow' }).click();
  await expect(box.getByRole('navigation', { name: 'Film strip' })).toHaveCount(0);
  await box.getByRole('group', { name: 'Time for each' }).getByRole('button', { name: '3 s' }).click();
  await expect(box).toContainText('2 of 4', { timeout: 30_000 });
  await window.screenshot({ path: screenshotPath('lightbox-slideshow') });
  await window.keyboard.press('Escape');
  // Paused, not left.
  await expect(box.getByRole('button', { name: 'Slideshow' })).toBeVisible();
  await expect(box.getByRole('navigation', { name: 'Film strip' })).toBeVisible();
  await window.keyboard.press('f');
  await expect.poll(() => window.evaluate(() => document.fullscreenElement !== null)).toBe(true);
  await window.keyboard.press('f');
  await expect.poll(() => window.evaluate(() => document.fullscreenElement !== null)).toBe(false);
  await window.keyboard.press('s');
  await expect(box.getByRole('button', { name: 'Pause the slideshow' })).toBeVisible();
  await window.keyboard.press('ArrowLeft');
  await expect(box.getByRole('button', { name: 'Slideshow' })).toBeVisible();
  await window.keyboard.press('Escape');
  await expect(box).toHaveCount(0);
});

test('films go frame by frame, in any speed; sounds are sought on their waveform', async ({ launch }) => {
  fillLibrary(dataDir, {
    'tone.wav': wave(4, 8000, (at) => Math.sin(at) * Math.sin(at / 90)),
    'clip.webm': film('vp9.webm'),
  });
  const { window } = await launch({ args: ['--demo'], dataDir });
  await window.emulateMedia({ reducedMotion: 'reduce' });
  await window.getByTestId('tile').first().click();
  const box = lightbox(window);
  const video = window.getByTestId('lightbox-video');
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.readyState)).toBeGreaterThan(1);
  // Motion is unwelcome: it waits.
  expect(await video.evaluate((element: HTMLVideoElement) => element.paused)).toBe(true);
  const time = () => video.evaluate((element: HTMLVideoElement) => element.currentTime);
  await window.keyboard.press('.');
  await window.keyboard.press('.');
  await expect.poll(time).toBeGreaterThan(0.05);
  const there = await time();
  await window.keyboard.press(',');
  await expect.poll(time).toBeLessThan(there);
  await window.keyboard.press('<');
  await expect(box.getByLabel('Speed 0.75')).toBeVisible();
  expect(await video.evaluate((element: HTMLVideoElement) => element.playbackRate)).toBe(0.75);
  await window.keyboard.press('l');
  expect(await video.evaluate((element: HTMLVideoElement) => element.loop)).toBe(false);
  const line = box.getByRole('slider', { name: 'Position' });
  await line.focus();
  await window.keyboard.press('End');
  await expect(line).toHaveAttribute('aria-valuetext', /^(\S+) of \1$/);
  // Nothing on the picture: the controls stand below it.
  const [picture, controls] = [await boxOf(video), await boxOf(box.getByRole('toolbar', { name: 'Playing' }))];
  expect(controls.y).toBeGreaterThanOrEqual(picture.y + picture.height);
  await expect(box.getByRole('button', { name: 'Pixels or whole' })).toHaveCount(0);
  for (const [width, height] of [
    [1280, 800],
    [900, 600],
  ] as const) {
    await sized(window, width, height);
    await window.screenshot({ path: screenshotPath(`lightbox-film-${width}`) });
  }
  await box.getByRole('button', { name: 'Back to the gallery' }).focus();
  await window.keyboard.press('ArrowRight');
  const audio = window.getByTestId('lightbox-audio');
  await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => element.duration)).toBeCloseTo(4, 0);
  const waveform = await boxOf(box.getByRole('slider', { name: 'Position' }));
  await window.mouse.click(waveform.x + waveform.width / 2, waveform.y + waveform.height / 2);
  await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => element.currentTime)).toBeCloseTo(2, 0);
  await window.keyboard.press('>');
  expect(await audio.evaluate((element: HTMLAudioElement) => element.playbackRate)).toBe(1.25);
  await window.screenshot({ path: screenshotPath('lightbox-sound') });
});

test('what can not be shown offers no zoom', async ({ launch }) => {
  fillLibrary(dataDir, { 'page.png': Buffer.from('<html>not found</html>') });
  const { window } = await launch({ args: ['--demo'], dataDir });
  await window.getByTestId('tile').first().click();
  await expect(lightbox(window).getByTestId('fault-panel')).toBeVisible();
  await expect(lightbox(window).getByRole('button', { name: 'Pixels or whole' })).toHaveCount(0);
});

test('compares two: one view, a line between them, stars, swap and what differs', async ({ launch }) => {
  await fillWithHills();
  const { window } = await launch({ args: ['--demo'], dataDir });
  await window.emulateMedia({ colorScheme: 'light' });
  await expect(window.getByTestId('tile')).toHaveCount(4);
  await tileOf(window, 'noon.png').click({ modifiers: ['ControlOrMeta'] });
  await tileOf(window, 'dawn.png').click({ modifiers: ['ControlOrMeta'] });
  await window.screenshot({ path: screenshotPath('compare-chosen') });
  await window.getByTestId('selection-bar').getByRole('button', { name: 'Compare' }).click();
  const both = compare(window);
  await expect(both).toContainText('2 pictures');
  await expect(both.getByTestId('pane')).toHaveCount(2);
  await expect(both.locator('img[data-decoded=true]')).toHaveCount(2);
  const table = both.getByTestId('compare-table');
  await expect(table).toContainText('3 differ, 4 alike');
  await expect(table.getByRole('row', { name: /CFG/ })).toHaveAttribute('data-differs', 'true');
  await expect(table.getByRole('row', { name: /Steps/ })).toHaveAttribute('data-differs', 'false');
  for (const [width, height] of [
    [1280, 800],
    [900, 600],
  ] as const) {
    await sized(window, width, height);
    await window.screenshot({ path: screenshotPath(`compare-${width}`) });
  }
  await sized(window, 1280, 800);

  // One view for both, by wheel and by dragging; then each its own.
  const [a, b] = [
    pane(window, 'A, noon.png').locator('div:has(> img)'),
    pane(window, 'B, dawn.png').locator('div:has(> img)'),
  ];
  await pane(window, 'A, noon.png').hover({ position: { x: 200, y: 200 } });
  await window.mouse.wheel(0, -600);
  await expect.poll(() => transformOf(a)).not.toBe('translate(0px, 0px)');
  expect(await transformOf(a)).toBe(await transformOf(b));
  const before = await transformOf(a);
  await window.mouse.down();
  await window.mouse.move(260, 330, { steps: 4 });
  await window.mouse.up();
  await expect.poll(() => transformOf(a)).not.toBe(before);
  expect(await transformOf(a)).toBe(await transformOf(b));
  await window.screenshot({ path: screenshotPath('compare-zoomed') });
  await both.getByRole('button', { name: 'Zoom together' }).click();
  await window.mouse.move(200, 300);
  await window.mouse.wheel(0, 600);
  await expect.poll(() => transformOf(a)).not.toBe(await transformOf(b));
  await both.getByRole('button', { name: 'Zoom together' }).click();

  // The slider, by mouse and by key.
  await both.getByRole('button', { name: 'Slider' }).click();
  const line = both.getByRole('slider', { name: 'Line between A and B' });
  await window.mouse.move(640, 200);
  await window.mouse.down();
  await window.mouse.move(900, 200, { steps: 4 });
  await window.mouse.up();
  await expect.poll(() => line.inputValue()).toBe('70');
  await line.focus();
  await window.keyboard.press('ArrowLeft');
  await expect(line).toHaveValue('69');
  await window.screenshot({ path: screenshotPath('compare-slider') });
  await line.blur();
  await window.keyboard.press('v');

  // Keys: the second one gets stars, is replaced, is swapped.
  await window.keyboard.press('b');
  await window.keyboard.press('5');
  await expect(both.getByRole('group', { name: 'Rating of B' }).locator('[data-on]')).toHaveCount(5);
  await window.keyboard.press('ArrowLeft');
  await expect(both.getByRole('button', { name: 'B, dusk.png' })).toBeVisible();
  await window.keyboard.press('w');
  await expect(both.getByRole('button', { name: 'A, dusk.png' })).toHaveAttribute('aria-pressed', 'true');
  await window.keyboard.press('Escape');
  await expect(both).toHaveCount(0);
  await expect(window.locator('[data-testid=tile][data-chosen]')).toHaveCount(2);
});

test('compares four, leaves one out, keeps one; and the lightbox’s neighbour', async ({ launch }) => {
  await fillWithHills();
  const { window } = await launch({ args: ['--demo'], dataDir });
  await expect(window.getByTestId('tile')).toHaveCount(4);
  await window.keyboard.press('ControlOrMeta+a');
  await window.keyboard.press('c');
  const both = compare(window);
  await expect(both.getByTestId('pane')).toHaveCount(4);
  await expect(both.locator('img[data-decoded=true]')).toHaveCount(4);
  for (const [width, height] of [
    [1280, 800],
    [900, 600],
  ] as const) {
    await sized(window, width, height);
    await window.screenshot({ path: screenshotPath(`compare-four-${width}`) });
  }
  await both.getByRole('button', { name: 'Leave D out' }).click();
  await expect(both.getByTestId('pane')).toHaveCount(3);
  await window.screenshot({ path: screenshotPath('compare-three') });
  await window.keyboard.press('Delete');
  await expect(both.getByTestId('pane')).toHaveCount(2);
  await both.getByRole('button', { name: 'Keep B' }).click();
  const message = window.getByRole('group', { name: 'Message' });
  await expect(message).toContainText('The other one is rejected.');
  await window.screenshot({ path: screenshotPath('compare-kept') });
  // Without the table, too, it lies on no picture.
  await window.keyboard.press('i');
  await expect(both.getByTestId('compare-table')).toHaveCount(0);
  const [first, said] = [await boxOf(both.getByTestId('pane').first()), await boxOf(message)];
  expect(said.y).toBeGreaterThanOrEqual(first.y + first.height);
  await window.screenshot({ path: screenshotPath('compare-bare') });
  await message.getByRole('button', { name: 'Undo' }).click();
  await window.keyboard.press('Escape');
  await expect(both).toHaveCount(0);

  await window.getByTestId('tile').nth(1).click();
  await expect(lightbox(window)).toContainText('2 of 3');
  await window.keyboard.press('c');
  await expect(both.getByTestId('pane')).toHaveCount(2);
  await window.keyboard.press('Escape');
  await expect(lightbox(window)).toContainText('2 of 3');
});

test('films play in step, and one of them is heard', async ({ launch }) => {
  fillLibrary(dataDir, { 'a.webm': film('vp9.webm'), 'b.mp4': film('vp9.mp4') });
  const { window } = await launch({ args: ['--demo'], dataDir });
  await window.emulateMedia({ reducedMotion: 'reduce' });
  await expect(window.getByTestId('tile')).toHaveCount(2);
  await window.getByTestId('tile').first().click();
  await window.keyboard.press('c');
  const both = compare(window);
  const times = () =>
    both.locator('video').evaluateAll((films) => films.map((one) => (one as HTMLVideoElement).currentTime));
  await expect
    .poll(() => both.locator('video').evaluateAll((all) => all.map((one) => (one as HTMLVideoElement).readyState > 1)))
    .toEqual([true, true]);
  await window.keyboard.press('.');
  await window.keyboard.press('.');
  await expect.poll(async () => Math.min(...(await times()))).toBeGreaterThan(0.05);
  const [first, second] = await times();
  expect(first).toBeCloseTo(second ?? -1, 2);
  const muted = () => both.locator('video').evaluateAll((all) => all.map((one) => (one as HTMLVideoElement).muted));
  expect(await muted()).toEqual([false, true]);
  await window.keyboard.press('b');
  await expect.poll(muted).toEqual([true, false]);
  await window.keyboard.press('Space');
  await expect(both.getByRole('button', { name: 'Pause', exact: true })).toBeVisible();
  await window.keyboard.press('Space');
  await expect(both.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  await both.getByRole('slider', { name: 'Position' }).fill('1.5');
  await expect.poll(async () => Math.min(...(await times()))).toBeCloseTo(1.5, 1);
  await window.screenshot({ path: screenshotPath('compare-films') });
});

test('sizes by key, menu and palette: cells in the grid, the picture in the lightbox', async ({ launch }) => {
  await fillWithHills();
  const { app, window } = await launch({ args: ['--demo'], dataDir });
  const tile = window.getByTestId('tile').first();
  await expect(window.getByTestId('tile')).toHaveCount(4);
  const width = async () => (await boxOf(tile)).width;
  const usual = await width();
  const message = window.getByRole('group', { name: 'Message' });

  // As keyboards have it: + with Shift, or = without.
  await window.keyboard.press('Control+Shift+Equal');
  await expect.poll(width).toBeGreaterThan(usual);
  const larger = await width();
  await window.keyboard.press('Control+Equal');
  await expect.poll(width).toBeGreaterThan(larger);
  await window.keyboard.press('Control+Equal');
  await expect(message).toContainText('as large as they get');
  await window.keyboard.press('Control+0');
  await expect.poll(width).toBe(usual);
  await window.keyboard.press('Control+Minus');
  await expect.poll(width).toBeLessThan(usual);
  // Also from the search field, whose text the keys don't concern.
  await window
    .getByRole('combobox', { name: /search/i })
    .first()
    .focus();
  await window.keyboard.press('Control+0');
  await expect.poll(width).toBe(usual);
  await window.keyboard.press('Escape');

  const menu = (id: string) =>
    app.evaluate(({ Menu }, wanted) => {
      const item = Menu.getApplicationMenu()?.getMenuItemById(wanted);
      item?.click();
      return { accelerator: item?.accelerator, label: item?.label, enabled: item?.enabled };
    }, id);
  const entry = { accelerator: 'CmdOrCtrl+Plus', label: 'Larger cells', enabled: true };
  expect(await menu('view.larger')).toMatchObject(entry);
  await expect.poll(width).toBeGreaterThan(usual);
  await window.keyboard.press('Control+k');
  await window.keyboard.type('cells of the usual');
  await window.keyboard.press('Enter');
  await expect(window.getByRole('dialog', { name: 'Commands' })).toHaveCount(0);
  await expect.poll(width).toBe(usual);
  await window.keyboard.press('?');
  const shortcuts = window.getByRole('dialog', { name: 'Shortcuts' });
  await expect(shortcuts.getByRole('listitem').filter({ hasText: 'Larger cells' })).toContainText('Ctrl+');
  await expect(shortcuts.getByRole('listitem').filter({ hasText: 'Cells of the usual size' })).toContainText('Ctrl0');
  await window.keyboard.press('Escape');

  await tile.click();
  const box = lightbox(window);
  await expect(window.getByTestId('lightbox-original')).toHaveAttribute('data-loaded', 'true');
  const scale = async () => Number.parseInt((await box.getByText(/^\d+ %$/).textContent()) ?? '', 10);
  const whole = await scale();
  await window.keyboard.press('Control+Equal');
  await expect.poll(scale).toBeGreaterThan(whole * 1.4);
  const closer = await scale();
  await window.keyboard.press('+');
  await expect.poll(scale).toBeGreaterThan(closer * 1.4);
  await window.screenshot({ path: screenshotPath('lightbox-closer') });
  await window.keyboard.press('-');
  await expect.poll(scale).toBe(closer);
  expect(await menu('view.larger')).toMatchObject({ label: 'Closer to the picture', enabled: true });
  await expect.poll(scale).toBeGreaterThan(closer);
  await window.keyboard.press('Control+0');
  await expect.poll(scale).toBe(whole);
  // The whole is as far as it goes; the grid behind kept its size.
  await window.keyboard.press('Control+Minus');
  await expect.poll(scale).toBe(whole);
  await window.keyboard.press('Escape');
  await expect(box).toHaveCount(0);
  expect(await width()).toBe(usual);

  // Where the page has no sizes of its own, the keys are the interface's, as in every program.
  const shown = () =>
    app.evaluate(({ Menu }) => {
      const view = Menu.getApplicationMenu()?.items.find(({ label }) => label === 'View');
      return view?.submenu?.items
        .filter(({ label }) => /interface/i.test(label))
        .map(({ accelerator }) => accelerator ?? '');
    });
  expect(await shown()).toEqual(['', '', '']);
  await window.keyboard.press('Control+6');
  await expect.poll(shown).toEqual(['CmdOrCtrl+Plus', 'CmdOrCtrl+-', 'CmdOrCtrl+0']);
});
