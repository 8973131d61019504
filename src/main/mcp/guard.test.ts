import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { createGuard, hostInUrl, isLoopback, sameSecret } from './guard.js';
import { raw, startEndpoint } from './testing.js';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(options: Parameters<typeof startEndpoint>[0] = {}) {
  const started = await startEndpoint(options);
  stops.push(() => started.endpoint.stop());
  return started;
}

const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
});
const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

function post(port: number, more: Record<string, string>, body: string | Buffer = initialize) {
  return raw(port, '/mcp', { method: 'POST', headers: { ...headers, ...more }, body });
}

describe('Host and Origin', () => {
  it.each([
    ['127.0.0.1', 200],
    ['localhost', 200],
    ['LOCALHOST', 200],
    ['[::1]', 200],
    ['evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['0.0.0.0', 403],
    ['10.0.0.7', 403],
  ])('Host %s is answered %d', async (host, status) => {
    const { port } = await start();
    const answer = await post(port, { host: `${host}:${port}` });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.json()).toMatchObject({ jsonrpc: '2.0', error: { code: -32000 }, id: null });
  });

  it('refuses a loopback name with another port, and one without', async () => {
    const { port } = await start();
    expect((await post(port, { host: `localhost:${port + 1}` })).status).toBe(403);
    expect((await post(port, { host: 'localhost' })).status).toBe(403);
  });

  it('refuses foreign pages and takes its own', async () => {
    const { port } = await start();
    const host = `localhost:${port}`;
    const status = async (origin: string) => (await post(port, { host, origin })).status;
    expect(await status('http://localhost:5173')).toBe(403);
    expect(await status('https://evil.example')).toBe(403);
    expect(await status(`https://localhost:${port}`)).toBe(403);
    expect(await status('null')).toBe(403);
    expect(await status('')).toBe(403);
    expect(await status(`http://localhost:${port}`)).toBe(200);
    expect(await status(`http://127.0.0.1:${port}`)).toBe(200);
  });

  it('takes the origins it was told, exactly', async () => {
    const { port } = await start({ allowedOrigins: ['http://localhost:6274'] });
    const host = `localhost:${port}`;
    expect((await post(port, { host, origin: 'http://localhost:6274' })).status).toBe(200);
    expect((await post(port, { host, origin: 'http://localhost:62741' })).status).toBe(403);
  });

  it('guards every path', async () => {
    const { port } = await start();
    for (const path of ['/health', '/a/1/2/3', '/mcp', '/']) {
      expect((await raw(port, path, { headers: { host: 'evil.example' } })).status).toBe(403);
    }
  });

  it('gives no other site leave to read', async () => {
    const { port } = await start();
    const preflight = await raw(port, '/mcp', {
      method: 'OPTIONS',
      headers: { host: `localhost:${port}`, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(405);
    expect(Object.keys(preflight.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('listening on every interface, knows addresses and its own name only', () => {
    const guard = createGuard({ host: '0.0.0.0', port: 9000, token: () => 't' });
    for (const host of ['192.168.1.7:9000', '[fe80::1]:9000', `${hostname()}:9000`, 'localhost:9000']) {
      expect(guard.checkAddress({ host })).toBeUndefined();
    }
    expect(guard.checkAddress({ host: 'evil.example:9000' })).toMatchObject({ status: 403 });
    expect(guard.checkAddress({ host: '192.168.1.7:9001' })).toMatchObject({ status: 403 });
  });

  it('on port 80 knows itself without the port too', () => {
    const guard = createGuard({ host: '127.0.0.1', port: 80, token: () => '' });
    expect(guard.checkAddress({ host: 'localhost', origin: 'http://localhost' })).toBeUndefined();
  });
});

describe('token', () => {
  it('is asked for with 401', async () => {
    const { port } = await start({ token: () => 'secret' });
    const host = `localhost:${port}`;
    const refused = await post(port, { host });
    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toMatch(/^Bearer/);
    expect(refused.json()).toMatchObject({ jsonrpc: '2.0', id: null });
    for (const authorization of ['Bearer wrong', 'Basic secret', 'secret', 'Bearer secrets']) {
      expect((await post(port, { host, authorization })).status).toBe(401);
    }
    expect((await post(port, { host, authorization: 'Bearer secret' })).status).toBe(200);
    expect((await post(port, { host, authorization: 'bearer secret' })).status).toBe(200);
  });

  it('is read anew for every request', async () => {
    let token = '';
    const { port } = await start({ token: () => token });
    const host = `localhost:${port}`;
    expect((await post(port, { host })).status).toBe(200);
    token = 'secret';
    expect((await post(port, { host })).status).toBe(401);
  });

  it('is not needed for health', async () => {
    const { port } = await start({ token: () => 'secret' });
    const health = await raw(port, '/health', { headers: { host: `localhost:${port}` } });
    expect(health.json()).toEqual({ ok: true, name: 'test-endpoint', version: '1.2.3' });
  });

  it('is needed before the endpoint opens to the network', async () => {
    await expect(startEndpoint({ host: '0.0.0.0' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('token'),
    });
    const guard = createGuard({ host: '0.0.0.0', port: 9000, token: () => '' });
    expect(guard.checkToken({ authorization: 'Bearer ' })).toMatchObject({ status: 401 });
  });

  it('is compared whole', () => {
    expect(sameSecret('a', 'a')).toBe(true);
    expect(sameSecret('a', 'ab')).toBe(false);
    expect(sameSecret('', 'a')).toBe(false);
  });
});

describe('requests that make no sense', () => {
  it('malformed JSON is a parse error', async () => {
    const { port } = await start();
    const answer = await post(port, { host: `localhost:${port}` }, '{"jsonrpc":');
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ jsonrpc: '2.0', error: { code: -32700 }, id: null });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])('%s is refused', async (type) => {
    const { port } = await start();
    expect((await post(port, { host: `localhost:${port}`, 'content-type': type })).status).toBe(415);
  });

  it('more than 4 MiB is refused, told or not', async () => {
    const { port } = await start();
    const host = `localhost:${port}`;
    const big = Buffer.alloc(4 * 1024 * 1024 + 1, 0x20);
    expect((await post(port, { host, 'content-length': String(big.length) }, big)).status).toBe(413);
    expect((await post(port, { host, 'transfer-encoding': 'chunked' }, big)).status).toBe(413);
    expect((await post(port, { host })).status).toBe(200);
  });

  it('other paths are 404 in JSON', async () => {
    const { port } = await start();
    const answer = await raw(port, '/elsewhere', { headers: { host: `localhost:${port}` } });
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ error: expect.any(String) });
  });
});

describe('listening', () => {
  it('names the port when it is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    stops.push(() => new Promise((resolve) => other.close(() => resolve())));
    await expect(startEndpoint({ port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringContaining(String(port)),
      hint: expect.stringContaining('--port'),
      details: { port, host: '127.0.0.1' },
    });
  });

  it('says when an address is not of this machine', async () => {
    await expect(startEndpoint({ host: '192.0.2.1', token: () => 't' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('127.0.0.1'),
    });
  });

  it('knows hosts that only this machine reaches, and how they stand in an address', () => {
    expect(['localhost', '127.0.0.9', '::1'].every(isLoopback)).toBe(true);
    expect(['127.0.0.1.evil.example', '0.0.0.0', '192.168.1.7', ''].some(isLoopback)).toBe(false);
    expect(hostInUrl('::1')).toBe('[::1]');
    expect(hostInUrl('0.0.0.0')).toBe('127.0.0.1');
  });
});
