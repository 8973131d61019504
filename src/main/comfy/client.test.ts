import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger, systemClock } from '../system.js';
import { type ComfyClient, createComfyClient } from './client.js';
import { empty, json, type ScriptedServer, startScriptedServer } from './scripted-server.js';

let server: ScriptedServer;
let client: ComfyClient;

function clientFor(baseUrl: string, more: { timeoutMs?: number; headers?: Record<string, string> } = {}): ComfyClient {
  return createComfyClient({ baseUrl, logger: silentLogger, clock: systemClock, ...more });
}

beforeEach(async () => {
  server = await startScriptedServer();
  client = clientFor(server.baseUrl);
});

afterEach(async () => {
  client.dispose();
  await server.close();
});

describe('what is sent', () => {
  it('has the given headers, credentials as Basic, and never an Origin', async () => {
    server.on('GET /features', json({}));
    const other = clientFor(server.baseUrl.replace('//', '//ann:pw@'), {
      headers: { 'X-Key': '1', Origin: 'http://x' },
    });
    await other.features();
    other.dispose();
    const headers = server.asked[0]?.headers;
    expect(headers).toMatchObject({ 'x-key': '1', authorization: `Basic ${Buffer.from('ann:pw').toString('base64')}` });
    expect(headers).not.toHaveProperty('origin');
    expect(headers).not.toHaveProperty('sec-fetch-mode');
    expect(other.address).toBe(server.baseUrl);
  });

  it('goes under the path prefix of the address', async () => {
    server.on('GET /deep/comfy/queue', json({ queue_running: [], queue_pending: [] }));
    const other = clientFor(`${server.baseUrl}/deep/comfy/`);
    expect(await other.queue()).toEqual({ running: [], pending: [] });
    other.dispose();
  });

  it('encodes names of node classes', async () => {
    const name = 'Image Resize / 🖼|x';
    server.on(`GET /object_info/${encodeURIComponent(name)}`, json({ [name]: { input: {} } }));
    expect(Object.keys(await client.objectInfo(name))).toEqual([name]);
  });

  it('reaches a server by the name localhost, whichever address it listens on', async () => {
    server.on('GET /features', json({}));
    const other = clientFor(server.baseUrl.replace('127.0.0.1', 'localhost'));
    expect(await other.features()).toEqual({});
    other.dispose();
  });

  it('keeps connections alive between reads', async () => {
    server.on('GET /features', json({}));
    let connections = 0;
    server.server.on('connection', () => {
      connections += 1;
    });
    for (let turn = 0; turn < 5; turn += 1) await client.features();
    expect(connections).toBe(1);
  });
});

