/** Starts the program when none runs: one of several bridges does it, and all wait for its endpoint. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endpointFile } from '../main/settings/paths.js';
import { type Endpoint, type FindOptions, findEndpoint, isAlive } from './find.js';
import { type Program, type ProgramsOptions, programs } from './programs.js';

export interface StartOptions {
  find: FindOptions;
  programs: ProgramsOptions;
  /** A sentence for the person. */
  say: (text: string) => void;
  signal: AbortSignal;
}

/** Milliseconds. */
const lookEvery = 50;
const readyWithin = 60_000;
/** A program that has no endpoint for so long has none: it is switched off. */
const silentFor = 20_000;
/** How long the endpoint of a program may be away that somebody else has just started. */
const graceAfterEnd = 5000;

/** Resolves with the endpoint of the program, started by us or by somebody else. @throws Error, one sentence. */
export async function startProgram(options: StartOptions): Promise<Endpoint> {
  const folder = dirname(endpointFile(options.find));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = join(folder, 'bridge-start.lock');
  const until = Date.now() + readyWithin;
  while (Date.now() < until) {
    const free = takeLock(lock);
    if (free !== undefined) {
      try {
        return await startFirst(options, join(folder, 'bridge-start.log'));
      } finally {
        free();
      }
    }
    // Another bridge is at it.
    const endpoint = await look(options);
    if (endpoint !== undefined) return endpoint;
    await sleep(lookEvery, undefined, { signal: options.signal });
  }
  throw new Error('ComfyUI MCP Desktop did not start in time.');
}

async function startFirst(options: StartOptions, log: string): Promise<Endpoint> {
  let reason = 'It is not installed where this bridge could find it: start it once by hand.';
  const running = await waitWhileSilent(options);
  if (running !== undefined) return running;
  for (const program of programs(options.programs)) {
    options.say(program.kind === 'desktop' ? 'Starting the app, hidden.' : 'Starting the program without a window.');
    const outcome = await startOne(program, options, log);
    if (typeof outcome !== 'string') return outcome;
    reason = outcome;
    options.say(reason);
  }
  throw new Error(`ComfyUI MCP Desktop could not be started. ${reason}`);
}

/** A program that owns the data directory is waited for, and told when its endpoint is switched off. */
async function waitWhileSilent(options: StartOptions): Promise<Endpoint | undefined> {
  for (let waited = 0; ; waited += lookEvery) {
    const found = await findEndpoint(options.find);
    if (found.state === 'up') return found.endpoint;
    if (found.state === 'none') return undefined;
    if (found.sinceMs > silentFor && waited > 2000) {
      throw new Error(
        `ComfyUI MCP Desktop runs (process ${found.pid}), but its MCP endpoint is off: switch it on in the app, on the Connect screen or in the tray.`,
      );
    }
    await sleep(lookEvery, undefined, { signal: options.signal });
  }
}

/** The endpoint, or why there is none. */
async function startOne(program: Program, options: StartOptions, log: string): Promise<Endpoint | string> {
  const child = launch(program, options.programs.home, log);
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = `${program.file} could not be started: ${error.message}.`;
  });
  child.once('exit', (code, signal) => {
    ended ??= lastWords(program, log) ?? `It ended at once (${signal ?? `exit code ${code}`}).`;
  });
  const until = Date.now() + readyWithin;
  let endedAt: number | undefined;
  while (Date.now() < until) {
    const found = await findEndpoint(options.find);
    if (found.state === 'up') return found.endpoint;
    if (ended !== undefined) {
      endedAt ??= Date.now();
      // It may have made room for one that somebody else started at the same moment.
      const others = found.state === 'silent' || (child.exitCode === 0 && Date.now() - endedAt < graceAfterEnd);
      if (!others) return ended;
    }
    await sleep(lookEvery, undefined, { signal: options.signal });
  }
  return 'It did not open its endpoint in time.';
}

function launch({ kind, file, args, env }: Program, home: string, log: string): ChildProcess {
  // What the desktop app has to say it says in its window; the other one's first words tell why it can't start.
  const words = kind === 'desktop' ? undefined : openSync(log, 'w', 0o600);
  try {
    const child = spawn(file, args, {
      cwd: home,
      env,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'ignore', words ?? 'ignore'],
    });
    child.unref();
    return child;
  } finally {
    if (words !== undefined) closeSync(words);
  }
}

function lastWords({ kind }: Program, log: string): string | undefined {
  if (kind === 'desktop') return undefined;
  try {
    return readFileSync(log, 'utf8').trim().split('\n').at(-1)?.slice(0, 1000) || undefined;
  } catch {
    // Then nobody can tell more than that it ended.
    return undefined;
  }
}

async function look({ find }: StartOptions): Promise<Endpoint | undefined> {
  const found = await findEndpoint(find);
  return found.state === 'up' ? found.endpoint : undefined;
}

/** What gives it free; undefined while another bridge that lives has it. */
function takeLock(file: string): (() => void) | undefined {
  try {
    const lock = openSync(file, 'wx', 0o600);
    writeSync(lock, String(process.pid));
    closeSync(lock);
    return () => rmSync(file, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (isAbandoned(file)) rmSync(file, { force: true });
    return undefined;
  }
}

function isAbandoned(file: string): boolean {
  try {
    const age = Date.now() - statSync(file).mtimeMs;
    const pid = Number(readFileSync(file, 'utf8'));
    return age > 2 * readyWithin || (age > 1000 && !(pid > 0 && isAlive(pid)));
  } catch {
    // It has just gone.
    return false;
  }
}
