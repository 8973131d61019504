/** Batches: parameters varied in the composer and in a workflow's form, one row in the queue, a labelled grid, a contact sheet. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { connectAgent } from './support/agent.js';
import { endpointOf } from './support/endpoint.js';
import { shots } from './support/looks.js';
import { expect, test } from './support/test.js';

/** What axe finds wrong in both themes. */
async function faultsOf(window: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await window.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await window.evaluate(() =>
      Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined))),
    );
    const { violations } = await new AxeBuilder({ page: window }).setLegacyMode(true).analyze();
    found.push(
      ...violations.map(
        ({ id, nodes }) => `${colorScheme} ${id}: ${nodes[0]?.html.slice(0, 300)} ${nodes[0]?.failureSummary}`,
      ),
    );
  }
  return found;
}

test('two parameters are varied in the composer, by keyboard, and become a grid', async ({ launch }) => {
  test.setTimeout(180_000);
  const app = await launch({ args: ['--demo'] });
  const { window } = app;
  await window.getByRole('button', { name: 'Skip' }).click();
  const composer = window.getByTestId('composer');
  await window.keyboard.press('g');
  await composer.getByRole('textbox').first().fill('a quiet harbour at dawn');
  await composer.getByRole('button', { name: 'More settings' }).click();
  for (const size of ['width', 'height'])
    await composer.locator(`[data-param="${size}"]`).getByRole('textbox').fill('256');
  await composer.locator('[data-param="seed"]').getByRole('textbox').fill('7');

  await composer.getByRole('button', { name: 'Vary parameters' }).click();
  const sweep = composer.getByTestId('sweep');
  await expect(sweep.getByRole('combobox', { name: 'Columns: what is varied' })).toContainText('CFG');
  const cfg = sweep.getByRole('textbox', { name: 'Values of CFG' });
  await cfg.fill('4, high');
  await expect(sweep.getByRole('alert')).toContainText('cfg must be a number');
  const generate = composer.getByRole('button', { name: /^Generate/ });
  await expect(generate).toBeDisabled();
  await cfg.fill('4 to 10 by 3');
  await expect(sweep.getByRole('alert')).toHaveCount(0);
  await sweep.getByRole('button', { name: 'Vary another' }).click();
  await sweep.getByRole('combobox', { name: 'Rows: what is varied' }).click();
  await window.getByRole('option', { name: 'Sampler' }).click();
  await expect(sweep.getByText('Give each its values.')).toBeVisible();
  for (const sampler of ['dpmpp 2m sde', 'euler']) {
    await sweep.getByRole('button', { name: 'Add a value of Sampler' }).click();
    await window.keyboard.type(sampler);
    await window.keyboard.press('Enter');
  }
  await expect(sweep.getByText('3 × 2 = 6')).toBeVisible();
  expect(await faultsOf(window)).toEqual([]);
  await shots(app, 'batch-composer');
  await cfg.press('Control+Enter');

  await window.getByRole('button', { name: 'Show the grid' }).click();
  const grid = window.getByTestId('batch-grid');
  await expect(grid.getByRole('columnheader')).toHaveText(['4', '7', '10']);
  await expect(grid.getByRole('rowheader')).toHaveCount(2);
  await composer.getByRole('button', { name: 'Close' }).click();
  const cells = grid.locator('[data-cell]');
  await expect(cells).toHaveCount(6);
  await shots(app, 'batch-grid-running');
  await expect(grid.locator('[data-cell][data-status="completed"]')).toHaveCount(6, { timeout: 90_000 });
  await expect(grid.getByText('6 of 6 made')).toBeVisible();

  // By keyboard from cell to cell, into the lightbox and back.
  await cells.first().focus();
  await window.keyboard.press('ArrowRight');
  await window.keyboard.press('ArrowDown');
  await expect(cells.nth(4)).toBeFocused();
  await expect(window.getByTestId('batch-cell')).toContainText('cfg 7');
  await expect(window.getByTestId('batch-cell')).toContainText('seed 7');
  expect(await faultsOf(window)).toEqual([]);
  await shots(app, 'batch-grid');
  await window.keyboard.press('Space');
  await expect(window.getByTestId('lightbox')).toBeVisible();
  await window.keyboard.press('Escape');
  await expect(window.getByTestId('lightbox')).toHaveCount(0);
  await expect(grid).toBeVisible();

  // A cell made again takes its place.
  await cells.nth(4).focus();
  const before = await cells.nth(4).locator('img').getAttribute('src');
  await window.getByRole('button', { name: 'Make it again with a new seed' }).click();
  await expect.poll(() => cells.nth(4).locator('img').getAttribute('src'), { timeout: 60_000 }).not.toBe(before);
  await expect(cells).toHaveCount(6);

  await grid.getByRole('button', { name: 'Contact sheet' }).click();
  await expect(window.getByTestId('lightbox')).toBeVisible({ timeout: 30_000 });
  await shots(app, 'batch-contact-sheet');
  await window.keyboard.press('Escape');
  await cells.first().focus();
  await window.keyboard.press('Escape');
  await expect(grid).toHaveCount(0);

  // In the gallery it is one stack, and m leads back to the grid.
  const stack = window.getByTestId('tile').first();
  await expect(stack).toHaveAccessibleName(/stack of \d/);
  await stack.focus();
  await window.keyboard.press('m');
  await expect(grid).toBeVisible();
  await window.keyboard.press('m');
  await expect(grid).toHaveCount(0);
});

