/** Backing up and restoring from the command line: it does what it says, tells it in a line, and keeps to itself. */
import fs from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { test as base, expect } from '@playwright/test';
import { connectAgent } from './support/agent.js';
import { type Headless, type HeadlessOptions, startHeadless } from './support/headless.js';
import { list } from './support/world.js';

interface Fixtures {
  start(options?: HeadlessOptions): Headless;
  folder: string;
}

const test = base.extend<Fixtures>({
  start: async ({ browserName: _unused }, use) => {
    const started: Headless[] = [];
    await use((options) => {
      const one = startHeadless(options);
      started.push(one);
      return one;
    });
    for (const one of started) await one.stop();
  },
  folder: async ({ browserName: _unused }, use) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-backup-'));
    await use(folder);
    fs.rmSync(folder, { recursive: true, force: true });
  },
});

const dataOf = ({ home }: Headless) => path.join(home, '.local', 'share', 'comfyui-mcp-desktop');

/** A library with a kept picture, one in the bin, and a song. */
async function fill(program: Headless): Promise<void> {
  const agent = await connectAgent(await program.ready());
  const [kept, binned] = await Promise.all(
    ['a lighthouse', 'a harbour'].map((prompt) =>
      agent.call('generate_image', { prompt, steps: 1, width: 64, height: 64, seed: 9007199254740991 }),
    ),
  );
  await agent.call('generate_song', { tags: 'slow piano', lyrics: 'la', seconds: 2, steps: 1 });
  await agent.call('update_asset', { asset_id: kept?.structured.asset_id, rating: 5, tags: ['sea'] });
  await agent.call('delete_assets', { asset_ids: [binned?.structured.asset_id] });
  await agent.close();
  program.process.kill('SIGTERM');
  expect(await program.ended()).toBe(0);
}

async function listed(program: Headless): Promise<Record<string, unknown>[]> {
  const agent = await connectAgent(await program.ready());
  const shown = list((await agent.call('list_assets', { sort: 'oldest' })).structured.assets);
  const inBin = list((await agent.call('list_assets', { sort: 'oldest', in_bin: true })).structured.assets);
  for (const { asset_id } of shown.filter(({ media_kind }) => media_kind === 'image')) {
    expect((await agent.call('view_image', { asset_id })).isError).toBe(false);
  }
  await agent.close();
  return [...shown, ...inBin].map(({ asset_url: _new, ...asset }) => asset);
}

test('a backup is restored in a fresh place, by two commands', async ({ start, folder }) => {
  const first = start({ args: ['--demo'] });
  await fill(first);
  const file = path.join(folder, 'comfyui-library-2025-03-01.zip');
  const backup = start({ home: first.home, args: ['--backup', file] });
  expect(await backup.ended()).toBe(0);
  expect(backup.stdout()).toMatch(/^Backed up 3 files \([\d.]+ [kM]B\) to \/.*comfyui-library-2025-03-01\.zip\.\n$/);
  expect(backup.stderr()).toMatch(/^0 of 6\n/);
  expect(backup.stderr()).not.toContain('MCP endpoint');
  expect(fs.readdirSync(folder)).toEqual([path.basename(file)]);

  const fresh = start({ args: ['--restore', file] });
  expect(await fresh.ended()).toBe(0);
  expect(fresh.stdout()).toMatch(/^Restored 3 assets and 3 jobs \([\d.]+ [kM]B\)\.\n$/);
  const again = start({ home: fresh.home, args: [`--restore=${file}`] });
  expect(await again.ended()).toBe(0);
  expect(again.stdout()).toBe('Nothing was missing. 3 assets were there already.\n');

  const before = await listed(start({ home: first.home, args: ['--demo'] }));
  expect(before).toHaveLength(3);
  expect(await listed(start({ home: fresh.home, args: ['--demo'] }))).toEqual(before);
});

test('a backup keeps off the network, and says what is not here', async ({ start, folder }) => {
  let visits = 0;
  const comfyui = createServer((_request, response) => {
    visits += 1;
    response.end();
  });
  await new Promise<void>((resolve) => comfyui.listen(0, '127.0.0.1', resolve));
  const address = comfyui.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const first = start({ args: ['--demo'] });
  await fill(first);
  fs.rmSync(path.join(dataOf(first), 'demo', 'output'), { recursive: true });
  fs.rmSync(path.join(dataOf(first), 'cache'), { recursive: true });
  const env = { COMFYUI_URL: `http://127.0.0.1:${port}` };
  const backup = start({ home: first.home, env, args: ['--backup', path.join(folder, 'x.zip')] });
  expect(await backup.ended()).toBe(0);
  expect(backup.stdout()).toContain('Backed up 0 files (0 B)');
  expect(backup.stdout()).toContain('3 files could not be had.');
  expect(backup.stderr()).toMatch(/^ {2}\S+\.png: The file \S+ is no longer in the demo folder\.$/m);
  expect(visits).toBe(0);
  await new Promise((resolve) => comfyui.close(resolve));
});

const refusals: [string, (folder: string) => string[], RegExp][] = [
  ['no library', () => ['--backup', 'x.zip'], /^There is no library in .* Give its folder with --data-dir\.$/],
  ['no such file', (folder) => ['--restore', path.join(folder, 'none.zip')], /none\.zip can't be opened/],
  ['no backup', (folder) => ['--restore', folder], /holds no manifest\.json\. Choose a zip or a folder/],
  ['two tasks', () => ['--restore', 'x.zip', '--backup', 'x.zip'], /can not be done at once/],
];

for (const [what, args, sentence] of refusals) {
  test(`refuses in one sentence: ${what}`, async ({ start, folder }) => {
    const program = start({ args: args(folder) });
    expect(await program.ended()).toBe(1);
    expect(program.stderr().trim()).toMatch(sentence);
    expect(program.stderr().trim().split('\n')).toHaveLength(1);
    expect(program.stdout()).toBe('');
  });
}

test('refuses while another program holds the library, and names the way', async ({ start, folder }) => {
  const running = start({ args: ['--demo'] });
  const url = await running.ready();
  const backup = start({ home: running.home, args: ['--backup', path.join(folder, 'x.zip')] });
  expect(await backup.ended()).toBe(1);
  expect(backup.stderr().trim()).toContain(url);
  expect(backup.stderr().trim()).toMatch(
    /uses the data directory .* Stop that program first, or use "Back up library…"/,
  );
  expect(fs.readdirSync(folder)).toEqual([]);
});
