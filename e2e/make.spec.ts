/** Making things at the window: the form of any workflow, and of an asset that is made again with changes. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { connectAgent } from './support/agent.js';
import { endpointOf } from './support/endpoint.js';
import type { LaunchedApp } from './support/launch.js';
import { resize, shots } from './support/looks.js';
import { expect, test } from './support/test.js';

async function openApp(launch: () => Promise<LaunchedApp>) {
  const app = await launch();
  await app.window.getByRole('button', { name: 'Skip' }).click();
  return app;
}

function partsOf(window: Page) {
  const composer = window.getByTestId('composer');
  return {
    composer,
    field: (name: string) => composer.locator(`[data-param="${name}"]`),
    prompt: composer.getByRole('textbox').first(),
    tiles: window.getByTestId('tile'),
  };
}

test('a form of the workflow: settings, checks as one types, seeds, recent prompts and presets', async ({ launch }) => {
  const app = await openApp(() => launch({ args: ['--demo'] }));
  const { window } = app;
  const { composer, field, prompt, tiles } = partsOf(window);
  await window.keyboard.press('g');
  await prompt.fill('a quiet harbour at dawn');
  await composer.getByRole('button', { name: 'More settings' }).click();
  const steps = field('steps').getByRole('textbox');
  await steps.fill('0');
  await expect(field('steps').getByRole('alert')).toContainText('Needs a whole number');
  await field('steps').getByRole('alert').getByRole('button').first().click();
  await expect(field('steps').getByRole('alert')).toHaveCount(0);
  await steps.fill('2');
  await field('width').getByRole('textbox').fill('256');
  await field('height').getByRole('textbox').fill('256');

  const sampler = field('sampler_name').getByRole('button');
  await sampler.click();
  await window.keyboard.type('dpmpp 2m sde');
  await shots(app, 'make-choices');
  await window.keyboard.press('Enter');
  await expect(sampler).toContainText('dpmpp_2m_sde');

  await field('seed').getByRole('textbox').fill('41');
  await field('seed').getByRole('button', { name: '+1' }).click();
  await composer.getByRole('combobox', { name: 'How many' }).click();
  await window.getByRole('option', { name: '× 2' }).click();
  await prompt.press('Control+Enter');
  // What was asked for at once is one stack.
  await expect(tiles).toHaveCount(1, { timeout: 30_000 });
  await expect(tiles).toHaveAccessibleName(/stack of 2/, { timeout: 30_000 });
  await expect(field('seed').getByRole('textbox')).toHaveValue('43');

  await composer.getByRole('button', { name: 'Presets' }).click();
  await window.getByRole('button', { name: 'Keep these settings…' }).click();
  await window.getByLabel('Name of the preset').fill('Small and quick');
  await window.keyboard.press('Enter');
  await composer.getByRole('button', { name: 'Clear' }).click();
  await expect(prompt).toHaveValue('');
  await window.getByRole('button', { name: 'Undo' }).click();
  await expect(prompt).toHaveValue('a quiet harbour at dawn');
  await composer.getByRole('button', { name: 'Clear' }).click();
  await composer.getByRole('button', { name: 'Presets' }).click();
  await shots(app, 'make-presets');
  await window.getByRole('option', { name: 'Small and quick' }).click();
  await expect(steps).toHaveValue('2');
  await composer.getByRole('button', { name: 'Presets' }).click();
  await window.getByRole('button', { name: 'Rename Small and quick' }).click();
  await window.getByLabel('Name of the preset').fill('Tiny');
  await window.keyboard.press('Enter');
  await composer.getByRole('button', { name: 'Presets' }).click();
  await window.getByRole('button', { name: 'Delete Tiny' }).click();
  await expect(window.getByRole('option')).toHaveCount(0);
  await window.keyboard.press('Escape');
  await expect(composer).toBeVisible();

  await composer.getByRole('button', { name: 'Recent prompts' }).click();
  await window.keyboard.type('harbour');
  await window.keyboard.press('Enter');
  await expect(prompt).toHaveValue('a quiet harbour at dawn');
  await shots(app, 'make-form');
  await composer.getByRole('button', { name: 'Recent prompts' }).click();
  await window.getByRole('button', { name: /^Forget a quiet/ }).click();
  await expect(window.getByText('What you ask for is kept here.')).toBeVisible();
});

test('an asset again: with changes that are marked, and as variations', async ({ launch }) => {
  const app = await openApp(() => launch({ args: ['--demo'] }));
  const { window } = app;
  const { composer, field, prompt, tiles } = partsOf(window);
  const agent = await connectAgent(endpointOf(app), { name: 'Claude Desktop' });
  const made = await agent.call('generate_image', {
    prompt: 'terraced courtyard at noon',
    seed: 7,
    steps: 3,
    width: 256,
    height: 256,
  });
  await expect(tiles).toHaveCount(1);
  await tiles.first().focus();
  await window.keyboard.press('r');
  await expect(prompt).toHaveValue('terraced courtyard at noon');
  await expect(field('steps').getByRole('textbox')).toHaveValue('3');
  await expect(composer).toContainText('Nothing changed');
  await field('steps').getByRole('textbox').fill('5');
  await expect(field('steps')).toContainText('was 3');
  await field('seed').getByRole('button', { name: '+1' }).click();
  await field('seed').getByRole('textbox').fill('8');
  await expect(composer).toContainText('2 changed');
  await shots(app, 'make-again');

  // What was typed stays when the panel is put away.
  await prompt.press('Escape');
  await expect(composer).toHaveCount(0);
  await tiles.first().focus();
  await window.keyboard.press('r');
  await expect(field('steps').getByRole('textbox')).toHaveValue('5');
  await prompt.press('Control+Enter');
  await expect(tiles).toHaveCount(2, { timeout: 30_000 });
  const again = await agent.call('list_assets', {});
  expect(JSON.stringify(again.structured)).toContain('"seed":8');
  const [newest] = again.structured.assets as { asset_id: string }[];
  const facts = await agent.call('get_asset_metadata', { asset_id: newest?.asset_id ?? '' });
  expect(facts.structured).toMatchObject({
    lineage: { parent_asset_id: made.structured.asset_id },
    parameters: { steps: 5, seed: 8, prompt: 'terraced courtyard at noon' },
  });
  await window.keyboard.press('Escape');
  await tiles.first().focus();
  await window.keyboard.press('v');
  await expect(window.getByRole('status').first()).toContainText('4 variations queued');
  await expect(tiles).toHaveCount(6, { timeout: 60_000 });
  await agent.close();
});

test('without an engine the panel tells the next step and keeps what was typed', async ({ launch }) => {
  const app = await openApp(() => launch({ args: ['--comfyui-url', 'http://127.0.0.1:9'] }));
  const { window } = app;
  const { composer, prompt } = partsOf(window);
  await window.keyboard.press('g');
  await prompt.fill('a lake');
  await expect(composer.getByRole('status')).toContainText('does not answer at 127.0.0.1:9', { timeout: 30_000 });
  await prompt.press('Control+Enter');
  await expect(composer.getByRole('alert')).toContainText('127.0.0.1:9');
  await expect(prompt).toHaveValue('a lake');
  await shots(app, 'make-offline');
  await window.reload();
  await window.keyboard.press('g');
  await expect(prompt).toHaveValue('a lake');
});

test('a picture without a graph offers making it again with the reason why not', async ({ launch }) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-plain-'));
  try {
    await sharp({ create: { width: 96, height: 64, channels: 3, background: 'teal' } })
      .png()
      .toFile(path.join(folder, 'plain.png'));
    const app = await launch({ args: ['--demo', `--import-dir=${folder}`] });
    const { window } = app;
    const { tiles, composer } = partsOf(window);
    // The first run is for a library without anything: the picture may be there before it is asked for.
    const skip = window.getByRole('button', { name: 'Skip' });
    await expect(skip.or(tiles).first()).toBeVisible();
    if (await skip.isVisible()) await skip.click();
    const why = 'No graph is stored for this one, so it can’t be made again.';
    await expect(tiles).toHaveCount(1, { timeout: 20_000 });

    await tiles.first().click({ button: 'right' });
    for (const name of ['Regenerate with changes', 'Variations']) {
      const item = window.getByRole('menuitem', { name });
      await expect(item).toBeDisabled();
      await expect(item).toContainText(why);
    }
    await shots(app, 'make-without-graph-menu');
    await window.keyboard.press('Escape');
    await resize(app, 1280, 800);
    await tiles.first().focus();

    // By key: it says why, and opens nothing.
    const message = window.getByRole('group', { name: 'Message' });
    for (const key of ['r', 'v']) {
      await window.keyboard.press(key);
      await expect(message).toContainText(why);
      await message.getByRole('button', { name: 'Close message' }).click();
      await expect(message).toHaveCount(0);
      await tiles.first().focus();
    }
    await expect(composer).toHaveCount(0);

    await window.keyboard.press('Control+k');
    await window.keyboard.type('variations');
    await expect(window.getByRole('option', { name: 'Variations' })).toBeDisabled();
    await expect(window.getByRole('option', { name: 'Variations' })).toContainText(why);
    await window.keyboard.press('Enter');
    await expect(window.getByRole('dialog', { name: 'Commands' })).toBeVisible();
    await shots(app, 'make-without-graph-palette');
    await window.keyboard.press('Escape');
    await resize(app, 1280, 800);

    await tiles.first().focus();
    await window.keyboard.press('i');
    const inspector = window.getByTestId('inspector');
    await expect(inspector.getByRole('button', { name: 'Regenerate' })).toBeDisabled();
    await expect(inspector.getByRole('button', { name: 'Regenerate' })).toHaveAccessibleDescription(why);
    await expect(inspector.getByText(why)).toBeVisible();
    await shots(app, 'make-without-graph-inspector');
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
