/** Publishing into a web project: by a person at the window, and by agents of both protocol generations. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connectAgent, generations } from './support/agent.js';
import { endpointOf } from './support/endpoint.js';
import type { LaunchedApp } from './support/launch.js';
import { expect, screenshotPath, test } from './support/test.js';
import { record, type World, withWorld } from './support/world.js';

const small = { width: 64, height: 64, steps: 2 };

let project: string;
test.beforeEach(() => {
  project = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'comfyui-mcp-site-'));
  // A program that runs as somebody else has to get in.
  fs.chmodSync(project, 0o777);
});
test.afterEach(() => fs.rmSync(project, { recursive: true, force: true }));

const published = (name: string) => path.join(project, 'public', 'gen', name);

/** The system's folder picker answers this from now on; null is a person who changed their mind. */
async function picks({ app }: LaunchedApp, folder: string | null): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: chosen === null, filePaths: chosen === null ? [] : [chosen] });
  }, folder);
}

test('a person publishes a picture: asks for the project once, tells its address, replaces only when told to', async ({
  launch,
}) => {
  const app = await launch({ args: ['--demo'] });
  const { window } = app;
  await window.getByRole('button', { name: 'Skip' }).click();
  const agent = await connectAgent(endpointOf(app));
  await agent.call('generate_image', { prompt: 'a red dahlia, on black', ...small });
  await agent.call('generate_song', { tags: 'slow piano', lyrics: 'rain', seconds: 1, steps: 2 });
  await expect(window.getByTestId('tile')).toHaveCount(2);
  await window.keyboard.press('i');
  const inspector = window.getByTestId('inspector');
  await inspector.getByRole('button', { name: 'More', exact: true }).click();
  const more = window.getByRole('menu');
  await expect(more.getByRole('menuitem', { name: 'Save as…' })).toBeVisible();
  // Sound has no place in a picture folder.
  await expect(more.getByRole('menuitem', { name: 'Publish…' })).toHaveCount(0);
  await window.keyboard.press('Escape');
  await expect(more).toHaveCount(0);
  await window.getByTestId('tile').first().focus();
  await window.keyboard.press('ArrowRight');
  await inspector.getByRole('button', { name: 'More', exact: true }).click();
  await more.getByRole('menuitem', { name: 'Publish…' }).click();

  const dialog = window.getByTestId('publish');
  const name = dialog.getByRole('textbox', { name: 'Name' });
  const publish = dialog.getByRole('button', { name: 'Publish', exact: true });
  await expect(name).toHaveValue('a-red-dahlia-on-black');
  await expect(dialog).toContainText('/gen/a-red-dahlia-on-black.webp');
  await expect(dialog.getByTestId('publish-folder')).toContainText('Which project');
  await expect(publish).toBeDisabled();
  await picks(app, null);
  await dialog.getByRole('button', { name: 'Choose…' }).click();
  await expect(publish).toBeDisabled();
  await picks(app, project);
  await dialog.getByRole('button', { name: 'Choose…' }).click();
  await expect(dialog.getByTestId('publish-folder')).toHaveText(path.join(project, 'public', 'gen'));

  await name.fill('../hero');
  await expect(dialog.getByRole('alert')).toContainText('begins with a letter');
  await expect(publish).toBeDisabled();
  await name.fill('Hero Image');
  await expect(dialog).toContainText('/gen/hero-image.webp');
  await dialog.getByRole('textbox', { name: 'At most' }).fill('0.01');
  await name.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('smaller than');
  await window.screenshot({ path: screenshotPath('publish-refused') });
  await dialog.getByRole('textbox', { name: 'At most' }).fill('600');
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  await window.screenshot({ path: screenshotPath('publish') });
  await publish.click();
  await expect(dialog.getByTestId('published-address')).toHaveText('/gen/hero-image.webp');
  await window.screenshot({ path: screenshotPath('published') });
  expect(fs.readFileSync(published('hero-image.webp')).subarray(8, 12).toString()).toBe('WEBP');
  await dialog.getByRole('button', { name: 'Copy address' }).click();
  expect(await app.app.evaluate(({ clipboard }) => clipboard.readText())).toBe('/gen/hero-image.webp');
  await app.app.evaluate(({ shell }) => {
    shell.showItemInFolder = (file) => void Object.assign(globalThis, { shownFile: file });
  });
  await dialog.getByRole('button', { name: 'Show in folder' }).click();
  const shown = () => app.app.evaluate(() => Reflect.get(globalThis, 'shownFile') as unknown);
  await expect.poll(shown).toBe(published('hero-image.webp'));
  await dialog.getByRole('button', { name: 'Done' }).click();

  // By key, at once, as the PNG it is: the same name is asked about before it is replaced.
  await window.keyboard.press('p');
  await dialog.getByRole('switch').click();
  await name.fill('hero');
  await expect(dialog).toContainText('/gen/hero.png');
  fs.writeFileSync(published('hero.png'), 'mine');
  await publish.click();
  await expect(dialog.getByRole('alert')).toContainText('hero.png already');
  expect(fs.readFileSync(published('hero.png'), 'utf8')).toBe('mine');
  await dialog.getByRole('button', { name: 'Replace it' }).click();
  await expect(dialog.getByTestId('published-address')).toHaveText('/gen/hero.png');
  expect(fs.readFileSync(published('hero.png')).subarray(1, 4).toString()).toBe('PNG');
  await window.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);

  // Over the lightbox, which stays.
  await window.getByTestId('tile').nth(1).focus();
  await window.keyboard.press('Space');
  await expect(window.getByTestId('lightbox')).toBeVisible();
  await window.keyboard.press('p');
  await expect(name).toBeFocused();
  await window.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(window.getByTestId('lightbox')).toBeVisible();
  await agent.close();
});

