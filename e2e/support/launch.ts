/** Starts the real application for a test, in a world of its own: data, home, settings and port belong to it alone. */
import { ChildProcess } from 'node:child_process';
import diagnosticsChannel from 'node:diagnostics_channel';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type ElectronApplication, _electron as electron, type Page } from '@playwright/test';

export const root = path.resolve(import.meta.dirname, '..', '..');
/** How long an application may take to end by itself before it is killed, in milliseconds. */
const closeLimit = 10_000;

export interface LaunchOptions {
  /** The application's data directory; a fresh one, removed on close, when absent. */
  dataDir?: string;
  /** False leaves the data directory as it is, which may be none. */
  makeDataDir?: boolean;
  /** Home directory that outlives the application, for what is kept beside the data directory; a fresh one when absent. */
  home?: string;
  /** Added to the environment; `undefined` takes a variable away. */
  env?: Record<string, string | undefined>;
  /** Command line of the application. */
  args?: string[];
  /** Runs the packaged application in `dist/` instead of this checkout; E2E_PACKAGED=1 makes that the default. */
  packaged?: boolean;
}

export interface LaunchedApp {
  app: ElectronApplication;
  /** The first window, loaded. */
  window: Page;
  dataDir: string;
  /** What the application wrote to its standard output and error so far. */
  log(): string;
  /** Quits the application, kills it if it does not, and removes its folders. Safe to call twice. */
  close(): Promise<void>;
}

export async function launchApp(options: LaunchOptions = {}): Promise<LaunchedApp> {
  const { env = {}, args = [], packaged = process.env.E2E_PACKAGED === '1' } = options;
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new Error('There is no display: `npm run test:e2e` brings its own.');
  }
  const home = options.home ?? fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-e2e-'));
  const dataDir = options.dataDir ?? path.join(home, 'data');
  if (options.makeDataDir !== false) fs.mkdirSync(dataDir, { recursive: true });
  const removeHome = () => {
    if (options.home === undefined) fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  const spawns = watchSpawns();
  try {
    const app = await electron.launch({
      executablePath: packaged ? packagedExecutable() : runtime().executable,
      args: [...(packaged ? [] : [root]), ...sandboxFlags(), ...args],
      env: environment(home, { COMFY_MCP_DATA_DIR: dataDir, COMFY_MCP_PORT: '0', ...env }),
    });
    const log = spawns.outputOf(app.process());
    const close = closer(app, removeHome);
    try {
      const window = await app.firstWindow();
      await window.waitForLoadState();
      return { app, window, dataDir, log, close };
    } catch (error) {
      await close();
      throw new Error(`The application opened no window. It wrote:\n${log()}`, { cause: error });
    }
  } catch (error) {
    removeHome();
    throw error;
  } finally {
    spawns.stop();
  }
}

export interface RuntimeInfo {
  dist: string;
  executable: string;
  version: string;
  fallback: boolean;
}

/** The Electron that runs the tests, as playwright.config.ts found it. */
export function runtime(): RuntimeInfo {
  const info: unknown = JSON.parse(process.env.E2E_RUNTIME ?? 'null');
  if (!isRuntimeInfo(info)) throw new Error('E2E_RUNTIME is not set: run the tests through playwright.config.ts');
  return info;
}

function isRuntimeInfo(value: unknown): value is RuntimeInfo {
  return typeof value === 'object' && value !== null && 'executable' in value && typeof value.executable === 'string';
}

/** Folder of the packaged application that `npm run pack:test` made for this system. */
export function packagedFolder(): string {
  const suffix = process.arch === 'arm64' ? '-arm64' : '';
  if (process.platform === 'darwin')
    return path.join(root, 'dist', `mac${suffix}`, 'ComfyUI MCP Desktop.app', 'Contents');
  return path.join(root, 'dist', `${process.platform === 'win32' ? 'win' : 'linux'}${suffix}-unpacked`);
}

/** Folder of the packaged application's resources. */
export function packagedResources(): string {
  return path.join(packagedFolder(), process.platform === 'darwin' ? 'Resources' : 'resources');
}

/** The packaged application's program. */
export function packagedExecutable(): string {
  const names: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'MacOS/ComfyUI MCP Desktop',
    win32: 'ComfyUI MCP Desktop.exe',
  };
  return path.join(packagedFolder(), names[process.platform] ?? 'comfyui-mcp-desktop');
}

/** Chromium refuses to start as root with its sandbox on. */
export function sandboxFlags(): string[] {
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

/**
 * The tester's environment, without what would lead the application to the tester's own settings, ComfyUI, desktop
 * session or development server.
 */
function environment(home: string, own: Record<string, string | undefined>): Record<string, string> {
  const personal = /^(COMFY|ELECTRON_|XDG_(CONFIG|CACHE|DATA|STATE)_HOME$|DBUS_SESSION_BUS_ADDRESS$|NODE_OPTIONS$)/;
  const kept = Object.entries(process.env).filter(([name]) => !personal.test(name));
  const isolated = {
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_CACHE_HOME: path.join(home, '.cache'),
    XDG_DATA_HOME: path.join(home, '.local', 'share'),
    XDG_STATE_HOME: path.join(home, '.local', 'state'),
    USERPROFILE: home,
    APPDATA: path.join(home, 'AppData', 'Roaming'),
    LOCALAPPDATA: path.join(home, 'AppData', 'Local'),
  };
  const all: [string, string | undefined][] = [...kept, ...Object.entries(isolated), ...Object.entries(own)];
  const result: Record<string, string> = {};
  for (const [name, value] of all) {
    if (value === undefined) delete result[name];
    else result[name] = value;
  }
  return result;
}

/**
 * Collects what processes write from now on, from the first byte. Playwright hands out its process only after it has
 * read from it for a while, and the application says the most important things then; so this listens for the spawn.
 */
function watchSpawns(): { outputOf(child: ChildProcess): () => string; stop(): void } {
  const outputs = new Map<ChildProcess, string[]>();
  const follow = (message: unknown) => {
    if (typeof message !== 'object' || message === null || !('process' in message)) return;
    const child = message.process;
    if (!(child instanceof ChildProcess)) return;
    const parts: string[] = [];
    outputs.set(child, parts);
    child.once('spawn', () => {
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes) => parts.push(String(bytes)));
    });
  };
  diagnosticsChannel.subscribe('child_process', follow);
  return {
    outputOf: (child) => () => outputs.get(child)?.join('') ?? '',
    stop: () => diagnosticsChannel.unsubscribe('child_process', follow),
  };
}

function closer(app: ElectronApplication, removeHome: () => void): () => Promise<void> {
  let closing: Promise<void> | undefined;
  // Asked for now: Playwright forgets the process of an application that ended by itself.
  const child = app.process();
  const close = async () => {
    const ended = new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      else child.once('exit', () => resolve());
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), closeLimit);
    // `quit`, unlike closing the windows, also ends an application that hides in the tray. An application that is
    // already gone, or goes while it is asked, has no answer to give.
    const asked = app.evaluate(({ app: electronApp }) => electronApp.quit()).catch(() => undefined);
    await Promise.race([asked, ended]);
    await ended;
    clearTimeout(timer);
    removeHome();
  };
  return () => {
    closing ??= close();
    return closing;
  };
}
