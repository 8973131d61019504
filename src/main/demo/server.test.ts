import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { chain, startEngine } from './test-engine.js';
import { encodeForm, type FormFields, sendRaw } from './test-http.js';

function upload(url: string, path: string, fields: FormFields) {
  const { type, body } = encodeForm(fields);
  return sendRaw(url + path, 'POST', body, { 'content-type': type });
}

test('/view serves ranges, and answers 304 and 416', async () => {
  const { url, dataRoot } = await startEngine();
  await writeFile(join(dataRoot, 'output', 'digits.txt'), '0123456789');
  const get = (headers: Record<string, string>) =>
    sendRaw(`${url}/view?filename=digits.txt`, 'GET', undefined, headers);
  const whole = await get({});
  expect(whole).toMatchObject({ status: 200, headers: { 'content-length': '10', 'accept-ranges': 'bytes' } });
  const part = async (range: string) => {
    const { status, headers, body } = await get({ Range: range });
    return [status, headers['content-range'], body.toString()];
  };
  expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
  expect(await part('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789']);
  expect(await part('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789']);
  expect(await part('bytes=5-100')).toEqual([206, 'bytes 5-9/10', '56789']);
  expect(await part('bytes=10-')).toEqual([416, 'bytes */10', '']);
  expect(await part('lines=1')).toEqual([200, undefined, '0123456789']);
  const etag = whole.headers.etag ?? '';
  expect((await get({ 'If-None-Match': etag })).status).toBe(304);
  expect((await get({ 'If-Range': '"old"', Range: 'bytes=0-1' })).status).toBe(200);
  expect((await get({ 'If-Range': etag, Range: 'bytes=0-1' })).status).toBe(206);
});

test('no file route leaves its folder, not even through a link', async () => {
  const { url, dataRoot } = await startEngine();
  await mkdir(join(dataRoot, 'secret'));
  await writeFile(join(dataRoot, 'secret', 'key.txt'), 'secret');
  await symlink(join(dataRoot, 'secret'), join(dataRoot, 'output', 'link'), 'junction');
  const paths = [
    '/view?filename=key.txt&subfolder=../secret',
    '/view?filename=key.txt&subfolder=link',
    '/view?filename=..%2Fsecret%2Fkey.txt',
    '/view?filename=%2Fetc%2Fpasswd',
    '/view?filename=key.txt&subfolder=%2Fetc',
    '/view?filename=key.txt%00.png',
    '/userdata/..%2F..%2Fsecret%2Fkey.txt',
    '/userdata?dir=..%2F..',
    '/v2/userdata?path=..%2F..%2Fsecret',
  ];
  for (const path of paths) {
    const { status, body } = await sendRaw(url + path, 'GET');
    expect(status, path).toBeGreaterThanOrEqual(400);
    expect(body.toString(), path).not.toContain('secret');
  }
  const data = Buffer.from('x');
  expect((await upload(url, '/upload/image', { image: { name: '../evil', data } })).status).toBe(400);
  expect(
    (await upload(url, '/upload/image', { image: { name: 'a', data }, type: 'output', subfolder: 'link' })).status,
  ).toBe(400);
  expect((await sendRaw(`${url}/userdata/..%2F..%2Fevil`, 'POST', data)).status).toBe(403);
});

test('the alpha channel comes out alone, and a mask goes in', async () => {
  const { url } = await startEngine();
  const image = (alpha: number) =>
    sharp({ create: { width: 4, height: 4, channels: 4, background: { r: 200, g: 10, b: 10, alpha } } })
      .png()
      .toBuffer();
  await upload(url, '/upload/image', { image: { name: 'a.png', data: await image(1) } });
  const reference = JSON.stringify({ filename: 'a.png', type: 'input' });
  await upload(url, '/upload/mask', { image: { name: 'm.png', data: await image(0.5) }, original_ref: reference });
  const pixel = async (query: string) => {
    const { body } = await sendRaw(`${url}/view?type=input&filename=m.png${query}`, 'GET');
    return [...(await sharp(body).raw().toBuffer()).subarray(0, 4)];
  };
  expect(await pixel('')).toEqual([200, 10, 10, 128]);
  expect(await pixel('&channel=a')).toEqual([0, 0, 0, 128]);
  expect((await pixel('&channel=rgb')).slice(0, 3)).toEqual([200, 10, 10]);
});

