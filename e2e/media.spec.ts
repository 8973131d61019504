/** What the gallery shows of films, sounds, animations and broken files: real decoders, real files. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { apng, png, wave } from '../src/main/media/testing-files.js';
import { connectAgent } from './support/agent.js';
import { endpointOf } from './support/endpoint.js';
import { type LaunchedApp, root } from './support/launch.js';
import { fillLibrary } from './support/library.js';
import { expect, screenshotPath, test } from './support/test.js';

const film = (name: string) => fs.readFileSync(path.join(root, 'e2e', 'support', 'films', name));
const sound = (name: string) => fs.readFileSync(path.join(root, 'src', 'main', 'media', 'testing-sounds', name));

let dataDir: string;
test.beforeEach(() => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-media-'));
});
test.afterEach(() => fs.rmSync(dataDir, { recursive: true, force: true }));

const tileOf = (window: Page, name: string) =>
  window.getByTestId('tile').and(window.getByLabel(new RegExp(`, ${name}$`)));

/** Whether the picture in a tile has come, and how wide it is. */
const drawnWidth = (window: Page, name: string) =>
  tileOf(window, name)
    .locator('img')
    .first()
    .evaluate((image: HTMLImageElement) => image.naturalWidth)
    .catch(() => 0);

/** The brightest channel of the middle of a tile's picture, from 0 to 255. */
async function brightestOf(window: Page, name: string): Promise<number> {
  const { data, info } = await sharp(await tileOf(window, name).screenshot())
    .removeAlpha()
    .resize(9, 9)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const middle = Math.floor(data.length / 2 / info.channels) * info.channels;
  return Math.max(...data.subarray(middle, middle + info.channels));
}

/** The page that draws stills can't reach the library, the network, or this program's bridge. */
async function expectAlone({ app }: LaunchedApp): Promise<void> {
  const reached = await app.evaluate(async ({ webContents }) => {
    const page = webContents.getAllWebContents().find((contents) => contents.getURL().endsWith('/poster.html'));
    return page?.executeJavaScript(`Promise.all([
      typeof window.bridge,
      ...['http://127.0.0.1:9/', 'asset://original/x', 'asset://film/1', 'app://window/index.html'].map((address) =>
        fetch(address).then(() => 'reached', () => 'refused')),
    ])`);
  });
  expect(reached).toEqual(['undefined', 'refused', 'refused', 'refused', 'refused']);
}

function firstId(answer: Record<string, unknown>): string {
  const [first] = answer.assets as { asset_id: string }[];
  return first?.asset_id ?? '';
}

test('films show a still, and play under the pointer and in the lightbox', async ({ launch }) => {
  fillLibrary(dataDir, {
    'a.webm': film('vp9.webm'),
    'b.mp4': film('h264.mp4'),
    'c.mp4': film('vp9.mp4'),
    'd.mp4': film('av1.mp4'),
  });
  const app = await launch({ args: ['--demo'], dataDir });
  const { window } = app;
  for (const name of ['a.webm', 'b.mp4', 'c.mp4', 'd.mp4']) {
    await expect.poll(() => drawnWidth(window, name), { timeout: 30_000, message: name }).toBe(256);
  }
  await window.screenshot({ path: screenshotPath('media-films') });
  // The films begin with black; their stills do not.
  for (const name of ['a.webm', 'b.mp4']) expect(await brightestOf(window, name)).toBeGreaterThan(100);
  // The page that drew them is no window of the program.
  expect(await app.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  await expectAlone(app);
  const agent = await connectAgent(endpointOf(app));
  const { structured } = await agent.call('list_assets', { query: 'a.webm' });
  const seen = await agent.call('view_image', { asset_id: firstId(structured) });
  expect(seen.structured).toMatchObject({ preview: { poster_frame: true, width: 320, height: 240 } });
  expect(seen.content.map(({ type }) => type)).toContain('image');
  await agent.close();
  await tileOf(window, 'a.webm').hover();
  await expect(tileOf(window, 'a.webm').locator('video')).toBeVisible();
  await tileOf(window, 'b.mp4').click();
  const video = window.getByTestId('lightbox-video');
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.videoWidth)).toBe(320);
  await window.keyboard.press('Escape');
});

test('a decoder that dies is started again for the next film', async ({ launch }) => {
  fillLibrary(dataDir, { 'a.webm': film('vp9.webm') });
  const first = await launch({ args: ['--demo'], dataDir });
  await expect.poll(() => drawnWidth(first.window, 'a.webm'), { timeout: 30_000 }).toBe(256);
  await first.app.evaluate(({ webContents }) => {
    const page = webContents.getAllWebContents().find((contents) => contents.getURL().endsWith('/poster.html'));
    const gone = new Promise((resolve) => page?.once('render-process-gone', resolve));
    page?.forcefullyCrashRenderer();
    return gone.then(() => undefined);
  });
  fs.rmSync(path.join(dataDir, 'cache', 'thumbnails'), { recursive: true });
  await first.window.reload();
  await expect.poll(() => drawnWidth(first.window, 'a.webm'), { timeout: 30_000 }).toBe(256);
  // The window itself lives in another process.
  expect(first.log()).not.toContain('the page died');
});

