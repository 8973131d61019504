/** Which programs there are to start: the desktop app where there is a display, the headless one everywhere. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { endpointFile, type Place, startedByVariable } from '../main/settings/paths.js';
import { readObject } from './find.js';
import { isObject } from './messages.js';

export interface Program {
  kind: 'desktop' | 'headless';
  file: string;
  args: string[];
  env: Record<string, string | undefined>;
}

export interface ProgramsOptions extends Place {
  /** Folder of this script: its own program lies beside it. */
  here: string;
  /** Leaves the desktop app out. */
  onlyHeadless: boolean;
  /** Arguments for whichever is started. */
  args: readonly string[];
}

interface Start {
  file: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** To be tried in this order; empty when none is installed. */
export function programs(options: ProgramsOptions): Program[] {
  const noted = readObject(endpointFile(options));
  const installed = [installedBeside(options.here, options.platform), ...usualPlaces(options)].filter(isFile);
  const app = startOf(noted.desktop);
  const display = options.onlyHeadless ? undefined : displayOf(options, app?.env ?? {});
  const desktops = [...installed.slice(0, 1).map((file) => ({ file, args: [] })), app];
  const built = join(options.here, '..', 'main', 'headless.js');
  const headless = [
    existsSync(built) ? { file: process.execPath, args: [built] } : undefined,
    ...installed.slice(0, 1).map((file) => headlessOf(file, options.platform)),
    startOf(noted.headless),
  ];
  return [
    ...(display === undefined ? [] : known(desktops).map((start) => desktopProgram(start, display, options))),
    ...known(headless).map((start) => headlessProgram(start, options)),
  ];
}

function desktopProgram({ file, args }: Start, display: Record<string, string>, { env, args: own }: ProgramsOptions) {
  // Chromium refuses to start as root with its sandbox on.
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return {
    kind: 'desktop' as const,
    file,
    args: [...args, ...sandbox, '--hidden', ...own],
    env: { ...env, ...display, ELECTRON_RUN_AS_NODE: undefined },
  };
}

function headlessProgram({ file, args, env: noted }: Start, { env, args: own }: ProgramsOptions): Program {
  return {
    kind: 'headless',
    file,
    args: [...args, '--log-level', 'warn', ...own],
    env: { ...env, ...noted, [startedByVariable]: 'bridge' },
  };
}

/** The packaged application as a plain Node, with the program without a window in its archive. */
function headlessOf(file: string, platform: NodeJS.Platform): Start {
  const resources = platform === 'darwin' ? join(dirname(file), '..', 'Resources') : join(dirname(file), 'resources');
  return {
    file,
    args: [join(resources, 'app.asar', 'out', 'main', 'headless.js')],
    env: { ELECTRON_RUN_AS_NODE: '1' },
  };
}

/** The packaged application that this script lies in. */
function installedBeside(here: string, platform: NodeJS.Platform): string | undefined {
  if (!existsSync(join(here, 'app.asar'))) return undefined;
  if (platform === 'darwin') return resolve(here, '..', 'MacOS', 'ComfyUI MCP Desktop');
  return resolve(here, '..', platform === 'win32' ? 'ComfyUI MCP Desktop.exe' : 'comfyui-mcp-desktop');
}

function usualPlaces({ platform, home, env }: Place): string[] {
  if (platform === 'darwin') {
    const inside = 'ComfyUI MCP Desktop.app/Contents/MacOS/ComfyUI MCP Desktop';
    return [join('/Applications', inside), join(home, 'Applications', inside)];
  }
  if (platform === 'win32') {
    const folders = [join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Programs'), env.ProgramFiles ?? ''];
    return folders.map((folder) => join(folder, 'ComfyUI MCP Desktop', 'ComfyUI MCP Desktop.exe'));
  }
  return ['/opt/ComfyUI MCP Desktop/comfyui-mcp-desktop'];
}

/** What a program has noted about itself at its last start; undefined when that is no longer there. */
function startOf(noted: unknown): Start | undefined {
  if (!isObject(noted) || typeof noted.file !== 'string' || !isFile(noted.file)) return undefined;
  const args = Array.isArray(noted.args) ? noted.args.map(String) : [];
  const env = isObject(noted.env) ? noted.env : {};
  return {
    file: noted.file,
    args,
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)])),
  };
}

function known(starts: readonly (Start | undefined)[]): Start[] {
  const found = starts.filter((start) => start !== undefined);
  return found.filter(
    ({ file, args }, at) => found.findIndex((one) => one.file === file && `${one.args}` === `${args}`) === at,
  );
}

function isFile(file: string | undefined): file is string {
  return file !== undefined && (statSync(file, { throwIfNoEntry: false })?.isFile() ?? false);
}

/**
 * The environment that a window needs; undefined where there is no display. Clients pass no DISPLAY, so what the app had
 * at its last start counts while its socket is there, and then whatever session of this user there is.
 */
function displayOf(
  { env, platform }: Place,
  noted: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  if (platform === 'darwin' || platform === 'win32') return env.SSH_CONNECTION ? undefined : {};
  if (env.DISPLAY || env.WAYLAND_DISPLAY) return {};
  const user = process.getuid?.();
  if (user === undefined) return undefined;
  const runtime = env.XDG_RUNTIME_DIR ?? noted.XDG_RUNTIME_DIR ?? `/run/user/${user}`;
  const mine = (file: string) => {
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat?.isSocket() === true && stat.uid === user;
  };
  const wayland = [noted.WAYLAND_DISPLAY, ...sockets(runtime, /^wayland-\d+$/)].find(
    (name) => name !== undefined && mine(join(runtime, name)),
  );
  const x11Folder = '/tmp/.X11-unix';
  const notedX11 = /^:(\d+)/.exec(noted.DISPLAY ?? '')?.[1];
  const x11 = [notedX11 === undefined ? undefined : `X${notedX11}`, ...sockets(x11Folder, /^X\d+$/)].find(
    (name) =>
      name !== undefined &&
      (mine(join(x11Folder, name)) || (name === `X${notedX11}` && existsSync(join(x11Folder, name)))),
  );
  if (wayland === undefined && x11 === undefined) return undefined;
  return {
    ...noted,
    XDG_RUNTIME_DIR: runtime,
    ...(wayland === undefined ? {} : { WAYLAND_DISPLAY: wayland }),
    ...(x11 === undefined ? {} : { DISPLAY: `:${x11.slice(1)}` }),
  };
}

function sockets(folder: string, name: RegExp): string[] {
  try {
    return readdirSync(folder)
      .filter((entry) => name.test(entry))
      .sort();
  } catch {
    // No such folder, no such display.
    return [];
  }
}
