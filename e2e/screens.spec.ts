/**
 * Every screen, dialog and state: in light and dark, wide and narrow, looked over by axe, and for a person to look at in
 * e2e/screenshots. One window takes many steps, for a start costs more than a look.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { createDemoEngine, createFaults, outOfMemory } from '../src/main/demo/index.js';
import { silentLogger, systemClock } from '../src/main/system.js';
import { connectAgent } from './support/agent.js';
import { endpointOf } from './support/endpoint.js';
import type { LaunchedApp } from './support/launch.js';
import { resize, walkThrough } from './support/looks.js';
import { makeStudio } from './support/studio.js';
import { expect, test } from './support/test.js';

test.describe.configure({ timeout: 300_000 });

let dataDir: string;
test.beforeEach(() => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-screens-'));
});
test.afterEach(() => fs.rmSync(dataDir, { recursive: true, force: true }));

const tiles = (window: Page) => window.getByTestId('tile');
const dialog = (window: Page) => window.getByRole('dialog');
const go = (window: Page, place: string) =>
  window.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: place }).click();

async function away(window: Page, what: ReturnType<Page['locator']>): Promise<void> {
  await window.keyboard.press('Escape');
  await expect(what).toHaveCount(0);
}

/** The window on the studio's library: sixteen pictures in thirteen tiles, a film and a song. */
async function openStudio(launch: (options: { args: string[]; dataDir: string }) => Promise<LaunchedApp>) {
  await makeStudio(dataDir);
  const launched = await launch({ args: ['--demo'], dataDir });
  await resize(launched, 1280, 800);
  await expect(tiles(launched.window)).toHaveCount(15);
  await expect(tiles(launched.window).locator('img')).toHaveCount(14);
  return launched;
}

test('first run', async ({ launch }) => {
  const launched = await launch({ env: { COMFYUI_URL: 'http://127.0.0.1:9' } });
  const { window } = launched;
  const { see, end } = walkThrough(launched);
  const demo = window.getByRole('button', { name: 'Use the demo engine' });
  await expect(window.getByRole('textbox', { name: 'ComfyUI address' })).toBeVisible();
  await see('first-run-no-engine');
  await window.getByRole('button', { name: 'Connect' }).click();
  await expect(window.getByRole('alert')).toBeVisible();
  await see('first-run-wrong-address');
  await demo.click();
  await expect(window.getByRole('button', { name: 'Make it' })).toBeEnabled();
  await see('first-run-demo');
  await window.getByRole('button', { name: 'Make it' }).click();
  await expect(window.getByTestId('first-picture').locator('img[src^="asset:"]')).toBeVisible({ timeout: 30_000 });
  await see('first-run-made');
  await window.getByRole('button', { name: 'Open the gallery' }).click();
  await expect(tiles(window)).toHaveCount(1);
  await see('gallery-first');
  end();
});

test('nothing made yet', async ({ launch }) => {
  const launched = await launch({ args: ['--demo'] });
  const { window } = launched;
  const { see, end } = walkThrough(launched);
  await window.getByRole('button', { name: 'Skip' }).click();
  await expect(window.getByText('Nothing made yet')).toBeVisible();
  await see('empty-gallery');
  for (const place of ['Queue', 'Connect']) {
    await go(window, place);
    await see(`empty-${place.toLowerCase()}`);
  }
  end();
});

