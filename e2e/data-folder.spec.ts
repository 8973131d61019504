/** Moving the data folder in the window: asked, copied, found again by both programs, and the old one removed when asked. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { connectAgent } from './support/agent.js';
import { startHeadless } from './support/headless.js';
import type { LaunchedApp } from './support/launch.js';
import { fillLibrary } from './support/library.js';
import { looks, resize, shots } from './support/looks.js';
import { expect, test } from './support/test.js';
import { list } from './support/world.js';

interface World {
  home: string;
  /** Where the data lies when nobody has moved it. */
  usual: string;
  /** Where it is to lie. */
  chosen: string;
  options: { home: string; dataDir: string; env: Record<string, string | undefined>; args: string[] };
}

const names = ['first.png', 'second.png', 'third.png'];

async function makeWorld(): Promise<World> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-move-'));
  const usual = path.join(home, '.local', 'share', 'comfyui-mcp-desktop');
  const colours = ['teal', 'coral', 'gold'];
  const files: Record<string, Buffer> = {};
  for (const [at, name] of names.entries()) {
    const create = { width: 96, height: 64, channels: 3 as const, background: colours[at] ?? 'teal' };
    files[name] = await sharp({ create }).png().toBuffer();
  }
  fillLibrary(usual, files);
  fs.mkdirSync(path.join(usual, 'workflows'));
  const settings = { asset_ttl_hours: 0, workflow_dir: path.join(usual, 'workflows') };
  fs.writeFileSync(path.join(usual, 'settings.json'), JSON.stringify(settings));
  fs.mkdirSync(path.join(usual, 'window'));
  fs.writeFileSync(path.join(usual, 'window', 'window.json'), JSON.stringify({ state: { welcomed: true } }));
  const options = { home, dataDir: usual, env: { COMFY_MCP_DATA_DIR: undefined }, args: ['--demo'] };
  return { home, usual, chosen: path.join(home, 'elsewhere', 'library'), options };
}

/** Answers the system's dialog, and keeps the program that would come next out of the way: the test starts it itself. */
async function standIns({ app }: LaunchedApp, folder: string): Promise<void> {
  await app.evaluate(({ app: electron, dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
    electron.relaunch = (relaunch) => void Object.assign(globalThis, { relaunched: relaunch?.args });
    electron.quit = () => undefined;
  }, folder);
}

const relaunched = ({ app }: LaunchedApp) =>
  app.evaluate(() => (Reflect.get(globalThis, 'relaunched') as string[] | undefined) ?? null);

async function openStorage(window: Page): Promise<void> {
  await window.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Settings' }).click();
  await window.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name: 'Storage' }).click();
}

/** Nothing may be wrong with what is shown, in light and dark. */
async function expectAccessible(window: Page): Promise<void> {
  for (const { theme } of looks.slice(0, 2)) {
    await window.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await window.evaluate(() =>
      Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined))),
    );
    const { violations } = await new AxeBuilder({ page: window }).setLegacyMode(true).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  }
}

const exit = ({ app }: LaunchedApp) => app.evaluate(({ app: electron }) => electron.exit(0)).catch(() => undefined);

let world: World;
test.beforeEach(async () => {
  world = await makeWorld();
});
test.afterEach(() => fs.rmSync(world.home, { recursive: true, force: true, maxRetries: 3 }));

