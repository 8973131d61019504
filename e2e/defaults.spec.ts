/** The defaults: editing by keys and mouse, following agents, and what stands in the way, in the real window. */
import fs from 'node:fs';
import type { Page } from '@playwright/test';
import { createDemoEngine } from '../src/main/demo/index.js';
import { silentLogger, systemClock } from '../src/main/system.js';
import { type Agent, connectAgent } from './support/agent.js';
import { endpointOf } from './support/endpoint.js';
import type { LaunchedApp } from './support/launch.js';
import { looks, resize } from './support/looks.js';
import { expect, screenshotPath, test } from './support/test.js';

/** Takes the page in every look, and holds that nothing runs out of its place. */
async function shoot(launched: LaunchedApp, name: string): Promise<void> {
  const { window } = launched;
  for (const { theme, width, height } of looks) {
    await window.emulateMedia({ colorScheme: theme });
    await resize(launched, width, height);
    await expect.poll(() => window.evaluate(() => document.documentElement.clientWidth)).toBe(width);
    await window.screenshot({
      path: screenshotPath(`${name}-${theme}-${width}x${height}`),
      animations: 'disabled',
    });
    const overflow = await window.evaluate(() =>
      [...document.querySelectorAll('main *')]
        .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'visible')
        .filter((one) => one.clientWidth > 0 && getComputedStyle(one).display !== 'inline')
        .map((one) => `${one.tagName}.${one.className}: ${one.textContent}`),
    );
    expect(overflow).toEqual([]);
  }
}

const row = (window: Page, name: string) => window.locator(`[data-row="${name}"]`);
/** The row's own button, where the keyboard stands. */
const head = (window: Page, name: string) => row(window, name).locator('> button');

async function openDefaults({ window }: LaunchedApp): Promise<void> {
  await window.getByRole('button', { name: 'Skip' }).click();
  await window.keyboard.press('Control+4');
  await expect(window.getByTestId('defaults')).toBeVisible();
}

async function valuesOf(agent: Agent, kind: 'image' | 'audio' | 'video'): Promise<Record<string, unknown>> {
  const { structured } = await agent.call('get_defaults', {});
  return structured[kind] as Record<string, unknown>;
}

test('every value can be set, saved, reset and undone by keys alone', async ({ launch }, testInfo) => {
  const config = testInfo.outputPath('config.json');
  const app = await launch({ args: ['--demo', '--config', config] });
  const { window } = app;
  await openDefaults(app);
  const agent = await connectAgent(endpointOf(app));
  const steps = row(window, 'image.steps');

  // Down to the steps, in, and out without a change.
  await expect(head(window, 'image.model')).toBeFocused();
  for (let press = 0; press < 3; press += 1) await window.keyboard.press('ArrowDown');
  await expect(head(window, 'image.steps')).toBeFocused();
  await window.keyboard.press('Enter');
  await expect(steps.getByRole('textbox')).toBeFocused();
  await window.keyboard.type('99');
  await window.keyboard.press('Escape');
  await expect(head(window, 'image.steps')).toBeFocused();
  await expect(steps.getByRole('textbox')).toHaveValue('20');

  // Until the app quits.
  await window.keyboard.press('Enter');
  await window.keyboard.type('28');
  await expect(steps).toContainText('until the app quits');
  await window.keyboard.press('Enter');
  await expect(head(window, 'image.steps')).toBeFocused();
  await expect(steps).toContainText('Runtime');
  expect(await valuesOf(agent, 'image')).toMatchObject({ steps: 28 });
  expect(fs.existsSync(config)).toBe(false);

  // The arrows of a number, and the panel's way into the file.
  await window.keyboard.press('Enter');
  await window.keyboard.press('ArrowUp');
  await window.keyboard.press('Enter');
  await expect(steps.getByRole('textbox')).toHaveValue('29');
  await window.getByRole('button', { name: 'Save 29 for good' }).click();
  await expect(steps).toContainText('Config file');
  expect(JSON.parse(fs.readFileSync(config, 'utf8'))).toEqual({ defaults: { image: { steps: 29 } } });

  // Back, one by one: the saving, the 29, the 28.
  await head(window, 'image.steps').focus();
  await window.keyboard.press('Control+z');
  await expect(steps).toContainText('Runtime');
  expect(JSON.parse(fs.readFileSync(config, 'utf8'))).toEqual({ defaults: { image: {} } });
  await window.keyboard.press('Control+z');
  await expect(steps.getByRole('textbox')).toHaveValue('28');
  await window.keyboard.press('Control+z');
  await expect(steps).toContainText('Built in');
  await window.keyboard.press('Control+z');
  await expect(window.getByText('There is no change of yours to undo.')).toBeVisible();

  // From end to end, clear of the heading that sticks.
  await window.keyboard.press('End');
  await expect(row(window, 'video.cfg')).toBeInViewport({ ratio: 1 });
  await window.keyboard.press('Home');
  await expect(head(window, 'image.model')).toBeFocused();
  for (let press = 0; press < 3; press += 1) await window.keyboard.press('ArrowDown');

  // A name from a list.
  for (let press = 0; press < 2; press += 1) await window.keyboard.press('ArrowDown');
  await expect(head(window, 'image.sampler_name')).toBeFocused();
  await window.keyboard.press('Enter');
  await expect(window.getByRole('combobox', { name: /sampler/ })).toBeFocused();
  await window.keyboard.type('heu');
  await window.keyboard.press('Enter');
  await expect(row(window, 'image.sampler_name')).toContainText('heun');
  await expect(head(window, 'image.sampler_name')).toBeFocused();
  await window.keyboard.press('Delete');
  await expect(row(window, 'image.sampler_name')).toContainText('Built in');
  await agent.close();
});