test('late versions send pictures that could run scripts as downloads', async () => {
  const { url, dataRoot } = await startEngine({ profile: '0.38' });
  await writeFile(join(dataRoot, 'output', 'a.svg'), '<svg/>');
  expect((await sendRaw(`${url}/view?filename=a.svg`, 'GET')).headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment; filename="a.svg"',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
});

test('a body beyond the limit is 413 in plain text', async () => {
  const { url } = await startEngine({ maxUploadMb: 0.01 });
  const { status, body } = await sendRaw(`${url}/prompt`, 'POST', Buffer.alloc(1_000_000, ' '));
  expect([status, body.toString()]).toEqual([413, 'Maximum request body size 10485.76 exceeded.']);
});

test('a name of any letters can be a header', async () => {
  const { url } = await startEngine();
  await upload(url, '/upload/image', { image: { name: 'ü 漢 ☃.txt', data: Buffer.from('x') } });
  const answer = await sendRaw(`${url}/view?type=input&filename=${encodeURIComponent('ü 漢 ☃.txt')}`, 'GET');
  expect(answer.status).toBe(200);
  expect(Buffer.from(answer.headers['content-disposition'] ?? '', 'latin1').toString()).toBe('filename="ü 漢 ☃.txt"');
});

/** Requests that make no sense, by a generator with a fixed seed. */
function* nonsense(count: number): Generator<string> {
  let state = 12345;
  const next = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state % below;
  };
  const atoms = [
    'null',
    '0',
    '-1',
    '1e999',
    'NaN',
    '""',
    '"prompt"',
    '[]',
    '{}',
    'true',
    '"1"',
    '[[]]',
    '{"class_type": 1}',
  ];
  const keys = [
    'prompt',
    '1',
    'inputs',
    'class_type',
    'number',
    'client_id',
    'extra_data',
    'delete',
    'clear',
    '__proto__',
    'prompt_id',
    '__value__',
  ];
  const value = (depth: number): string => {
    const kind = next(depth > 4 ? 1 : 4);
    if (kind === 0) return atoms[next(atoms.length)] ?? 'null';
    if (kind === 1) return `[${Array.from({ length: next(4) }, () => value(depth + 1)).join(',')}]`;
    const members = Array.from({ length: next(5) }, () => `"${keys[next(keys.length)]}":${value(depth + 1)}`);
    return `{${members.join(',')}}`;
  };
  for (let at = 0; at < count; at += 1) {
    const text = value(0);
    yield next(5) === 0 ? text.slice(0, next(text.length + 1)) : text;
  }
}

test('nonsense is answered, and the engine goes on working', async () => {
  const { url, connect, run, get } = await startEngine();
  const socket = await connect('me');
  for (const body of nonsense(400)) {
    for (const path of ['/prompt', '/queue', '/interrupt', '/history', '/free', '/users', '/settings']) {
      const { status } = await sendRaw(url + path, 'POST', Buffer.from(body));
      expect([200, 400, 500], `${path} ${body}`).toContain(status);
    }
    const node = `{"prompt": {"1": {"class_type": "Picky", "inputs": ${body}}, "2": {"class_type": "Show", "inputs": {"value": ${body}, "label": ${body}}}}}`;
    expect([200, 400, 500]).toContain((await sendRaw(`${url}/prompt`, 'POST', Buffer.from(node))).status);
    socket.send(body);
  }
  await upload(url, '/upload/image', { image: 'no file' });
  await sendRaw(`${url}/upload/mask`, 'POST', Buffer.from('--x'), {
    'content-type': 'multipart/form-data; boundary=x',
  });
  await socket.settle();
  const id = await run(chain(1, 77));
  expect((await get(`/history/${id}`)).body).toMatchObject({ [id]: { status: { status_str: 'success' } } });
});

test('bytes that are no HTTP get 400 and hurt nobody', async () => {
  const { url, get } = await startEngine();
  const { port } = new URL(url);
  const answer = await new Promise<string>((resolve) => {
    const socket = connectTcp(Number(port), '127.0.0.1', () => socket.write('\u0016\u0003\u0001 nonsense\r\n\r\n'));
    socket.on('data', (data) => resolve(data.toString()));
  });
  expect(answer).toMatch(/^HTTP\/1.1 400/);
  const upgrade = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };
  expect((await sendRaw(`${url}/prompt`, 'GET', undefined, upgrade)).status).toBe(404);
  expect((await sendRaw(`${url}/ws`, 'GET', undefined, { ...upgrade, 'Sec-WebSocket-Key': 'short' })).status).toBe(400);
  expect((await get('/%zz%')).status).toBe(404);
  expect((await get('/prompt')).status).toBe(200);
});
