import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.js';
import type { AssetFile } from './assets.js';
import type { Endpoint } from './http.js';
import { raw, startEndpoint } from './testing.js';

const bytes = Buffer.from('0123456789');
let folder: string;
let endpoint: Endpoint;
let port: number;
const files: Record<string, Omit<AssetFile, 'path'>> = {
  'asset-1': { size: 10, mime_type: 'image/png', filename: 'red house ü.png' },
  page: { size: 10, mime_type: 'text/html', filename: 'page.html' },
  drawing: { size: 10, mime_type: 'image/svg+xml', filename: 'drawing.svg' },
  feed: { size: 10, mime_type: 'application/xml', filename: 'feed.xml' },
  song: { size: 10, mime_type: 'audio/mpeg', filename: 'song.mp3' },
  notes: { size: 10, mime_type: 'text/plain', filename: 'notes.txt' },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assets-'));
  await writeFile(join(folder, 'file'), bytes);
  const started = await startEndpoint({
    token: () => 'secret',
    assetFile: async (id) => {
      if (id === 'expired') throw new AppError('ASSET_EXPIRED', 'It has expired.', { hint: 'Keep it.' });
      if (id === 'lost')
        return { path: join(folder, 'nothing'), size: 1, mime_type: 'image/png', filename: 'lost.png' };
      const file = files[id];
      if (file === undefined) throw new AppError('ASSET_NOT_FOUND', 'No such asset.');
      return { ...file, path: join(folder, 'file') };
    },
  });
  ({ endpoint, port } = started);
});

afterAll(async () => {
  await endpoint.stop();
  await rm(folder, { recursive: true });
});

function urlOf(asset_id: string, filename = files[asset_id]?.filename ?? 'x.png'): URL {
  return new URL(endpoint.assetUrl({ asset_id, filename }));
}

function get(url: URL, headers: Record<string, string> = {}, method = 'GET') {
  return raw(port, url.pathname, { method, headers: { host: url.host, ...headers } });
}

describe('asset addresses', () => {
  it('open in a browser without the token', async () => {
    const url = urlOf('asset-1');
    expect(url.href).toMatch(
      new RegExp(`^http://127\\.0\\.0\\.1:${port}/a/asset-1/[\\w-]{22}/red%20house%20%C3%BC\\.png$`),
    );
    const answer = await get(url, { 'sec-fetch-site': 'none' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(bytes);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'content-length': '10',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': expect.stringContaining('sandbox'),
      'content-disposition': `inline; filename="red house _.png"; filename*=UTF-8''red%20house%20%C3%BC.png`,
      etag: expect.stringMatching(/^".+"$/),
    });
  });

  it('answer ranges, as players ask', async () => {
    const url = urlOf('asset-1');
    const part = await get(url, { range: 'bytes=2-4' });
    expect(part).toMatchObject({ status: 206, body: Buffer.from('234') });
    expect(part.headers).toMatchObject({ 'content-range': 'bytes 2-4/10', 'content-length': '3' });
    expect((await get(url, { range: 'bytes=7-' })).body.toString()).toBe('789');
    expect((await get(url, { range: 'bytes=-2' })).body.toString()).toBe('89');
    const beyond = await get(url, { range: 'bytes=10-' });
    expect(beyond.status).toBe(416);
    expect(beyond.headers['content-range']).toBe('bytes */10');
  });

  it('answer HEAD without the bytes', async () => {
    const answer = await get(urlOf('asset-1'), {}, 'HEAD');
    expect(answer).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect(answer.headers['content-length']).toBe('10');
  });

  it('spare what the browser has already', async () => {
    const url = urlOf('asset-1');
    const etag = String((await get(url)).headers.etag);
    expect(await get(url, { 'if-none-match': etag })).toMatchObject({ status: 304, body: Buffer.alloc(0) });
    expect((await get(url, { range: 'bytes=0-1', 'if-range': etag })).status).toBe(206);
    expect((await get(url, { range: 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200);
  });

  it.each(['page', 'drawing', 'feed'])('let %s be saved, never run', async (id) => {
    const answer = await get(urlOf(id));
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    expect(answer.headers['content-disposition']).toMatch(/^attachment;/);
  });

  it('let the players of a browser ask for more of the same file', async () => {
    expect((await get(urlOf('song'))).headers['content-security-policy']).toBe('sandbox allow-same-origin');
    expect((await get(urlOf('asset-1'))).headers['content-security-policy']).toBe('sandbox');
  });

  it('show text as text', async () => {
    expect((await get(urlOf('notes'))).headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  it.each([
    ['another asset', (url: URL) => url.pathname.replace('asset-1', 'page')],
    ['another name', (url: URL) => url.pathname.replace('red', 'blue')],
    [
      'a changed signature',
      (url: URL) => url.pathname.replace(/\/([\w-])([\w-]{21})\//, (_, a, rest) => `/${a === 'A' ? 'B' : 'A'}${rest}/`),
    ],
    ['a short signature', (url: URL) => url.pathname.replace(/[\w-]\/red/, '/red')],
    ['no signature', () => '/a/asset-1'],
    ['broken encoding', () => '/a/%E0%A4%A/x/y'],
  ])('are nothing with %s', async (_what, change) => {
    const url = urlOf('asset-1');
    const path = change(url);
    expect(path).not.toBe(url.pathname);
    const answer = await raw(port, path, { headers: { host: url.host } });
    expect(answer.status).toBe(404);
    expect(answer.json()).toEqual({ error: 'Not found.' });
  });

  it.each(['cross-site', 'same-site'])('are refused to %s pages', async (site) => {
    expect((await get(urlOf('asset-1'), { 'sec-fetch-site': site })).status).toBe(403);
  });

  it('say why an asset is not to be had', async () => {
    const expired = await get(urlOf('expired'));
    expect(expired.status).toBe(410);
    expect(expired.json()).toEqual({ error: 'It has expired.', error_code: 'ASSET_EXPIRED', hint: 'Keep it.' });
    expect((await get(urlOf('gone'))).status).toBe(404);
    const lost = await get(urlOf('lost'));
    expect(lost.status).toBe(503);
    expect(lost.body.toString()).not.toContain(folder);
  });

  it('can only be read', async () => {
    expect((await get(urlOf('asset-1'), {}, 'DELETE')).status).toBe(405);
  });
});