test('what is refused says why, offers what fits, and loses nothing', async ({ launch }) => {
  const app = await launch({ args: ['--demo'] });
  const { window } = app;
  await openDefaults(app);
  const steps = row(window, 'image.steps');
  await steps.getByRole('textbox').fill('0');
  await expect(steps.getByRole('alert')).toContainText('Must be at least 1.');
  await window.keyboard.press('Enter');
  await expect(steps.getByRole('alert')).toBeVisible();
  // Still there after a look elsewhere.
  await window.keyboard.press('Control+1');
  await window.keyboard.press('Control+4');
  await expect(steps.getByRole('textbox')).toHaveValue('0');
  await expect(steps.getByRole('alert')).toBeVisible();
  await steps.getByRole('button', { name: '1', exact: true }).click();
  await expect(head(window, 'image.steps')).toBeFocused();
  await expect(steps.getByRole('textbox')).toHaveValue('1');
  await expect(steps).toContainText('Runtime');
  await steps.getByRole('textbox').fill('many');
  await expect(steps.getByRole('alert')).toContainText('Must be a whole number');
  await window.screenshot({ path: screenshotPath('defaults-refused') });
  await steps.getByRole('textbox').press('Escape');
  await expect(steps.getByRole('textbox')).toHaveValue('1');
});

test('with the mouse: kinds, for good, one value back, all of them back, and the way there again', async ({
  launch,
}) => {
  const app = await launch({ args: ['--demo'] });
  const { window } = app;
  await openDefaults(app);
  const kind = window.getByRole('group', { name: 'Kind' });
  await kind.getByRole('button', { name: 'Video' }).click();
  await expect(row(window, 'video.fps')).toBeInViewport();
  await expect(kind.getByRole('button', { name: 'Video' })).toHaveAttribute('aria-pressed', 'true');
  await row(window, 'video.fps').hover();
  await window.mouse.wheel(0, -5000);
  await expect(kind.getByRole('button', { name: 'Image' })).toHaveAttribute('aria-pressed', 'true');

  await window.getByRole('button', { name: 'For good' }).click();
  await row(window, 'image.cfg').getByRole('textbox').fill('3,5');
  await row(window, 'image.denoise').getByRole('textbox').fill('0.5');
  // Leaving the field for another row sets it.
  await expect(row(window, 'image.cfg')).toContainText('Config file');
  await expect(row(window, 'image.cfg').getByRole('textbox')).toHaveValue('3.5');
  await window.getByRole('heading', { name: 'Denoise, 1.0' }).click();
  await expect(row(window, 'image.denoise')).toContainText('Config file');
  await row(window, 'image.cfg').getByRole('button', { name: 'Back to 8.0' }).click();
  await expect(head(window, 'image.cfg')).toBeFocused();
  await expect(row(window, 'image.cfg')).toContainText('Built in');
  await window.getByRole('button', { name: 'Undo', exact: true }).first().click();
  await expect(row(window, 'image.cfg')).toContainText('Config file');

  await window.getByRole('button', { name: 'Reset all of Image' }).click();
  await expect(row(window, 'image.denoise')).toContainText('Built in');
  await expect(window.getByRole('button', { name: 'Reset all of Image' })).toHaveCount(0);
  await window.getByRole('group', { name: 'Message' }).getByRole('button', { name: 'Undo' }).click();
  await expect(row(window, 'image.denoise')).toContainText('Config file');
  await expect(row(window, 'image.cfg').getByRole('textbox')).toHaveValue('3.5');
});

