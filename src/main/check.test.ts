import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { contract } from '../shared/contract.js';
import { checkEndpoint } from './check.js';
import { startEndpoint } from './mcp/testing.js';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(token = '') {
  const started = await startEndpoint({ token: () => token });
  stops.push(() => started.endpoint.stop());
  return started;
}

describe('checkEndpoint', () => {
  it('counts the tools and leaves no session behind', async () => {
    const { url, tools, store } = await start();
    const result = await checkEndpoint({ url });
    expect(contract.check_endpoint.output.parse(result)).toEqual(result);
    expect(result).toMatchObject({ ok: true, tools: tools.length, error: null });
    expect(store.sessions.size).toBe(0);
  });

  it('uses the token and says when it is wrong', async () => {
    const { url } = await start('secret');
    expect(await checkEndpoint({ url, token: 'secret' })).toMatchObject({ ok: true });
    const refused = await checkEndpoint({ url, token: 'other' });
    expect(refused).toMatchObject({ ok: false, error: { code: 'UNAUTHORIZED', hint: expect.any(String) } });
    expect(JSON.stringify(refused)).not.toContain('other');
  });

  it('says when nothing answers, or something else does', async () => {
    const { url, endpoint } = await startEndpoint();
    await endpoint.stop();
    expect(await checkEndpoint({ url })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining(url), hint: expect.any(String) },
    });

    const other = createServer((_req, res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello</p>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    stops.push(
      () =>
        new Promise((resolve) => {
          other.close(() => resolve());
          other.closeAllConnections();
        }),
    );
    const { port } = other.address() as AddressInfo;
    expect(await checkEndpoint({ url: `http://127.0.0.1:${port}/mcp` })).toMatchObject({ ok: false });
  });
});
