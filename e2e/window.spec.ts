/** The window: first steps, making something, and its ways out when something stands in the way. */
import fs from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { type Agent, connectAgent } from './support/agent.js';
import { endpointOf } from './support/endpoint.js';
import { startHeadless } from './support/headless.js';
import { expect, screenshotPath, test } from './support/test.js';

/** Nothing listens there, on any machine. */
const nowhere = { COMFYUI_URL: 'http://127.0.0.1:9' };

test('first run: one click starts the demo engine, the first picture develops, the gallery opens', async ({
  launch,
}) => {
  const { window } = await launch({ env: nowhere });
  await expect(window.getByTestId('first-run')).toBeVisible();
  await window.getByRole('button', { name: 'Use the demo engine' }).click();
  await window.getByRole('button', { name: 'Make it' }).click();
  await expect(window.getByTestId('first-picture').locator('img[src^="asset:"]')).toBeVisible({ timeout: 30_000 });
  await window.screenshot({ path: screenshotPath('first-run-done') });
  await window.getByRole('button', { name: 'Open the gallery' }).click();
  await expect(window.getByTestId('tile')).toHaveCount(1);
});

test('first run: a wrong address stays to be corrected, the right one takes over from the demo engine', async ({
  launch,
}) => {
  const other = startHeadless({ args: ['--demo'] });
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-first-'));
  fs.writeFileSync(path.join(dataDir, 'settings.json'), JSON.stringify({ demo: true }));
  try {
    const agent = await connectAgent(await other.ready());
    const { structured } = await agent.call('get_server_status', {});
    const { url } = structured.engine as { url: string };
    await agent.close();
    const { window } = await launch({ env: { COMFYUI_URL: undefined }, dataDir });
    const address = window.getByRole('textbox', { name: 'ComfyUI address' });
    const connect = window.getByRole('button', { name: 'Connect' });
    await window.getByRole('button', { name: 'Change' }).click();
    await address.fill('http://127.0.0.1:9');
    await connect.click();
    await expect(window.getByRole('alert')).toContainText('http://127.0.0.1:9');
    await expect(address).toHaveValue('http://127.0.0.1:9');
    await address.fill(url);
    await connect.click();
    await expect(window.getByText(`answers at ${url.replace('http://', '')}`)).toBeVisible();
  } finally {
    await other.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
});

test('the generate box makes a picture with live preview', async ({ launch }) => {
  const { window } = await launch({ args: ['--demo'] });
  await window.getByRole('button', { name: 'Skip' }).click();
  await window.keyboard.press('g');
  const composer = window.getByTestId('composer');
  await composer.getByRole('textbox').first().fill('a quiet harbour at dawn');
  await window.keyboard.press('Control+Enter');
  const running = window.getByTestId('job-tile');
  await expect(running).toBeVisible();
  await expect(running.locator('img')).toHaveAttribute('src', /^blob:/);
  const tile = window.getByTestId('tile');
  await expect(tile).toHaveCount(1, { timeout: 30_000 });
  await expect(running).toHaveCount(0);
  await tile.click();
  await expect(window.getByTestId('lightbox')).toBeVisible();
  await expect(window.getByTestId('lightbox')).toContainText('1 of 1');
  await window.keyboard.press('i');
  const parameters = window.getByTestId('lightbox').getByTestId('inspector');
  for (const text of ['a quiet harbour at dawn', 'Steps', 'Seed', 'v1-5-pruned-emaonly']) {
    await expect(parameters).toContainText(text);
  }
  await window.keyboard.press('i');
  await window.keyboard.press('Escape');
  await expect(window.getByTestId('lightbox')).toHaveCount(0);
});

test('by keys alone from the queue into the lightbox; a question ends with its job', async ({ launch }) => {
  const app = await launch({ args: ['--demo'] });
  const { window } = app;
  await window.getByRole('button', { name: 'Skip' }).click();
  const agent = await connectAgent(endpointOf(app));
  await agent.call('generate_image', { prompt: 'a pier', steps: 2, width: 64, height: 64 });
  await window.keyboard.press('Control+2');
  await agent.call('generate_image', { prompt: 'a short one', steps: 20, width: 64, height: 64, wait_seconds: 0 });
  await window.getByTestId('running-job').getByRole('button', { name: 'Cancel' }).click();
  await expect(window.getByRole('alertdialog')).toBeVisible();
  await expect(window.getByRole('alertdialog')).toHaveCount(0, { timeout: 30_000 });
  await window.keyboard.press('Control+1');
  await expect(window.getByTestId('tile')).toHaveCount(2);
  await window.keyboard.press('ArrowRight');
  await expect(window.getByTestId('tile').first()).toBeFocused();
  await window.keyboard.press('ArrowRight');
  await window.keyboard.press('Space');
  await expect(window.getByTestId('lightbox')).toContainText('2 of 2');
  await agent.close();
});

async function only(agent: Agent, query: string): Promise<unknown> {
  const { structured } = await agent.call('list_assets', { query: `"${query}"` });
  const [asset] = structured.assets as { asset_id: string }[];
  return asset?.asset_id;
}

test('stars and tags stay, what is deleted can be had back', async ({ launch }) => {
  const app = await launch({ args: ['--demo'] });
  const { window } = app;
  await window.getByRole('button', { name: 'Skip' }).click();
  const agent = await connectAgent(endpointOf(app));
  for (const prompt of ['a pier', 'a lighthouse']) {
    await agent.call('generate_image', { prompt, steps: 2, width: 64, height: 64 });
  }
  const tiles = window.getByTestId('tile');
  await expect(tiles).toHaveCount(2);
  await window.keyboard.press('i');
  const inspector = window.getByTestId('inspector');
  await expect(inspector).toContainText('a lighthouse');
  // By key and by mouse; the same again takes it back.
  await window.keyboard.press('3');
  const star = (name: string) => inspector.getByRole('button', { name, exact: true });
  await expect(star('3 stars')).toHaveAttribute('aria-pressed', 'true');
  await star('5 stars').click();
  await expect(star('5 stars')).toHaveAttribute('aria-pressed', 'true');
  await inspector.getByRole('combobox', { name: 'Add a tag' }).fill('sea');
  await window.keyboard.press('Enter');
  await expect(star('Remove the tag sea')).toBeVisible();
  await window.screenshot({ path: screenshotPath('inspector-rated') });
  const { structured } = await agent.call('list_assets', { tag: 'sea', min_rating: 5 });
  expect(structured).toMatchObject({ count: 1, assets: [{ prompt: 'a lighthouse', tags: ['sea'] }] });
  await star('Remove the tag sea').click();
  await expect(star('Remove the tag sea')).toHaveCount(0);
  // Delete is a key of the gallery, not of a field that is being written in.
  await inspector.getByRole('combobox', { name: 'Add a tag' }).press('Backspace');
  await tiles.first().focus();
  await window.keyboard.press('Delete');
  await expect(tiles).toHaveCount(1);
  await expect(inspector).toContainText('a pier');
  await window.screenshot({ path: screenshotPath('moved-to-bin') });
  await window.getByRole('button', { name: 'Undo' }).click();
  await expect(tiles).toHaveCount(2);
  await expect(inspector).toContainText('a lighthouse');
  await expect(star('5 stars')).toHaveAttribute('aria-pressed', 'true');
  await window.keyboard.press('0');
  await expect(star('5 stars')).toHaveAttribute('aria-pressed', 'false');
  // The bin: back as a whole, or gone for good after a question.
  await tiles.first().focus();
  await window.keyboard.press('Delete');
  await expect(tiles).toHaveCount(1);
  await window.keyboard.press('Control+6');
  await window.getByRole('button', { name: 'Storage' }).click();
  const bin = window.getByTestId('bin-count');
  await expect(bin).toHaveText('1 asset');
  await window.getByRole('button', { name: 'Restore all' }).click();
  await expect(bin).toHaveText('Empty');
  await agent.call('delete_assets', { asset_ids: [String(await only(agent, 'a pier'))] });
  await expect(bin).toHaveText('1 asset');
  await window.screenshot({ path: screenshotPath('settings-bin') });
  await window.getByRole('button', { name: 'Empty…' }).click();
  await window.getByRole('button', { name: 'Delete for good' }).click();
  await expect(bin).toHaveText('Empty');
  await window.keyboard.press('Control+1');
  await expect(tiles).toHaveCount(1);
  await agent.close();
});

test('a narrow window with everything open: the generate box can be reached', async ({ launch }) => {
  const { window, app } = await launch({ args: ['--demo'] });
  await window.getByRole('button', { name: 'Skip' }).click();
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(720, 480));
  await window.keyboard.press('i');
  await window.keyboard.press('g');
  const composer = window.getByTestId('composer');
  await composer.getByRole('textbox').first().fill('a quiet harbour');
  // Playwright clicks where the button is, and fails when something lies over it.
  await composer.getByRole('button', { name: 'Generate' }).click();
  await expect(window.getByTestId('tile')).toHaveCount(1, { timeout: 30_000 });
});

