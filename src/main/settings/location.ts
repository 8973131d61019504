/**
 * Where the person moved the data directory to, for both programs. Kept beside the defaults file: the settings file lies in
 * that directory itself, and the usual one may be what can't be written.
 */
import { AppError } from '../../shared/errors.js';
import { createJsonStore } from '../json-store.js';
import { defaultConfigFile, type Place, pathsOf } from './paths.js';

const key = 'data_dir';

function locationStore(place: Place) {
  const { dirname, join } = pathsOf(place.platform);
  return createJsonStore(join(dirname(defaultConfigFile(place)), 'location.json'), { what: 'The file' });
}

/** The chosen data directory, absolute; undefined when none was chosen. @throws AppError CONFIG_INVALID for a broken file. */
export function readLocation(place: Place): string | undefined {
  const store = locationStore(place);
  const chosen = store.read()[key];
  if (chosen === undefined) return undefined;
  if (typeof chosen === 'string' && pathsOf(place.platform).isAbsolute(chosen)) return chosen;
  throw new AppError('CONFIG_INVALID', `${key} in ${store.path} must be the whole path of a folder.`, {
    hint: 'Correct the file, or remove it to use the usual data folder.',
    details: { file: store.path },
  });
}

/** @throws AppError CONFIG_INVALID when it can't be written. */
export function writeLocation(place: Place, dataDir: string): void {
  locationStore(place).update((object) => ({ ...object, [key]: dataDir }));
}
