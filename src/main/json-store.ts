/**
 * A JSON file that people edit and programs write: read whole, written atomically through `conf`, keys that nobody knows
 * survive. Nothing is created by reading.
 */
import { statSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import Conf from 'conf';
import { parseJsonObject } from '../shared/config-text.js';
import { AppError } from '../shared/errors.js';

export interface JsonStore {
  readonly path: string;
  /** The file's object; empty when there is no file. @throws AppError CONFIG_INVALID, one sentence with the place. */
  read(): Record<string, unknown>;
  /**
   * Writes what `change` makes of the present object. A file that can't be read is never overwritten.
   *
   * @throws AppError CONFIG_INVALID when the file is broken or can't be written (then `details.inaccessible` is true).
   */
  update(change: (object: Record<string, unknown>) => Record<string, unknown>): void;
  /** Differs when the file may have changed; undefined while there is none. */
  stamp(): string | undefined;
}

/** `mode`: permissions of a new file. `what`: how errors name the file, e.g. `The settings file`. */
export function createJsonStore(path: string, { what, mode = 0o666 }: { what: string; mode?: number }): JsonStore {
  const named = `${what} ${path}`;
  const open = () =>
    new Conf<Record<string, unknown>>({
      cwd: dirname(path),
      configName: basename(path, extname(path)),
      fileExtension: extname(path).slice(1),
      configFileMode: mode,
      // Keys are plain names: a dot in one is part of it.
      accessPropertiesByDotNotation: false,
      serialize: (object) => `${JSON.stringify(object, undefined, 2)}\n`,
      deserialize: (text) => (text.trim() === '' ? {} : parseJsonObject(text, named)),
    });
  const store: JsonStore = {
    path,
    read() {
      if (store.stamp() === undefined) return {};
      try {
        return { ...open().store };
      } catch (error) {
        throw unusable(error, `${named} could not be read`);
      }
    },
    update(change) {
      try {
        const conf = open();
        conf.store = change({ ...conf.store });
      } catch (error) {
        throw unusable(error, `${named} could not be written`);
      }
    },
    stamp() {
      try {
        const facts = statSync(path);
        return [facts.mtimeMs, facts.ctimeMs, facts.size, facts.ino].join(':');
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // A folder that may not be entered is told when the file is read.
        return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : `${code}`;
      }
    },
  };
  return store;
}

function unusable(error: unknown, what: string): AppError {
  if (error instanceof AppError) return error;
  return new AppError('CONFIG_INVALID', `${what}: ${error instanceof Error ? error.message : String(error)}.`, {
    hint: 'Check the permissions of the file and its folder.',
    details: { inaccessible: true },
    cause: error,
  });
}
