import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linkRuntime, NoOfficialRuntime, resolveRuntime } from './runtime.mjs';

let root;
let packageDir;
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'runtime-test-')));
  packageDir = path.join(root, 'node_modules', 'electron');
  fs.mkdirSync(packageDir, { recursive: true });
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

/** Lays out an unpacked Electron. */
function makeDist(dist, version, { fallback = false } = {}) {
  fs.mkdirSync(dist, { recursive: true });
  fs.writeFileSync(path.join(dist, 'electron'), version);
  fs.writeFileSync(path.join(dist, 'version'), `v${version}\n`);
  if (fallback) fs.writeFileSync(path.join(dist, 'FALLBACK-RUNTIME.txt'), 'marker');
  return dist;
}

/** What Electron's own installer leaves behind. */
function installOfficial() {
  makeDist(path.join(packageDir, 'dist'), '45.0.0');
  fs.writeFileSync(path.join(packageDir, 'path.txt'), 'electron');
}

const standIn = () => makeDist(path.join(root, 'cache'), '33.2.1', { fallback: true });

function resolve(options = {}) {
  return resolveRuntime({
    root,
    env: {},
    platform: 'linux',
    arch: 'x64',
    log: () => {},
    download: async () => {},
    fetchStandIn: async () => standIn(),
    ...options,
  });
}

test('the override wins over an installed binary, and a wrong one is told', async () => {
  installOfficial();
  const dist = makeDist(path.join(root, 'own'), '44.1.0');
  expect(await resolve({ env: { ELECTRON_OVERRIDE_DIST_PATH: dist } })).toEqual({
    dist,
    executable: path.join(dist, 'electron'),
    version: '44.1.0',
    fallback: false,
  });
  await expect(resolve({ env: { ELECTRON_OVERRIDE_DIST_PATH: root } })).rejects.toThrow('there is no electron in it');
});

test('an installed official binary needs no download', async () => {
  installOfficial();
  const download = async () => expect.unreachable();
  expect(await resolve({ download })).toMatchObject({ version: '45.0.0', fallback: false });
});

test('downloads the official binary before it thinks of the fallback', async () => {
  const download = async () => installOfficial();
  expect(await resolve({ download })).toMatchObject({ version: '45.0.0', fallback: false });
});

test('falls back when the download brings nothing or is forbidden', async () => {
  expect(await resolve()).toMatchObject({ version: '33.2.1', fallback: true });
  const download = async () => expect.unreachable();
  const env = { ELECTRON_SKIP_BINARY_DOWNLOAD: '1' };
  expect(await resolve({ env, download })).toMatchObject({ version: '33.2.1', fallback: true });
});

test('a link makes the fallback the installed one, until an official binary can be had', async () => {
  await resolve({ link: true });
  const place = path.join(packageDir, 'dist');
  expect(fs.readlinkSync(place)).toBe(path.join(root, 'cache'));
  expect(fs.readFileSync(path.join(packageDir, 'path.txt'), 'utf8')).toBe('electron');
  const download = async () => expect.unreachable();
  expect(await resolve({ download })).toMatchObject({ version: '33.2.1', fallback: true });

  await expect(resolve({ officialOnly: true })).rejects.toThrow(NoOfficialRuntime);
  expect(fs.readlinkSync(place)).toBe(path.join(root, 'cache'));

  const official = await resolve({ officialOnly: true, download: async () => installOfficial() });
  expect(official).toMatchObject({ version: '45.0.0', fallback: false });
  expect(fs.lstatSync(place).isSymbolicLink()).toBe(false);
  expect(fs.readFileSync(path.join(root, 'cache', 'electron'), 'utf8')).toBe('33.2.1');
});

test('a link whose target is gone is made again', async () => {
  await resolve({ link: true });
  fs.rmSync(path.join(root, 'cache'), { recursive: true });
  expect(await resolve({ link: true })).toMatchObject({ version: '33.2.1' });
  expect(fs.existsSync(path.join(packageDir, 'dist', 'electron'))).toBe(true);
});

test('a release refuses the fallback, wherever it comes from', async () => {
  const dist = standIn();
  const env = { ELECTRON_OVERRIDE_DIST_PATH: dist };
  await expect(resolve({ officialOnly: true, env })).rejects.toThrow(NoOfficialRuntime);
  const forbidden = { ELECTRON_SKIP_BINARY_DOWNLOAD: '1' };
  await expect(resolve({ officialOnly: true, env: forbidden })).rejects.toThrow('forbids its download');
  linkRuntime(packageDir, dist, 'linux');
  await expect(resolve({ officialOnly: true })).rejects.toThrow(NoOfficialRuntime);
});

test('several processes may link at once', async () => {
  const dist = standIn();
  const script = `import { linkRuntime } from ${JSON.stringify(new URL('runtime.mjs', import.meta.url).href)};
    for (let i = 0; i < 50; i++) linkRuntime(${JSON.stringify(packageDir)}, ${JSON.stringify(dist)}, 'linux');`;
  const codes = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
      return new Promise((done) => child.once('close', done));
    }),
  );
  expect(codes).toEqual([0, 0, 0, 0]);
  expect(fs.readdirSync(packageDir).sort()).toEqual(['dist', 'path.txt']);
  expect(fs.readlinkSync(path.join(packageDir, 'dist'))).toBe(dist);
});