test('a batch of an agent is one row in the queue, tells what failed, and is cancelled as a whole', async ({
  launch,
}) => {
  test.setTimeout(180_000);
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-batches-'));
  const folder = path.join(dataDir, 'workflows');
  fs.mkdirSync(folder);
  fs.writeFileSync(
    path.join(folder, 'trimmed.json'),
    JSON.stringify({
      '1': { class_type: 'EmptyAudio', inputs: { duration: 'PARAM_FLOAT_LENGTH', sample_rate: 8000, channels: 1 } },
      '2': {
        class_type: 'TrimAudioDuration',
        inputs: { audio: ['1', 0], start_index: 0, duration: 'PARAM_FLOAT_KEPT' },
      },
      '3': { class_type: 'SaveAudio', inputs: { audio: ['2', 0], filename_prefix: 'audio/trimmed' } },
    }),
  );
  const app = await launch({ args: ['--demo'], dataDir });
  const { window } = app;
  await window.getByRole('button', { name: 'Skip' }).click();
  const agent = await connectAgent(endpointOf(app), { name: 'Claude Desktop' });
  const failing = await agent.call('run_batch', {
    workflow_id: 'trimmed',
    grid: { length: [2, 3], kept: [1, 0] },
    wait_seconds: 40,
  });
  expect(failing.structured).toMatchObject({
    status: 'partial',
    summary: { completed: 2, failed: 2 },
    failures: [{ values: { length: 2, kept: 0 } }, { values: { length: 3, kept: 0 } }],
  });

  await window.keyboard.press('Control+2');
  const finished = window.getByRole('region', { name: 'Finished today' }).getByRole('listitem');
  await expect(finished).toHaveCount(1);
  await expect(finished).toContainText('2 of 4 made, 2 failed');
  await expect(finished).toContainText('length 2, kept 0');
  await expect(finished).toContainText('Start time must be less than end time');

  const begun = await agent.call('run_batch', {
    workflow_id: 'generate_image',
    grid: { steps: [40, 41, 42, 43, 44, 45, 46, 47] },
    overrides: { prompt: 'night city with lit windows', width: 256, height: 256 },
  });
  const { batch_id } = begun.structured as { batch_id: string };
  const waiting = window.getByRole('region', { name: 'Waiting' }).getByRole('listitem');
  await expect(waiting).toHaveCount(1);
  await expect(waiting.getByRole('progressbar')).toBeVisible();
  await expect(waiting).toContainText(/[1-9] of 8 done/, { timeout: 60_000 });
  expect(await faultsOf(window)).toEqual([]);
  await shots(app, 'batch-queue');
  await waiting.getByRole('button', { name: /^Cancel all that is left/ }).click();
  await window.getByRole('button', { name: 'Cancel the batch' }).click();
  await expect(window.getByText('Nobody waits.')).toBeVisible({ timeout: 30_000 });
  await expect(finished).toHaveCount(2);
  await expect(finished.first()).toContainText('cancelled');
  const after = await agent.call('get_batch', { batch_id });
  expect(after.structured).toMatchObject({ status: 'partial', summary: { running: 0, queued: 0, failed: 0 } });

  // The grid says in words why a cell has no picture.
  await finished.nth(1).getByRole('button', { name: 'Show as a grid' }).click();
  const grid = window.getByTestId('batch-grid');
  await expect(grid.locator('[data-cell][data-bad]')).toHaveCount(2);
  await grid.locator('[data-cell="2"]').click();
  await expect(window.getByTestId('batch-cell')).toContainText('Start time must be less than end time');
  await expect(window.getByTestId('batch-cell').getByRole('button', { name: 'Make it again' })).toBeVisible();
  await window.keyboard.press('i');
  await shots(app, 'batch-grid-failed');
  expect(await faultsOf(window)).toEqual([]);
  await agent.close();
});

test('a workflow’s own form varies its parameters, too', async ({ launch }) => {
  const app = await launch({ args: ['--demo'] });
  const { window } = app;
  await window.getByRole('button', { name: 'Skip' }).click();
  await window.keyboard.press('Control+3');
  const form = window.getByRole('form', { name: 'Parameters' });
  await form.locator('[data-param="prompt"]').getByRole('textbox').fill('a ringed planet');
  for (const size of ['width', 'height']) await form.locator(`[data-param="${size}"]`).getByRole('textbox').fill('64');
  await form.getByRole('button', { name: 'Vary parameters' }).click();
  await form.getByTestId('sweep').getByRole('textbox').fill('4, 7');
  await shots(app, 'batch-workflow-form');
  await form.getByRole('button', { name: 'Run 2' }).click();
  await window.getByRole('button', { name: 'Show the grid' }).click();
  const made = window.getByTestId('batch-grid').locator('[data-status="completed"]');
  await expect(made).toHaveCount(2, { timeout: 60_000 });
});
