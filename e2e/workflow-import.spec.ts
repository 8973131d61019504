/** Importing workflows in the window: from files, text, ComfyUI and the library, by mouse and by keyboard. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { connectAgent, generations } from './support/agent.js';
import { look } from './support/axe.js';
import { dropFiles } from './support/drop.js';
import { endpointOf } from './support/endpoint.js';
import type { LaunchedApp } from './support/launch.js';
import { looks, resize } from './support/looks.js';
import { pngChunk, pngWithTexts } from './support/png.js';
import { expect, screenshotPath, test } from './support/test.js';
import { withWorld } from './support/world.js';

let scratch: string;
test.beforeEach(() => {
  scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-import-'));
});
test.afterEach(() => fs.rmSync(scratch, { recursive: true, force: true }));

/** A file to drop; its path. */
function put(name: string, content: string | Uint8Array): string {
  const file = path.join(scratch, name);
  fs.writeFileSync(file, content);
  return file;
}

async function open(launched: LaunchedApp): Promise<Page> {
  const { window } = launched;
  await resize(launched, 1280, 800);
  await window.getByRole('button', { name: 'Skip' }).click();
  await window.keyboard.press('Control+3');
  await expect(window.getByTestId('workflows')).toBeVisible();
  return window;
}

const own = ({ dataDir }: LaunchedApp) => fs.readdirSync(path.join(dataDir, 'workflows')).sort();
const saved = ({ dataDir }: LaunchedApp) => path.join(dataDir, 'demo', 'user', 'default', 'workflows');

test('every place and state of an import, to be looked at', async ({ launch }) => {
  test.setTimeout(240_000);
  const launched = await launch({ args: ['--demo'] });
  const window = await open(launched);
  const findings: unknown[] = [];
  const graph = { '1': { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 0 } } };
  fs.mkdirSync(path.join(saved(launched), 'people'), { recursive: true });
  for (const name of ['Courtyard', 'people/Portrait, two passes', 'Contact sheet'])
    fs.writeFileSync(path.join(saved(launched), `${name}.json`), JSON.stringify(graph));
  for (const { theme, width, height } of looks) {
    await window.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await resize(launched, width, height);
    const shot = async (name: string) => {
      await window.screenshot({ path: screenshotPath(`workflow-import-${name}-${theme}-${width}x${height}`) });
      findings.push(...(await look(window, `${name} ${theme} ${width}`)));
    };
    await window.keyboard.press('Control+o');
    await expect(window.getByRole('heading', { name: 'Drop a file anywhere here' })).toBeVisible();
    await shot('file');
    await window.getByRole('tab', { name: /Paste JSON/ }).click();
    await shot('paste');
    await window.getByRole('tab', { name: /Saved in ComfyUI/ }).click();
    await expect(window.getByTestId('saved-workflow')).toHaveCount(3);
    await shot('saved');
    await window.getByRole('tab', { name: /Templates/ }).click();
    await expect(window.getByTestId('template')).toHaveCount(6);
    await expect.poll(() => window.locator('[data-testid="template"] img').evaluateAll(allDrawn)).toBe(true);
    await shot('templates');
    await window.getByTestId('template').filter({ hasText: 'Flux Schnell' }).click();
    await expect(window.getByTestId('import-problem')).toBeVisible();
    await expect(window.getByTestId('review')).toBeVisible();
    await shot('review');
    await window.keyboard.press('Tab');
    await window.getByRole('button', { name: 'Back' }).click();
    await window.getByTestId('template').filter({ hasText: 'depth guided' }).click();
    await expect(window.getByTestId('refused')).toBeVisible();
    await shot('refused');
    await window.keyboard.press('Escape');
    await window.keyboard.press('Escape');
    await expect(window.getByTestId('workflows')).toBeVisible();
  }
  expect(findings).toEqual([]);
});

/** Whether every picture is there. */
const allDrawn = (pictures: Element[]) =>
  pictures.length > 2 && pictures.every((picture) => picture instanceof HTMLImageElement && picture.naturalWidth > 0);