test('a save that fails in the lightbox says so there', async ({ launch }) => {
  const { window, app } = await launch({ args: ['--demo'] });
  await window.getByRole('button', { name: 'Skip' }).click();
  await window.keyboard.press('g');
  await window.getByTestId('composer').getByRole('textbox').first().fill('a quiet harbour');
  await window.keyboard.press('Control+Enter');
  await expect(window.getByTestId('tile')).toHaveCount(1, { timeout: 30_000 });
  await window.getByTestId('tile').click();
  await app.evaluate(({ dialog }) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: '/proc/nowhere/harbour.png' });
  });
  await window.getByTestId('lightbox').getByRole('button', { name: 'Save as' }).click();
  await expect(window.getByRole('status')).toContainText('/proc/nowhere/harbour.png');
  // Clicked where it is: nothing may lie over it, and the lightbox stays.
  await window.getByRole('button', { name: 'Close message' }).click();
  await expect(window.getByRole('status')).toHaveText('');
  await expect(window.getByTestId('lightbox')).toBeVisible();
});

test('a page that died is loaded again', async ({ launch }) => {
  const { window, app } = await launch({ args: ['--demo'] });
  await window.getByRole('button', { name: 'Skip' }).click();
  await expect(window.getByText('Nothing made yet')).toBeVisible();
  const loaded = app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    return new Promise<string>((resolve) => {
      contents?.once('did-finish-load', () => resolve(contents.getURL()));
      // Younger pages that die are left alone.
      setTimeout(() => contents?.forcefullyCrashRenderer(), 6000);
    });
  });
  expect(await loaded).toMatch(/^app:\/\/window\//);
});

