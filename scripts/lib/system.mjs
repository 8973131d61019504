/**
 * What Electron needs from a Linux system: the shared libraries its binary is linked against and, for tests on a
 * machine without a screen, Xvfb. On Debian and its relatives the missing packages are named and, as root, installed.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/**
 * Debian package of each library that a bare system may lack. Where there are two names the first is the newer one: a
 * release with 64-bit time (Debian 13, Ubuntu 24.04) has renamed it. Most others come along as dependencies of GTK.
 */
const PACKAGES = {
  'libasound.so.2': ['libasound2t64', 'libasound2'],
  'libatk-1.0.so.0': ['libatk1.0-0t64', 'libatk1.0-0'],
  'libatk-bridge-2.0.so.0': ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
  'libatspi.so.0': ['libatspi2.0-0t64', 'libatspi2.0-0'],
  'libcairo.so.2': ['libcairo2'],
  'libcups.so.2': ['libcups2t64', 'libcups2'],
  'libdbus-1.so.3': ['libdbus-1-3'],
  'libdrm.so.2': ['libdrm2'],
  'libexpat.so.1': ['libexpat1'],
  'libgbm.so.1': ['libgbm1'],
  'libgio-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libglib-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libgobject-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libgtk-3.so.0': ['libgtk-3-0t64', 'libgtk-3-0'],
  'libnspr4.so': ['libnspr4'],
  'libnss3.so': ['libnss3'],
  'libnssutil3.so': ['libnss3'],
  'libpango-1.0.so.0': ['libpango-1.0-0'],
  'libsmime3.so': ['libnss3'],
  'libudev.so.1': ['libudev1'],
  'libX11.so.6': ['libx11-6'],
  'libxcb.so.1': ['libxcb1'],
  'libXcomposite.so.1': ['libxcomposite1'],
  'libXdamage.so.1': ['libxdamage1'],
  'libXext.so.6': ['libxext6'],
  'libXfixes.so.3': ['libxfixes3'],
  'libxkbcommon.so.0': ['libxkbcommon0'],
  'libXrandr.so.2': ['libxrandr2'],
  Xvfb: ['xvfb'],
};

/** Says what a person has to install; the message is complete in itself. */
export class SystemIncomplete extends Error {}

/**
 * Makes sure that `executable` can start here, and installs what is missing where that is possible.
 *
 * @param {object} options
 * @param {string} options.executable the Electron binary
 * @param {boolean} [options.display] a program is about to need a screen, and Xvfb has to stand in where there is none
 * @throws {SystemIncomplete} with the command to run, when packages are missing and this is not root
 */
export function prepareSystem({ executable, display = false }) {
  if (process.platform !== 'linux') return;
  const missing = missingParts(executable, display);
  if (missing.length === 0) return;
  if (findProgram('apt-get') === undefined) {
    throw new SystemIncomplete(
      `Electron needs what this system lacks: ${missing.join(', ')}. Install it with your package manager.`,
    );
  }
  if (process.getuid?.() !== 0) throw new SystemIncomplete(instruction(missing));
  console.log(`Installing what Electron needs from the system: ${missing.join(', ')}`);
  apt('update', '-qq');
  apt(
    'install',
    '-qq',
    '-y',
    '-o=Dpkg::Use-Pty=0',
    '--no-install-recommends',
    ...packagesFor(missing, availablePackages),
  );
  const left = missingParts(executable, display);
  if (left.length > 0) throw new SystemIncomplete(`Still missing after the installation: ${left.join(', ')}.`);
}

/** A screen that programs can draw on. */
export function hasDisplay(env = process.env) {
  return process.platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/**
 * The libraries in the output of `ldd` that the system does not have.
 *
 * @param {string} output
 */
export function missingLibraries(output) {
  return [...output.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name);
}

/**
 * Packages that bring the missing parts, each once and in a stable order.
 *
 * @param {string[]} missing names of libraries and programs
 * @param {(names: string[]) => Set<string>} available which of some packages this release has
 */
export function packagesFor(missing, available) {
  const choices = missing.map((name) => PACKAGES[name]).filter((names) => names !== undefined);
  const known = available(choices.flat());
  return [...new Set(choices.map((names) => names.find((name) => known.has(name)) ?? names.at(-1)))].sort();
}

function instruction(missing) {
  const unknown = missing.filter((name) => PACKAGES[name] === undefined);
  const packages = packagesFor(missing, availablePackages);
  const lines = [`Electron needs what this system lacks: ${missing.join(', ')}.`];
  if (packages.length > 0) {
    lines.push(`Install it with:\n\n  sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}\n`);
  }
  if (unknown.length > 0) lines.push(`No package is known here for ${unknown.join(', ')}.`);
  return lines.join('\n');
}

function missingParts(executable, display) {
  // ldd is part of libc's own package; where it is absent Electron itself will name the first library it lacks.
  const { stdout } = spawnSync('ldd', [executable], { encoding: 'utf8' });
  const missing = missingLibraries(stdout ?? '');
  if (display && !hasDisplay() && findProgram('Xvfb') === undefined) missing.push('Xvfb');
  return missing;
}

function findProgram(name) {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => fs.existsSync(file));
}

/** Asks apt which packages can be installed: a name may exist as a mere reference, with no candidate behind it. */
function availablePackages(names) {
  const { stdout } = spawnSync('apt-cache', ['policy', ...names], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  const found = (stdout ?? '').matchAll(/^(\S+):\n(?:\s+Installed:.*\n)\s+Candidate: (.+)$/gm);
  return new Set([...found].filter(([, , candidate]) => candidate !== '(none)').map(([, name]) => name));
}

function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, error } = spawnSync('apt-get', args, { env, stdio: 'inherit' });
  if (status !== 0)
    throw new SystemIncomplete(`apt-get ${args[0]} failed (${error?.message ?? `exit code ${status}`}).`);
}