test('hostile files are refused by name, and nothing is written', async ({ launch }) => {
  const launched = await launch({ args: ['--demo'] });
  const window = await open(launched);
  const before = own(launched);
  const bomb = deflateSync(Buffer.alloc(200 * 1024 ** 2, 32));
  const files: [string, string | Buffer, RegExp][] = [
    ['huge.json', `{"1": "${' '.repeat(50 * 1024 ** 2)}"}`, /huge\.json is too large/],
    ['proto.json', '{"__proto__": {"class_type": "X", "inputs": {}}}', /__proto__/],
    [
      'circle.json',
      JSON.stringify({ '1': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } } }),
      /goes in a circle: 1/,
    ],
    ['types.json', '{"nodes": "all", "links": 3}', /not a node/],
    [
      'bomb.png',
      await pngWithTexts({}, [pngChunk('zTXt', Buffer.concat([Buffer.from('workflow\0\0', 'latin1'), bomb]))]),
      /packed text/,
    ],
    ['nothing.png', await pngWithTexts({}), /no workflow that can be read in nothing\.png/],
  ];
  for (const [name, content, reason] of files) {
    await dropFiles(window, window.locator('main'), [put(name, content)]);
    await expect(window.getByTestId('refused')).toContainText(reason);
    await window.getByRole('button', { name: 'Choose another' }).click();
    await expect(window.getByRole('tab', { name: /File/ })).toBeVisible();
  }
  expect(own(launched)).toEqual(before);
});

