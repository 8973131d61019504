/**
 * Finds the Electron runtime this checkout runs on. In this order: the folder named by ELECTRON_OVERRIDE_DIST_PATH, the
 * official binary in node_modules/electron, a download of it (not with ELECTRON_SKIP_BINARY_DOWNLOAD), and at last the
 * fallback of fallback.mjs. Electron's package has no install script since version 42: someone has to ask for the
 * binary, and that is here.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fetchFallback, isFallback } from './fallback.mjs';

const DOWNLOAD_LIMIT = 15 * 60 * 1000;
/** Enough to unpack a download that is in Electron's own cache; without that and without a network it is hopeless. */
const OFFLINE_LIMIT = 15 * 1000;
const PROBE_LIMIT = 8 * 1000;

/**
 * @typedef {object} Runtime
 * @property {string} dist        folder with the unpacked Electron
 * @property {string} executable  the binary in it
 * @property {string} version     such as "45.4.1"
 * @property {boolean} fallback   the stand-in for development and tests, which must not be shipped
 */

/** Says that only an official Electron will do and there is none; the message is for a person. */
export class NoOfficialRuntime extends Error {}

/**
 * @param {object} [options]
 * @param {string} [options.root] the checkout
 * @param {boolean} [options.officialOnly] refuse the fallback, and try the download again even if it failed before
 * @param {boolean} [options.link] let node_modules/electron lead to the fallback, so that tools that ask that package
 *   find it, and later calls don't try the download again
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {string} [options.platform]
 * @param {string} [options.arch]
 * @param {(message: string) => void} [options.log]
 * @param {typeof downloadOfficial} [options.download]
 * @param {typeof fetchFallback} [options.fetchStandIn]
 * @returns {Promise<Runtime>}
 */
export async function resolveRuntime({
  root = process.cwd(),
  officialOnly = false,
  link = false,
  env = process.env,
  platform = process.platform,
  arch = process.arch,
  log = (message) => process.stderr.write(`[electron] ${message}\n`),
  download = downloadOfficial,
  fetchStandIn = fetchFallback,
} = {}) {
  const packageDir = path.join(root, 'node_modules', 'electron');
  const found = overridden(env, platform) ?? installed(packageDir, platform);
  if (found && !(officialOnly && found.fallback)) return found;
  if (found && env.ELECTRON_OVERRIDE_DIST_PATH) {
    throw new NoOfficialRuntime('ELECTRON_OVERRIDE_DIST_PATH names the fallback runtime, which must not be shipped.');
  }
  if (fs.existsSync(packageDir) && !env.ELECTRON_SKIP_BINARY_DOWNLOAD) {
    const official = await replaceLink(packageDir, async () => {
      await download({ packageDir, env, platform, arch, log });
      return installed(packageDir, platform);
    });
    if (official) return official;
    log('the official Electron binary cannot be downloaded here');
  }
  if (officialOnly) {
    throw new NoOfficialRuntime(
      env.ELECTRON_SKIP_BINARY_DOWNLOAD
        ? 'The official Electron binary is not installed, and ELECTRON_SKIP_BINARY_DOWNLOAD forbids its download.'
        : 'The official Electron binary is not installed and could not be downloaded (see ELECTRON_MIRROR for other sources).',
    );
  }
  const dist = await fetchStandIn({ env, platform, arch, log });
  if (link) linkRuntime(packageDir, dist, platform);
  return describe(dist, platform);
}

/** Where the binary lies in an Electron dist folder. */
export function executableName(platform) {
  if (platform === 'win32') return 'electron.exe';
  return platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
}

/**
 * Makes node_modules/electron/dist a link to `dist`, as if Electron's own installer had put it there. The new link is
 * moved over the old one, so that a process reading it meanwhile always finds one of the two.
 */
