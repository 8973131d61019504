import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The checkout these scripts belong to, whatever the current folder is. */
export const root = path.resolve(import.meta.dirname, '..', '..');

/**
 * The script behind a command of an installed package: run with `process.execPath`, it works the same on Windows, where
 * the entries of node_modules/.bin need a shell.
 *
 * @param {string} packageName
 * @param {string} [command] defaults to the package's name
 */
export function commandOf(packageName, command = packageName) {
  const folder = path.join(root, 'node_modules', packageName);
  const file = path.join(folder, 'package.json');
  if (!fs.existsSync(file)) throw new Error(`${packageName} is not installed: run npm ci first`);
  const { bin } = JSON.parse(fs.readFileSync(file, 'utf8'));
  return path.join(folder, typeof bin === 'string' ? bin : bin[command]);
}

/**
 * Runs a program on this terminal until it ends, and passes on the signals this process gets meanwhile.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} its exit code; 128 + n when signal n ended it, as a shell has it
 */
export async function run(program, args, env = process.env) {
  const child = spawn(program, args, { cwd: root, env, stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const pass = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, pass);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? 128 + os.constants.signals[signal]));
    });
  } finally {
    for (const signal of signals) process.off(signal, pass);
  }
}

/** Runs a command of an installed package (see `commandOf` and `run`). */
export function runCommand(packageName, args, { env, command } = {}) {
  return run(process.execPath, [commandOf(packageName, command), ...args], env);
}
