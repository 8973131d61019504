import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import afterPack, { TEST_BUILD } from './after-pack.mjs';
import { root } from './project.mjs';

let appOutDir;
beforeEach(() => {
  appOutDir = fs.mkdtempSync(path.join(os.tmpdir(), 'pack-test-'));
  fs.mkdirSync(path.join(appOutDir, 'resources'));
  fs.writeFileSync(path.join(appOutDir, 'electron'), '', { mode: 0o755 });
  fs.writeFileSync(path.join(appOutDir, 'version'), '33.2.1');
});
afterEach(() => {
  vi.unstubAllEnvs();
  fs.rmSync(appOutDir, { recursive: true, force: true });
});

const context = () => ({
  appOutDir,
  electronPlatformName: 'linux',
  packager: {
    appInfo: { productFilename: 'Product', version: '1.2.3', buildVersion: '1.2.3-test' },
    config: { electronVersion: '33.2.1' },
  },
});
const addFallbackMarker = () => fs.writeFileSync(path.join(appOutDir, 'FALLBACK-RUNTIME.txt'), '');
const resources = () => fs.readdirSync(path.join(appOutDir, 'resources'));

test('a release with the fallback runtime in it is stopped and removed', () => {
  vi.stubEnv(TEST_BUILD, undefined);
  addFallbackMarker();
  expect(() => afterPack(context())).toThrow('fallback runtime');
  expect(fs.existsSync(appOutDir)).toBe(false);
});

test('a release with an official runtime is left as it is', () => {
  vi.stubEnv(TEST_BUILD, undefined);
  afterPack(context());
  expect(resources()).toEqual([]);
});

test('a test build is stamped for people and for the program', () => {
  vi.stubEnv(TEST_BUILD, '1');
  addFallbackMarker();
  afterPack(context());
  expect(resources()).toEqual(['TEST-BUILD.txt', 'test-build.json']);
  expect(JSON.parse(fs.readFileSync(path.join(appOutDir, 'resources', 'test-build.json'), 'utf8'))).toEqual({
    testBuild: true,
    version: '1.2.3',
    buildVersion: '1.2.3-test',
    electron: '33.2.1',
    fallbackRuntime: true,
  });
});

test.runIf(process.platform === 'linux').each(['--dir', '--dist'])(
  'pack.mjs %s refuses the fallback in one sentence',
  (mode) => {
    addFallbackMarker();
    const env = { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: appOutDir };
    const { status, stderr } = spawnSync(process.execPath, [path.join(root, 'scripts', 'pack.mjs'), mode], {
      env,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Not packaged: a release needs the official Electron\. .*npm run pack:test/);
  },
);
