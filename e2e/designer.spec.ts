/** Choosing the parameters of a workflow, and mending what it lacks: in the window, by mouse and by keyboard. */
import fs from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { connectAgent } from './support/agent.js';
import { type Finding, look } from './support/axe.js';
import { endpointOf } from './support/endpoint.js';
import type { LaunchedApp } from './support/launch.js';
import { looks, resize, shots } from './support/looks.js';
import { expect, screenshotPath, test } from './support/test.js';

const checkpoint = 'v1-5-pruned-emaonly.ckpt';
const graphWith = (ckpt_name: string) => ({
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name }, _meta: { title: 'Checkpoint' } },
  '2': { class_type: 'CLIPTextEncode', inputs: { text: 'a lake at dawn', clip: ['1', 1] }, _meta: { title: 'Prompt' } },
  '3': { class_type: 'CLIPTextEncode', inputs: { text: 'boats', clip: ['1', 1] } },
  '4': { class_type: 'EmptyLatentImage', inputs: { width: 96, height: 64, batch_size: 1 } },
  '5': {
    class_type: 'KSampler',
    inputs: {
      ...{ model: ['1', 0], positive: ['2', 0], negative: ['3', 0], latent_image: ['4', 0] },
      ...{ seed: 5, steps: 2, cfg: 7, sampler_name: 'euler', scheduler: 'normal', denoise: 1 },
    },
  },
  '6': { class_type: 'VAEDecode', inputs: { samples: ['5', 0], vae: ['1', 2] } },
  '7': { class_type: 'SaveImage', inputs: { images: ['6', 0], filename_prefix: 'lake' } },
});

async function open(
  launched: LaunchedApp,
  name: string,
  graph: unknown,
): Promise<{ folder: string; complaints: string[] }> {
  const { window, dataDir } = launched;
  const folder = path.join(dataDir, 'workflows');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(graph));
  const complaints: string[] = [];
  window.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  window.on('pageerror', (error) => complaints.push(error.message));
  await resize(launched, 1280, 800);
  await window.getByRole('button', { name: 'Skip' }).click();
  await window.keyboard.press('Control+3');
  await window.getByTestId('workflow').filter({ hasText: name }).click();
  return { folder, complaints };
}

const readJson = (file: string): unknown => JSON.parse(fs.readFileSync(file, 'utf8'));
const input = (window: Page, name: string) => window.locator(`[data-input="${name}"]`);