describe('what comes back', () => {
  it('reads system_stats, whatever is missing', async () => {
    server.on(
      'GET /system_stats',
      json({ system: { os: 'posix' }, devices: [{ name: 'cpu', type: 'cpu', index: null, new_key: 1 }] }),
    );
    expect(await client.systemStats()).toMatchObject({
      system: { os: 'posix' },
      devices: [{ name: 'cpu', new_key: 1 }],
    });
  });

  it('takes a missing /features for none', async () => {
    expect(await client.features()).toBeUndefined();
  });

  it("reads node specifications with Python's numbers, old and new", async () => {
    const text =
      '{"A":{"input":{"required":{"seed":["INT",{"max":18446744073709551615,"min":-Infinity}],"mode":[["a","b"]]},"optional":{"x":["FLOAT"]}},' +
      '"output":["IMAGE"],"output_node":true},"B":{"input":{"required":{}},"input_order":{"required":["z"]},"display_name":null},"C":null,"D":{"input":{"required":{"a":["INT",null],"b":"x","c":[]}}}}';
    server.on('GET /object_info', json(text));
    const info = await client.objectInfo();
    expect(Object.keys(info)).toEqual(['A', 'B', 'D']);
    expect(info.D?.input.required).toEqual({ a: ['INT'] });
    expect(info.A).toMatchObject({
      name: 'A',
      input: { required: { seed: ['INT', { max: 2 ** 64, min: Number.NEGATIVE_INFINITY }], mode: [['a', 'b']] } },
      input_order: { required: ['seed', 'mode'], optional: ['x'] },
      output: ['IMAGE'],
      output_node: true,
    });
    expect(info.B).toMatchObject({ display_name: null, input_order: { required: ['z'], optional: [] }, output: [] });
  });

  it('sorts waiting jobs as they will run', async () => {
    const item = (number: number, id: string) => [
      number,
      id,
      { '1': { class_type: 'A', inputs: {} } },
      { client_id: 'c' },
      ['1'],
    ];
    server.on(
      'GET /queue',
      json({
        queue_running: [item(3, 'r')],
        queue_pending: [item(-1, 'a'), item(7, 'z'), item(4, 'n'), item(7, 'y'), item(5.5, 'f')],
      }),
    );
    const { running, pending } = await client.queue();
    expect(running[0]).toMatchObject({ number: 3, promptId: 'r', outputs: ['1'], extraData: { client_id: 'c' } });
    expect(pending.map((entry) => entry.promptId)).toEqual(['a', 'n', 'f', 'y', 'z']);
  });

  it('reads a history entry, and nothing for a job that is not over', async () => {
    const entry = {
      prompt: [1, 'p', { '1': { class_type: 'A', inputs: { seed: 1 } } }, {}, ['1']],
      outputs: {},
      status: null,
    };
    server.on('GET /history/p', json({ p: entry }));
    server.on('GET /history/q', json({}));
    expect(await client.history('p')).toMatchObject({
      prompt: { promptId: 'p', graph: { '1': { class_type: 'A' } } },
      outputs: {},
    });
    expect(await client.history('q')).toBeUndefined();
  });

  it('asks for pages of the history, oldest first', async () => {
    server.on('GET /history', json({ a: { outputs: {} }, b: { outputs: {} } }));
    const list = await client.historyList({ max: 2, offset: 4 });
    expect(list.map((item) => item.promptId)).toEqual(['a', 'b']);
    expect(server.asked[0]?.query.toString()).toBe('max_items=2&offset=4');
  });

  it('reads compressed answers', async () => {
    const body = Buffer.from(JSON.stringify(['a', 'b']));
    server.on('GET /models', (_asked, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body));
    });
    server.on('GET /models/loras', (_asked, response) => {
      response.writeHead(200, { 'content-encoding': 'deflate' }).end(deflateSync(body));
    });
    expect(await client.modelFolders()).toEqual(['a', 'b']);
    expect(await client.models('loras')).toEqual(['a', 'b']);
  });

  it('takes an unknown model folder for an empty one', async () => {
    expect(await client.models('nope')).toEqual([]);
  });
});

describe('cancelling', () => {
  const running = (id: string) => json({ queue_running: [[1, id, {}, {}, []]], queue_pending: [] });

  it('interrupts the job only if it runs', async () => {
    server.on('POST /interrupt', empty());
    server.on('GET /queue', running('mine'));
    expect(await client.interrupt('mine')).toBe(true);
    expect(JSON.parse(server.asked.at(-1)?.body.toString() ?? '')).toEqual({ prompt_id: 'mine' });
    server.on('GET /queue', running("somebody else's"));
    expect(await client.interrupt('mine')).toBe(false);
    expect(server.asked.filter((asked) => asked.path === '/interrupt')).toHaveLength(1);
  });

  it('takes waiting jobs out of the queue', async () => {
    server.on('POST /queue', empty());
    await client.deletePending(['a', 'b']);
    expect(server.asked[0]?.body.toString()).toBe('{"delete":["a","b"]}');
  });

  it('uses the jobs API where there is one and says where there is none', async () => {
    server.on('POST /api/jobs/p/cancel', json({ cancelled: true }));
    server.on('GET /api/jobs/p', json({ id: 'p', status: 'in_progress', priority: 1 }));
    server.on('GET /api/jobs/gone', json({ error: 'Job not found' }, 404));
    expect(await client.cancelJob('p')).toBe(true);
    expect(await client.job('p')).toMatchObject({ id: 'p', status: 'in_progress' });
    expect(await client.job('gone')).toBeUndefined();
    await expect(client.job('other')).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    await expect(client.cancelJob('other')).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    await expect(client.jobs({})).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });
});