test('a picture dropped where workflows are becomes a tool that agents of both generations see', async ({ launch }) => {
  const launched = await launch({ args: ['--demo'] });
  const window = await open(launched);
  const heard = new Set<string>();
  const [first, second] = await Promise.all(
    generations.map((generation) =>
      connectAgent(endpointOf(launched), { generation, onToolsChanged: () => heard.add(generation) }),
    ),
  );
  if (first === undefined || second === undefined) throw new Error('there are two generations');
  // What ComfyUI writes into its pictures: the graph that ran, and the editor's.
  const { structured } = await first.call('import_workflow', {
    source: 'template:default/default',
    parameters: 'none',
  });
  const beside = (ending: string) =>
    fs.readFileSync(path.join(launched.dataDir, 'workflows', `${structured.workflow_id}.${ending}`), 'utf8');
  const texts = { prompt: beside('json').trim(), workflow: beside('ui.json') };
  await first.call('delete_workflow', { workflow_id: structured.workflow_id });
  const file = put('lighthouse at dusk.png', await pngWithTexts(texts));
  heard.clear();

  await dropFiles(window, window.locator('main'), [file]);
  const form = window.getByRole('form', { name: 'The new workflow' });
  await expect(form.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('lighthouse at dusk');
  for (const name of ['prompt', 'negative_prompt', 'width', 'height', 'model', 'steps', 'cfg', 'seed'])
    await expect(form.locator(`[data-input="${name}"]`)).toHaveAttribute('data-exposed', 'true');
  await expect(window.getByRole('region', { name: 'Graph of lighthouse at dusk' })).toBeVisible();
  await window.screenshot({ path: screenshotPath('workflow-import-dropped') });
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(window.getByRole('heading', { name: /lighthouse at dusk/i })).toBeVisible();
  for (const agent of [first, second])
    await expect.poll(async () => (await agent.tools()).map(({ name }) => name)).toContain('lighthouse_at_dusk');
  expect([...heard].sort()).toEqual([...generations]);

  await window.getByRole('form', { name: 'Parameters' }).getByLabel('Prompt', { exact: true }).fill('a lighthouse');
  await window.keyboard.press('Control+Enter');
  await expect(window.getByTestId('test-run')).toHaveAttribute('data-status', 'completed', { timeout: 30_000 });
  await window.screenshot({ path: screenshotPath('workflow-import-run') });
  const made = await second.call('lighthouse_at_dusk', {
    prompt: 'a lighthouse in fog',
    width: 128,
    height: 128,
    steps: 2,
  });
  expect(made.structured).toMatchObject({ status: 'completed', width: 128, parameters: { steps: 2 } });
  await Promise.all([first.close(), second.close()]);
});

for (const generation of generations) {
  test(`an agent of ${generation} imports a template with tools only, and runs the new tool`, async () => {
    await withWorld({ generation, start: { args: ['--demo'] } }, async ({ ok, agent }) => {
      const found = await ok('list_workflows', { source: 'templates', query: 'subgraph' });
      expect(found).toMatchObject({ importable: [{ source: 'template:default/two_passes_subgraphed' }], count: 1 });
      const source = 'template:default/two_passes_subgraphed';
      const imported = await ok('import_workflow', { source, name: 'passes' });
      expect(imported).toMatchObject({ workflow_id: 'passes', tool: 'passes', problems: [] });
      await expect.poll(async () => (await agent.tools()).map(({ name }) => name)).toContain('passes');
      const made = await ok('passes', { prompt: 'a valley', width: 128, height: 128, steps: 2 });
      expect(made).toMatchObject({ status: 'completed', width: 128, height: 128 });
      const again = await ok('import_workflow', { asset_id: made.asset_id, name: 'from the picture' });
      expect(again).toMatchObject({ workflow_id: 'from the picture', problems: [] });
    });
  });
}

test('a template by keyboard: a model put right, run at once, and kept in ComfyUI', async ({ launch }) => {
  const launched = await launch({ args: ['--demo'] });
  const window = await open(launched);
  await window.keyboard.press('Control+o');
  await window.getByRole('tab', { name: /File/ }).focus();
  for (let step = 0; step < 3; step += 1) await window.keyboard.press('ArrowDown');
  await expect(window.getByRole('tab', { name: /Templates/ })).toHaveAttribute('aria-selected', 'true');
  await expect(window.getByTestId('template')).toHaveCount(6);
  await window.keyboard.press('Tab');
  await window.keyboard.type('flux');
  await expect(window.getByTestId('template')).toHaveCount(1);
  await window.keyboard.press('ArrowDown');
  await window.keyboard.press('Enter');
  const problem = window.getByTestId('import-problem');
  await problem.getByRole('button', { name: 'Use flux1-schnell.safetensors' }).click();
  await expect(problem).toContainText('flux1-schnell.safetensors stands in for flux1-schnell-fp8.safetensors');
  await window.getByRole('button', { name: 'Add and run' }).click();
  await expect(window.getByTestId('test-run')).toHaveAttribute('data-status', 'completed', { timeout: 30_000 });

  const menu = async () => {
    await window.getByRole('button', { name: 'More about this workflow' }).click();
    await window.getByRole('menuitem', { name: 'Save into ComfyUI’s workflows' }).click();
  };
  await menu();
  await expect(window.getByText('Saved in ComfyUI as “Flux Schnell”.')).toBeVisible();
  const kept = path.join(saved(launched), 'Flux Schnell.json');
  expect(JSON.parse(fs.readFileSync(kept, 'utf8'))).toMatchObject({ nodes: expect.any(Array), version: 0.4 });
  fs.writeFileSync(kept, 'theirs');
  await menu();
  await expect(window.getByText(/already\. Nothing was written/)).toBeVisible();
  expect(fs.readFileSync(kept, 'utf8')).toBe('theirs');
  await window.getByRole('button', { name: 'Replace it' }).click();
  await expect.poll(() => fs.readFileSync(kept, 'utf8').length).toBeGreaterThan(100);

  // What it made is a workflow, too, from where it hangs.
  await window.keyboard.press('Control+1');
  await window.getByTestId('tile').first().click({ button: 'right' });
  await window.getByRole('menuitem', { name: 'Make this a workflow…' }).click();
  await expect(window.getByTestId('review')).toBeVisible();
  await window.getByRole('button', { name: 'Back' }).click();
  await window.getByRole('tab', { name: /From the library/ }).click();
  await expect(window.getByTestId('asset-choice')).toHaveCount(1);
  await window.keyboard.press('Control+1');

  // A graph dropped among pictures is offered as what it is.
  const graph = { '1': { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 0 } } };
  await dropFiles(window, window.getByTestId('tile').first(), [put('a graph.json', JSON.stringify(graph))]);
  await window.getByRole('button', { name: 'Import as workflow' }).click();
  await expect(window.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('a graph');
});