test('moves with everything, is found by both programs, and the old one goes when asked', async ({ launch }) => {
  const { home, usual, chosen, options } = world;
  const first = await launch(options);
  await expect(first.window.getByTestId('tile')).toHaveCount(3);
  // What forms remember moves along.
  await first.window.evaluate(() => localStorage.setItem('a form', 'a lighthouse'));
  await standIns(first, chosen);
  await openStorage(first.window);
  await expect(first.window.getByTestId('data-dir')).toHaveText(usual);
  await shots(first, 'settings-storage');
  await first.window.getByRole('button', { name: 'Move…' }).click();
  const dialog = first.window.getByTestId('move-dialog');
  await expect(dialog).toContainText('Move the data folder?');
  await expect(dialog).toContainText(chosen);
  await expect(dialog).toContainText(/\d+ files, .* free there/);
  await expectAccessible(first.window);
  await shots(first, 'move-asking');
  expect(fs.existsSync(chosen)).toBe(false);
  await resize(first, 1280, 800);
  await dialog.getByRole('button', { name: 'Move and restart' }).click();
  await expect.poll(() => relaunched(first), { timeout: 30_000 }).not.toBeNull();
  expect((await relaunched(first))?.join(' ')).not.toContain('--data-dir');
  await exit(first);
  expect(JSON.parse(fs.readFileSync(path.join(home, '.config', 'comfy-mcp', 'location.json'), 'utf8'))).toEqual({
    data_dir: chosen,
    has_library: true,
  });
  expect(fs.existsSync(path.join(usual, 'library.db'))).toBe(true);

  const second = await launch(options);
  await expect(second.window.getByTestId('tile')).toHaveCount(3);
  expect(await second.window.evaluate(() => localStorage.getItem('a form'))).toBe('a lighthouse');
  await openStorage(second.window);
  await expect(second.window.getByTestId('data-dir')).toHaveText(chosen);
  await expect(second.window.getByText(path.join(chosen, 'workflows'))).toBeVisible();
  const old = second.window.getByTestId('old-data-dir');
  await expect(old).toContainText(usual);
  await shots(second, 'move-old-folder');
  await expectAccessible(second.window);
  await old.getByRole('button', { name: 'Remove it…' }).click();
  const question = second.window.getByRole('alertdialog');
  await expect(question).toContainText(usual);
  await expectAccessible(second.window);
  await question.getByRole('button', { name: 'Keep it' }).click();
  expect(fs.existsSync(path.join(usual, 'library.db'))).toBe(true);
  await old.getByRole('button', { name: 'Remove it…' }).click();
  await question.getByRole('button', { name: 'Remove it' }).click();
  await expect(old).toHaveCount(0);
  expect(fs.existsSync(usual)).toBe(false);
  await second.close();

  const headless = startHeadless({ home, args: ['--demo'] });
  try {
    const agent = await connectAgent(await headless.ready());
    expect(list((await agent.call('list_assets', {})).structured.assets)).toHaveLength(3);
    const { asset_id } = list((await agent.call('list_assets', {})).structured.assets)[0] ?? {};
    expect((await agent.call('view_image', { asset_id })).isError).toBe(false);
    await agent.close();
    expect(fs.existsSync(usual)).toBe(false);
  } finally {
    await headless.stop();
  }
});

test('by keyboard: refused folders say why, and a move that fails leaves the app as it was', async ({ launch }) => {
  const { home, usual, options } = world;
  // The place where both programs look can't be written.
  fs.mkdirSync(path.join(home, '.config'), { recursive: true });
  const launched = await launch({ ...options, env: { ...options.env, COMFY_MCP_CONFIG: path.join(home, 'c.json') } });
  const { window } = launched;
  fs.rmSync(path.join(home, '.config', 'comfy-mcp'), { recursive: true, force: true });
  fs.writeFileSync(path.join(home, '.config', 'comfy-mcp'), 'a file in its place');
  await standIns(launched, path.join(usual, 'cache'));
  await openStorage(window);
  await window.getByRole('button', { name: 'Move…' }).focus();
  await window.keyboard.press('Enter');
  const dialog = window.getByTestId('move-dialog');
  await expect(dialog.getByRole('alert')).toContainText('lies in the data folder itself');
  await expectAccessible(window);
  await shots(launched, 'move-refused');
  await window.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);

  const target = path.join(home, 'new');
  await standIns(launched, target);
  await expect(window.getByRole('button', { name: 'Move…' })).toBeFocused();
  await window.keyboard.press('Enter');
  await expect(dialog).toContainText(target);
  await window.keyboard.press('Tab');
  const go = dialog.getByRole('button', { name: 'Move and restart' });
  for (let presses = 0; presses < 4 && !(await go.evaluate((one) => one === document.activeElement)); presses += 1) {
    await window.keyboard.press('Tab');
  }
  await expect(go).toBeFocused();
  await window.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('location.json', { timeout: 30_000 });
  await window.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  expect(fs.existsSync(target)).toBe(false);
  expect(await relaunched(launched)).toBeNull();

  // The core is another one now, and everything works on.
  await window.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Gallery' }).click();
  await expect(window.getByTestId('tile')).toHaveCount(3);
  const url = await window.evaluate(async () => {
    const snapshot = await Reflect.get(globalThis, 'bridge').invoke('get_snapshot', {});
    return snapshot.data.endpoint.url as string;
  });
  const agent = await connectAgent(url);
  const made = await agent.call('generate_image', { prompt: 'a harbour', steps: 1, width: 64, height: 64 });
  expect(made.isError).toBe(false);
  await agent.close();
  await expect(window.getByTestId('tile')).toHaveCount(4);
});

