/**
 * Starting with the session. macOS and Windows keep that themselves; a Linux desktop starts what has an entry in its
 * autostart folder (freedesktop.org's Desktop Application Autostart Specification).
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LoginStart } from '../../shared/desktop.js';
import { AppError } from '../../shared/errors.js';

export interface LoginStartStore {
  read(): Promise<LoginStart>;
  /** @throws AppError CONFIG_SAVE_FAILED. */
  set(enabled: boolean): Promise<LoginStart>;
}

/** What the system's own keeping of it looks like: Electron's `app`. */
export interface LoginItems {
  getLoginItemSettings(options: { path: string; args: string[] }): { openAtLogin: boolean };
  setLoginItemSettings(settings: { openAtLogin: boolean; path: string; args: string[] }): void;
}

/** How the program is started: its file, and what comes before its own options. */
export interface StartCommand {
  file: string;
  args: readonly string[];
}

/** Started so, the window stays away until it is asked for. */
const quietly = '--hidden';

export function createLoginItems(items: LoginItems, { file, args }: StartCommand): LoginStartStore {
  const how = { path: file, args: [...args, quietly] };
  const read = async () => ({ enabled: items.getLoginItemSettings(how).openAtLogin });
  return {
    read,
    async set(enabled) {
      items.setLoginItemSettings({ openAtLogin: enabled, ...how });
      return read();
    },
  };
}

/** `configHome` is the folder of the person's settings, `~/.config` as a rule. */
export function createAutostartEntry(
  configHome: string,
  { name, command }: { name: string; command: StartCommand },
): LoginStartStore {
  const file = path.join(configHome, 'autostart', 'comfyui-mcp-desktop.desktop');
  return {
    async read() {
      // Missing or unreadable: the desktop would not start it either. One that a desktop switched off says so itself.
      const text = await readFile(file, 'utf8').catch(() => undefined);
      const off = text === undefined || /^(Hidden=true|X-GNOME-Autostart-enabled=false)\s*$/m.test(text);
      return { enabled: !off };
    },
    async set(enabled) {
      try {
        if (enabled) {
          await mkdir(path.dirname(file), { recursive: true });
          await writeFile(file, entryOf(name, command));
        } else await rm(file, { force: true });
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new AppError('CONFIG_SAVE_FAILED', `Starting at login could not be set: ${reason}.`, {
          hint: `Check the permissions of ${path.dirname(file)}.`,
          details: { path: file },
          cause,
        });
      }
      return { enabled };
    },
  };
}

function entryOf(name: string, { file, args }: StartCommand): string {
  const exec = [file, ...args, quietly].map(quoted).join(' ');
  return ['[Desktop Entry]', 'Type=Application', `Name=${name}`, `Exec=${exec}`, 'Terminal=false', ''].join('\n');
}

/** As the Desktop Entry Specification asks for: in quotes, with its reserved signs escaped, once more for the file. */
function quoted(word: string): string {
  const escaped = word
    .replaceAll(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%');
  return `"${escaped}"`;
}