test('a person chooses the parameters, and agents get the tool', async ({ launch }) => {
  const launched = await launch({ args: ['--demo'] });
  const { window } = launched;
  const { folder, complaints } = await open(launched, 'lake', graphWith(checkpoint));
  await window.getByRole('tab', { name: 'Design' }).click();
  const design = window.getByRole('form', { name: 'Design' });
  const preview = window.getByRole('region', { name: 'Preview of the form' });
  await expect(preview).toContainText('agents get no tool');

  // By mouse: everything that is proposed, then one less; the preview follows.
  await design.getByRole('button', { name: 'Take what is proposed' }).click();
  await expect(preview.getByLabel('Prompt', { exact: true })).toBeVisible();
  await expect(preview.getByLabel('Steps', { exact: true })).toHaveValue('2');
  await input(window, 'scheduler').getByRole('switch').click();
  await expect(preview.locator('[data-param="scheduler"]')).toHaveCount(0);

  // By keyboard: open the rules, write a name and limits, take it back, do it again.
  await input(window, 'steps').getByRole('button').focus();
  await window.keyboard.press('Enter');
  await window.keyboard.press('Tab');
  await window.keyboard.press('Control+a');
  await window.keyboard.type('Rounds');
  await expect(input(window, 'steps').getByRole('alert')).toContainText('small letters');
  await expect(design.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
  await window.screenshot({ path: screenshotPath('designer-wrong') });
  await window.keyboard.press('Control+z');
  await expect(input(window, 'steps').getByLabel('Name')).toHaveValue('steps');
  await input(window, 'steps').getByLabel('Name').fill('rounds');
  await input(window, 'steps').getByLabel('Most').fill('8');
  await expect(preview.locator('[data-param="rounds"]')).toContainText('1 to 8');

  const found: Finding[] = [];
  for (const { theme, width, height } of looks) {
    await resize(launched, width, height);
    await window.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    found.push(...(await look(window, `designer ${theme} ${width}`)));
    await window.screenshot({ path: screenshotPath(`designer-${theme}-${width}x${height}`) });
  }
  expect(found).toEqual([]);
  await resize(launched, 1280, 800);

  await design.getByRole('button', { name: 'Save', exact: true }).click();
  const graphFile = path.join(folder, 'lake.json');
  await expect.poll(() => JSON.stringify(readJson(graphFile))).toContain('PARAM_TEXT_PROMPT');
  expect(readJson(path.join(folder, 'lake.meta.json'))).toMatchObject({
    constraints: { rounds: { max: 8 } },
    override_mappings: { rounds: [['5', 'steps']] },
  });
  const agent = await connectAgent(endpointOf(launched), { generation: '2025-11-25' });
  await expect.poll(async () => (await agent.tools()).map(({ name }) => name)).toContain('lake');
  const made = await agent.call('lake', { prompt: 'a hill', rounds: 1 });
  expect(made.structured).toMatchObject({ status: 'completed' });

  // What an agent changes shows by itself; edits in between are kept, and not saved over it.
  await expect(design.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
  const { workflow } = (await agent.call('get_workflow', { workflow_id: 'lake' })).structured as {
    workflow: { hash: string };
  };
  await input(window, 'denoise').getByRole('switch').click();
  await agent.call('save_workflow', { workflow_id: 'lake', hash: workflow.hash, meta: { name: 'Lakes of an agent' } });
  await expect(window.getByRole('heading', { name: 'Lakes of an agent' })).toBeVisible();
  await expect(design.getByText('The file has changed since you began')).toBeVisible();
  await design.getByRole('button', { name: 'Read the file again' }).click();
  await expect(input(window, 'denoise').getByRole('switch')).not.toBeChecked();

  // Saved again and taken back as a whole.
  await input(window, 'rounds').getByRole('switch').click();
  await design.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(input(window, 'steps')).toBeVisible();
  await window.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await expect(input(window, 'rounds').getByRole('switch')).toBeChecked();
  expect(complaints).toEqual([]);
  await agent.close();
});

test('a missing model is replaced in one step, by keyboard and by mouse', async ({ launch }) => {
  const launched = await launch({ args: ['--demo'] });
  const { window } = launched;
  const { folder, complaints } = await open(launched, 'lake', graphWith('v1-5-pruned.ckpt'));
  const checks = window.getByRole('list', { name: 'What is wrong with it' });
  await expect(checks).toContainText('does not have the model "v1-5-pruned.ckpt"');
  await expect(checks).toContainText('folder checkpoints');
  const choose = checks.getByRole('button', { name: 'Choose another model' });
  const found: Finding[] = [];
  for (const theme of ['dark', 'light'] as const) {
    await window.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    found.push(...(await look(window, `checks ${theme}`)));
  }
  await shots(launched, 'checks');
  await resize(launched, 1280, 800);
  await window.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });

  // By keyboard: the nearest stands first.
  await choose.focus();
  await window.keyboard.press('Enter');
  const first = window.getByRole('option').first();
  await expect(first).toContainText(checkpoint);
  found.push(...(await look(window, 'models')));
  await window.screenshot({ path: screenshotPath('checks-models') });
  await window.keyboard.press('Enter');
  await expect(checks).toHaveCount(0);
  expect(readJson(path.join(folder, 'lake.json'))).toEqual(graphWith(checkpoint));

  // Taken back, then by mouse, found by a part of its name.
  await window.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(checks).toBeVisible();
  await choose.click();
  await window.getByRole('combobox', { name: /^Search/ }).fill('xl');
  await window.getByRole('option').first().click();
  await expect(checks).toHaveCount(0);
  expect(JSON.stringify(readJson(path.join(folder, 'lake.json')))).toMatch(/xl[^"]*"/);
  expect(found).toEqual([]);
  expect(complaints).toEqual([]);
});
