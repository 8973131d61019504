import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { chain, startEngine } from './test-engine.js';
import type { TestMessage } from './test-socket.js';

const isOver = ({ type, data }: TestMessage) => type === 'executing' && data.node === null;

test('2023-08: bare paths, own ids, few fields', async () => {
  const { connect, get, post } = await startEngine({ profile: '2023-08' });
  expect((await get('/api/prompt')).status).toBe(404);
  expect((await get('/features')).status).toBe(404);
  expect((await get('/models')).status).toBe(404);
  expect((await post('/prompt', {})).body).toEqual({ error: 'no prompt', node_errors: [] });
  const socket = await connect('me', true);
  const { body } = await post('/prompt', { prompt: chain(1), client_id: 'me', prompt_id: 'mine' });
  const { prompt_id: id } = body as { prompt_id: string };
  expect(id).not.toBe('mine');
  await socket.until(isOver);
  expect(socket.types()).toEqual([
    ...['status', 'status', 'status', 'execution_start', 'execution_cached'],
    ...['executing', 'executing', 'progress', 'binary 1', 'executing', 'executed', 'status', 'executing'],
  ]);
  expect(socket.messages.find(({ type }) => type === 'progress')?.data).toEqual({ value: 1, max: 1 });
  expect(socket.messages.find(({ type }) => type === 'executing')?.data).toEqual({ node: '1', prompt_id: id });
  expect(Object.keys(((await get(`/history/${id}`)).body as Record<string, object>)[id] ?? {})).toEqual([
    'prompt',
    'outputs',
  ]);
  expect(JSON.stringify((await get('/object_info/Show')).body)).not.toContain('input_order');
  expect((await get('/system_stats')).body).not.toHaveProperty('system.comfyui_version');
});

test('0.3.64: says what it is, and that it is the demo', async () => {
  const { get } = await startEngine();
  expect((await get('/api/system_stats')).body).toMatchObject({
    system: { comfyui_version: '0.3.64', os: expect.any(String), argv: expect.any(Array) },
    devices: [{ name: 'Demo engine (no GPU)', type: 'cpu', index: null }],
  });
  expect((await get('/api/jobs')).status).toBe(404);
});

test('0.38: UUIDs only, secrets hidden, missing nodes by title', async () => {
  const { post, get, run } = await startEngine({ profile: '0.38' });
  expect(await post('/prompt', { prompt: chain(), prompt_id: 'mine' })).toMatchObject({
    status: 400,
    body: { error: { type: 'invalid_prompt_id', message: 'prompt_id must be a valid UUID' } },
  });
  expect((await post('/prompt', { prompt: chain(), prompt_id: randomUUID().toUpperCase() })).status).toBe(400);
  expect((await post('/prompt', { prompt: { 1: { class_type: 'X', inputs: {} } } })).body).toMatchObject({
    error: { type: 'missing_node_type' },
  });
  const id = await run(chain(), { prompt_id: null, extra_data: { api_key_comfy_org: 'secret', kept: 1 } });
  const detail = JSON.stringify((await get(`/api/jobs/${id}`)).body);
  expect(detail).toContain('"kept":1');
  expect(detail).toContain('"create_time"');
  expect(detail).not.toContain('secret');
  expect((await get('/api/assets')).body).toMatchObject({ error: { code: 'SERVICE_DISABLED' } });
  expect((await get('/jobs')).status).toBe(404);
});

test('0.38: the jobs API tells running, pending and done apart, pages, and cancels', async () => {
  const { connect, post, get, run, idle } = await startEngine({ profile: '0.38', stepDelayMs: 5 });
  const done = await run(chain(1, 1));
  const failed = await run({
    1: { class_type: 'Constant', inputs: { value: 1 } },
    2: { class_type: 'Fail', inputs: { value: ['1', 0] } },
    3: { class_type: 'Show', inputs: { value: ['2', 0], label: '' } },
  });
  const socket = await connect('me');
  const [running, pending, other] = [randomUUID(), randomUUID(), randomUUID()];
  for (const [at, id] of [running, pending, other].entries()) {
    await post('/prompt', { prompt: chain(10_000, at), prompt_id: id, client_id: 'me' });
  }
  await socket.until(({ type }) => type === 'progress');
  const statusOf = async (query: string) => {
    const { body } = await get(`/api/jobs${query}`);
    const { jobs, pagination } = body as { jobs: { id: string; status: string }[]; pagination: unknown };
    return { jobs: Object.fromEntries(jobs.map(({ id, status }) => [id, status])), pagination };
  };
  expect(await statusOf('')).toEqual({
    jobs: {
      [running]: 'in_progress',
      [pending]: 'pending',
      [other]: 'pending',
      [done]: 'completed',
      [failed]: 'failed',
    },
    pagination: { offset: 0, limit: null, total: 5, has_more: false },
  });
  expect(await statusOf('?status=completed,failed&limit=1&sort_order=asc')).toEqual({
    jobs: { [done]: 'completed' },
    pagination: { offset: 0, limit: 1, total: 2, has_more: true },
  });
  for (const query of ['?status=odd', '?limit=x', '?limit=0', '?offset=-1', '?sort_by=x', '?sort_order=up']) {
    expect(await get(`/api/jobs${query}`)).toMatchObject({ status: 400, body: { error: expect.any(String) } });
  }
  expect(await get(`/api/jobs/${randomUUID()}`)).toEqual({ status: 404, body: { error: 'Job not found' } });

  expect(await post(`/api/jobs/${pending}/cancel`, {})).toEqual({ status: 200, body: { cancelled: true } });
  expect(await post(`/api/jobs/${pending}/cancel`, {})).toEqual({ status: 200, body: { cancelled: false } });
  expect(await post('/api/jobs/cancel', { job_ids: ['x'] })).toMatchObject({
    status: 400,
    body: { invalid_ids: ['x'] },
  });
  expect(await post('/api/jobs/cancel', { job_ids: [other, running] })).toEqual({
    status: 200,
    body: { cancelled: true },
  });
  await idle();
  expect((await get(`/api/jobs/${running}`)).body).toMatchObject({ status: 'cancelled' });
  expect((await get(`/api/jobs/${failed}`)).body).toMatchObject({
    status: 'failed',
    execution_error: { node_id: '2', exception_message: 'no such value\n' },
    execution_status: { status_str: 'error', completed: false },
    workflow: { prompt: expect.any(Object) },
  });
});