describe('files', () => {
  it('opens a file as a stream, ranges and all', async () => {
    const bytes = Buffer.from('0123456789');
    server.on('GET /view', (asked, response) => {
      expect(Object.fromEntries(asked.query)).toEqual({ filename: 'a b.png', subfolder: 'x\\y', type: 'temp' });
      if (asked.headers.range === 'bytes=2-4') {
        response.writeHead(206, { 'content-range': 'bytes 2-4/10', 'content-length': 3 }).end(bytes.subarray(2, 5));
      } else response.writeHead(200, { 'content-type': 'image/png', 'content-length': 10 }).end(bytes);
    });
    const file = { filename: 'a b.png', subfolder: 'x\\y', type: 'temp' };
    const whole = await client.view(file);
    expect([whole.status, whole.size, whole.headers['content-type'], await textOf(whole.body)]).toEqual([
      200,
      10,
      'image/png',
      '0123456789',
    ]);
    const part = await client.view(file, { range: 'bytes=2-4' });
    expect([part.status, part.headers['content-range'], await textOf(part.body)]).toEqual([206, 'bytes 2-4/10', '234']);
  });

  it('tells a missing file from a server that is down', async () => {
    await expect(client.view({ filename: 'x.png' })).rejects.toMatchObject({ code: 'MEDIA_UNAVAILABLE' });
    const { baseUrl } = server;
    await server.close();
    const other = clientFor(baseUrl);
    await expect(other.view({ filename: 'x.png' })).rejects.toMatchObject({ code: 'COMFYUI_UNREACHABLE' });
    other.dispose();
  });

  it('stops a download when asked to', async () => {
    server.on('GET /view', (_asked, response) => {
      response.writeHead(200, { 'content-length': 1_000_000 }).write('begin');
    });
    const stop = new AbortController();
    const { body } = await client.view({ filename: 'big.mp4' }, { signal: stop.signal });
    const read = textOf(body);
    stop.abort(new Error('enough'));
    await expect(read).rejects.toThrow();
  });

  it('follows a redirect to a file store, without our credentials', async () => {
    const store = await startScriptedServer();
    store.on('GET /blob', (_asked, response) => void response.end('bytes'));
    server.on(
      'GET /view',
      (_asked, response) => void response.writeHead(302, { location: `${store.baseUrl}/blob` }).end(),
    );
    const other = clientFor(server.baseUrl, { headers: { authorization: 'Bearer secret' } });
    const { body } = await other.view({ filename: 'x.png' });
    expect(await textOf(body)).toBe('bytes');
    expect(store.asked[0]?.headers).not.toHaveProperty('authorization');
    other.dispose();
    await store.close();
  });

  it.each([
    ['bytes', Buffer.from('hello')],
    ['a stream', streamOf('he', 'llo')],
  ])('uploads %s under a name that every server takes', async (_what, data) => {
    server.on('POST /upload/image', json({ name: 'x (1).png', subfolder: 'mcp', type: 'input', asset: { id: 1 } }));
    const answer = await client.upload({
      filename: '../dir/a"b é.png',
      data,
      subfolder: 'mcp',
      contentType: 'image/png',
    });
    expect(answer).toMatchObject({ name: 'x (1).png', subfolder: 'mcp', type: 'input' });
    const { headers, body } = server.asked[0] ?? {};
    const boundary = /boundary=(.+)$/.exec(headers?.['content-type'] ?? '')?.[1];
    expect(body?.toString('utf8')).toBe(
      `--${boundary}\r\nContent-Disposition: form-data; name="type"\r\n\r\ninput\r\n` +
        `--${boundary}\r\nContent-Disposition: form-data; name="subfolder"\r\n\r\nmcp\r\n` +
        `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="a_b é.png"\r\nContent-Type: image/png\r\n\r\nhello\r\n` +
        `--${boundary}--\r\n`,
    );
  });
});

