/** Where the program keeps its files on each system. */
import { posix, win32 } from 'node:path';

/** What a program knows of the machine it runs on. */
export interface Place {
  env: Readonly<Record<string, string | undefined>>;
  /** The user's home directory. */
  home: string;
  platform: NodeJS.Platform;
}

/** Environment variable by which a stdio bridge tells the program that it started it. */
export const startedByVariable = 'COMFY_MCP_STARTED_BY';

/** The operating system's application-data folder for the product: the same for the desktop and the headless program. */
export function applicationDataDir({ env, home, platform }: Place): string {
  if (platform === 'win32') {
    return win32.join(env.APPDATA || win32.join(home, 'AppData', 'Roaming'), 'ComfyUI MCP Desktop');
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'ComfyUI MCP Desktop');
  // The XDG specification says that relative paths there are to be ignored.
  const xdg = env.XDG_DATA_HOME;
  const base = xdg !== undefined && posix.isAbsolute(xdg) ? xdg : posix.join(home, '.local', 'share');
  return posix.join(base, 'comfyui-mcp-desktop');
}

/** The config file of generation defaults, where the seed project keeps it on every system. */
export function defaultConfigFile({ home, platform }: Place): string {
  return pathsOf(platform).join(home, '.config', 'comfy-mcp', 'config.json');
}

/** What leads the stdio bridge to the program, beside that file. */
export function endpointFile(place: Place): string {
  const { dirname, join } = pathsOf(place.platform);
  return join(dirname(defaultConfigFile(place)), 'endpoint.json');
}

/** A path as a person writes it: `~/` is home (clients' configurations know no shell), relative ones start at `cwd`. */
export function absolutePath(text: string, { home, platform }: Place, cwd: string): string {
  const paths = pathsOf(platform);
  if (text === '~') return home;
  if (/^~[\\/]/.test(text)) return paths.join(home, text.slice(2));
  return paths.resolve(cwd, text);
}

/** Joins in the manner of the system. */
export function pathsOf(platform: NodeJS.Platform): typeof posix {
  return platform === 'win32' ? win32 : posix;
}