export function linkRuntime(packageDir, dist, platform = process.platform) {
  if (!fs.existsSync(packageDir)) throw new Error(`no Electron package at ${packageDir}: run npm ci first`);
  const place = path.join(packageDir, 'dist');
  const fresh = `${place}-${process.pid}`;
  fs.rmSync(fresh, { force: true });
  fs.symlinkSync(dist, fresh, 'junction');
  if (!isLink(place)) fs.rmSync(place, { recursive: true, force: true });
  fs.renameSync(fresh, place);
  fs.writeFileSync(path.join(packageDir, 'path.txt'), executableName(platform));
}

function describe(dist, platform) {
  const version = fs.readFileSync(path.join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
  return { dist, executable: path.join(dist, executableName(platform)), version, fallback: isFallback(dist) };
}

function overridden(env, platform) {
  const dist = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (!dist) return undefined;
  if (!fs.existsSync(path.join(dist, executableName(platform)))) {
    throw new Error(`ELECTRON_OVERRIDE_DIST_PATH is ${dist}, but there is no ${executableName(platform)} in it.`);
  }
  return describe(path.resolve(dist), platform);
}

/** What node_modules/electron holds: Electron's own download or an earlier link to the fallback. */
function installed(packageDir, platform) {
  const dist = path.join(packageDir, 'dist');
  const complete = [
    path.join(dist, executableName(platform)),
    path.join(dist, 'version'),
    path.join(packageDir, 'path.txt'),
  ];
  return complete.every((file) => fs.existsSync(file)) ? describe(fs.realpathSync(dist), platform) : undefined;
}

/**
 * Runs a download with an earlier link out of the way, because Electron's installer would unpack through it into the
 * cache. The link comes back when the download brings nothing.
 */
async function replaceLink(packageDir, download) {
  const dist = path.join(packageDir, 'dist');
  const target = isLink(dist) ? fs.readlinkSync(dist) : undefined;
  if (target !== undefined) fs.unlinkSync(dist);
  let result;
  try {
    result = await download();
  } finally {
    if (result === undefined && target !== undefined && fs.existsSync(target)) linkRuntime(packageDir, target);
  }
  return result;
}

function isLink(file) {
  return fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/**
 * Runs the installer in Electron's package. Where the network drops packets instead of refusing them it would wait for
 * minutes, so a short request to the same address runs beside it and cuts it off when that gets no answer.
 */
async function downloadOfficial({ packageDir, env, platform, arch, log }) {
  log('looking for the official Electron binary');
  const stop = new AbortController();
  const child = spawn(process.execPath, [path.join(packageDir, 'install.js')], {
    env,
    stdio: 'ignore',
    signal: stop.signal,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise((resolve) => {
    child.once('error', resolve);
    child.once('close', resolve);
  });
  const limited = timeLimit({ packageDir, env, platform, arch, signal: stop.signal }).then(async (limit) => {
    await sleep(limit, undefined, { signal: stop.signal });
  });
  await Promise.race([ended, limited]);
  limited.catch(() => {}); // aborted on the next line, which is what it is for
  stop.abort();
  await ended;
}

async function timeLimit({ packageDir, env, platform, arch, signal }) {
  // Another route than the plain one: not for us to judge from a request of our own.
  if (Object.keys(env).some((name) => /^(npm_config_)?electron_mirror$|^https?_proxy$|^all_proxy$/i.test(name))) {
    return DOWNLOAD_LIMIT;
  }
  const { version } = JSON.parse(fs.readFileSync(path.join(packageDir, 'package.json'), 'utf8'));
  const file = `electron-v${version}-${platform}-${arch}.zip`;
  try {
    const url = `https://github.com/electron/electron/releases/download/v${version}/${file}`;
    const either = AbortSignal.any([signal, AbortSignal.timeout(PROBE_LIMIT)]);
    const response = await fetch(url, { headers: { range: 'bytes=0-0' }, signal: either });
    await response.body?.cancel();
    return response.ok ? DOWNLOAD_LIMIT : OFFLINE_LIMIT;
  } catch {
    return OFFLINE_LIMIT; // no network, or not to there: the installer itself says so when it fails
  }
}