describe('failures', () => {
  it('says at once that nobody listens, without credentials', async () => {
    const probe = createTcpServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const other = clientFor(`http://ann:secret@localhost:${port}/x/`);
    const error = await other.queue().catch((thrown) => thrown.toValue());
    expect(error).toMatchObject({
      code: 'COMFYUI_UNREACHABLE',
      message: `ComfyUI can't be reached at http://localhost:${port}/x: nothing listens there.`,
      hint: expect.stringContaining('Start ComfyUI'),
      details: { reason: 'ECONNREFUSED', delivered: false },
    });
    expect(JSON.stringify(error)).not.toContain('secret');
    other.dispose();
  });

  it('gives up a call that takes too long', async () => {
    server.on('GET /queue', () => {});
    const other = clientFor(server.baseUrl, { timeoutMs: 50 });
    await expect(other.queue()).rejects.toMatchObject({ code: 'COMFYUI_TIMEOUT', details: { delivered: 'unknown' } });
    other.dispose();
  });

  it('gives up an answer that never ends', async () => {
    server.on('GET /queue', (_asked, response) => void response.writeHead(200).write('{"queue_running":'));
    const other = clientFor(server.baseUrl, { timeoutMs: 50 });
    await expect(other.queue()).rejects.toMatchObject({ code: 'COMFYUI_TIMEOUT' });
    other.dispose();
  });

  it('stops when the caller does, with the reason of the caller', async () => {
    const stop = new AbortController();
    server.on('GET /queue', () => stop.abort(new Error('changed my mind')));
    await expect(client.queue({ signal: stop.signal })).rejects.toThrow('changed my mind');
    await expect(client.queue({ signal: stop.signal })).rejects.toThrow('changed my mind');
  });

  it('repeats a read whose kept connection was just closing', async () => {
    let turn = 0;
    server.on('GET /features', (_asked, response) => {
      turn += 1;
      if (turn === 2) response.socket?.destroy();
      else response.writeHead(200).end('{}');
    });
    await client.features();
    expect(await client.features()).toEqual({});
    expect(turn).toBe(3);
  });

  it('never repeats a command', async () => {
    server.on('GET /features', json({}));
    server.on('POST /prompt', (_asked, response) => void response.socket?.destroy());
    await client.features();
    const graph = { '1': { class_type: 'A', inputs: {} } };
    await expect(client.submit({ graph, promptId: 'p' })).rejects.toMatchObject({
      code: 'COMFYUI_UNREACHABLE',
      details: { delivered: 'unknown' },
    });
    expect(server.asked.filter((asked) => asked.path === '/prompt')).toHaveLength(1);
  });

  it.each([
    ['not JSON', (): string => '<html>hello</html>'],
    ['JSON of another shape', (): string => '{"queue":[]}'],
    ['an empty answer', (): string => ''],
  ])('calls %s unusable', async (_what, body) => {
    server.on('GET /queue', json(body()));
    await expect(client.queue()).rejects.toMatchObject({ code: 'COMFYUI_BAD_RESPONSE' });
  });

  it.each([
    [401, 'COMFYUI_BAD_RESPONSE', /login/],
    [403, 'COMFYUI_BAD_RESPONSE', /headers/],
    [404, 'COMFYUI_BAD_RESPONSE', /something else/],
    [413, 'COMFYUI_BAD_RESPONSE', /--max-upload-size/],
    [500, 'COMFYUI_BAD_RESPONSE', /log/],
    [502, 'COMFYUI_UNREACHABLE', /proxy/],
  ])('explains HTTP %i', async (status, code, hint) => {
    server.on('GET /queue', empty(status));
    await expect(client.queue()).rejects.toMatchObject({ code, hint: expect.stringMatching(hint) });
  });

  it('says where a redirected command should go', async () => {
    server.on(
      'POST /queue',
      (_asked, response) => void response.writeHead(301, { location: 'https://host/queue' }).end(),
    );
    await expect(client.deletePending(['x'])).rejects.toMatchObject({
      code: 'COMFYUI_BAD_RESPONSE',
      details: { location: 'https://host/queue' },
    });
  });
});

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function* streamOf(...texts: string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
