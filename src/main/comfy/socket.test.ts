import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { silentLogger, systemClock } from '../system.js';
import { type ComfySocket, createComfySocket, type SocketEvent, type SocketTimings } from './socket.js';

let http: Server;
let sockets: WebSocketServer;
let baseUrl: string;
let connections: { socket: WebSocket; request: IncomingMessage; received: string[] }[];
let created: ComfySocket[];

beforeEach(async () => {
  connections = [];
  created = [];
  http = createServer((_request, response) => void response.writeHead(404).end()).listen(0, '127.0.0.1');
  sockets = new WebSocketServer({ server: http, path: '/ws' });
  sockets.on('connection', (socket, request) => {
    const received: string[] = [];
    connections.push({ socket, request, received });
    socket.on('message', (data) => received.push(String(data)));
  });
  await once(http, 'listening');
  baseUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const socket of created) await socket.close();
  for (const { socket } of connections) socket.terminate();
  sockets.close();
  await new Promise((resolve) => http.close(resolve));
});

/** A socket, started, with all its events and a way to wait for one. */
function start({
  timings = {},
  headers = {},
}: {
  timings?: Partial<SocketTimings>;
  headers?: Record<string, string>;
} = {}) {
  const quick = { retryMs: 5, maxRetryMs: 20, ...timings };
  const socket = createComfySocket({
    baseUrl,
    headers,
    clientId: 'me',
    logger: silentLogger,
    clock: systemClock,
    timings: quick,
  });
  created.push(socket);
  const events: SocketEvent[] = [];
  const waiting: { test: (event: SocketEvent) => boolean; resolve: () => void }[] = [];
  socket.listen((event) => {
    events.push(event);
    for (const entry of waiting) if (entry.test(event)) entry.resolve();
  });
  /** Resolves when `count` events of the type (or kind of message) have come since the start. */
  const seen = (name: string, count = 1) =>
    new Promise<void>((resolve) => {
      const matches = (event: SocketEvent) =>
        event.type === name || (event.type === 'message' && event.message.type === name);
      const test = () => events.filter(matches).length >= count;
      if (test()) resolve();
      else waiting.push({ test, resolve });
    });
  socket.start();
  return { socket, events, seen };
}

function send(message: unknown): void {
  connections.at(-1)?.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
}

const status = { type: 'status', data: { status: { exec_info: { queue_remaining: 0 } } } };
const preview = Buffer.concat([Buffer.from([0, 0, 0, 1, 0, 0, 0, 1]), Buffer.from([0xff, 0xd8])]);

function previewsOf(events: SocketEvent[]) {
  return events.flatMap((event) => (event.type === 'preview' ? [event.preview] : []));
}

describe('connecting', () => {
  it('names the client, sends the headers but no Origin, and the flags first', async () => {
    const { socket, seen, events } = start({ headers: { Authorization: 'Bearer x', Origin: 'http://evil' } });
    await seen('connected');
    expect(socket.connected).toBe(true);
    send(status);
    await seen('status');
    const [connection] = connections;
    expect(connection?.request.url).toBe('/ws?clientId=me');
    expect(connection?.request.headers).toMatchObject({ authorization: 'Bearer x' });
    expect(connection?.request.headers).not.toHaveProperty('origin');
    await socket.close();
    expect(connection?.received).toEqual(['{"type":"feature_flags","data":{"supports_preview_metadata":true}}']);
    expect(events[0]).toEqual({ type: 'connected', again: false });
    expect(events.at(-1)).toMatchObject({ type: 'disconnected', wasConnected: true, retryInMs: undefined });
    expect(socket.connected).toBe(false);
  });

  it('connects once, however often it is started', async () => {
    const { socket, seen } = start();
    socket.start();
    await seen('connected');
    send(status);
    await seen('status');
    expect(connections).toHaveLength(1);
  });

  it('says why the server refuses, and keeps trying', async () => {
    sockets.options.path = '/elsewhere';
    const { events, seen } = start();
    await seen('disconnected', 3);
    expect(events[0]).toMatchObject({ type: 'disconnected', wasConnected: false });
    expect(events.every((event) => event.type === 'disconnected')).toBe(true);
    sockets.options.path = '/ws';
    await seen('connected');
  });

  it('closes while it waits for the next try', async () => {
    sockets.options.path = '/elsewhere';
    const { socket, seen } = start({ timings: { retryMs: 3_600_000, maxRetryMs: 3_600_000 } });
    await seen('disconnected');
    await socket.close();
    expect(connections).toHaveLength(0);
  });
});

