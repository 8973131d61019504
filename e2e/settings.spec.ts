/** Settings take effect at once, say what stands in their way, and can be taken back. */
import fs from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import type { LaunchedApp } from './support/launch.js';
import { looks, resize, shots } from './support/looks.js';
import { expect, test } from './support/test.js';

async function openSection(window: Page, name: string): Promise<void> {
  await window.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Settings' }).click();
  await window.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name, exact: true }).click();
}

/** Answers the system's dialog. */
async function choosing({ app }: LaunchedApp, folder: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, folder);
}

/** Moves the keyboard on until it stands on a button of this name. */
async function tabTo(window: Page, name: string): Promise<void> {
  const button = window.getByRole('button', { name, exact: true });
  for (let presses = 0; presses < 60; presses += 1) {
    if (await button.evaluate((one) => one === document.activeElement)) return;
    await window.keyboard.press('Tab');
  }
  await expect(button).toBeFocused();
}

test('a token is made, shown, asked for at once, renewed and taken away', async ({ launch }) => {
  const { window } = await launch({ args: ['--demo'] });
  await window.getByRole('button', { name: 'Skip' }).click();
  /** What the endpoint answers, wherever it listens now: on any free port it opens on another one. */
  const status = async () => {
    const snapshot = await window.evaluate(() => Reflect.get(globalThis, 'bridge').invoke('get_snapshot', {}));
    const { url } = snapshot.data.endpoint;
    return url === null ? null : (await fetch(url, { method: 'POST', body: '{}' })).status;
  };
  expect(await status()).not.toBe(401);
  await window.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Settings' }).click();
  await window.getByRole('button', { name: 'Endpoint', exact: true }).click();
  const token = window.getByTestId('token');
  await expect(token).toHaveText('None is asked for');

  // Nobody is let in from outside without one.
  await window.getByLabel('Address to listen on', { exact: true }).fill('not an address');
  await window.keyboard.press('Enter');
  await expect(window.getByRole('alert')).toContainText('host');
  await window.keyboard.press('Escape');

  await window.getByRole('button', { name: 'Make one' }).click();
  await window.getByRole('button', { name: 'Show' }).click();
  await expect(token).toHaveText(/^[0-9a-f]{64}$/);
  await expect.poll(status).toBe(401);
  const first = await token.textContent();
  await window.getByRole('button', { name: 'Renew' }).click();
  await expect(token).not.toHaveText(first ?? '');
  await window.getByRole('button', { name: 'Show' }).click();
  await expect(token).toHaveText(/^[0-9a-f]{64}$/);
  expect(await token.textContent()).not.toBe(first);
  await window.getByRole('button', { name: 'Reset: Token' }).click();
  await expect(token).toHaveText('None is asked for');
  await expect(window.getByRole('button', { name: 'Reset: Token' })).toHaveCount(0);
  await expect.poll(status).not.toBe(401);
});

