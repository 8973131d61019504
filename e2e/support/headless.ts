/** The headless program for a test, in a world of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './launch.js';

export interface HeadlessOptions {
  args?: string[];
  env?: Record<string, string | undefined>;
  /** Runs as this user and group: root may write everywhere, so refusals can only be seen as somebody else. */
  uid?: number;
  /** A folder for its home and data; a fresh one, removed at the end, when absent. */
  home?: string;
  /** Another program that tells its endpoint in the same way; the headless one when absent. */
  script?: string;
}

export interface Headless {
  process: ChildProcess;
  home: string;
  /** What it wrote to stderr and stdout so far. */
  stderr(): string;
  stdout(): string;
  /** Resolves with the endpoint's address when the ready line came; rejects with stderr when the program ends first. */
  ready(): Promise<string>;
  /** Resolves with the exit code. */
  ended(): Promise<number | null>;
  /** Asks it to end, kills it when it does not, removes its folder. */
  stop(): Promise<void>;
}

const stopLimitMs = 10_000;

const headlessScript = path.join(root, 'out', 'main', 'headless.js');

export function startHeadless({
  args = [],
  env = {},
  uid,
  home: given,
  script = headlessScript,
}: HeadlessOptions = {}): Headless {
  const home = given ?? fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-headless-'));
  if (uid !== undefined) fs.chownSync(home, uid, uid);
  const personal = /^(COMFY|XDG_|ELECTRON_|NODE_OPTIONS$)/;
  const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => !personal.test(name)));
  const child = spawn(process.execPath, [script, ...args], {
    cwd: home,
    env: { ...kept, HOME: home, USERPROFILE: home, APPDATA: path.join(home, 'appdata'), COMFY_MCP_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let stderr = '';
  let stdout = '';
  const listeners = new Set<() => void>();
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
    for (const listener of listeners) listener();
  });
  child.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));

  return {
    process: child,
    home,
    stderr: () => stderr,
    stdout: () => stdout,
    ended: () => ended,
    ready: () =>
      new Promise((resolve, reject) => {
        const look = () => {
          const url = /^MCP endpoint ready: (\S+)$/m.exec(stderr)?.[1];
          if (url === undefined) return;
          listeners.delete(look);
          resolve(url);
        };
        listeners.add(look);
        look();
        void ended.then((code) => reject(new Error(`The program ended with ${code}:\n${stderr}`)));
      }),
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
      clearTimeout(timer);
      if (given === undefined) fs.rmSync(home, { recursive: true, force: true });
    },
  };
}