test('gallery', async ({ launch }) => {
  const launched = await openStudio(launch);
  const { window } = launched;
  const { see, end } = walkThrough(launched);
  await see('gallery');
  await tiles(window).nth(3).focus();
  await window.keyboard.press('4');
  await window.keyboard.press('ArrowRight');
  await window.keyboard.press('x');
  await expect(window.locator('[data-testid=tile][data-rejected]')).toHaveCount(1);
  await tiles(window).nth(2).hover();
  await see('gallery-hover');

  await resize(launched, 900, 600);
  await window.getByRole('button', { name: 'Show the filters' }).click();
  await expect(window.getByTestId('sidebar')).toBeVisible();
  await see('gallery-filters-over', { widest: 900 });
  await away(window, window.getByTestId('sidebar'));

  for (const at of [1, 3, 5])
    await tiles(window)
      .nth(at)
      .click({ modifiers: ['ControlOrMeta'] });
  await expect(window.getByTestId('selection-bar')).toContainText('selected');
  await see('gallery-selection');
  await window.keyboard.press('a');
  await expect(dialog(window)).toBeVisible();
  await see('dialog-album');
  await window.getByLabel('Name of the album').fill('Harbour series');
  await window.keyboard.press('Enter');
  await expect(dialog(window)).toHaveCount(0);
  await window.keyboard.press('ControlOrMeta+e');
  await expect(dialog(window)).toBeVisible();
  await see('dialog-export');
  await away(window, dialog(window));
  await tiles(window).nth(3).click({ button: 'right' });
  await expect(window.getByRole('menu')).toBeVisible();
  await see('gallery-menu');
  await away(window, window.getByRole('menu'));
  await window.keyboard.press('Escape');
  await expect(window.getByTestId('selection-bar')).toHaveCount(0);

  await window.keyboard.press('p');
  await expect(window.getByTestId('publish')).toBeVisible();
  await see('dialog-publish');
  await away(window, window.getByTestId('publish'));

  await window.getByRole('combobox', { name: 'Order' }).click();
  await expect(window.getByRole('listbox')).toBeVisible();
  await see('gallery-order');
  await away(window, window.getByRole('listbox'));
  await window.keyboard.press('/');
  await window.keyboard.type('model:');
  await expect(window.getByRole('option').first()).toBeVisible();
  await see('gallery-suggestions');
  await window.keyboard.type('flux');
  await window.keyboard.press('Tab');
  await window.keyboard.type('-cat ');
  await see('gallery-search');
  await window.keyboard.type('rating:many ');
  await expect(window.getByRole('alert')).toBeVisible();
  await see('gallery-search-wrong');
  await window.getByRole('button', { name: 'Clear the search' }).click();
  await window.keyboard.press('/');
  await window.keyboard.type('nothing like that ');
  await expect(window.getByText('Nothing found')).toBeVisible();
  await see('gallery-nothing-found');
  await window.getByRole('button', { name: 'Clear the search' }).click();
  await expect(tiles(window)).toHaveCount(15);

  const album = window.getByTestId('sidebar').getByRole('button', { name: /^Harbour series/ });
  await resize(launched, 1280, 800);
  await album.click();
  await expect(tiles(window)).toHaveCount(3);
  await see('gallery-album');
  await tiles(window).nth(0).focus();
  await window.keyboard.press('Delete');
  await expect(tiles(window)).toHaveCount(2);
  await see('gallery-undo');
  await resize(launched, 1280, 800);
  await window.getByTestId('sidebar').getByRole('button', { name: /^Bin/ }).click();
  await expect(tiles(window)).toHaveCount(1);
  await expect(tiles(window).locator('img')).toHaveJSProperty('complete', true);
  await see('gallery-bin');
  await resize(launched, 1280, 800);
  await window
    .getByTestId('sidebar')
    .getByRole('button', { name: /^Expired/ })
    .click();
  await expect(window.getByText('Nothing has expired')).toBeVisible();
  await see('gallery-expired');
  end();
});