test('headers reach the engine, and their values are not shown again', async ({ launch }) => {
  const heard: (string | undefined)[] = [];
  const engine = createServer((request, response) => {
    heard.push(request.headers['x-secret']?.toString());
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`;
  try {
    const { window } = await launch({ env: { COMFYUI_URL: url } });
    await window.getByRole('button', { name: 'Skip' }).click();
    await window.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Settings' }).click();
    await expect(window.getByText('Set by COMFYUI_URL.')).toBeVisible();
    await window.getByLabel('Name of the header').fill('X-Secret');
    await window.getByLabel('Value of the header').fill('open sesame');
    await window.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(window.getByRole('button', { name: 'Take away the header X-Secret' })).toBeVisible();
    await expect.poll(() => heard.includes('open sesame')).toBe(true);
    await expect(window.getByText('open sesame')).toHaveCount(0);
    await window.getByRole('button', { name: 'Take away the header X-Secret' }).click();
    await expect(window.getByRole('button', { name: 'Take away the header X-Secret' })).toHaveCount(0);
  } finally {
    engine.close();
  }
});

test('folders are chosen by mouse and by keyboard, hold at once, and are taken back', async ({ launch }) => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-folders-'));
  const [flows, pictures] = ['flows', 'pictures'].map((name) => path.join(home, name)) as [string, string];
  fs.mkdirSync(flows);
  fs.mkdirSync(pictures);
  const graph = {
    '1': { class_type: 'EmptyLatentImage', inputs: { width: 'PARAM_INT_WIDTH', height: 64, batch_size: 1 } },
  };
  fs.writeFileSync(path.join(flows, 'from_elsewhere.json'), JSON.stringify(graph));
  await sharp({ create: { width: 64, height: 48, channels: 3, background: 'teal' } })
    .png()
    .toFile(path.join(pictures, 'watched.png'));
  try {
    const launched = await launch({ args: ['--demo'] });
    const { window } = launched;
    await window.getByRole('button', { name: 'Skip' }).click();
    await openSection(window, 'Storage');
    await choosing(launched, flows);
    await window.getByRole('button', { name: 'Choose: Workflow folder' }).click();
    await expect(window.getByText(flows, { exact: true })).toBeVisible();
    await window.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Workflows' }).click();
    await expect(window.getByText('From elsewhere').first()).toBeVisible();

    await openSection(window, 'Library');
    await choosing(launched, pictures);
    await tabTo(window, 'Choose: Watched folder');
    await window.keyboard.press('Enter');
    const list = window.getByRole('list', { name: 'Imported folders' });
    await expect(list.getByRole('listitem')).toContainText('1 file');
    await expect(list.getByRole('switch')).toBeChecked();
    await shots(launched, 'settings-watched');
    await tabTo(window, 'Forget: Watched folder');
    await window.keyboard.press('Enter');
    await expect(list.getByRole('switch')).not.toBeChecked();
    await expect(window.getByText('None chosen')).toBeVisible();

    await openSection(window, 'Storage');
    await window.getByRole('button', { name: 'Forget: Workflow folder' }).click();
    await expect(window.getByText(flows, { exact: true })).toHaveCount(0);
    await window.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Workflows' }).click();
    await expect(window.getByText('From elsewhere')).toHaveCount(0);

    // One that the app itself keeps its files in is refused, and nothing changes.
    await openSection(window, 'Library');
    await choosing(launched, path.join(launched.dataDir, 'workflows'));
    await window.getByRole('button', { name: 'Choose: Watched folder' }).click();
    await expect(window.getByRole('alert')).toContainText('belongs to the app itself');
  } finally {
    fs.rmSync(home, { recursive: true, force: true });
  }
});

test('a folder that is given from outside says by what', async ({ launch }) => {
  const flows = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-flows-'));
  try {
    const { window } = await launch({ args: ['--demo', '--workflow-dir', flows] });
    await window.getByRole('button', { name: 'Skip' }).click();
    await openSection(window, 'Storage');
    await expect(window.getByText('Set on the command line by --workflow-dir.')).toBeVisible();
    await expect(window.getByRole('button', { name: 'Choose: Workflow folder' })).toHaveCount(0);
  } finally {
    fs.rmSync(flows, { recursive: true, force: true });
  }
});

test('a section and all settings are reset, after a question, and that is taken back', async ({ launch }) => {
  const launched = await launch({ args: ['--demo'] });
  const { window } = launched;
  await window.getByRole('button', { name: 'Skip' }).click();
  await openSection(window, 'Storage');
  await window.getByRole('textbox', { name: 'Agents see work for' }).fill('7');
  await window.keyboard.press('Enter');
  await window.getByRole('textbox', { name: 'Cache' }).fill('3');
  await window.keyboard.press('Enter');
  await window.getByRole('button', { name: 'Reset the storage settings' }).click();
  await expect(window.getByRole('textbox', { name: 'Agents see work for' })).toHaveValue('24');
  await expect(window.getByRole('textbox', { name: 'Cache' })).toHaveValue('2');
  await expect(window.getByRole('button', { name: 'Reset the storage settings' })).toHaveCount(0);
  await window.getByRole('button', { name: 'Undo' }).click();
  await expect(window.getByRole('textbox', { name: 'Agents see work for' })).toHaveValue('7');

  await openSection(window, 'Window');
  await window.getByRole('button', { name: 'Dark' }).click();
  await openSection(window, 'About');
  await expect(window.getByText('3 changed')).toBeVisible();
  await tabTo(window, 'Reset all settings…');
  await window.keyboard.press('Enter');
  const question = window.getByRole('alertdialog');
  await expect(question).toContainText('3 settings');
  for (const { theme } of looks.slice(0, 2)) {
    await window.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await window.evaluate(() =>
      Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined))),
    );
    const { violations } = await new AxeBuilder({ page: window }).setLegacyMode(true).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  }
  await shots(launched, 'settings-reset-all');
  await resize(launched, 1280, 800);
  await window.keyboard.press('Escape');
  await expect(question).toHaveCount(0);
  await expect(window.getByText('3 changed')).toBeVisible();
  await window.getByRole('button', { name: 'Reset all settings…' }).click();
  await question.getByRole('button', { name: 'Reset all' }).click();
  await expect(window.getByText('Nothing is changed')).toBeVisible();
  await shots(launched, 'settings-about');
  await window.getByRole('button', { name: 'Undo' }).click();
  await expect(window.getByText('3 changed')).toBeVisible();
  await openSection(window, 'Storage');
  await expect(window.getByRole('textbox', { name: 'Agents see work for' })).toHaveValue('7');
});

test('starting at login and staying in the tray are kept where the system looks', async ({ launch }) => {
  test.skip(process.platform !== 'linux', 'Other systems keep the start at login themselves.');
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-login-'));
  const entry = path.join(home, '.config', 'autostart', 'comfyui-mcp-desktop.desktop');
  try {
    const launched = await launch({ home, args: ['--demo'] });
    const { window } = launched;
    await window.getByRole('button', { name: 'Skip' }).click();
    await openSection(window, 'Window');
    const login = window.getByRole('switch', { name: 'Start at login' });
    await expect(login).not.toBeChecked();
    await login.click();
    await expect(login).toBeChecked();
    expect(fs.readFileSync(entry, 'utf8')).toMatch(/^Exec=".*" "--hidden"$/m);
    const tray = window.getByRole('switch', { name: 'Keep running when the window closes' });
    await expect(tray).toBeChecked();
    await tray.focus();
    await window.keyboard.press('Space');
    await expect(tray).not.toBeChecked();
    await shots(launched, 'settings-window');
    await login.click();
    await expect(login).not.toBeChecked();
    expect(fs.existsSync(entry)).toBe(false);

    // Closed, it ends.
    const ended = new Promise((resolve) => launched.app.process().once('exit', resolve));
    await launched.app
      .evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
      .catch(() => undefined);
    await ended;
  } finally {
    fs.rmSync(home, { recursive: true, force: true });
  }
});

test('a setting is found by its words, in whichever section it is, and can be changed there', async ({ launch }) => {
  const launched = await launch({ args: ['--demo', '--port', '0'] });
  const { window } = launched;
  await window.getByRole('button', { name: 'Skip' }).click();
  await openSection(window, 'About');
  // By the keyboard: the find key, words of two rows, one of them told to be fixed from outside.
  await window.keyboard.press('/');
  const field = window.getByRole('searchbox', { name: 'Find a setting' });
  await expect(field).toBeFocused();
  await window.keyboard.type('port');
  const port = window.getByRole('region', { name: 'Endpoint', exact: true }).getByRole('heading', { name: 'Port' });
  await expect(port).toBeVisible();
  await expect(window.getByRole('heading', { name: 'Light and dark' })).toHaveCount(0);
  await expect(window.getByText('No setting has all these words.')).toBeHidden();
  for (const { theme, width, height } of looks) {
    await resize(launched, width, height);
    await window.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    expect((await new AxeBuilder({ page: window }).setLegacyMode(true).analyze()).violations).toEqual([]);
  }
  await shots(launched, 'settings-found');
  await field.fill('light dark');
  const dark = window.getByRole('button', { name: 'Dark', exact: true });
  await dark.click();
  await expect(dark).toHaveAttribute('aria-pressed', 'true');
  await field.fill('no such setting');
  await expect(window.getByRole('status').filter({ hasText: 'No setting has all these words.' })).toBeVisible();
  await window.keyboard.press('Escape');
  await expect(field).toHaveValue('');
  await expect(window.getByText('Version')).toBeVisible();
  // By the mouse: a section leaves the search.
  await field.fill('port');
  await window.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name: 'Storage' }).click();
  await expect(field).toHaveValue('');
  await expect(window.getByRole('heading', { name: 'Data folder' })).toBeVisible();
});
