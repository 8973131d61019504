import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { connectAgent } from './support/agent.js';
import { endpointOf } from './support/endpoint.js';
import { packagedResources, root, runtime } from './support/launch.js';
import { expect, test } from './support/test.js';

const run = promisify(execFile);

test.describe('the packaged application', () => {
  test.beforeAll(async () => {
    test.setTimeout(300_000);
    await run(process.execPath, [path.join(root, 'scripts', 'pack.mjs'), '--test'], { cwd: root });
  });

  test('is stamped as a test build and carries its resources', () => {
    const stamp: unknown = JSON.parse(fs.readFileSync(path.join(packagedResources(), 'test-build.json'), 'utf8'));
    expect(stamp).toMatchObject({ testBuild: true, electron: runtime().version, fallbackRuntime: runtime().fallback });
    const names = [
      'TEST-BUILD.txt',
      'LICENSE',
      'licences/program.md',
      'licences/window.md',
      'licences/inter.txt',
      'icon.png',
      'tray/tray-on-dark.png',
      'workflows/generate_image.json',
    ];
    for (const name of names) {
      expect(fs.existsSync(path.join(packagedResources(), name)), name).toBe(true);
    }
  });

  test('opens its window from the archive', async ({ launch }) => {
    const { app, window } = await launch({ packaged: true });
    expect(await app.evaluate(({ app: electronApp }) => electronApp.isPackaged)).toBe(true);
    expect(await app.evaluate(({ app: electronApp }) => electronApp.getAppPath())).toMatch(/app\.asar$/);
    await expect(window).toHaveTitle(/ComfyUI MCP Desktop/);
    await expect(window.locator('#root > *').first()).toBeVisible();
  });

  test('makes a picture and a song: native modules and encoders work from the archive', async ({ launch }) => {
    const app = await launch({ packaged: true, args: ['--demo'] });
    await app.window.getByRole('button', { name: 'Skip' }).click();
    const agent = await connectAgent(endpointOf(app));
    const picture = await agent.call('generate_image', { prompt: 'packaged', steps: 2, width: 128, height: 128 });
    expect(picture.structured).toMatchObject({ status: 'completed', width: 128 });
    const song = await agent.call('generate_song', { tags: 'piano', lyrics: 'la', seconds: 2, steps: 2 });
    expect(song.structured).toMatchObject({ status: 'completed', mime_type: 'audio/mpeg' });
    await expect(app.window.getByTestId('tile')).toHaveCount(2);
    await agent.close();
  });
});
