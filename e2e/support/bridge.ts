/** The stdio bridge for a test, run by plain Node as a client would: with next to no environment. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { StdioClientTransport as CurrentStdio } from '@modelcontextprotocol/client/stdio';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { type Agent, type AgentOptions, connectAgent } from './agent.js';
import { root } from './launch.js';

export const bridgeScript = path.join(root, 'out', 'bridge', 'stdio.cjs');

/** A home directory, and what becomes of the programs that bridges start in it. */
export interface Home {
  readonly dir: string;
  readonly dataDir: string;
  /** As the running program has written it; undefined when there is none. */
  owner(): { pid: number; endpoint: string | null; secret: string; started_by: string } | undefined;
  /** The program that owns the data directory dies at once; resolves when it is gone. */
  kill(): Promise<void>;
  /** Ends the program that owns the data directory, and removes everything. */
  dispose(): Promise<void>;
}

export function makeHome(): Home {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-bridge-'));
  const dataDir = path.join(dir, '.local', 'share', 'comfyui-mcp-desktop');
  const owner = () => {
    try {
      return JSON.parse(fs.readFileSync(path.join(dataDir, 'owner.json'), 'utf8'));
    } catch {
      return undefined;
    }
  };
  return {
    dir,
    dataDir,
    owner,
    async kill() {
      const pid = owner()?.pid;
      if (pid === undefined) throw new Error('There is no program to kill.');
      await end(pid, 'SIGKILL');
    },
    async dispose() {
      const pid = owner()?.pid;
      if (pid !== undefined) await end(pid, 'SIGTERM');
      fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const endWithin = 10_000;

/** Ends a process that is not a child of this one. */
async function end(pid: number, signal: NodeJS.Signals): Promise<void> {
  const isAlive = () => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  if (isAlive()) process.kill(pid, signal);
  for (let waited = 0; isAlive(); waited += 50) {
    if (waited > endWithin) process.kill(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** How a bridge is started: this checkout's file by this Node when nothing is said. */
export interface BridgeWay {
  /** The bridge's file, for a Node to run. */
  script?: string;
  /** A program that is the bridge by itself. */
  command?: string;
  args?: string[];
}

export interface BridgeOptions extends AgentOptions, BridgeWay {
  home: string;
  env?: Record<string, string>;
}

export interface BridgedAgent extends Agent {
  /** What the bridge wrote to stderr so far. */
  stderr(): string;
}

/** What a program is started with when a test says nothing else. */
export const whenNoneRuns = ['--headless', '--demo', '--port', '0'];

function environment(home: string, env: Record<string, string> = {}): Record<string, string> {
  return { HOME: home, USERPROFILE: home, APPDATA: path.join(home, 'appdata'), PATH: process.env.PATH ?? '', ...env };
}

/** The official client of a generation, connected through the bridge. */
export async function connectBridge({
  home,
  args = whenNoneRuns,
  env,
  script = bridgeScript,
  command,
  ...options
}: BridgeOptions): Promise<BridgedAgent> {
  const server = {
    command: command ?? process.execPath,
    args: command === undefined ? [script, ...args] : args,
    env: environment(home, env),
    stderr: 'pipe' as const,
  };
  let stderr = '';
  const heard = <T extends StdioClientTransport | CurrentStdio>(transport: T): T => {
    transport.stderr?.on('data', (bytes) => {
      stderr += String(bytes);
    });
    return transport;
  };
  const agent = await connectAgent(
    {
      '2025-11-25': () => heard(new StdioClientTransport(server)),
      '2026-07-28': () => heard(new CurrentStdio(server)),
    },
    options,
  );
  return { ...agent, stderr: () => stderr };
}

export interface RawBridge {
  process: ChildProcess;
  write(bytes: string | Buffer): void;
  /** The next answer on its stdout, where every line must be JSON. What it only tells of, such as a new picture, may come before. */
  next(): Promise<Record<string, unknown>>;
  /** Closes its stdin; resolves with the exit code. */
  end(): Promise<number | null>;
}

/** The bridge without a client. */
export function startBridge(home: string, args: string[] = whenNoneRuns): RawBridge {
  const child = spawn(process.execPath, [bridgeScript, ...args], {
    env: environment(home),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    write: (bytes) => void child.stdin.write(bytes),
    async next() {
      for (;;) {
        const line = await lines.next();
        if (line.done) throw new Error('The bridge has closed its stdout.');
        const message = JSON.parse(line.value);
        if ('id' in message) return message;
      }
    },
    end() {
      child.stdin.end();
      return ended;
    },
  };
}
