import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** Files and folders that decide what a build contains. The lock file stands for everything installed. */
const INPUTS = [
  'src',
  'electron.vite.config.ts',
  'vite.bridge.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'tsconfig.web.json',
];
/** What every finished build has. A missing one means that someone removed it by hand. */
const OUTPUTS = ['main/index.js', 'main/headless.js', 'preload/index.cjs', 'bridge/stdio.cjs', 'renderer/index.html'];

/**
 * A hash over names and contents of all sources. Contents rather than times: a checkout or a clone changes times only.
 *
 * @param {string} root
 * @returns {string}
 */
export function stampOf(root) {
  const hash = createHash('sha256');
  for (const input of INPUTS) addTo(hash, root, input);
  return hash.digest('hex');
}

function addTo(hash, root, name) {
  const file = path.join(root, name);
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat?.isDirectory()) {
    for (const entry of fs.readdirSync(file).sort()) addTo(hash, root, `${name}/${entry}`);
  } else if (stat && !/\.test\.tsx?$/.test(name)) {
    // The length keeps the end of one file and the start of the next apart.
    hash.update(`${name}\0${stat.size}\0`).update(fs.readFileSync(file));
  }
}

/** Whether `out` holds a whole build of exactly these sources. */
export function isCurrent(root, stamp) {
  const out = path.join(root, 'out');
  if (!OUTPUTS.every((name) => fs.existsSync(path.join(out, name)))) return false;
  return readStamp(root) === stamp;
}

function stampFile(root) {
  return path.join(root, 'out', 'build-stamp');
}

function readStamp(root) {
  try {
    return fs.readFileSync(stampFile(root), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Before a build: one that is broken off must not be taken for a whole one. */
export function clearStamp(root) {
  fs.rmSync(stampFile(root), { force: true });
}

export function writeStamp(root, stamp) {
  fs.writeFileSync(stampFile(root), stamp);
}