test('the settings tell both folders, and let them be chosen and forgotten', async ({ launch }) => {
  const app = await launch({ args: ['--demo'] });
  const { window } = app;
  await window.getByRole('button', { name: 'Skip' }).click();
  await window.keyboard.press('Control+6');
  await window.getByRole('button', { name: 'Publishing' }).click();
  const settings = window.getByTestId('settings');
  await expect(settings).toContainText('None chosen');
  await picks(app, project);
  await settings.getByRole('button', { name: 'Choose: Project' }).click();
  await expect(settings).toContainText('Published into public/gen.');
  await settings.getByRole('button', { name: 'Choose: ComfyUI' }).click();
  await expect(settings.getByRole('alert')).toContainText('does not look like');
  fs.mkdirSync(path.join(project, 'output'));
  await settings.getByRole('button', { name: 'Choose: ComfyUI' }).click();
  await expect(settings).toContainText(path.join(project, 'output'));
  await expect(settings.getByRole('alert')).toHaveCount(0);
  await window.screenshot({ path: screenshotPath('settings-publishing') });
  await settings.getByRole('button', { name: 'Forget: Project' }).click();
  await expect(settings).toContainText('None chosen');
});

for (const generation of generations) {
  test(`agents publish, protocol ${generation}`, async () => {
    const start = { args: ['--demo', '--publish-root', project] };
    await withWorld({ generation, start }, async (world) => {
      const { asset_id } = await world.ok('generate_image', { prompt: 'a lake', ...small });
      expect(await world.ok('get_publish_info')).toMatchObject({
        status: 'ready',
        project_root: { path: project, detection_method: 'configured' },
        publish_root: { path: path.join(project, 'public', 'gen'), exists: false, writable: true },
      });
      const hero = await world.ok('publish_asset', {
        ...{ asset_id, target_filename: 'hero.webp', manifest_key: 'hero' },
        ...{ web_optimize: 'true', max_bytes: '600000' },
      });
      expect(hero).toMatchObject({
        dest_url: '/gen/hero.webp',
        dest_path: published('hero.webp'),
        mime_type: 'image/webp',
        ...{ width: 64, height: 64, bytes_size: fs.statSync(published('hero.webp')).size },
        compression_info: { compressed: true, quality: 85 },
      });
      const library = await world.ok('publish_asset', { asset_id, manifest_key: 'lake' });
      expect(library.dest_url).toBe(`/gen/asset_${String(asset_id).slice(0, 8)}.png`);
      expect(JSON.parse(fs.readFileSync(published('manifest.json'), 'utf8'))).toEqual({
        hero: 'hero.webp',
        lake: path.basename(String(library.dest_url)),
      });
      await refusals(world, String(asset_id));
      await outputRoots(world);
    });
  });
}

async function refusals(world: World, asset_id: string): Promise<void> {
  const named = { asset_id, target_filename: 'a.png' };
  const refused = (code: string, args: Record<string, unknown>) => world.refused(code, 'publish_asset', args);
  await refused('ASSET_NOT_FOUND_OR_EXPIRED', { ...named, asset_id: 'nobody' });
  for (const target_filename of ['Hero.png', '../a.png', 'a\\b.png', 'a.gif']) {
    await refused('INVALID_TARGET_FILENAME', { asset_id, target_filename });
  }
  await refused('INVALID_MANIFEST_KEY', { asset_id, manifest_key: '../a' });
  await refused('MANIFEST_KEY_REQUIRED', { asset_id });
  await refused('VALIDATION_ERROR', { ...named, max_bytes: 0 });
  await refused('VALIDATION_ERROR', { asset_id, target_filename: 'hero.webp', overwrite: false });
  const song = await world.ok('generate_song', { tags: 'piano', lyrics: 'rain', seconds: 1, steps: 2 });
  await refused('VALIDATION_ERROR', { ...named, asset_id: song.asset_id });
  fs.symlinkSync(os.tmpdir(), published('linked.png'));
  await refused('PATH_TRAVERSAL_DETECTED', { asset_id, target_filename: 'linked.png' });
  fs.writeFileSync(published('manifest.json'), '{ broken');
  const broken = await refused('PUBLISH_FAILED', { asset_id, manifest_key: 'lake' });
  expect(broken.hint).toEqual(expect.stringContaining('Correct that file'));
  expect(fs.readFileSync(published('manifest.json'), 'utf8')).toBe('{ broken');
}

