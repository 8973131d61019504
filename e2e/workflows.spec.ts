/** The Workflows screen on the real window and the demo engine: by keyboard, by mouse, and to be looked at. */
import fs from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { connectAgent } from './support/agent.js';
import { endpointOf } from './support/endpoint.js';
import type { LaunchedApp } from './support/launch.js';
import { looks, resize } from './support/looks.js';
import { expect, screenshotPath, test } from './support/test.js';

const graph = {
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'PARAM_MODEL' }, _meta: { title: 'Checkpoint' } },
  '2': { class_type: 'CLIPTextEncode', inputs: { text: 'PARAM_PROMPT', clip: ['1', 1] }, _meta: { title: 'Prompt' } },
  '3': { class_type: 'CLIPTextEncode', inputs: { text: 'PARAM_NEGATIVE_PROMPT', clip: ['1', 1] } },
  '4': { class_type: 'EmptyLatentImage', inputs: { width: 'PARAM_INT_WIDTH', height: 512, batch_size: 1 } },
  '5': {
    class_type: 'KSampler',
    inputs: {
      model: ['1', 0],
      positive: ['2', 0],
      negative: ['3', 0],
      latent_image: ['4', 0],
      seed: 'PARAM_INT_SEED',
      steps: 'PARAM_INT_STEPS',
      cfg: 'PARAM_FLOAT_CFG',
      sampler_name: 'PARAM_SAMPLER_NAME',
      scheduler: 'normal',
      denoise: 1,
    },
  },
  '6': { class_type: 'VAEDecode', inputs: { samples: ['5', 0], vae: ['1', 2] } },
  '7': { class_type: 'SaveImage', inputs: { images: ['6', 0], filename_prefix: 'courtyard' } },
};
const meta = {
  name: 'Courtyard, plaster light',
  description: 'Terraced courtyards in flat noon light.',
  defaults: { steps: 28, cfg: 3.5, width: 512 },
  author: 'kept',
};

