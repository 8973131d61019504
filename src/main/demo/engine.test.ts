import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFaults, outOfMemory } from './index.js';
import { chain, startEngine } from './test-engine.js';
import { picky, testNodes } from './test-nodes.js';
import type { TestMessage } from './test-socket.js';

const isOver = ({ type, data }: TestMessage) => type === 'executing' && data.node === null;

test('a job runs, its events come in order, history knows it when "executing null" comes', async () => {
  const { connect, get, post } = await startEngine();
  const socket = await connect('me');
  const answer = await post('/prompt', { prompt: chain(), client_id: 'me', prompt_id: 'job' });
  expect(answer.body).toEqual({ prompt_id: 'job', number: 0, node_errors: {} });
  await socket.until(isOver);
  expect((await get('/history/job')).body).toMatchObject({
    job: { status: { status_str: 'success' }, outputs: { 3: { text: ['5 (run 1)'] } } },
  });
  const start = ['status', 'status', 'status', 'execution_start', 'execution_cached'];
  const step = ['progress_state', 'progress', 'binary 1'];
  expect(socket.types()).toEqual([
    ...start,
    ...['progress_state', 'executing', 'progress_state'],
    ...['progress_state', 'executing', ...step, ...step, 'progress_state'],
    ...['progress_state', 'executing', 'executed', 'progress_state'],
    ...['execution_success', 'status', 'executing'],
  ]);
});

test('a seed of 2^64 - 1 goes through whole: graph, node, history', async () => {
  const { url, idle } = await startEngine();
  const body =
    '{"prompt_id": "big", "prompt": {"1": {"class_type": "Constant", "inputs": {"value": 18446744073709551615}}, "2": {"class_type": "Show", "inputs": {"value": ["1", 0], "label": ""}}}}';
  await fetch(`${url}/prompt`, { method: 'POST', body });
  await idle();
  const text = await (await fetch(`${url}/history/big`)).text();
  expect(text).toContain('"value": 18446744073709551615');
  expect(text).toContain('18446744073709551615 (run 1)');
  expect(await (await fetch(`${url}/object_info/Constant`)).text()).toContain('"max": 18446744073709551615');
});

test('object_info has both kinds of combos, and limits that only Python calls JSON', async () => {
  const odd = structuredClone(picky.info);
  odd.name = 'Odd';
  odd.input.required = {
    ...odd.input.required,
    free: ['FLOAT', { default: Number.NaN, min: -Infinity, max: Infinity }],
  };
  const { url } = await startEngine({ nodes: [...testNodes(), { ...picky, info: odd }] });
  const text = await (await fetch(`${url}/object_info/Odd`)).text();
  expect(text).toContain('"free": ["FLOAT", {"default": NaN, "min": -Infinity, "max": Infinity}]');
  expect(text).toContain('"mode": [["fast", "slow"], {}]');
  expect(text).toContain('"kind": ["COMBO", {"options": ["a", "b"]}]');
});

test.each([
  ['stored', true, { 3: { text: ['5 (run 1)'] } }],
  ['events-only', true, {}],
  ['none', false, {}],
] as const)('a rerun from the cache with cachedOutputs %s', async (cachedOutputs, tellsExecuted, outputs) => {
  const { engine, connect, run, get } = await startEngine();
  await run(chain());
  engine.faults.cachedOutputs = cachedOutputs;
  const socket = await connect('me');
  const id = await run(chain(), { client_id: 'me' });
  await socket.until(isOver);
  expect((await get(`/history/${id}`)).body).toMatchObject({ [id]: { outputs } });
  expect(socket.types().includes('executed')).toBe(tellsExecuted);
  expect(socket.messages.find(({ type }) => type === 'execution_cached')?.data.nodes).toEqual(['1', '2', '3']);
});

test('twins in one graph run once; another prompt in between drops what it does not use', async () => {
  const { run, get } = await startEngine();
  const outputOf = async (id: string) => JSON.stringify((await get(`/history/${id}`)).body);
  await run(chain(1, 5, 'a'));
  await run({
    9: { class_type: 'Constant', inputs: { value: 1 } },
    8: { class_type: 'Show', inputs: { value: ['9', 0], label: '' } },
  });
  expect(await outputOf(await run(chain(1, 5, 'a')))).toContain('5 (run 3)');
  const twins = { ...chain(1, 6, 'a'), 4: { class_type: 'Show', inputs: { value: ['2', 0], label: 'a' } } };
  const id = await run(twins);
  expect((await get(`/history/${id}`)).body).toMatchObject({
    [id]: { outputs: { 3: { text: ['6 (run 4)'] }, 4: { text: ['6 (run 4)'] } } },
  });
});

test('/free forgets the cache', async () => {
  const { run, get, post } = await startEngine();
  await run(chain());
  await post('/free', { free_memory: true });
  expect(JSON.stringify((await get(`/history/${await run(chain())}`)).body)).toContain('run 2');
});

