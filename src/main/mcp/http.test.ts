import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Agent } from '../../shared/status.js';
import { systemClock } from '../system.js';
import { connectLegacy, connectModern, memoryStore, startEndpoint, toolOf } from './testing.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options: Parameters<typeof startEndpoint>[0] = {}) {
  const started = await startEndpoint(options);
  cleanups.push(() => started.endpoint.stop());
  return started;
}

type Generation = 'legacy' | 'modern';

async function connect(generation: Generation, ...args: Parameters<typeof connectLegacy>) {
  const client = await (generation === 'legacy' ? connectLegacy : connectModern)(...args);
  cleanups.push(() => client.close());
  return client;
}

describe.each(['legacy', 'modern'] as const)('%s clients', (generation) => {
  it('learn name, version, instructions and tools', async () => {
    const { url, tools } = await start();
    const client = await connect(generation, url);
    expect(client.server).toMatchObject({ name: 'test-endpoint', version: '1.2.3' });
    expect(client.instructions).toBe('Be kind.');
    const listed = await client.list();
    expect(listed.map((tool) => tool.name)).toEqual(tools.map((tool) => tool.name));
    expect(listed[0]).toMatchObject({
      title: 'echo',
      description: 'Test tool echo.',
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    });
  });

  it('get structured content and the same as text', async () => {
    const { url, contexts } = await start();
    const client = await connect(generation, url);
    const answer = await client.call('echo', { text: 'hello' });
    expect(answer.structuredContent).toEqual({ input: { text: 'hello' } });
    expect(answer.content).toEqual([{ type: 'text', text: '{"input":{"text":"hello"}}' }]);
    expect(contexts[0]).toMatchObject({ door: 'mcp', client: { name: 'test-client', version: '9.9.9' } });
    expect(contexts[0]?.sessionId).toBe(client.sessionId);
    if (generation === 'legacy') expect(client.sessionId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('see progress that rises strictly', async () => {
    const { url } = await start();
    const client = await connect(generation, url);
    const seen: unknown[] = [];
    const answer = await client.call('count', {}, { onprogress: (progress) => seen.push(progress) });
    expect(answer.structuredContent).toEqual({ counted: 3 });
    expect(seen).toEqual([
      { progress: 1, total: 3, message: 'one' },
      { progress: 1.001, total: 3, message: 'still one' },
      { progress: 3, total: 3, message: 'three' },
    ]);
  });

  it('get images and links to assets', async () => {
    const { url } = await start();
    const client = await connect(generation, url);
    const answer = await client.call('picture');
    expect(answer.content.slice(1)).toEqual([
      { type: 'image', data: 'AQID', mimeType: 'image/webp' },
      { type: 'resource_link', uri: 'http://127.0.0.1:1/a/1/x/p.png', name: 'p.png', mimeType: 'image/png' },
    ]);
  });

  it('get failures as answers, with a sentence and a code', async () => {
    const error = vi.fn();
    const logger = { debug() {}, info() {}, warn() {}, error, child: () => logger };
    const { url } = await start({ logger });
    const client = await connect(generation, url);
    const refused = await client.call('fail');
    const expected = {
      error: 'No such model.',
      error_code: 'MODEL_NOT_FOUND',
      hint: 'Try another.',
      details: { value: 'x' },
    };
    expect(refused).toMatchObject({ isError: true, structuredContent: expected });
    expect(refused.content).toEqual([{ type: 'text', text: JSON.stringify(expected) }]);
    expect(error).not.toHaveBeenCalled();

    const crashed = await client.call('crash');
    expect(crashed).toMatchObject({
      isError: true,
      structuredContent: { error: 'a bug', error_code: 'INTERNAL_ERROR' },
    });
    expect(error).toHaveBeenCalledWith('A tool failed unexpectedly', {
      tool: 'crash',
      error: expect.objectContaining({ message: 'a bug', stack: expect.stringContaining('testing.ts') }),
    });
  });

  it('get a protocol error for a tool that does not exist', async () => {
    const { url } = await start();
    const client = await connect(generation, url);
    await expect(client.call('nonsense')).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('Unknown tool: nonsense'),
    });
  });

  it('end the waiting when they give up', async () => {
    const { url, contexts } = await start();
    const client = await connect(generation, url);
    const abort = new AbortController();
    const call = client.call('wait', {}, { signal: abort.signal });
    call.catch(() => undefined);
    await vi.waitFor(() => expect(contexts).toHaveLength(1));
    expect(contexts[0]?.signal.aborted).toBe(false);
    abort.abort();
    await expect(call).rejects.toThrow();
    await vi.waitFor(() => expect(contexts[0]?.signal.aborted).toBe(true));
    expect((await client.call('echo')).isError).toBeUndefined();
  });

  it('end the waiting when their connection breaks', async () => {
    const { url, contexts } = await start();
    const client = await connect(generation, url);
    client.call('wait').catch(() => undefined);
    await vi.waitFor(() => expect(contexts).toHaveLength(1));
    await client.close();
    await vi.waitFor(() => expect(contexts[0]?.signal.aborted).toBe(true));
  });

  it('are told when the tools change', async () => {
    const { url, endpoint, swapTable, tools } = await start();
    const onToolsChanged = vi.fn();
    const client = await connect(generation, url, { onToolsChanged });
    expect(await client.list()).toHaveLength(tools.length);
    swapTable([...tools, toolOf('new_one', async () => ({}))]);
    // The older client opens its stream on its own time.
    await vi.waitFor(() => {
      endpoint.toolsChanged();
      expect(onToolsChanged).toHaveBeenCalled();
    });
    expect((await client.list()).map((tool) => tool.name)).toContain('new_one');
  });

  it('need the token when there is one', async () => {
    const { url } = await start({ token: () => 'secret' });
    await expect(connect(generation, url)).rejects.toThrow();
    await expect(connect(generation, url, { token: 'secreT' })).rejects.toThrow();
    const client = await connect(generation, url, { token: 'secret' });
    expect(await client.list()).not.toHaveLength(0);
  });

  it('are listed while connected', async () => {
    const told: Agent[][] = [];
    const { url, endpoint } = await start({ onAgents: (agents) => told.push(agents) });
    expect(endpoint.agents()).toEqual([]);
    const client = await connect(generation, url);
    await client.list();
    expect(endpoint.agents()).toMatchObject([{ name: 'test-client', version: '9.9.9', last_call_at: null }]);
    await client.call('echo');
    await vi.waitFor(() => expect(told.at(-1)).toMatchObject([{ last_call_at: expect.stringContaining('T') }]));
    expect(endpoint.agents()[0]?.session_id).toBe(client.sessionId ?? 'test-client@127.0.0.1');
  });
});

describe('sessions', () => {
  it('go on after a restart on the same port', async () => {
    const store = memoryStore();
    const before = await startEndpoint({ sessionStore: store });
    const client = await connect('legacy', before.url);
    await client.call('echo');
    await before.endpoint.stop();

    const after = await start({ sessionStore: store, port: before.port });
    // The client may not have noticed yet that its connection was closed, and try it once more.
    const answer = await vi.waitFor(() => client.call('echo', { text: 'again' }));
    expect(answer.structuredContent).toEqual({ input: { text: 'again' } });
    expect(after.contexts[0]).toMatchObject({
      sessionId: client.sessionId,
      client: { name: 'test-client', version: '9.9.9' },
    });
    expect(after.endpoint.agents()).toMatchObject([{ name: 'test-client', session_id: client.sessionId }]);
  });

  it('are revived once when two requests come together', async () => {
    const store = memoryStore();
    const before = await startEndpoint({ sessionStore: store });
    const client = await connect('legacy', before.url);
    await before.endpoint.stop();
    const load = vi.spyOn(store, 'load');
    const { url } = await start({ sessionStore: store, port: before.port });
    const headers = { 'mcp-session-id': client.sessionId ?? '' };
    const answers = await Promise.all([rawCall(url, headers), rawCall(url, headers), rawCall(url, headers)]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('that nobody knows are answered 404', async () => {
    const { url } = await start();
    const response = await rawCall(url, { 'mcp-session-id': 'nobody' });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: -32001, message: 'Session not found' } });
  });

  it('that are long unused have ended', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const clock = { ...systemClock, now: () => now };
    const store = memoryStore();
    const before = await startEndpoint({ sessionStore: store, clock });
    const client = await connect('legacy', before.url);
    await before.endpoint.stop();
    now += 49 * 3_600_000;
    const prune = vi.spyOn(store, 'prune').mockImplementation(() => undefined);
    const after = await start({ sessionStore: store, clock, port: before.port });
    expect(prune).toHaveBeenCalled();
    const response = await rawCall(after.url, { 'mcp-session-id': client.sessionId ?? '' });
    expect(response.status).toBe(404);
    expect(store.sessions.size).toBe(0);
  });

  it('end when the client deletes them', async () => {
    const { url, store, endpoint } = await start();
    const client = await connect('legacy', url);
    const headers = { 'mcp-session-id': client.sessionId ?? '' };
    expect(store.sessions.size).toBe(1);
    expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(200);
    expect(store.sessions.size).toBe(0);
    expect(endpoint.agents()).toEqual([]);
    expect((await rawCall(url, headers)).status).toBe(404);
  });

  it.each([
    ['2024-11-05', ['text', 'image']],
    ['2025-03-26', ['text', 'image']],
    ['2025-06-18', ['text', 'image', 'resource_link']],
  ])('of %s get only kinds of content that it knows', async (protocolVersion, kinds) => {
    const { url } = await start();
    const clientInfo = { name: 'old', version: '1' };
    const params = { protocolVersion, capabilities: {}, clientInfo };
    const initialized = await rawCall(url, {}, { method: 'initialize', params });
    const headers = { 'mcp-session-id': initialized.headers.get('mcp-session-id') ?? '' };
    await initialized.text();
    const answer = await rawCall(url, headers, { method: 'tools/call', params: { name: 'picture', arguments: {} } });
    const [, data = '{}'] = /^data: (\{.*)$/m.exec(await answer.text()) ?? [];
    const { result } = z
      .object({ result: z.object({ content: z.array(z.object({ type: z.string() })) }) })
      .parse(JSON.parse(data));
    expect(result.content.map(({ type }) => type)).toEqual(kinds);
  });

  it('need an id once they are initialised', async () => {
    const { url } = await start();
    expect((await rawCall(url, {})).status).toBe(400);
  });

  it('of 2026-07-28 are what the client says', async () => {
    const { url, contexts } = await start();
    await modernCall(url, { 'mcp-session-id': 'chat-7' });
    await modernCall(url, { 'mcp-session-id': 'chat-7' }, { 'comfyui-mcp/session_id': 'chat-8' });
    await modernCall(url, { 'mcp-session-id': 'not a token' });
    expect(contexts.map((context) => context.sessionId)).toEqual(['chat-7', 'chat-8', undefined]);
  });
});

describe('stopping', () => {
  it('ends open streams and waiting calls', async () => {
    const { url, endpoint, contexts } = await startEndpoint();
    const legacy = await connect('legacy', url, { onToolsChanged: () => undefined });
    const modern = await connect('modern', url, { onToolsChanged: () => undefined });
    const calls = [legacy.call('wait'), modern.call('wait')];
    for (const call of calls) call.catch(() => undefined);
    await vi.waitFor(() => expect(contexts).toHaveLength(2));
    await Promise.all([legacy.close(), endpoint.stop()]);
    expect(contexts.map((context) => context.signal.aborted)).toEqual([true, true]);
    expect(endpoint.url).toBeNull();
    await expect(fetch(url)).rejects.toThrow();
  });

  it('can be followed by another start', async () => {
    const { endpoint } = await start();
    await endpoint.stop();
    const { url } = await endpoint.start();
    expect(await (await connect('modern', url)).list()).not.toHaveLength(0);
  });
});

const accept = 'application/json, text/event-stream';

function rawCall(
  url: string,
  headers: Record<string, string>,
  message: Record<string, unknown> = { method: 'tools/list' },
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
  });
}

async function modernCall(url: string, headers: Record<string, string>, meta: Record<string, unknown> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'echo',
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name: 'echo',
        arguments: {},
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
          ...meta,
        },
      },
    }),
  });
  expect(response.status).toBe(200);
}
