/** The stdio bridge, run by plain Node against the real program, with the official clients of both generations. */
import fs from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test as base, expect } from '@playwright/test';
import { generations, type Progress } from './support/agent.js';
import { connectBridge, type Home, makeHome, startBridge } from './support/bridge.js';
import { type Headless, type HeadlessOptions, startHeadless } from './support/headless.js';

const test = base.extend<{ home: Home; start(options?: Omit<HeadlessOptions, 'home'>): Headless }>({
  home: async ({ browserName: _unused }, use) => {
    const home = makeHome();
    await use(home);
    await home.dispose();
  },
  start: async ({ home }, use) => {
    const started: Headless[] = [];
    await use((options = {}) => {
      const one = startHeadless({ args: ['--demo'], ...options, home: home.dir });
      started.push(one);
      return one;
    });
    for (const one of started) await one.stop();
  },
});

const small = { prompt: 'a lighthouse', width: 64, height: 64, steps: 2 };
const long = { prompt: 'a long night', width: 512, height: 512, steps: 60 };

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};

async function killed(program: Headless): Promise<void> {
  program.process.kill('SIGKILL');
  await program.ended();
}

/** A workflow of the person's own becomes a tool. */
function addWorkflow(home: Home, name: string): void {
  const folder = path.join(home.dataDir, 'workflows');
  fs.mkdirSync(folder, { recursive: true });
  const graph = {
    '1': { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 'PARAM_INT_COLOUR' } },
    '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
  };
  fs.writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(graph));
}

for (const generation of generations) {
  test.describe(`clients of ${generation}`, () => {
    test('list, make a picture, see progress, and are told of new tools', async ({ home, start }) => {
      await start().ready();
      let changes = 0;
      const onToolsChanged = () => {
        changes += 1;
      };
      const agent = await connectBridge({ home: home.dir, generation, onToolsChanged });
      expect((await agent.tools()).map(({ name }) => name)).toEqual(
        expect.arrayContaining(['generate_image', 'get_job', 'view_image']),
      );
      const seen: Progress[] = [];
      const made = await agent.call('generate_image', small, (progress) => seen.push(progress));
      expect(made.structured).toMatchObject({ status: 'completed', width: 64, height: 64 });
      expect(seen.length).toBeGreaterThan(0);
      const picture = await agent.call('view_image', { asset_id: made.structured.asset_id });
      expect(picture.content.some(({ type }) => type === 'image')).toBe(true);
      // What this conversation made, and nobody else's.
      const mine = await agent.call('list_assets', { session_id: 'current' });
      expect(mine.structured).toMatchObject({ count: 1, assets: [{ asset_id: made.structured.asset_id }] });
      const other = await connectBridge({ home: home.dir, generation });
      expect((await other.call('list_assets', { session_id: 'current' })).structured).toMatchObject({ count: 0 });
      await other.close();

      addWorkflow(home, 'plain_colour');
      await expect.poll(() => changes).toBeGreaterThan(0);
      expect((await agent.tools()).map(({ name }) => name)).toContain('plain_colour');
      expect(agent.stderr()).toBe('');
      await agent.close();
    });

    test('cancel a call', async ({ home, start }) => {
      await start().ready();
      const agent = await connectBridge({ home: home.dir, generation });
      const giveUp = new AbortController();
      const seen: Progress[] = [];
      const call = agent.call('generate_image', long, (progress) => seen.push(progress), giveUp.signal);
      call.catch(() => undefined);
      await expect.poll(() => seen.length).toBeGreaterThan(0);
      giveUp.abort();
      await expect(call).rejects.toThrow();
      // The conversation goes on, and what has begun can be stopped.
      expect((await agent.call('get_queue_status', {})).isError).toBe(false);
      await agent.close();
    });

    test('outlive the death of the program, and its restart', async ({ home, start }) => {
      const first = start();
      const url = await first.ready();
      let changes = 0;
      const onToolsChanged = () => {
        changes += 1;
      };
      const agent = await connectBridge({ home: home.dir, generation, onToolsChanged });
      const made = await agent.call('generate_image', small);
      const seen: Progress[] = [];
      const lost = agent.call('generate_image', long, (progress) => seen.push(progress));
      lost.catch(() => undefined);
      await expect.poll(() => seen.length).toBeGreaterThan(0);
      await killed(first);
      await expect(lost).rejects.toThrow(/ended while this was under way/);

      await start({ args: ['--demo', '--port', new URL(url).port] }).ready();
      const mine = await agent.call('list_assets', { session_id: 'current' });
      expect(JSON.stringify(mine.structured)).toContain(String(made.structured.asset_id));
      // Nobody knows what was told meanwhile, so the list may have changed; and it is told again when it does.
      await expect.poll(() => changes).toBeGreaterThan(0);
      const before = changes;
      addWorkflow(home, 'later_colour');
      await expect.poll(() => changes).toBeGreaterThan(before);
      await agent.close();
    });

    test('go on with a library that does not know them', async ({ home, start }) => {
      const first = start();
      await first.ready();
      const agent = await connectBridge({ home: home.dir, generation });
      expect((await agent.call('list_assets', {})).structured).toMatchObject({ count: 0 });
      await killed(first);
      for (const name of fs.readdirSync(home.dataDir)) {
        if (name.startsWith('library.db')) fs.rmSync(path.join(home.dataDir, name));
      }
      await start().ready();
      expect((await agent.call('generate_image', small)).structured).toMatchObject({ status: 'completed' });
      await agent.close();
    });

    test('need no token: the bridge has one', async ({ home, start }) => {
      const url = await start({ args: ['--demo', '--token', 'a secret of mine'.replaceAll(' ', '-')] }).ready();
      const refused = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        body: JSON.stringify(initialize),
      });
      expect(refused.status).toBe(401);
      const agent = await connectBridge({ home: home.dir, generation });
      expect((await agent.tools()).length).toBeGreaterThan(10);
      await agent.close();
    });
  });
}

