/** Importing workflows in the window: from files, text, ComfyUI and the library, by mouse and by keyboard. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { look } from './support/axe.js';
import { dropFiles } from './support/drop.js';
import type { LaunchedApp } from './support/launch.js';
import { looks, resize } from './support/looks.js';
import { pngChunk, pngWithTexts } from './support/png.js';
import { expect, screenshotPath, test } from './support/test.js';

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