test('a large one tells how far it is and can be cancelled; killed halfway, the old or the new one is whole', async ({
  launch,
}) => {
  const { home, usual, chosen, options } = world;
  fs.mkdirSync(path.join(usual, 'cache', 'temp'), { recursive: true });
  // Takes no room here; where it is copied to, it does.
  fs.truncateSync(openNew(path.join(usual, 'cache', 'temp', 'film.mp4')), 3 * 1024 ** 3);
  const first = await launch(options);
  await standIns(first, chosen);
  await openStorage(first.window);
  const dialog = first.window.getByTestId('move-dialog');
  const begin = async () => {
    await first.window.getByRole('button', { name: 'Move…' }).click();
    await dialog.getByRole('button', { name: 'Move and restart' }).click();
    await expect(dialog).toContainText('Copying', { timeout: 30_000 });
  };
  await begin();
  await first.window.screenshot({ path: 'e2e/screenshots/move-copying.png' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toHaveCount(0, { timeout: 30_000 });
  await expect(first.window.getByText('The move was cancelled.')).toBeVisible();
  expect(fs.existsSync(chosen)).toBe(false);
  expect(fs.existsSync(path.join(usual, 'moving-to.json'))).toBe(false);

  await begin();
  const ended = new Promise((resolve) => first.app.process().once('exit', resolve));
  first.app.process().kill('SIGKILL');
  await ended;
  fs.rmSync(path.join(usual, 'cache', 'temp', 'film.mp4'));
  const second = await launch(options);
  await expect(second.window.getByTestId('tile')).toHaveCount(3);
  await openStorage(second.window);
  await expect(second.window.getByTestId('data-dir')).toHaveText(usual);
  // What it had copied is gone.
  expect(fs.existsSync(chosen)).toBe(false);
  expect(fs.existsSync(path.join(home, '.config', 'comfy-mcp', 'location.json'))).toBe(false);
});

function openNew(file: string): string {
  fs.writeFileSync(file, '');
  return file;
}

test('takes a library that is there, and says what overrides the place', async ({ launch }) => {
  const { chosen, usual, options } = world;
  const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'navy' } })
    .png()
    .toBuffer();
  fillLibrary(chosen, { 'other.png': picture });
  const first = await launch(options);
  await standIns(first, chosen);
  await openStorage(first.window);
  await first.window.getByRole('button', { name: 'Move…' }).click();
  const dialog = first.window.getByTestId('move-dialog');
  await expect(dialog).toContainText('There is a library already');
  await expect(dialog).toContainText('1 asset, last written');
  await expectAccessible(first.window);
  await shots(first, 'move-use-library');
  await dialog.getByRole('button', { name: 'Use that one and restart' }).click();
  await expect.poll(() => relaunched(first)).not.toBeNull();
  await exit(first);
  const second = await launch(options);
  await second.window
    .getByRole('button', { name: 'Skip' })
    .click({ timeout: 2000 })
    .catch(() => undefined);
  await expect(second.window.getByTestId('tile')).toHaveCount(1);
  await second.close();

  const given = await launch({ ...options, env: { COMFY_MCP_DATA_DIR: usual } });
  await openStorage(given.window);
  await expect(given.window.getByText('Set by COMFY_MCP_DATA_DIR.')).toBeVisible();
  await expect(given.window.getByRole('button', { name: 'Move…' })).toHaveCount(0);
});

test('a library whose drive is away is missed, not begun anew', async ({ launch }) => {
  const { home, chosen, options } = world;
  const location = path.join(home, '.config', 'comfy-mcp', 'location.json');
  fs.mkdirSync(path.dirname(location), { recursive: true });
  fs.writeFileSync(location, JSON.stringify({ data_dir: chosen, has_library: true }));
  const launched = await launch(options);
  await expect(launched.window.getByRole('alert')).toContainText(chosen);
  for (const name of ['Start again', 'Choose another data folder']) {
    await expect(launched.window.getByRole('button', { name })).toBeVisible();
  }
  await shots(launched, 'data-dir-missing');
  await launched.close();
  expect(fs.existsSync(chosen)).toBe(false);
  fs.writeFileSync(location, '{ "data_dir": ');
  const broken = await launch(options);
  await expect(broken.window.getByRole('alert')).toContainText('location.json');
  await standIns(broken, world.usual);
  await broken.window.getByRole('button', { name: 'Choose another data folder' }).click();
  await expect.poll(() => relaunched(broken)).not.toBeNull();
  await exit(broken);
  expect(JSON.parse(fs.readFileSync(location, 'utf8'))).toMatchObject({ data_dir: world.usual });
  const again = await launch(options);
  await expect(again.window.getByTestId('tile')).toHaveCount(3);
  await again.close();

  fs.writeFileSync(location, JSON.stringify({ data_dir: chosen, has_library: true }));
  const headless = startHeadless({ home, args: ['--demo'] });
  expect(await headless.ended()).toBe(1);
  expect(headless.stderr().trim()).toMatch(
    /^The library is in .*location\.json says where it is; --data-dir goes before it\.$/,
  );
  await headless.stop();
});
