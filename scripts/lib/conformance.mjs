// The official conformance suite and inspector, installed apart from the product's packages: they need a newer Node than
// the product does, and nobody but one stage of the tests needs them.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './project.mjs';

const folder = path.join(root, 'scripts', 'conformance');
const packages = path.join(folder, 'node_modules');

/** The oldest Node that both run on. */
const needed = [22, 19];

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > needed[0] || (major === needed[0] && minor >= needed[1]);
}

/** Whether what is installed is what the lockfile says: npm writes its own copy of it. */
function isInstalled() {
  const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  try {
    const installed = read(path.join(packages, '.package-lock.json'));
    const wanted = read(path.join(folder, 'package-lock.json'));
    return Object.entries(wanted).every(
      ([name, { version, optional }]) => name === '' || optional || installed[name]?.version === version,
    );
  } catch {
    return false;
  }
}

function install() {
  console.log('Installing the conformance tools (once, some 330 MB) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(npm, options, {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) throw new Error('The conformance tools could not be installed.');
}

/** A Node for the tools: this one, or the one that came with them. */
function nodeFor() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const file = path.join(packages, `node-${platform}-${process.arch}`, 'bin', name);
  if (fs.existsSync(file)) {
    execFileSync(file, ['--version']);
    return file;
  }
  throw new Error(`The conformance tools need Node ${needed.join('.')}, and none is packaged for this system.`);
}

/** Installs what is missing. @returns {{ node: string, suite: string, inspector: string }} absolute paths */
export function prepareConformance() {
  if (!isInstalled()) install();
  const scope = path.join(packages, '@modelcontextprotocol');
  return {
    node: nodeFor(),
    suite: path.join(scope, 'conformance', 'dist', 'index.js'),
    inspector: path.join(scope, 'inspector', 'clients', 'launcher', 'build', 'index.js'),
  };
}