function putWorkflows({ dataDir }: Pick<LaunchedApp, 'dataDir'>, files: Record<string, unknown>): string {
  const folder = path.join(dataDir, 'workflows');
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    fs.writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

/** Opens the screen, and gathers what the page complains about. */
async function open(launched: LaunchedApp): Promise<string[]> {
  const { window } = launched;
  const complaints: string[] = [];
  window.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  window.on('pageerror', (error) => complaints.push(error.message));
  await resize(launched, 1280, 800);
  await window.getByRole('button', { name: 'Skip' }).click();
  await window.keyboard.press('Control+3');
  await expect(window.getByTestId('workflows')).toBeVisible();
  return complaints;
}

/** The first: names of bundled ones begin alike. */
const row = (window: Page, name: string) => window.getByTestId('workflow').filter({ hasText: name }).first();
const field = (window: Page, name: string) =>
  window.getByRole('form', { name: 'Parameters' }).getByLabel(name, { exact: true });

test('a person finds, runs and describes a workflow', async ({ launch }) => {
  const launched = await launch({ args: ['--demo'] });
  const { window } = launched;
  const folder = putWorkflows(launched, { 'courtyard.json': graph, 'courtyard.meta.json': meta });
  const complaints = await open(launched);

  // Keyboard: search, down into the list, down and up.
  await window.keyboard.press('/');
  await window.keyboard.type('plaster');
  await expect(window.getByTestId('workflow')).toHaveCount(1);
  await window.keyboard.press('ArrowDown');
  await expect(row(window, meta.name)).toBeFocused();
  await expect(window.getByRole('heading', { name: meta.name })).toBeVisible();
  await window.keyboard.press('/');
  await window.keyboard.press('Escape');
  await expect(window.getByTestId('workflow')).toHaveCount(10);
  await window.screenshot({ path: screenshotPath('workflows-first') });

  // The form: what the file says, what differs from it, what does not fit.
  await expect(field(window, 'Steps')).toHaveValue('28');
  await field(window, 'Steps').fill('4');
  const steps = window.locator('[data-param="steps"]');
  await expect(steps.getByRole('button', { name: 'was 28' })).toBeVisible();
  await field(window, 'Steps').fill('many');
  await expect(steps.getByRole('alert')).toContainText('whole number');
  await steps.getByRole('button', { name: 'was 28' }).click();
  await expect(field(window, 'Steps')).toHaveValue('28');
  await field(window, 'Steps').fill('4');

  // Choices of the engine, found by typing.
  await field(window, 'Sampler').fill('dpmpp_2m_sde');
  await window.getByRole('option', { name: 'dpmpp_2m_sde', exact: true }).click();
  await expect(field(window, 'Sampler')).toHaveValue('dpmpp_2m_sde');

  // Nothing is sent without what is needed; then the run shows right here.
  await window.keyboard.press('Control+Enter');
  await expect(field(window, 'Prompt')).toBeFocused();
  await field(window, 'Prompt').fill('terraced courtyard at noon, terracotta walls');
  await window.keyboard.press('Control+Enter');
  const run = window.getByTestId('test-run');
  await expect(run).toHaveAttribute('data-status', 'completed');
  await expect(run.getByRole('img', { name: 'The result' })).toBeVisible();
  await window.screenshot({ path: screenshotPath('workflows-result') });

  // Metadata: written beside the graph, unknown keys kept.
  await window.getByRole('tab', { name: 'About' }).click();
  const about = window.getByRole('form', { name: 'About' });
  await about.getByLabel('Name', { exact: true }).fill('Courtyard שלום');
  await about.getByRole('button', { name: 'Save' }).click();
  await expect(row(window, 'Courtyard שלום')).toBeVisible();
  const saved: unknown = JSON.parse(fs.readFileSync(path.join(folder, 'courtyard.meta.json'), 'utf8'));
  expect(saved).toEqual({ ...meta, name: 'Courtyard שלום' });

  // The disk leads: a change shows by itself, and does not take unsaved edits away.
  await about.getByLabel('Description', { exact: true }).first().fill('Mine, unsaved');
  putWorkflows(launched, { 'courtyard.meta.json': { ...meta, name: 'Changed outside' } });
  await expect(window.getByRole('heading', { name: 'Changed outside' })).toBeVisible();
  await expect(about.getByText('The file has changed since you began')).toBeVisible();
  await expect(about.getByLabel('Description', { exact: true }).first()).toHaveValue('Mine, unsaved');
  await about.getByRole('button', { name: 'Read the file again' }).click();
  await expect(about.getByLabel('Name', { exact: true })).toHaveValue('Changed outside');
  expect(complaints).toEqual([]);
});

test('tools are switched, copies made, deletions undone', async ({ launch }) => {
  const launched = await launch({ args: ['--demo'] });
  const { window } = launched;
  putWorkflows(launched, { 'courtyard.json': graph, 'courtyard.meta.json': meta });
  const complaints = await open(launched);
  let heard = 0;
  const agent = await connectAgent(endpointOf(launched), {
    generation: '2025-11-25',
    onToolsChanged: () => {
      heard += 1;
    },
  });
  const tools = async () => (await agent.tools()).map(({ name }) => name);
  await row(window, meta.name).click();

  await window.getByRole('switch', { name: 'Offer to agents' }).click();
  await expect(row(window, meta.name)).toContainText('courtyard, not offered');
  await expect.poll(() => heard).toBeGreaterThan(0);
  expect(await tools()).not.toContain('courtyard');
  await window.getByRole('switch', { name: 'Offer to agents' }).click();
  await expect.poll(tools).toContain('courtyard');

  const menu = async (item: string) => {
    await window.getByRole('button', { name: 'More about this workflow' }).click();
    await window.getByRole('menuitem', { name: item }).click();
  };
  await menu('Duplicate workflow');
  await expect(window.getByRole('heading', { name: `${meta.name} copy` })).toBeVisible();
  await menu('Move workflow to the bin');
  await expect(row(window, `${meta.name} copy`)).toHaveCount(0);
  await expect(window.getByRole('button', { name: 'Bin 1' })).toBeVisible();
  await window.getByRole('button', { name: 'Bin 1' }).click();
  await window.screenshot({ path: screenshotPath('workflows-bin') });
  await window.keyboard.press('Escape');
  await window.getByRole('button', { name: 'Undo' }).click();
  await expect(row(window, `${meta.name} copy`)).toBeVisible();
  await expect(window.getByRole('button', { name: 'Bin 1' })).toHaveCount(0);

  // A built-in one is edited in a copy of one's own, and comes back.
  await row(window, 'Generate image').click();
  await window.getByRole('tab', { name: 'About' }).click();
  const about = window.getByRole('form', { name: 'About' });
  await expect(about.getByText('It comes with the app and is never written to.')).toBeVisible();
  await about.getByLabel('Name', { exact: true }).fill('My pictures');
  await about.getByRole('button', { name: 'Save as my copy' }).click();
  await expect(row(window, 'My pictures')).toContainText('yours');
  await expect(about.getByText('This is your copy.')).toBeVisible();
  await menu('Move workflow to the bin');
  await expect(row(window, 'Generate image')).toContainText('built in');
  expect(complaints).toEqual([]);
  await agent.close();
});

/** A graph of so many nodes, each fed by one or two before it. */
function manyNodes(count: number): Record<string, unknown> {
  const nodes = Array.from({ length: count }, (_, at) => [
    `${at}`,
    {
      class_type: at % 7 === 0 ? 'ImageScale' : 'ConditioningCombine',
      inputs: {
        ...(at > 0 ? { a: [`${Math.floor(at / 2)}`, 0] } : {}),
        ...(at > 3 ? { b: [`${at - 3}`, 0] } : {}),
        strength: at / 10,
      },
      _meta: { title: `Step ${at}` },
    },
  ]);
  return Object.fromEntries(nodes);
}

test('a graph goes by keys and stays whole with 200 nodes', async ({ launch }) => {
  const launched = await launch({ args: ['--demo'] });
  const { window } = launched;
  putWorkflows(launched, { 'courtyard.json': graph, 'courtyard.meta.json': meta, 'many.json': manyNodes(200) });
  const complaints = await open(launched);
  await row(window, meta.name).click();
  const picture = window.getByRole('region', { name: `Graph of ${meta.name}` });
  const node = (name: string) => picture.getByRole('group', { name: new RegExp(`^${name}`) });
  await expect(node('KSampler')).toBeVisible();
  await expect(node('KSampler')).toHaveAccessibleName(
    /KSampler, node 5: model from Checkpoint; .*steps is the parameter/,
  );
  await expect(picture.locator('.react-flow__edge')).toHaveCount(9);

  // Tab comes to one node; arrows go on, Enter chooses, its wires light up.
  await node('Checkpoint').focus();
  await window.keyboard.press('ArrowRight');
  await expect(node('CLIP Text Encode')).toBeFocused();
  await window.keyboard.press('ArrowUp');
  await expect(node('Prompt')).toBeFocused();
  await window.keyboard.press('ArrowRight');
  await expect(node('KSampler')).toBeFocused();
  await window.keyboard.press('Enter');
  await expect(node('KSampler')).toHaveClass(/selected/);
  await window.keyboard.press('ArrowDown');
  await expect(node('VAE Decode')).toBeFocused();
  await window.screenshot({ path: screenshotPath('workflows-graph-chosen') });
  const scale = () =>
    picture
      .locator('.react-flow__viewport')
      .evaluate((element) => new DOMMatrix(getComputedStyle(element).transform).a);
  const before = await scale();
  await window.keyboard.press('+');
  await expect.poll(scale).toBeGreaterThan(before);
  await window.keyboard.press('0');
  await expect.poll(scale).toBeCloseTo(before, 2);

  await row(window, 'Many').click();
  await expect(window.getByRole('group', { name: /^Step 199/ })).toBeAttached();
  await expect(window.locator('.react-flow__node')).toHaveCount(200);
  await window.screenshot({ path: screenshotPath('workflows-graph-200') });
  expect(complaints).toEqual([]);
});

const forty = Object.fromEntries(
  Array.from({ length: 40 }, (_, at) => [`v${at}`, `PARAM_${['INT', 'FLOAT', 'BOOL', 'STR'][at % 4]}_OPTION_${at}`]),
);
const odd = {
  '1': {
    class_type: 'מחלקה',
    inputs: {
      ...forty,
      a_very_long_input_name_that_goes_on_and_on_and_on:
        'PARAM_A_NAME_THAT_FILLS_ALL_SIXTY_FOUR_CHARACTERS_AS_CLIENTS_ALLOW',
    },
    _meta: { title: '<img src=x onerror=alert(1)> مرحبا بالعالم' },
  },
  '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], missing: ['99', 0], filename_prefix: 'x'.repeat(300) } },
};

test('every state of the screen, to be looked at', async ({ launch }) => {
  test.setTimeout(180_000);
  const launched = await launch({ args: ['--demo'] });
  const { window } = launched;
  putWorkflows(launched, {
    'courtyard.json': graph,
    'courtyard.meta.json': meta,
    'portrait_2pass.json': {
      ...graph,
      '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: '4x-UltraSharp.safetensors' } },
    },
    'depth_guided.json': { ...graph, '8': { class_type: 'DepthAnythingV2Preprocessor', inputs: { image: ['6', 0] } } },
    'from the editor.json': { nodes: [], links: [] },
    'broken.json': '{ "1": ',
    'odd.json': odd,
    'odd.meta.json': {
      name: `<b onmouseover="alert(1)">Ein sehr langer Name</b> ${'العربية עברית 日本語 '.repeat(6)}`,
      description: `<script>alert(1)</script> ${'wordwithoutanybreak'.repeat(40)}`,
    },
    'many.json': manyNodes(200),
  });
  const complaints = await open(launched);
  const whole = () =>
    window.evaluate(
      () => document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight,
    );
  for (const { theme, width, height } of looks) {
    const shot = async (name: string) => {
      await window.screenshot({ path: screenshotPath(`workflows-${name}-${theme}-${width}x${height}`) });
      expect(await whole(), name).toBe(true);
    };
    const wide = width > 1040;
    await window.emulateMedia({ colorScheme: theme });
    await resize(launched, width, height);
    await row(window, meta.name).click();
    await field(window, 'Prompt').fill('terraced courtyard at noon, terracotta walls, arches');
    await field(window, 'Steps').fill('24');
    await window.getByRole('button', { name: 'Test run' }).click();
    const run = window.getByTestId('test-run');
    await expect(run).toHaveAttribute('data-status', 'running');
    await expect(run.locator('img')).toHaveAttribute('src', /^blob:/);
    await shot('running');
    await expect(run).toHaveAttribute('data-status', 'completed', { timeout: 30_000 });
    if (!wide) {
      await window.getByRole('tab', { name: 'Graph' }).click();
      await expect(window.locator('.react-flow__node').first()).toBeVisible();
      await shot('graph');
      await window.getByRole('tab', { name: 'Parameters' }).click();
    }
    await row(window, 'Generate image').click();
    await expect(field(window, 'Steps')).toBeVisible();
    await shot('bundled');
    await row(window, 'Depth guided').click();
    await expect(window.getByTestId('workflow-detail')).toContainText('no node class "DepthAnythingV2Preprocessor"');
    await shot('missing');
    await row(window, 'From the editor').click();
    await expect(window.getByTestId('workflow-detail')).toContainText("editor's format");
    await shot('problem');
    await row(window, 'Ein sehr langer Name').click();
    await expect(window.getByRole('heading', { name: /^<b onmouseover/ })).toBeVisible();
    await shot('odd');
    await window.getByRole('tab', { name: 'JSON' }).click();
    await shot('json');
    await window.getByRole('searchbox').fill('nothing like that');
    await expect(window.getByText('Nothing has all these words')).toBeVisible();
    await shot('empty');
    await window.getByRole('button', { name: 'Clear the search' }).click();
  }
  expect(complaints).toEqual([]);
});

test('says that the engine is away, and what can’t be told without it', async ({ launch }) => {
  const launched = await launch({ args: ['--comfyui-url', 'http://127.0.0.1:9'] });
  const { window } = launched;
  await open(launched);
  const detail = window.getByTestId('workflow-detail');
  await expect(detail).toContainText('What the engine has could not be told.');
  await expect(field(window, 'Model')).toBeVisible();
  await field(window, 'Prompt').fill('a cat');
  await window.keyboard.press('Control+Enter');
  await expect(window.getByRole('form', { name: 'Parameters' }).getByRole('alert')).toContainText('127.0.0.1:9');
  await expect(window.getByRole('group', { name: /^Sampler, KSampler/ })).toBeVisible();
  await window.screenshot({ path: screenshotPath('workflows-away') });
  await detail.getByRole('button', { name: 'Engine settings' }).click();
  await expect(window.getByTestId('settings')).toBeVisible();
});

test('a song is heard where it was made', async ({ launch }) => {
  const launched = await launch({ args: ['--demo'] });
  const { window } = launched;
  await open(launched);
  await row(window, 'Generate song').click();
  await field(window, 'Tags').fill('slow piano, rain on tin');
  await field(window, 'Lyrics').fill('[instrumental]');
  await field(window, 'Length').fill('4');
  await field(window, 'Steps').fill('2');
  await window.getByRole('button', { name: 'Test run' }).click();
  const run = window.getByTestId('test-run');
  await expect(run).toHaveAttribute('data-status', 'completed', { timeout: 30_000 });
  await run.getByRole('button', { name: 'Play the result' }).click();
  await expect
    .poll(() => run.locator('audio').evaluate((sound: HTMLAudioElement) => sound.currentTime))
    .toBeGreaterThan(0);
  await window.screenshot({ path: screenshotPath('workflows-song') });
  await run.getByRole('button', { name: 'Show in the gallery' }).click();
  await expect(window.getByTestId('tile')).toBeVisible();
});
