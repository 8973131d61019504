/**
 * Where the person moved the data directory to, for both programs. Kept beside the defaults file: the settings file lies in
 * that directory itself, and the usual one may be what can't be written.
 */
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.js';
import { createJsonStore } from '../json-store.js';
import { defaultConfigFile, type Place, pathsOf } from './paths.js';

const key = 'data_dir';
/** A library was there: when it is not, its drive is away, and none must be begun in its place. */
const filled = 'has_library';
/** What a folder with a library has, also while that is being restored. */
const signs = ['library.db', 'library.restored.db', 'copies'];

const anew =
  'Correct the file, choose the folder of your library anew, or remove the file to use the usual data folder.';

function locationStore(place: Place) {
  const { dirname, join } = pathsOf(place.platform);
  return createJsonStore(join(dirname(defaultConfigFile(place)), 'location.json'), { what: 'The file' });
}

/**
 * The chosen data directory, absolute; undefined when none was chosen.
 *
 * @throws AppError CONFIG_INVALID for a broken file, DATA_DIR_MISSING for a directory whose library is away.
 */
export function readLocation(place: Place): string | undefined {
  const store = locationStore(place);
  const { [key]: chosen, [filled]: has } = readable(() => store.read());
  if (chosen === undefined) return undefined;
  if (typeof chosen === 'string' && pathsOf(place.platform).isAbsolute(chosen)) {
    if (has === true && !holdsLibrary(chosen)) throw missing(chosen, store.path);
    return chosen;
  }
  throw new AppError('CONFIG_INVALID', `${key} in ${store.path} must be the whole path of a folder.`, {
    hint: anew,
    details: { file: store.path, location: true },
  });
}

/** `details.location` tells the window that the folder can be chosen anew. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isBroken(error)) throw error;
    const details = { ...error.details, location: true };
    throw new AppError(error.code, error.message, { hint: anew, details, cause: error });
  }
}

/**
 * `hasLibrary`: there is one. A file that can't be understood is set aside.
 *
 * @throws AppError CONFIG_INVALID when it can't be written.
 */
export function writeLocation(place: Place, dataDir: string, { hasLibrary = false } = {}): void {
  const store = locationStore(place);
  const write = () => store.update((object) => ({ ...object, [key]: dataDir, [filled]: hasLibrary }));
  try {
    write();
  } catch (error) {
    if (!isBroken(error)) throw error;
    renameSync(store.path, `${store.path}.broken-${Date.now()}`);
    write();
  }
}

function isBroken(error: unknown): error is AppError {
  return error instanceof AppError && error.details?.inaccessible !== true;
}

/** Notes that the chosen directory, if this is the one, has a library now. */
export function noteLibrary(place: Place, dataDir: string): void {
  const { [key]: chosen, [filled]: has } = locationStore(place).read();
  if (chosen === dataDir && has !== true) writeLocation(place, dataDir, { hasLibrary: true });
}

function holdsLibrary(dir: string): boolean {
  return signs.some((name) => existsSync(join(dir, name)));
}

function missing(dir: string, file: string): AppError {
  return new AppError('DATA_DIR_MISSING', `The library is in ${dir}, and nothing is there now.`, {
    hint: `Connect that drive and start again, or choose another folder. ${file} says where it is; --data-dir goes before it.`,
    details: { dir, file },
  });
}