test('the tray stops and starts the endpoint', async ({ launch }) => {
  const app = await launch({ args: ['--demo'] });
  const url = endpointOf(app);
  // The tray sets its menu anew with every change: from here on the test sees it.
  await app.app.evaluate(({ Tray }) => {
    const original = Tray.prototype.setContextMenu;
    Tray.prototype.setContextMenu = function (menu) {
      Reflect.set(globalThis, 'trayMenu', menu);
      return original.call(this, menu);
    };
  });
  const agent = await connectAgent(url);
  const click = (id: string) =>
    app.app.evaluate((_electron, item) => Reflect.get(globalThis, 'trayMenu')?.getMenuItemById(item).click(), id);
  const label = (id: string) =>
    app.app.evaluate((_electron, item) => Reflect.get(globalThis, 'trayMenu')?.getMenuItemById(item).label, id);
  await expect.poll(() => label('toggle')).toBe('Stop the MCP endpoint');
  expect(await label('endpoint')).toContain('1 agent');
  await click('toggle');
  await expect.poll(() => label('toggle')).toBe('Start the MCP endpoint');
  await expect(fetch(url)).rejects.toThrow();
  await click('toggle');
  await expect.poll(() => label('toggle')).toBe('Stop the MCP endpoint');
  await agent.close().catch(() => undefined);
});