describe('messages', () => {
  it('passes on what it knows, ignores the rest, and survives rubbish', async () => {
    const { events, seen } = start();
    await seen('connected');
    send({ type: 'crystools.monitor', data: {} });
    send('rubbish');
    send({ type: 'executed', data: { prompt_id: 'p' } });
    connections[0]?.socket.send(Buffer.from([9, 9, 9]));
    connections[0]?.socket.send(Buffer.concat([Buffer.from([0, 0, 0, 3, 0, 0, 0, 1]), Buffer.from('7hello')]));
    send({ type: 'executing', data: { node: '1', prompt_id: 'p' } });
    await seen('executing');
    expect(events.slice(1)).toEqual([
      { type: 'text', nodeId: '7', text: 'hello' },
      { type: 'message', message: { type: 'executing', data: { node: '1', prompt_id: 'p' } } },
    ]);
  });

  it('goes on when a listener fails', async () => {
    const { socket, seen } = start();
    const heard: string[] = [];
    socket.listen(() => {
      throw new Error('broken listener');
    });
    const stop = socket.listen((event) => heard.push(event.type));
    await seen('connected');
    send(status);
    await seen('status');
    stop();
    send(status);
    await seen('status', 2);
    expect(heard).toEqual(['connected', 'message']);
  });
});

describe('previews', () => {
  it('that name nothing belong to the node last heard of', async () => {
    const { events, seen } = start();
    await seen('connected');
    const { socket } = connections[0] ?? {};
    socket?.send(preview);
    send({ type: 'execution_start', data: { prompt_id: 'p' } });
    send({ type: 'executing', data: { node: '3', display_node: '3', prompt_id: 'p' } });
    socket?.send(preview);
    send({ type: 'executing', data: { node: null, prompt_id: 'p' } });
    socket?.send(preview);
    send({ type: 'progress', data: { value: 1, max: 2, prompt_id: 'of nobody', node: '8' } });
    socket?.send(preview);
    await seen('preview', 4);
    expect(previewsOf(events).map(({ promptId, nodeId }) => [promptId, nodeId])).toEqual([
      [undefined, undefined],
      ['p', '3'],
      [undefined, undefined],
      ['of nobody', '8'],
    ]);
    expect(previewsOf(events)[0]).toMatchObject({ mimeType: 'image/jpeg', image: Buffer.from([0xff, 0xd8]) });
  });

  it('that name their job keep it', async () => {
    const { events, seen } = start();
    await seen('connected');
    send({ type: 'executing', data: { node: '3', prompt_id: 'p' } });
    const metadata = Buffer.from(JSON.stringify({ node_id: '5', prompt_id: 'q', image_type: 'image/png' }));
    connections[0]?.socket.send(Buffer.concat([Buffer.from([0, 0, 0, 4, 0, 0, 0, metadata.length]), metadata]));
    await seen('preview');
    expect(previewsOf(events)[0]).toMatchObject({ promptId: 'q', nodeId: '5', mimeType: 'image/png' });
  });
});

describe('connecting again', () => {
  it('comes back under the same id, sends the flags again, and says so', async () => {
    const { events, seen } = start();
    await seen('connected');
    connections[0]?.socket.close(1001, 'going away');
    await seen('connected', 2);
    send(status);
    await seen('status');
    expect(events.map((event) => event.type)).toEqual(['connected', 'disconnected', 'connected', 'message']);
    expect(events[1]).toMatchObject({ reason: 'going away', wasConnected: true, retryInMs: expect.any(Number) });
    expect(events[2]).toEqual({ type: 'connected', again: true });
    expect(connections.map(({ request }) => request.url)).toEqual(['/ws?clientId=me', '/ws?clientId=me']);
    await expect.poll(() => connections[1]?.received, { timeout: 20_000 }).toEqual(connections[0]?.received);
  });

  it('never has two connections: the old one is closed before the new one is made', async () => {
    const { socket, seen } = start();
    await seen('connected');
    const first = connections[0]?.socket;
    const states: (number | undefined)[] = [];
    sockets.on('connection', () => states.push(first?.readyState));
    socket.reconnect();
    await seen('connected', 2);
    expect(states).toEqual([first?.CLOSED]);
  });

  it('waits longer after each failure, up to a limit', async () => {
    sockets.options.path = '/elsewhere';
    const { events, seen } = start({ timings: { retryMs: 2, maxRetryMs: 12 } });
    await seen('disconnected', 5);
    const waits = events.flatMap((event) => (event.type === 'disconnected' ? [event.retryInMs ?? 0] : []));
    for (const [index, wait] of waits.entries()) {
      const full = Math.min(12, 2 * 2 ** index);
      expect(wait).toBeGreaterThanOrEqual(Math.floor(full * 0.75));
      expect(wait).toBeLessThanOrEqual(Math.ceil(full * 1.25));
    }
  });

  it('takes a silent connection for dead, but not one that answers pings', async () => {
    const { seen } = start({ timings: { pingEveryMs: 10, silentForMs: 60 } });
    await seen('connected');
    const { socket } = connections[0] ?? {};
    let pings = 0;
    await new Promise<void>((resolve) => {
      socket?.on('ping', () => {
        pings += 1;
        if (pings === 10) resolve();
      });
    });
    expect(connections).toHaveLength(1);
    // From now on the server reads nothing and answers nothing.
    socket?.pause();
    await seen('connected', 2);
    expect(connections).toHaveLength(2);
  });
});