test('sounds have their waveform, whoever decodes them', async ({ launch }) => {
  const names = ['tone.flac', 'tone.mp3', 'tone.opus', 'tone.ogg', 'tone.m4a'];
  fillLibrary(
    dataDir,
    Object.fromEntries([...names.map((name) => [name, sound(name)]), ['long.wav', wave(2, 8000, Math.sin)]]),
  );
  const { window } = await launch({ args: ['--demo'], dataDir });
  for (const name of [...names, 'long.wav']) {
    const path = tileOf(window, name).locator('svg path[vector-effect]');
    // A line of dots stands there until the sound is known: half a unit up and down.
    await expect(path, name).toHaveAttribute('d', /V(?:[6-9]\d)\./, { timeout: 30_000 });
  }
  const kept = () =>
    fs
      .readdirSync(path.join(dataDir, 'cache', 'thumbnails'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('-peaks.json'));
  // AAC has no decoder but the window's, which hands over what it read.
  await expect.poll(() => kept().length).toBe(names.length + 1);
  const id = await tileOf(window, 'tone.m4a').getAttribute('data-asset-id');
  const handed = await window.evaluate(async (asset) => (await fetch(`asset://peaks/${asset}`)).json(), id);
  expect(handed.bars).toHaveLength(176);
  expect(Math.max(...handed.bars)).toBe(1);
  expect(Math.abs(handed.duration - 2)).toBeLessThan(0.1);
  await window.screenshot({ path: screenshotPath('media-sounds') });
});

test('animated PNG is known to move, and moves', async ({ launch }) => {
  fillLibrary(dataDir, { 'moving.png': apng([400, 400]) });
  const { window } = await launch({ args: ['--demo'], dataDir });
  const tile = tileOf(window, 'moving.png');
  await expect(tile.locator('svg.lucide-play')).toBeVisible();
  await tile.hover();
  await expect(tile.locator('img[src^="asset://original/"]')).toBeVisible();
});

test('what can not be shown says why, in the grid, the lightbox and the inspector', async ({ launch }) => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>';
  const whole = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const broken: Record<string, [Uint8Array, string]> = {
    'cut.png': [whole.subarray(0, 60), 'Damaged or not a picture'],
    'page.png': [Buffer.from('<html>not found</html>'), 'Damaged or not a picture'],
    'huge.png': [png({ width: 60_000, height: 60_000, data: new Uint8Array(9) }), 'Too large to show'],
    'drawing.svg': [Buffer.from(svg), 'SVG is never drawn'],
    'scan.bmp': [Buffer.concat([Buffer.from('BM'), Buffer.alloc(64)]), 'No preview of this format'],
    'cut.mp4': [film('h264.mp4').subarray(0, 900), 'No decoder for this film'],
    'noise.mp3': [Buffer.alloc(5000, 7), 'Damaged or not a sound'],
  };
  fillLibrary(dataDir, Object.fromEntries(Object.entries(broken).map(([name, [bytes]]) => [name, bytes])));
  const { window } = await launch({ args: ['--demo'], dataDir });
  for (const [name, [, reason]] of Object.entries(broken)) {
    await expect(tileOf(window, name), name).toContainText(reason, { timeout: 30_000 });
    await expect(tileOf(window, name)).toContainText(name);
  }
  for (const theme of ['dark', 'light'] as const) {
    await window.emulateMedia({ colorScheme: theme });
    await window.screenshot({ path: screenshotPath(`media-faults-${theme}`) });
  }
  await tileOf(window, 'huge.png').click();
  const lightbox = window.getByTestId('lightbox');
  await expect(lightbox.getByTestId('fault-panel')).toContainText('Too large to show');
  // Not even asked for: the page would take gigabytes for it.
  await expect(window.getByTestId('lightbox-original')).toHaveCount(0);
  await window.keyboard.press('i');
  await expect(lightbox.getByTestId('fault-line')).toContainText('Too large to show');
  await expect(lightbox.getByTestId('inspector')).toContainText('60000 × 60000');
  await window.screenshot({ path: screenshotPath('media-faults-lightbox') });
  await window.keyboard.press('i');
  await window.keyboard.press('Escape');
  await expect(lightbox).toHaveCount(0);
  for (const name of ['cut.png', 'cut.mp4', 'noise.mp3']) {
    await tileOf(window, name).click();
    await expect(lightbox.getByTestId('fault-panel'), name).toBeVisible();
    await window.keyboard.press('Escape');
    await expect(lightbox).toHaveCount(0);
  }
});