test('an agent’s changes show at once, with who made them, and are undone together', async ({ launch }) => {
  const app = await launch({
    args: ['--demo'],
    env: { COMFY_MCP_DEFAULT_AUDIO_MODEL: 'ace_step_v1_3.5b.safetensors' },
  });
  const { window } = app;
  await openDefaults(app);
  const agent = await connectAgent(endpointOf(app), { name: 'Claude Desktop' });
  const other = await connectAgent(endpointOf(app), { name: 'Cursor', generation: '2026-07-28' });
  await other.call('set_defaults', { image: { cfg: 3.5 }, audio: { seconds: 90 }, persist: true });
  await agent.call('set_defaults', { image: { width: 1216, height: 832 } });
  await agent.call('set_defaults', { image: { steps: 28 } });
  const steps = row(window, 'image.steps');
  await expect(steps.getByRole('textbox')).toHaveValue('28');
  await expect(steps).toContainText('set by Claude Desktop');
  await steps.click({ position: { x: 500, y: 20 } });
  await shoot(app, 'defaults');
  const run = window.getByRole('region', { name: 'Claude Desktop changed 3 values' });
  await expect(run.getByRole('listitem')).toHaveCount(3);
  await expect(run).toContainText('512');
  // A line of the log leads to its row.
  await row(window, 'video.fps').scrollIntoViewIfNeeded();
  await run.getByRole('button', { name: /^Width/ }).click();
  await expect(row(window, 'image.width')).toBeInViewport({ ratio: 1 });
  await expect(window.getByRole('heading', { name: 'Width, 1216' })).toBeInViewport();
  await run.getByRole('button', { name: 'Undo these three' }).click();
  await expect(run).toHaveCount(0);
  expect(await valuesOf(agent, 'image')).toMatchObject({ width: 512, height: 512, steps: 20, cfg: 3.5 });
  // Undone by mistake.
  await window.getByRole('button', { name: 'Put back' }).click();
  await expect(steps.getByRole('textbox')).toHaveValue('28');
  await expect(window.getByRole('region', { name: 'You changed 3 values' })).toBeVisible();
  await window.getByRole('button', { name: 'Undo these three' }).click();
  await expect(steps.getByRole('textbox')).toHaveValue('20');
  await expect(window.getByRole('region', { name: 'Cursor changed 2 values' })).toBeVisible();

  // A value of the environment says where it stands, and another can be set above it.
  await head(window, 'audio.model').focus();
  const side = window.getByRole('complementary', { name: 'Where the value comes from' });
  await expect(side).toContainText('COMFY_MCP_DEFAULT_AUDIO_MODEL');
  await expect(side).toContainText('Read at the start');
  await window.screenshot({ path: screenshotPath('defaults-environment') });

  // What only a workflow of one's own would ask for has a row too.
  await agent.call('set_defaults', { video: { loop_it: true } });
  const own = row(window, 'video.loop_it');
  await own.getByRole('switch').click();
  await expect(own.getByRole('switch')).not.toBeChecked();
  expect(await valuesOf(agent, 'video')).toMatchObject({ loop_it: false });
  await head(window, 'video.loop_it').press('Enter');
  await expect(own.getByRole('switch')).toBeChecked();
  await own.getByRole('button', { name: 'Take it away' }).click();
  await expect(own).toHaveCount(0);
  await agent.close();
  await other.close();
});

/** Names as people's folders have them: hundreds, long ones, right-to-left ones, and some that look like markup. */
const models = [
  'مشهد_واقعي_v2 (نسخة).safetensors',
  '<b onmouseover="alert(1)">bold</b>.safetensors',
  `anime/${'a-very-long-name-of-a-merge-of-merges_'.repeat(5)}fp8.safetensors`,
  'sd_xl_base_1.0.safetensors',
  ...Array.from(
    { length: 296 },
    (_, index) => `checkpoints/series-${String(index).padStart(3, '0')}-pruned.safetensors`,
  ),
];

test('agents by any name keep their place', async ({ launch }) => {
  const app = await launch({ args: ['--demo'] });
  const { window } = app;
  await openDefaults(app);
  const names = ['<img src=x onerror=alert(1)>', 'وكيل الصور', `${'A-client-whose-name-has-no-end-'.repeat(6)}.`];
  for (const [at, name] of names.entries()) {
    const agent = await connectAgent(endpointOf(app), { name });
    await agent.call('set_defaults', {
      image: { width: 640 + 64 * at, negative_prompt: `مشوش، ${'very '.repeat(60)}<b>blurred</b>` },
    });
    await agent.close();
  }
  await expect(window.getByTestId('change-run')).toHaveCount(3);
  await head(window, 'image.negative_prompt').focus();
  await shoot(app, 'defaults-names');
});