test('a failing node ends the prompt; finished outputs stay; out of memory brings its tips', async () => {
  const failNode = (_id: string, classType: string) => (classType === 'Slow' ? outOfMemory : undefined);
  const { run, get } = await startEngine({ faults: createFaults({ failNode }) });
  const graph = { ...chain(), 0: { class_type: 'Show', inputs: { value: ['1', 0], label: 'early' } } };
  const id = await run(graph);
  expect((await get(`/history/${id}`)).body).toMatchObject({
    [id]: {
      outputs: { 0: { text: ['5 (run 1)'] } },
      status: {
        status_str: 'error',
        completed: false,
        messages: [
          ['execution_start', {}],
          ['execution_cached', {}],
          [
            'execution_error',
            {
              node_id: '2',
              node_type: 'Slow',
              exception_type: 'torch.OutOfMemoryError',
              exception_message: expect.stringContaining('TIPS'),
              current_inputs: { value: [5], steps: [2] },
            },
          ],
        ],
      },
    },
  });
});

test('an interrupt takes hold at the next step, of the running prompt only', async () => {
  const { connect, post, get } = await startEngine({ stepDelayMs: 5 });
  const socket = await connect('me', true);
  await post('/prompt', { prompt: chain(10_000), client_id: 'me', prompt_id: 'long' });
  await socket.until(({ type }) => type === 'binary 4');
  await post('/interrupt', { prompt_id: 'other' });
  await socket.until(({ type, data }) => type === 'progress' && data.value === 3);
  await post('/interrupt', { prompt_id: 'long' });
  await socket.until(isOver);
  expect(socket.types()).toContain('execution_interrupted');
  expect((await get('/history/long')).body).toMatchObject({
    long: { status: { status_str: 'error', completed: false } },
  });
});

test('success comes before history does', async () => {
  const { engine, connect, post, get } = await startEngine();
  engine.faults.historyGapMs = 50;
  const socket = await connect('me');
  await post('/prompt', { prompt: chain(), client_id: 'me', prompt_id: 'job' });
  await socket.until(({ type }) => type === 'execution_success');
  expect((await get('/history/job')).body).toEqual({});
  await socket.until(isOver);
  expect((await get('/history/job')).body).toHaveProperty('job');
});

test('faults of the stream: doubled, swapped, dropped; faults of HTTP: refused, slow', async () => {
  const { engine, connect, run, get } = await startEngine();
  engine.faults.duplicateEvents = true;
  const first = await connect('a');
  await run(chain(1, 1), { client_id: 'a' });
  await first.until(isOver);
  expect(first.types().filter((type) => type === 'execution_success')).toHaveLength(2);

  engine.faults.duplicateEvents = false;
  engine.faults.swapEvents = true;
  const second = await connect('b');
  await run(chain(1, 2), { client_id: 'b' });
  await second.until(isOver);
  const types = second.types();
  expect(types.indexOf('execution_cached')).toBeLessThan(types.indexOf('execution_start'));
  expect(types).toContain('execution_success');

  engine.faults.swapEvents = false;
  engine.faults.dropSocketAt = (event) => event === 'executed';
  const third = await connect('c');
  await run(chain(1, 3), { client_id: 'c' });
  expect(await third.closed).toBe(1006);

  engine.faults.refuse = (request) => (request === 'GET /queue' ? 503 : undefined);
  expect((await get('/queue')).status).toBe(503);
  const asked: string[] = [];
  engine.faults.responseDelayMs = (request) => asked.push(request);
  await get('/system_stats');
  expect(asked).toEqual(['GET /system_stats']);
});

test('a restart forgets queue, history and cache, and comes back on its port; output stays, temp goes', async () => {
  const { engine, url, dataRoot, run, get } = await startEngine();
  const id = await run(chain());
  await writeFile(join(dataRoot, 'output', 'kept.txt'), 'x');
  await writeFile(join(dataRoot, 'temp', 'gone.txt'), 'x');
  await engine.restart({ downMs: 5 });
  expect((await get(`/history/${id}`)).body).toEqual({});
  expect(JSON.stringify((await get(`/history/${await run(chain())}`)).body)).toContain('run 2');
  expect((await fetch(`${url}/view?filename=kept.txt`)).status).toBe(200);
  expect(await readdir(join(dataRoot, 'temp'))).toEqual([]);
});

test('stop ends a running job, open sockets and half-sent requests at once', async () => {
  const { engine, url, dataRoot, connect, post } = await startEngine({ stepDelayMs: 60_000 });
  const socket = await connect('me');
  await post('/prompt', { prompt: chain(100), client_id: 'me' });
  await socket.until(({ type }) => type === 'progress');
  const half = fetch(`${url}/prompt`, { method: 'POST', body: new ReadableStream(), duplex: 'half' } as RequestInit);
  await Promise.all([engine.stop(), expect(half).rejects.toThrow()]);
  expect(await socket.closed).toBe(1006);
  await expect(fetch(url)).rejects.toThrow();
  expect(existsSync(join(dataRoot, 'output'))).toBe(true);
});

test('a replaced socket that closes silences its successor, unless that fault is off', async () => {
  const { engine, connect, run } = await startEngine();
  const successorHears = async (clientId: string) => {
    const older = await connect(clientId);
    const newer = await connect(clientId);
    older.close();
    await older.closed;
    await run(chain(1, clientId.length), { client_id: clientId });
    await newer.settle();
    return newer.types().includes('execution_success');
  };
  expect(await successorHears('a')).toBe(false);
  engine.faults.socketReplacementBug = false;
  expect(await successorHears('bb')).toBe(true);
});

test('a message of more than 4 MiB breaks the connection without a close frame', async () => {
  const { connect } = await startEngine();
  const socket = await connect('me');
  socket.send('x'.repeat(4 * 1024 * 1024 + 1));
  expect(await socket.closed).toBe(1006);
});