async function outputRoots(world: World): Promise<void> {
  const folder = path.join(project, 'renders');
  fs.mkdirSync(folder);
  const set = (at: string) => ({ path: at });
  await world.refused('INVALID_PATH', 'set_comfyui_output_root', set(''));
  const gone = set(path.join(folder, 'gone'));
  await world.refused('COMFYUI_OUTPUT_ROOT_PATH_NOT_FOUND', 'set_comfyui_output_root', gone);
  await world.refused('COMFYUI_OUTPUT_ROOT_INVALID', 'set_comfyui_output_root', set(folder));
  const file = path.join(folder, 'ComfyUI_00001_.png');
  fs.writeFileSync(file, '');
  await world.refused('COMFYUI_OUTPUT_ROOT_NOT_DIRECTORY', 'set_comfyui_output_root', set(file));
  const config_file = path.join(world.data, 'settings.json');
  expect(await world.ok('set_comfyui_output_root', set(folder))).toMatchObject({
    success: true,
    path: folder,
    config_file,
  });
  expect(await world.ok('get_publish_info')).toMatchObject({ comfyui_output_root: { path: folder, configured: true } });
}

test('a home folder is no project, and a folder of others can not be written to', async () => {
  const generation = '2025-11-25';
  await withWorld({ generation, start: { args: ['--demo'] } }, async (world) => {
    const { asset_id } = await world.ok('generate_image', { prompt: 'a lake', ...small });
    const info = await world.ok('get_publish_info');
    expect(info).toMatchObject({
      status: 'error',
      project_root: { path: null },
      error_code: 'PUBLISH_ROOT_NOT_WRITABLE',
    });
    expect(info.hint).toEqual(expect.stringContaining('--publish-root'));
    await world.refused('PUBLISH_ROOT_NOT_WRITABLE', 'publish_asset', { asset_id, target_filename: 'a.png' });
    expect(fs.existsSync(path.join(world.program.home, 'public'))).toBe(false);
  });
  fs.chmodSync(project, 0o555);
  const uid = process.getuid?.() === 0 ? 65_534 : undefined;
  await withWorld({ generation, start: { args: ['--demo', '--publish-root', project], uid } }, async (world) => {
    const { asset_id } = await world.ok('generate_image', { prompt: 'a lake', ...small });
    expect(await world.ok('get_publish_info')).toMatchObject({ status: 'error', publish_root: { writable: false } });
    await world.refused('PUBLISH_ROOT_NOT_WRITABLE', 'publish_asset', { asset_id, target_filename: 'a.png' });
  });
});

test('killed while it publishes: every file is whole, and the next program goes on', async () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-killed-'));
  const start = { args: ['--demo', '--publish-root', project], home };
  const generation = '2025-11-25';
  try {
    for (const round of [1, 2, 3]) {
      await withWorld({ generation, start }, async (world) => {
        const { asset_id } = await world.ok('generate_image', { prompt: 'a lake', ...small });
        // The lock of a program that was killed holds nobody up.
        await world.ok('publish_asset', { asset_id, manifest_key: `round-${round}`, target_filename: 'first.png' });
        for (let at = 0; at < 40; at += 1) {
          const names = {
            manifest_key: `key-${at}`,
            target_filename: `file-${round}-${at % 4}.${at % 2 ? 'webp' : 'png'}`,
          };
          world.agent.call('publish_asset', { asset_id, ...names }).catch(() => undefined);
        }
        await expect.poll(() => fs.existsSync(published(`file-${round}-0.png`))).toBe(true);
        world.program.process.kill('SIGKILL');
        await world.program.ended();
      }).catch(expectGone);
      const manifest: unknown = JSON.parse(fs.readFileSync(published('manifest.json'), 'utf8'));
      for (const file of Object.values(record(manifest))) expectWhole(published(String(file)));
    }
  } finally {
    fs.rmSync(home, { recursive: true, force: true });
  }
});

/** The agent of a killed program can't say goodbye; whatever else failed is a failure. */
function expectGone(error: unknown): void {
  expect(String(error)).toMatch(/fetch failed|ECONNREFUSED|closed|terminated|socket/i);
}

/** Whole to the last byte: PNG ends with a chunk of its own, WebP tells its length. */
function expectWhole(file: string): void {
  const bytes = fs.readFileSync(file);
  if (file.endsWith('.png')) expect(bytes.subarray(-8, -4).toString('latin1'), file).toBe('IEND');
  else expect(bytes.readUInt32LE(4) + 8, file).toBe(bytes.length);
}
