/**
 * A file in the home directory that leads the stdio bridge to the program: clients pass it hardly any environment, so it
 * can know neither a data directory chosen at the last start nor where the programs lie. It holds no secret: the proof of
 * an endpoint and the key to it are in the data directory.
 */
import { rmSync } from 'node:fs';
import { createJsonStore } from './json-store.js';
import { endpointFile, type Place } from './settings/paths.js';

/** How a program is started again. */
export interface Launch {
  file: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
}

export interface RunningProgram {
  kind: 'desktop' | 'headless';
  dataDir: string;
  /** Undefined where nobody could start it again from what is known. */
  launch: Launch | undefined;
}

/** Notes which data directory has an endpoint now, and how its program is started. @throws AppError CONFIG_INVALID */
export function noteProgram(place: Place, { kind, dataDir, launch }: RunningProgram): void {
  const store = createJsonStore(endpointFile(place), { what: 'The file', mode: 0o600 });
  const change = (object: Record<string, unknown>) => ({
    ...object,
    data_dir: dataDir,
    ...(launch === undefined ? {} : { [kind]: launch }),
  });
  try {
    store.read();
  } catch {
    // Nothing in it is anybody's own: it is written anew at each start.
    rmSync(store.path, { force: true });
  }
  store.update(change);
}

/** What the desktop app needs of its environment to open a window, for a start by a bridge that has none of it. */
export function displayEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'];
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}
