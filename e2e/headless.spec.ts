/** The program without a window: it serves the same tools, and says in one sentence why it can't start. */
import fs from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test as base, expect } from '@playwright/test';
import { connectAgent } from './support/agent.js';
import { type Headless, type HeadlessOptions, startHeadless } from './support/headless.js';

const test = base.extend<{ start(options?: HeadlessOptions): Headless }>({
  start: async ({ browserName: _unused }, use) => {
    const started: Headless[] = [];
    await use((options) => {
      const one = startHeadless(options);
      started.push(one);
      return one;
    });
    for (const one of started) await one.stop();
  },
});

/** Nobody, on every Linux. */
const nobody = 65534;
const asRoot = process.getuid?.() === 0;

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** One sentence, perhaps a second one as a hint; no stack, no JSON. */
function expectPlainSentence(text: string, pattern: RegExp) {
  expect(text).toMatch(pattern);
  expect(text).not.toMatch(/^\s+at /m);
  expect(text.trim().split('\n')).toHaveLength(1);
}

test('serves the same tools and makes a picture on the demo engine', async ({ start }) => {
  const program = start({ args: ['--demo'] });
  const agent = await connectAgent(await program.ready());
  expect((await agent.tools()).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['generate_image', 'get_job', 'view_image']),
  );
  const made = await agent.call('generate_image', { prompt: 'a lighthouse', steps: 2, width: 256, height: 256 });
  expect(made.structured).toMatchObject({ status: 'completed', width: 256, height: 256 });
  await agent.close();
  expect(program.stdout()).toBe('');
});

test('keeps its library over a restart, and old sessions go on', async ({ start }) => {
  const first = start({ args: ['--demo'] });
  const url = await first.ready();
  const agent = await connectAgent(url);
  const made = await agent.call('generate_image', { prompt: 'kept', steps: 1, width: 64, height: 64 });
  first.process.kill('SIGTERM');
  expect(await first.ended()).toBe(0);

  const second = start({ home: first.home, args: ['--demo', '--port', new URL(url).port] });
  expect(await second.ready()).toBe(url);
  const listed = await agent.call('list_assets', { session_id: 'current' });
  expect(listed.structured).toMatchObject({
    count: 1,
    assets: [{ asset_id: made.structured.asset_id, prompt: 'kept' }],
  });
  await agent.close();
});

test('answers at once that ComfyUI is not there', async ({ start }) => {
  const program = start({ args: ['--comfyui-url', 'http://127.0.0.1:9'] });
  const agent = await connectAgent(await program.ready());
  const made = await agent.call('generate_image', { prompt: 'nothing' });
  expect(made.isError).toBe(true);
  expect(made.structured).toMatchObject({
    error_code: 'COMFYUI_UNREACHABLE',
    hint: expect.stringContaining('Start ComfyUI'),
  });
  expect(String(made.structured.error)).toContain('127.0.0.1:9');
  const status = await agent.call('get_server_status', {});
  expect(status.structured).toMatchObject({ engine: { state: 'unreachable', kind: 'comfyui' } });
  await agent.close();
});

const badCalls: [string, Record<string, unknown>, Record<string, unknown>][] = [
  [
    'unknown model',
    { model: 'v1-5-pruned-emaonly' },
    {
      error_code: 'MODEL_NOT_FOUND',
      details: {
        node_id: expect.any(String),
        class_type: 'CheckpointLoaderSimple',
        input: 'ckpt_name',
        value: 'v1-5-pruned-emaonly',
        nearest: expect.arrayContaining(['v1-5-pruned-emaonly.ckpt']),
      },
    },
  ],
  [
    'unknown sampler',
    { sampler_name: 'eulr' },
    {
      error_code: 'INVALID_VALUE',
      details: {
        class_type: 'KSampler',
        input: 'sampler_name',
        value: 'eulr',
        nearest: expect.arrayContaining(['euler']),
      },
    },
  ],
  [
    'size out of range',
    { width: 100_000 },
    {
      error_code: 'INVALID_VALUE',
      error: 'Node 5 (Image size): width is 100000, but must be from 64 to 4096 in steps of 8.',
      details: {
        node_id: '5',
        class_type: 'EmptyLatentImage',
        input: 'width',
        value: 100_000,
        nearest: [4096],
      },
    },
  ],
  [
    'size between steps',
    { height: 515 },
    {
      error_code: 'INVALID_VALUE',
      details: { class_type: 'EmptyLatentImage', input: 'height', value: 515, nearest: [512, 520] },
    },
  ],
  ['missing prompt', { prompt: undefined }, { error_code: 'VALIDATION_ERROR' }],
  ['unknown argument', { promt: 'x' }, { error_code: 'VALIDATION_ERROR', hint: expect.stringContaining('prompt') }],
  ['text for a number', { steps: 'many' }, { error_code: 'VALIDATION_ERROR' }],
];