test('hundreds of models, a missing one, and an engine that goes away', async ({ launch }, testInfo) => {
  const dataRoot = testInfo.outputPath('engine');
  fs.mkdirSync(dataRoot, { recursive: true });
  const engine = createDemoEngine({
    dataRoot,
    clock: systemClock,
    logger: silentLogger,
    models: { checkpoints: models, diffusion_models: [] },
  });
  const { url } = await engine.start();
  const app = await launch({ args: ['--comfyui-url', url] });
  const { window } = app;
  await openDefaults(app);
  const model = row(window, 'image.model');
  await expect(model).toContainText('Not installed');
  await shoot(app, 'defaults-substituted');
  await model.getByRole('button', { name: 'Make this the default' }).click();
  await expect(model).not.toContainText('Not installed');
  await expect(model).toContainText('Runtime');

  // Three hundred names, of which a screenful is drawn.
  await model.getByRole('button', { name: /^Model, image/ }).click();
  const search = window.getByRole('combobox');
  await expect(search).toHaveAttribute('placeholder', 'Find in 300 names');
  expect(await window.getByRole('option').count()).toBeLessThan(40);
  await window.keyboard.press('ArrowDown');
  for (let press = 0; press < 60; press += 1) await window.keyboard.press('PageDown');
  await expect(window.getByRole('option', { selected: true })).toHaveText(/series-295/);
  await shoot(app, 'defaults-chooser');
  await search.fill('sd_xl_bse');
  await expect(window.getByText('Nothing is called')).toBeVisible();
  await expect(window.getByRole('option').first()).toHaveText(/sd_xl_base_1.0/);
  await window.screenshot({ path: screenshotPath('defaults-chooser-nearest') });
  await search.fill('merge fp8');
  await window.keyboard.press('Enter');
  await expect(model).toContainText('a-very-long-name');
  await shoot(app, 'defaults-long');
  await model.getByRole('button', { name: /^Model, image/ }).click();
  await search.fill('<b');
  await window.getByRole('option').first().click();
  await expect(model).toContainText('<b onmouseover');
  await model.getByRole('button', { name: /^Model, image/ }).click();
  await search.fill('مشهد');
  await window.keyboard.press('Enter');
  await expect(model).toContainText('مشهد');
  await shoot(app, 'defaults-rtl');

  await engine.stop();
  await expect(window.getByRole('status', { name: 'Engine' })).toContainText('does not answer', { timeout: 30_000 });
  await row(window, 'image.width').getByRole('textbox').fill('768');
  await expect(row(window, 'image.width')).toContainText('can’t be checked');
  await shoot(app, 'defaults-away');
});

test('a broken config file is told with its path, and nothing is written over it', async ({ launch }, testInfo) => {
  const config = testInfo.outputPath('config.json');
  fs.writeFileSync(config, '{"defaults": {"image": {"steps": 24}}}');
  const app = await launch({ args: ['--demo', '--config', config] });
  const { window } = app;
  await openDefaults(app);
  await expect(row(window, 'image.steps')).toContainText('Config file');
  await window.getByRole('button', { name: 'For good' }).click();
  fs.writeFileSync(config, '{"defaults": {"image": {"steps": 24,}}}');
  const agent = await connectAgent(endpointOf(app));
  await agent.call('set_defaults', { image: { width: 640 } });
  const told = window.getByRole('alert', { name: 'Config file' });
  await expect(told).toContainText(config);
  await expect(told).toContainText('line 1');
  await expect(window.getByText('Changes last until the app quits')).toBeVisible();
  await head(window, 'image.width').focus();
  await expect(window.getByRole('button', { name: 'Save 640 for good' })).toBeDisabled();
  await shoot(app, 'defaults-broken');
  expect(fs.readFileSync(config, 'utf8')).toBe('{"defaults": {"image": {"steps": 24,}}}');
  fs.writeFileSync(config, '{"defaults": {"image": {"steps": 25}}}');
  await agent.call('set_defaults', { image: { width: 704 } });
  await expect(told).toHaveCount(0);
  await expect(row(window, 'image.steps').getByRole('textbox')).toHaveValue('25');
  await agent.close();
});

test('a config file that was broken at the start is told on the page too', async ({ launch }, testInfo) => {
  const config = testInfo.outputPath('config.json');
  fs.writeFileSync(config, '{"defaults": {"image": 3}}');
  const app = await launch({ args: ['--demo', '--config', config] });
  const { window } = app;
  await openDefaults(app);
  const told = window.getByRole('alert', { name: 'Config file' });
  await expect(told).toContainText('The config file is broken.');
  await shoot(app, 'defaults-broken-start');
  await window.getByRole('button', { name: 'Put this notice away' }).click();
  await expect(told).toContainText('defaults.image');
  await expect(told).toContainText(config);
  await expect(told.getByRole('button', { name: 'Start again' })).toBeVisible();
});