test('inspector and make panel', async ({ launch }) => {
  const launched = await openStudio(launch);
  const { window } = launched;
  const { see, end } = walkThrough(launched);
  const inspector = window.getByTestId('inspector');
  await window.keyboard.press('i');
  await tiles(window).nth(3).focus();
  await expect(inspector).toContainText('Terraced courtyard');
  await see('inspector');
  await inspector.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await see('inspector-end');
  await inspector.getByRole('button', { name: 'Open as a picture' }).click();
  const overlay = window.getByTestId('graph-overlay');
  await expect(overlay.getByText('KSampler')).toBeVisible();
  await see('graph-picture');
  await overlay.getByRole('button', { name: 'JSON' }).click();
  await see('graph-json');
  await away(window, overlay);
  await resize(launched, 1280, 800);
  await tiles(window)
    .nth(1)
    .click({ modifiers: ['ControlOrMeta'] });
  await tiles(window)
    .nth(4)
    .click({ modifiers: ['ControlOrMeta'] });
  await see('inspector-several');
  await window.keyboard.press('Escape');
  await window.keyboard.press('i');
  await tiles(window).nth(3).focus();
  await window.keyboard.press('r');
  await expect(window.getByTestId('composer')).toBeVisible();
  await see('make-again');
  await window.keyboard.press('Escape');
  await expect(window.getByTestId('composer')).toHaveCount(0);
  await window.keyboard.press('g');
  await see('make');
  await away(window, window.getByTestId('composer'));

  for (const [key, name] of [
    ['ControlOrMeta+k', 'palette'],
    ['?', 'shortcuts'],
  ] as const) {
    await window.keyboard.press(key);
    await expect(dialog(window)).toBeVisible();
    await see(name);
    await away(window, dialog(window));
  }
  end();
});

test('lightbox and comparison', async ({ launch }) => {
  const launched = await openStudio(launch);
  const { window } = launched;
  const { see, end } = walkThrough(launched);
  const lightbox = window.getByTestId('lightbox');
  await tiles(window).nth(3).focus();
  await window.keyboard.press('Space');
  await expect(window.getByTestId('lightbox-original')).toHaveAttribute('data-loaded', 'true');
  await see('lightbox');
  await window.keyboard.press('z');
  await see('lightbox-zoomed');
  await window.keyboard.press('z');
  await window.keyboard.press('i');
  await expect(lightbox.getByTestId('inspector')).toBeVisible();
  await see('lightbox-inspector');
  await window.keyboard.press('i');
  await away(window, lightbox);
  await tiles(window).nth(0).focus();
  await window.keyboard.press('Space');
  await expect(window.getByTestId('lightbox-audio')).toBeAttached();
  await see('lightbox-song');
  await window.keyboard.press('ArrowRight');
  const video = window.getByTestId('lightbox-video');
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.readyState)).toBeGreaterThan(1);
  await see('lightbox-film');
  await away(window, lightbox);

  for (const at of [3, 4])
    await tiles(window)
      .nth(at)
      .click({ modifiers: ['ControlOrMeta'] });
  await window.keyboard.press('c');
  const compare = window.getByTestId('compare');
  await expect(compare.locator('img[data-decoded=true]')).toHaveCount(2);
  await see('compare-two');
  await compare.getByRole('button', { name: 'Slider' }).click();
  await see('compare-slider');
  await away(window, compare);
  for (const at of [5, 6])
    await tiles(window)
      .nth(at)
      .click({ modifiers: ['ControlOrMeta'] });
  await window.keyboard.press('c');
  await expect(compare.locator('img[data-decoded=true]')).toHaveCount(4);
  await see('compare-four');
  end();
});