test('refuses bad values by name, and sends nothing', async ({ start }) => {
  const program = start({ args: ['--demo'] });
  const agent = await connectAgent(await program.ready());
  for (const [what, args, expected] of badCalls) {
    const answer = await agent.call('generate_image', { prompt: 'a test', ...args });
    expect(answer.isError, what).toBe(true);
    expect(answer.structured, what).toMatchObject(expected);
  }
  expect(
    (await agent.call('generate_image', { prompt: 'a test', width: '128', height: 128, steps: '1' })).structured,
  ).toMatchObject({
    status: 'completed',
    width: 128,
  });
  expect((await agent.call('list_assets', {})).structured).toMatchObject({ total: 1 });
  await agent.close();
});

test('says that its port is taken', async ({ start }) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const program = start({ args: ['--port', String(port)] });
  expect(await program.ended()).not.toBe(0);
  expectPlainSentence(program.stderr(), new RegExp(`${port}`));
  server.close();
});

test('says that its data directory can not be written', async ({ start }) => {
  test.skip(!asRoot, 'needs to start the program as another user, which only root may');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-readonly-'));
  fs.chmodSync(folder, 0o555);
  try {
    for (const dataDir of [folder, path.join(folder, 'new')]) {
      const program = start({ uid: nobody, args: ['--data-dir', dataDir] });
      expect(await program.ended()).not.toBe(0);
      const sentence = `The data directory can't be written: ${dataDir} (permission denied).`;
      expectPlainSentence(program.stderr(), new RegExp(`^${escaped(sentence)} `));
    }
  } finally {
    fs.rmdirSync(folder);
  }
});

test('says that its settings file is broken, and leaves it as it is', async ({ start }) => {
  const probe = start({ args: ['--version'] });
  await probe.ended();
  const dataDir = path.join(probe.home, 'data');
  fs.mkdirSync(dataDir);
  const file = path.join(dataDir, 'settings.json');
  for (const [content, pattern] of [
    ['{"token":"secret","port": ', /^The settings file .*settings\.json is not valid JSON near line 1/],
    ['{"token": 5}', /^token in .*settings\.json is not usable, but must be a text\./],
  ] as const) {
    fs.writeFileSync(file, content);
    const program = start({ home: probe.home, args: ['--demo', '--data-dir', dataDir] });
    expect(await program.ended()).not.toBe(0);
    expectPlainSentence(program.stderr(), pattern);
    expect(fs.readFileSync(file, 'utf8')).toBe(content);
  }
});

test('says that another program holds its data directory', async ({ start }) => {
  const first = start();
  await first.ready();
  const second = start({ home: first.home });
  expect(await second.ended()).not.toBe(0);
  expectPlainSentence(second.stderr(), new RegExp(`${first.process.pid}`));
});

test('says that its config file is broken, and leaves it as it is', async ({ start }) => {
  const probe = start({ args: ['--version'] });
  await probe.ended();
  const file = path.join(probe.home, 'config.json');
  fs.writeFileSync(file, '{ "defaults": { "image": ');
  const program = start({ home: probe.home, env: { COMFY_MCP_CONFIG: file } });
  expect(await program.ended()).not.toBe(0);
  expectPlainSentence(program.stderr(), /config\.json/);
  expect(fs.readFileSync(file, 'utf8')).toBe('{ "defaults": { "image": ');
});

test('refuses an option it does not know, and names the one that was meant', async ({ start }) => {
  const program = start({ args: ['--prot', '9000'] });
  expect(await program.ended()).not.toBe(0);
  expectPlainSentence(program.stderr(), /--port/);
});