test('the page can not leave, open windows, or reach the network', async ({ launch }) => {
  const { window, app } = await launch({ args: ['--demo'] });
  expect(await window.evaluate(() => typeof Reflect.get(globalThis, 'require'))).toBe('undefined');
  expect(await window.evaluate(() => Object.keys(Reflect.get(globalThis, 'bridge')).sort())).toEqual([
    'invoke',
    'onCommand',
    'onEvent',
    'pathOf',
    'platform',
  ]);
  await window.evaluate(() => globalThis.location.assign('http://127.0.0.1:9/'));
  expect(await window.evaluate(() => fetch('http://127.0.0.1:9/').then(String, (error) => error.name))).toBe(
    'TypeError',
  );
  expect(window.url()).toMatch(/^app:\/\/window\//);
  expect(app.windows()).toHaveLength(1);
  const answer = await window.evaluate(() => Reflect.get(globalThis, 'bridge').invoke('get_job', { prompt_id: 'x' }));
  expect(answer).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
});

test('a port in use: the window opens, says so and takes another', async ({ launch }) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-port-'));
  fs.writeFileSync(path.join(dataDir, 'settings.json'), JSON.stringify({ port }));
  try {
    const { window } = await launch({ args: ['--demo'], env: { COMFY_MCP_PORT: undefined }, dataDir });
    await window.getByRole('button', { name: 'Skip' }).click();
    await window.getByRole('button', { name: 'Connect', exact: true }).click();
    await expect(window.getByTestId('connect')).toContainText(String(port));
    await window.screenshot({ path: screenshotPath('port-in-use') });
    await window.getByRole('button', { name: 'Use any free port' }).click();
    await expect(window.getByTestId('endpoint-url')).toHaveText(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
    await expect(window.getByTestId('endpoint-url')).not.toContainText(`:${port}/`);
  } finally {
    server.close();
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
});

test('a library that another program holds: the window opens and offers ways out', async ({ launch }) => {
  const holder = startHeadless();
  try {
    await holder.ready();
    const dataDir = path.join(holder.home, '.local', 'share', 'comfyui-mcp-desktop');
    const { window } = await launch({ dataDir });
    await expect(window.getByText(String(holder.process.pid))).toBeVisible();
    await window.screenshot({ path: screenshotPath('startup-fault') });
    for (const name of ['Start again', 'Choose another data folder', 'Quit']) {
      await expect(window.getByRole('button', { name })).toBeVisible();
    }
  } finally {
    await holder.stop();
  }
});

test('a library folder that can not be written: the window opens and says which', async ({ launch }) => {
  const { window } = await launch({ env: { COMFY_MCP_DATA_DIR: '/proc/nowhere' } });
  await expect(window.getByText('/proc/nowhere')).toBeVisible();
});

test('a folder chosen in place of one that can not be written is used from then on', async ({ launch }) => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-home-'));
  const chosen = path.join(home, 'chosen');
  const usual = path.join(home, '.local', 'share', 'comfyui-mcp-desktop');
  fs.mkdirSync(path.dirname(usual), { recursive: true });
  fs.mkdirSync(chosen);
  fs.writeFileSync(usual, 'a file stands where the folder should be');
  const options = { home, dataDir: usual, env: { COMFY_MCP_DATA_DIR: undefined }, makeDataDir: false };
  try {
    const first = await launch(options);
    await expect(first.window.getByText('there is a file of that name')).toBeVisible();
    await first.app.evaluate(({ app, dialog }, folder) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [folder] });
      // The next program would be out of the test's hands: it starts one itself.
      app.relaunch = (relaunch) => void Object.assign(globalThis, { relaunched: relaunch?.args });
      app.quit = () => undefined;
    }, chosen);
    await first.window.getByRole('button', { name: 'Choose another data folder' }).click();
    const relaunched = () => first.app.evaluate(() => Reflect.get(globalThis, 'relaunched') as unknown);
    // What is kept is enough: with an option of its own the window could no longer move the folder.
    await expect.poll(relaunched).toBeTruthy();
    expect(String(await relaunched())).not.toContain('--data-dir');
    await first.app.evaluate(({ app }) => app.exit(0)).catch(() => undefined);

    const { window } = await launch(options);
    await expect(window.getByTestId('first-run')).toBeVisible();
    expect(fs.existsSync(path.join(chosen, 'library.db'))).toBe(true);
  } finally {
    fs.rmSync(home, { recursive: true, force: true });
  }
});

test('a broken config file is told, and the app goes on; what is told can be put away', async ({ launch }) => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-config-'));
  const config = path.join(dataDir, 'config.json');
  fs.writeFileSync(config, '{ "defaults": ');
  fs.writeFileSync(path.join(dataDir, 'settings.json'), '{ "port": "many" }');
  try {
    const { window } = await launch({ args: ['--demo'], env: { COMFY_MCP_CONFIG: config }, dataDir });
    const notice = window.getByRole('status', { name: 'Notice' });
    await expect(notice).toContainText('settings.json');
    await expect(notice).toContainText('1 more');
    await expect(notice.getByRole('button', { name: 'Start again' })).toBeVisible();
    await window.screenshot({ path: screenshotPath('broken-config-first-run') });
    await notice.getByRole('button', { name: 'Put this notice away' }).click();
    await window.getByRole('button', { name: 'Skip' }).click();
    await expect(notice).toContainText('config.json');
    await window.screenshot({ path: screenshotPath('broken-config') });
    await notice.getByRole('button', { name: 'Put this notice away' }).click();
    await expect(notice).toHaveCount(0);
  } finally {
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
});