test('two bridges at once start one program, and a third finds it', async ({ home }) => {
  const two = await Promise.all(generations.map((generation) => connectBridge({ home: home.dir, generation })));
  for (const agent of two) expect((await agent.tools()).length).toBeGreaterThan(10);
  expect(two.map((agent) => agent.stderr()).filter((said) => said.includes('Starting the program'))).toHaveLength(1);
  const owner = home.owner();
  expect(owner).toMatchObject({ started_by: 'bridge', kind: 'headless' });
  const third = await connectBridge({ home: home.dir });
  expect(third.stderr()).toBe('');
  expect(home.owner()?.pid).toBe(owner?.pid);
  for (const agent of [...two, third]) await agent.close();
});

test('a program that died is started again by the next request', async ({ home }) => {
  const agent = await connectBridge({ home: home.dir });
  const made = await agent.call('generate_image', small);
  const first = home.owner()?.pid;
  await home.kill();
  const listed = await agent.call('list_assets', { session_id: 'current' });
  expect(listed.structured).toMatchObject({ assets: [{ asset_id: made.structured.asset_id }] });
  expect(home.owner()?.pid).not.toBe(first);
  await agent.close();
});

test('nothing is told to an endpoint that is not the owner', async ({ home }) => {
  const asked: { path: string | undefined; authorization: string | undefined }[] = [];
  const foreign = createServer((request, response) => {
    asked.push({ path: request.url?.split('?', 1)[0], authorization: request.headers.authorization });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"proof":"made up","name":"x"}');
  });
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}/mcp`;
  fs.mkdirSync(home.dataDir, { recursive: true });
  const owner = { pid: process.pid, endpoint, kind: 'desktop', started_at: new Date().toISOString() };
  fs.writeFileSync(path.join(home.dataDir, 'owner.json'), JSON.stringify({ ...owner, secret: 's'.repeat(43) }));
  const noted = path.join(home.dir, '.config', 'comfy-mcp');
  fs.mkdirSync(noted, { recursive: true });
  fs.writeFileSync(path.join(noted, 'endpoint.json'), '{ "data_dir": ');

  const agent = await connectBridge({ home: home.dir });
  expect((await agent.tools()).length).toBeGreaterThan(10);
  expect(asked.length).toBeGreaterThan(0);
  for (const one of asked) expect(one).toEqual({ path: '/owner', authorization: undefined });
  expect(home.owner()?.endpoint).not.toBe(endpoint);
  await agent.close();
  foreign.close();
});

test('why the program could not be started is the answer', async ({ home }) => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const bridge = startBridge(home.dir, ['--headless', '--demo', '--port', String(port)]);
  bridge.write(`${JSON.stringify(initialize)}\n`);
  expect(await bridge.next()).toMatchObject({
    id: 1,
    error: { message: expect.stringContaining(`Port ${port} on 127.0.0.1 is used by another program.`) },
  });
  taken.close();
  // It is tried again with the next request.
  bridge.write(`${JSON.stringify({ ...initialize, id: 2 })}\n`);
  expect(await bridge.next()).toMatchObject({ id: 2, result: { serverInfo: { name: 'comfyui-mcp-desktop' } } });
  expect(await bridge.end()).toBe(0);
});

test('big messages, torn characters and what is no request', async ({ home, start }) => {
  await start().ready();
  const bridge = startBridge(home.dir);
  bridge.write(`not JSON\n[]\n{}\n\n`);
  expect(await bridge.next()).toMatchObject({ id: null, error: { code: -32700 } });
  expect(await bridge.next()).toMatchObject({ id: null, error: { code: -32600 } });
  expect(await bridge.next()).toMatchObject({ id: null, error: { code: -32600 } });

  bridge.write(`${JSON.stringify(initialize)}\r\n`);
  expect(await bridge.next()).toMatchObject({ id: 1, result: { protocolVersion: '2025-06-18' } });
  bridge.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);

  const query = 'ein Lied über Füchse 🦊';
  const call = (id: number, args: Record<string, unknown>) =>
    `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'generate_image', arguments: args } })}\n`;
  for (const byte of Buffer.from(call(2, { ...small, prompt: query }))) {
    bridge.write(Buffer.of(byte));
    if (byte > 127) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const made = await bridge.next();
  expect(made).toMatchObject({ id: 2, result: { structuredContent: { status: 'completed' } } });
  const { structuredContent } = made.result as { structuredContent: { asset_id: string } };
  const metadata = { name: 'get_asset_metadata', arguments: { asset_id: structuredContent.asset_id } };
  bridge.write(`${JSON.stringify({ jsonrpc: '2.0', id: 3, method: 'tools/call', params: metadata })}\n`);
  expect(JSON.stringify(await bridge.next())).toContain(query);

  bridge.write(call(4, { ...small, prompt: 'x'.repeat(3 * 1024 * 1024) }));
  expect(await bridge.next()).toMatchObject({ id: 4 });
  bridge.write(call(5, { ...small, prompt: 'x'.repeat(5 * 1024 * 1024) }));
  expect(await bridge.next()).toMatchObject({ id: 5, error: { message: expect.stringContaining('too large') } });
  bridge.write(`${JSON.stringify({ jsonrpc: '2.0', id: 6, method: 'ping' })}\n`);
  expect(await bridge.next()).toEqual({ jsonrpc: '2.0', id: 6, result: {} });
  expect(await bridge.end()).toBe(0);
});
