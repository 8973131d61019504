import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { connectAgent } from './support/agent.js';
import { type BridgeWay, connectBridge, makeHome, whenNoneRuns } from './support/bridge.js';
import { endpointOf } from './support/endpoint.js';
import { packagedExecutable, packagedResources, root, runtime, sandboxFlags } from './support/launch.js';
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
      'stdio.cjs',
      'tray/tray-on-dark.png',
      'workflows/generate_image.json',
    ];
    for (const name of names) {
      expect(fs.existsSync(path.join(packagedResources(), name)), name).toBe(true);
    }
  });

  test('holds the stdio bridge, which starts it: by any Node, by its own, and by --stdio', async ({
    launch: _launch,
  }) => {
    const executable = packagedExecutable();
    const ways: [string, BridgeWay][] = [
      ['any Node', { script: path.join(packagedResources(), 'stdio.cjs') }],
      ['its own', { command: path.join(packagedResources(), 'bin', 'comfyui-mcp-stdio') }],
      ['--stdio', { command: executable, args: [...sandboxFlags(), '--stdio', ...whenNoneRuns] }],
    ];
    test.skip(process.platform === 'win32', 'A script for cmd is not started without a shell.');
    for (const [way, options] of ways) {
      const home = makeHome();
      try {
        const agent = await connectBridge({ home: home.dir, ...options });
        const made = await agent.call('generate_image', { prompt: 'packaged', steps: 2, width: 64, height: 64 });
        expect(made.structured, way).toMatchObject({ status: 'completed' });
        expect(home.owner(), way).toMatchObject({ kind: 'headless', started_by: 'bridge' });
        await agent.close();
      } finally {
        await home.dispose();
      }
    }
  });

  test('opens its window from the archive', async ({ launch }) => {
    const { app, window } = await launch({ packaged: true });
    expect(await app.evaluate(({ app: electronApp }) => electronApp.isPackaged)).toBe(true);
    expect(await app.evaluate(({ app: electronApp }) => electronApp.getAppPath())).toMatch(/app\.asar$/);
    await expect(window).toHaveTitle(/ComfyUI MCP Desktop/);
    await expect(window.locator('#root > *').first()).toBeVisible();
  });

  test('makes a picture and a song: native modules, encoders and threads work from the archive', async ({ launch }) => {
    const app = await launch({ packaged: true, args: ['--demo'] });
    await app.window.getByRole('button', { name: 'Skip' }).click();
    const agent = await connectAgent(endpointOf(app));
    const picture = await agent.call('generate_image', { prompt: 'packaged', steps: 2, width: 128, height: 128 });
    expect(picture.structured).toMatchObject({ status: 'completed', width: 128 });
    const song = await agent.call('generate_song', { tags: 'piano', lyrics: 'la', seconds: 2, steps: 2 });
    expect(song.structured).toMatchObject({ status: 'completed', mime_type: 'audio/mpeg' });
    await expect(app.window.getByTestId('tile')).toHaveCount(2);
    // The song's waveform comes from a thread whose script lies in the archive too.
    const cache = path.join(app.dataDir, 'cache', 'thumbnails');
    const made = () => fs.readdirSync(cache, { recursive: true, encoding: 'utf8' });
    await expect.poll(() => made().filter((name) => name.endsWith('-peaks.json')).length).toBe(1);
    await agent.close();
  });

  // electron/electron#46323: where it does not, the process dies after some hundred pictures.
  test("sharp's binding takes GLib from libvips, not from the system", async ({ launch }, testInfo) => {
    test.skip(process.platform !== 'linux', 'Only Electron for Linux brings a GLib of its own.');
    const output = testInfo.outputPath('loader');
    const env = { LD_DEBUG: 'bindings', LD_DEBUG_OUTPUT: output };
    const app = await launch({ packaged: true, args: ['--demo'], env });
    const agent = await connectAgent(endpointOf(app));
    await agent.call('generate_image', { prompt: 'packaged', steps: 2, width: 128, height: 128 });
    await agent.close();
    await app.close();
    const bindings = loaderReports(output).filter((line) => /\/sharp-linux-[^/]+\.node \[0\] to .*`g_\w+'/.test(line));
    expect(bindings.join('\n')).toContain('`g_object_ref');
    for (const binding of bindings) expect(binding).toMatch(/ to \S*\/libvips-cpp\.so[^/]* /);
  });
});

/** Lines that the dynamic loader wrote, of every process of a program; removes its files, which are large. */
function loaderReports(output: string): string[] {
  const folder = path.dirname(output);
  const files = fs.readdirSync(folder).filter((name) => name.startsWith(`${path.basename(output)}.`));
  return files.flatMap((name) => {
    const file = path.join(folder, name);
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    fs.rmSync(file);
    return lines;
  });
}