test('queue, and a gallery that develops', async ({ launch }) => {
  await makeStudio(dataDir);
  const dataRoot = path.join(dataDir, 'engine');
  fs.mkdirSync(dataRoot);
  const faults = createFaults();
  const engine = createDemoEngine({ dataRoot, clock: systemClock, logger: silentLogger, stepDelayMs: 1000, faults });
  try {
    const { url } = await engine.start();
    const launched = await launch({ args: ['--comfyui-url', url], dataDir });
    const { window } = launched;
    const { see, end } = walkThrough(launched);
    await expect(tiles(window)).toHaveCount(15);
    const agent = await connectAgent(endpointOf(launched), { name: 'Claude Desktop' });
    const small = { width: 512, height: 512, wait_seconds: 0 };
    faults.failNode = (_id, type) => (type === 'KSampler' ? outOfMemory : undefined);
    await agent.call('generate_image', { prompt: 'Courtyard, wide print', steps: 2, width: 512, height: 512 });
    faults.failNode = () => undefined;
    await agent.call('generate_image', {
      ...small,
      prompt: 'Terraced courtyard at noon, terracotta walls, pale blue water',
      steps: 600,
    });
    for (const prompt of ['Same courtyard, evening', 'Same courtyard, after rain', 'Harbour wall at dawn, sea'])
      await agent.call('generate_image', { prompt, steps: 2, ...small });
    await expect(window.getByTestId('job-tile').locator('img').first()).toHaveAttribute('src', /^blob:/, {
      timeout: 30_000,
    });
    await see('gallery-developing');
    await go(window, 'Queue');
    await expect(window.getByTestId('running-job').locator('img')).toHaveAttribute('src', /^blob:/);
    await see('queue-running');
    await window.getByTestId('running-job').getByRole('button', { name: 'Cancel' }).click();
    await expect(window.getByRole('alertdialog')).toBeVisible();
    await see('dialog-cancel');
    await away(window, window.getByRole('alertdialog'));
    await window.getByRole('button', { name: 'Pause sending' }).click();
    await expect(window.getByText('Sending is paused')).toBeVisible();
    await see('queue-paused');
    await engine.stop();
    await expect(window.locator('footer')).toContainText('does not answer', { timeout: 30_000 });
    await see('queue-offline');
    for (const place of ['Gallery', 'Workflows', 'Defaults', 'Connect', 'Settings']) {
      await go(window, place);
      await see(`${place.toLowerCase()}-offline`);
    }
    end();
    await agent.close();
  } finally {
    await engine.stop();
  }
});

test('workflows, defaults, connect and settings', async ({ launch }) => {
  const launched = await openStudio(launch);
  const { window } = launched;
  const { see, end } = walkThrough(launched);
  const agent = await connectAgent(endpointOf(launched), { name: 'Claude Desktop' });
  await agent.call('set_defaults', { image: { steps: 24, width: 768 } });
  await go(window, 'Workflows');
  await expect(window.getByRole('form', { name: 'Parameters' })).toBeVisible();
  await see('workflows');
  for (const tab of ['About', 'JSON']) {
    await window.getByRole('tab', { name: tab }).click();
    await see(`workflows-${tab.toLowerCase()}`);
  }
  await window.getByRole('button', { name: 'More about this workflow' }).click();
  await expect(window.getByRole('menu')).toBeVisible();
  await see('workflows-menu');
  await away(window, window.getByRole('menu'));

  await go(window, 'Defaults');
  await expect(window.locator('[data-row="image.steps"]')).toContainText('Runtime');
  await window.locator('[data-row="image.steps"] > button').focus();
  await see('defaults');
  await go(window, 'Connect');
  await expect(window.getByText('Claude Desktop').first()).toBeVisible();
  await window.getByRole('button', { name: 'Check the connection' }).press('Enter');
  await expect(window.getByText(/ tools answered in /)).toBeVisible();
  await see('connect');
  await go(window, 'Settings');
  const sections = window.getByTestId('settings').getByRole('navigation').getByRole('button');
  const count = await sections.count();
  expect(count).toBeGreaterThan(4);
  for (let at = 0; at < count; at += 1) {
    await sections.nth(at).click();
    await see(`settings-${(await sections.nth(at).textContent())?.toLowerCase().replaceAll(' ', '-')}`);
  }
  await agent.close();
  await go(window, 'Connect');
  await window.getByRole('switch', { name: 'Endpoint' }).click();
  await expect(window.getByText('Switched off')).toBeVisible();
  await see('connect-off');
  end();
});
