/** The queue: what runs, node by node; what waits; what failed, and running it again; pausing. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createDemoEngine, createFaults, outOfMemory } from '../src/main/demo/index.js';
import { silentLogger, systemClock } from '../src/main/system.js';
import { connectAgent } from './support/agent.js';
import { endpointOf } from './support/endpoint.js';
import { shots } from './support/looks.js';
import { expect, test } from './support/test.js';

const small = { width: 256, height: 256 };

test('pausing keeps jobs here, resuming sends them in order, and all of it can be cancelled', async ({ launch }) => {
  const app = await launch({ args: ['--demo'] });
  const { window } = app;
  await window.getByRole('button', { name: 'Skip' }).click();
  const agent = await connectAgent(endpointOf(app), { name: 'Claude Desktop' });
  await window.keyboard.press('Control+2');
  await window.getByRole('button', { name: 'Pause sending' }).click();
  await expect(window.getByText('Sending is paused')).toBeVisible();
  const first = await agent.call('generate_image', { prompt: 'a quiet harbour at dawn', steps: 2, ...small });
  expect(first.structured).toMatchObject({ status: 'queued', message: expect.stringContaining('sending is paused') });
  await agent.call('generate_image', { prompt: 'night city with lit windows', steps: 2, ...small });
  const waiting = window.getByRole('region', { name: 'Waiting' }).getByRole('listitem');
  await expect(waiting).toHaveCount(2);
  await expect(waiting.first()).toContainText('a quiet harbour at dawn');
  await expect(waiting.first()).toContainText('generate_image, paused');
  await shots(app, 'queue-paused');
  // From row to row by keys, and out of the line with the button there.
  await waiting.first().getByRole('button').focus();
  await window.keyboard.press('ArrowDown');
  await expect(waiting.nth(1).getByRole('button')).toBeFocused();
  await window.keyboard.press('Enter');
  await window.getByRole('button', { name: 'Take it out' }).click();
  await expect(waiting).toHaveCount(1);
  await window.getByRole('button', { name: 'Resume sending' }).click();
  const done = window.locator('[data-status="completed"]');
  await expect(done).toHaveCount(1, { timeout: 30_000 });
  await window.getByRole('button', { name: 'Run it after all' }).click();
  await expect(done).toHaveCount(2, { timeout: 30_000 });

  await window.getByRole('button', { name: 'Pause sending' }).click();
  for (const prompt of ['a ringed planet', 'a violet flower', 'sand dunes']) {
    await agent.call('generate_image', { prompt, ...small });
  }
  await expect(waiting).toHaveCount(3);
  await window.getByRole('button', { name: 'Cancel all' }).click();
  await window.getByRole('button', { name: 'Take them out' }).click();
  await expect(window.getByText('Nobody waits.')).toBeVisible();
  await window.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect(window.getByText('Cleared. The gallery keeps what was made.')).toBeVisible();
  await window.getByRole('button', { name: 'Undo' }).click();
  await expect(done).toHaveCount(2);
  await agent.close();
});

test('the running job is told node by node, a failed one says why and is run again', async ({ launch }) => {
  const dataRoot = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-queue-'));
  const faults = createFaults();
  const engine = createDemoEngine({ dataRoot, clock: systemClock, logger: silentLogger, stepDelayMs: 80, faults });
  try {
    const { url } = await engine.start();
    const app = await launch({ args: ['--comfyui-url', url] });
    const { window } = app;
    await window.getByRole('button', { name: 'Skip' }).click();
    const agent = await connectAgent(endpointOf(app), { name: 'Claude Desktop' });
    for (const [at, prompt] of ['a red dahlia on black', 'teal jar and two oranges', 'pine forest'].entries()) {
      await agent.call('generate_image', { prompt, steps: 4, seed: at, ...small });
    }
    faults.failNode = (_id, type) => (type === 'KSampler' ? outOfMemory : undefined);
    await agent.call('generate_image', { prompt: 'courtyard, wide print', steps: 2, ...small });
    faults.failNode = () => undefined;
    await agent.call('generate_image', { prompt: 'a ringed planet', steps: 4, ...small });

    await window.keyboard.press('Control+2');
    const running = agent.call('generate_image', {
      prompt: 'terraced courtyard at noon, terracotta walls, pale blue water',
      steps: 60,
      seed: 2871440193,
    });
    const next = ['same courtyard, evening', 'same courtyard, after rain'].map((prompt) =>
      agent.call('generate_image', { prompt, steps: 2, ...small }),
    );
    const nodes = window.getByTestId('job-nodes');
    await expect(nodes.locator('[data-state="running"]')).toContainText(/[1-9]\d* of 60/, { timeout: 30_000 });
    await expect(nodes.locator('[data-state="waits"]').first()).toBeVisible();
    await expect(window.getByTestId('running-job').locator('img')).toHaveAttribute('src', /^blob:/);
    await expect(window.getByRole('region', { name: 'Waiting' }).getByRole('listitem')).toHaveCount(2);
    await shots(app, 'queue-running');
    await Promise.all([running, ...next]);

    const failed = window.locator('[data-status="error"]');
    await expect(failed).toContainText('out of memory');
    await expect(failed).toContainText('Sampler (node 3) failed');
    const done = window.locator('[data-status="completed"]');
    await expect(done).toHaveCount(7);
    await failed.getByRole('button', { name: 'Retry', exact: true }).press('Enter');
    await expect(done).toHaveCount(8, { timeout: 30_000 });
    await failed.getByRole('button', { name: 'Retry with a new seed' }).click();
    await expect(done).toHaveCount(9, { timeout: 30_000 });
    const { assets } = (await agent.call('list_assets', { query: 'courtyard, wide print' })).structured as {
      assets: unknown[];
    };
    expect(assets).toHaveLength(2);
    await agent.close();
  } finally {
    await engine.stop();
    fs.rmSync(dataRoot, { recursive: true, force: true });
  }
});
