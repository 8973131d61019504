import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { annotated, inside } from './files.js';
import { parseForm } from './multipart.js';
import { hostRefused, originRefused } from './origin.js';
import { profiles } from './profiles.js';

let base = '';
let root = '';

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'demo-files-'));
  root = join(base, 'root');
  await mkdir(join(root, 'sub'), { recursive: true });
  await mkdir(join(base, 'secret'));
  await writeFile(join(base, 'secret', 'key'), 'x');
  await symlink(join(base, 'secret'), join(root, 'way-out'), 'junction');
});
afterAll(() => rm(base, { recursive: true, force: true }));

test('what stays inside is resolved, whether it exists or not', async () => {
  expect(await inside(root, 'sub', 'a.png')).toBe(join(root, 'sub', 'a.png'));
  expect(await inside(root, 'new/deep', '../b.png')).toBe(join(root, 'new', 'b.png'));
  expect(await inside(root)).toBe(root);
  expect(await inside(join(root, 'not-there'), 'c')).toBe(join(root, 'not-there', 'c'));
});

test.each(['..', '../secret/key', 'sub/../../secret', '/etc/passwd', '\0', 'way-out', 'way-out/key', '../root-2'])(
  '%j stays out',
  async (path) => {
    expect(await inside(root, path)).toBeUndefined();
  },
);

test('annotated names', () => {
  expect(annotated('a.png [temp]')).toEqual({ name: 'a.png', type: 'temp' });
  expect(annotated('a.png [other]')).toEqual({ name: 'a.png [other]', type: undefined });
});

test('forms: names with quotes, empty names, RFC 5987 names, binary content', () => {
  const data = Buffer.from([0, 13, 10, 255, 45, 45]);
  const part = (head: string) => Buffer.from(`--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n`);
  const body = Buffer.concat([
    part('name="one"; filename="a \\"b\\" %22c%22 %2F.png"'),
    data,
    Buffer.from('\r\n'),
    part('name="two"; filename=""'),
    Buffer.from('\r\n'),
    part('name="three"; filename="x"; filename*=utf-8\'\'%C3%BC.png'),
    Buffer.from('text\r\n--b--\r\n'),
  ]);
  const form = parseForm('multipart/form-data; boundary="b"', body);
  expect(form.get('one')).toMatchObject({ filename: 'a "b" "c" %2F.png', data });
  expect(form.get('two')).toMatchObject({ filename: '' });
  expect(form.get('three')?.filename).toBe('ü.png');
  expect(parseForm('text/plain', body).size).toBe(0);
  expect(parseForm('multipart/form-data; boundary=b', Buffer.from('--b\r\nno end')).size).toBe(0);
});

test.each([
  ['127.0.0.1:8188', 'http://127.0.0.1:8188', false],
  ['127.0.0.1:8188', 'http://localhost:8188', true],
  ['LOCALHOST:8188', 'http://localhost', false],
  ['[::1]:8188', 'http://[::1]:9000', true],
  ['192.0.2.1', 'http://example.com', false],
  ['127.0.0.1:8188', 'null', false],
  ['127.0.0.1:8188', 'app://x', true],
])('Host %s, Origin %s: refused %s', (host, origin, refused) => {
  expect(originRefused({ host, origin }, profiles['0.3.64'])).toBe(refused);
  expect(originRefused({ host, origin }, profiles['2023-08'])).toBe(false);
});

test.each([
  ['127.0.0.1:8188', false],
  ['LOCALHOST', false],
  ['[::1]:8188', false],
  ['rebound.example:8188', true],
  ['127.0.0.1.example', true],
  [undefined, false],
])('Host %s is refused: %s', (host, refused) => {
  expect(hostRefused({ host })).toBe(refused);
});

test('the late version refuses what a browser calls cross-site', () => {
  const headers = { host: '127.0.0.1', 'sec-fetch-site': 'cross-site' };
  expect(originRefused(headers, profiles['0.38'])).toBe(true);
  expect(originRefused(headers, profiles['0.3.64'])).toBe(false);
});
