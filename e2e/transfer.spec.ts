/** Exporting, backing up and restoring in the window. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connectAgent } from './support/agent.js';
import { endpointOf } from './support/endpoint.js';
import type { LaunchedApp } from './support/launch.js';
import { test as base, expect, screenshotPath } from './support/test.js';

const test = base.extend<{ folder: string }>({
  folder: async ({ browserName: _unused }, use) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-export-'));
    await use(folder);
    fs.rmSync(folder, { recursive: true, force: true });
  },
});

/** What the person chooses in the system's dialogs from now on. */
async function choose({ app }: LaunchedApp, place: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen });
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, place);
}

async function fill(app: LaunchedApp, prompts: string[]): Promise<void> {
  await app.window.getByRole('button', { name: 'Skip' }).click();
  const agent = await connectAgent(endpointOf(app));
  for (const prompt of prompts) await agent.call('generate_image', { prompt, steps: 1, width: 256, height: 256 });
  await agent.close();
  await expect(app.window.getByTestId('tile')).toHaveCount(prompts.length);
}

async function openStorage({ window }: LaunchedApp): Promise<void> {
  await window.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Settings' }).click();
  await window.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name: 'Storage' }).click();
}

test('one picture leaves as a zip, everything shown as a folder', async ({ launch, folder }) => {
  const app = await launch({ args: ['--demo'] });
  const { window } = app;
  await fill(app, ['a red dahlia', 'a harbour at dawn']);
  await window.getByTestId('tile').first().click({ button: 'right' });
  await window.getByRole('menuitem', { name: 'Export…' }).click();
  const dialog = window.getByTestId('export-dialog');
  await expect(dialog).toContainText('Export 1 file');
  for (const colorScheme of ['dark', 'light'] as const) {
    await window.emulateMedia({ colorScheme });
    await window.screenshot({ path: screenshotPath(`export-${colorScheme}`) });
  }
  // Without an ending, as some systems answer.
  await choose(app, path.join(folder, 'one'));
  await dialog.getByRole('button', { name: 'Save as…' }).click();
  await expect(window.getByRole('status')).toContainText(`Exported 1 file`);
  await expect(dialog).toHaveCount(0);
  expect(fs.readdirSync(folder)).toEqual(['one.zip']);

  await choose(app, folder);
  await window.keyboard.press('Control+k');
  await window.getByRole('dialog').getByRole('combobox').fill('export everything shown');
  await window.keyboard.press('Enter');
  await expect(dialog).toContainText('Export 2 files');
  await dialog.getByRole('button', { name: 'Folder' }).click();
  await dialog.getByRole('button', { name: 'Choose a folder…' }).click();
  await expect(window.getByRole('status')).toContainText('Exported 2 files');
  const [made = ''] = fs.readdirSync(folder).filter((name) => name.startsWith('ComfyUI export '));
  expect(fs.readdirSync(path.join(folder, made)).sort()).toEqual([
    expect.stringMatching(/\.png$/),
    expect.stringMatching(/\.png$/),
    'manifest.json',
  ]);

  // The same once more, by key from the selection, and nothing in the files tells how they were made.
  const bare = path.join(folder, 'bare');
  fs.mkdirSync(bare);
  await choose(app, bare);
  await window.keyboard.press('ControlOrMeta+a');
  await window.keyboard.press('ControlOrMeta+e');
  await expect(dialog).toContainText('Export 2 files');
  await dialog.getByRole('button', { name: 'Folder', exact: true }).click();
  await dialog.getByRole('button', { name: 'Without' }).click();
  await dialog.getByRole('button', { name: 'Choose a folder…' }).click();
  await expect(dialog).toHaveCount(0);
  const told = (place: string) => {
    const [inside = ''] = fs.readdirSync(place).filter((name) => name.startsWith('ComfyUI export '));
    const files = fs.readdirSync(path.join(place, inside)).map((name) => path.join(place, inside, name));
    return files
      .filter((file) => fs.readFileSync(file).includes('a harbour at dawn'))
      .map((file) => path.extname(file));
  };
  expect(told(folder).sort()).toEqual(['.json', '.png']);
  expect(told(bare)).toEqual([]);
});

test('a backup made in one window is restored in another', async ({ launch, folder }) => {
  const file = path.join(folder, 'comfyui-library.zip');
  const first = await launch({ args: ['--demo'] });
  await fill(first, ['a red dahlia', 'a harbour at dawn', 'a cat on a windowsill']);
  await openStorage(first);
  await choose(first, file);
  await first.window.getByRole('button', { name: 'Back up library…' }).click();
  await expect(first.window.getByRole('status')).toContainText('Backed up 3 files');
  await expect(first.window.getByTestId('backup-done')).toContainText(file);
  for (const colorScheme of ['dark', 'light'] as const) {
    await first.window.emulateMedia({ colorScheme });
    await first.window.screenshot({ path: screenshotPath(`backup-${colorScheme}`) });
  }
  await first.close();

  const second = await launch({ args: ['--demo'] });
  const { window } = second;
  await window.getByRole('button', { name: 'Skip' }).click();
  await openStorage(second);
  await choose(second, file);
  await window.getByRole('button', { name: 'Restore from backup…' }).click();
  await expect(window.getByRole('status')).toContainText('Restored 3 assets and 3 jobs');
  await window.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Gallery' }).click();
  await expect(window.getByTestId('tile')).toHaveCount(3);
  await expect(window.getByTestId('tile').first().locator('img')).toHaveJSProperty('complete', true);
});

test('what can not be had or restored is told file by file', async ({ launch, folder }) => {
  const app = await launch({ args: ['--demo'] });
  const { window, dataDir } = app;
  await fill(app, ['a red dahlia', 'a harbour at dawn']);
  for (const gone of ['demo/output', 'cache']) fs.rmSync(path.join(dataDir, gone), { recursive: true });
  await openStorage(app);
  await choose(app, path.join(folder, 'half.zip'));
  await window.getByRole('button', { name: 'Back up library…' }).click();
  const report = window.getByTestId('transfer-report');
  await expect(report).toContainText('Backed up 0 files (0 B)');
  await expect(report.getByRole('listitem')).toHaveCount(2);
  await expect(report).toContainText('in its output folder any more');
  for (const colorScheme of ['dark', 'light'] as const) {
    await window.emulateMedia({ colorScheme });
    await window.screenshot({ path: screenshotPath(`transfer-report-${colorScheme}`) });
  }
  await report.getByRole('button', { name: 'Close' }).click();

  fs.writeFileSync(path.join(folder, 'no.zip'), 'no zip at all');
  await choose(app, path.join(folder, 'no.zip'));
  await window.getByRole('button', { name: 'Restore from backup…' }).click();
  await expect(window.getByRole('status')).toContainText('no.zip is no whole zip');
  await choose(app, path.join(folder, 'nowhere', 'x.zip'));
  await window.getByRole('button', { name: 'Back up library…' }).click();
  await expect(window.getByRole('status')).toContainText('there is no such folder');
});
