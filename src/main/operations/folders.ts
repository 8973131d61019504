/** Folders that a person names in the settings. */
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../shared/errors.js';
import type { Settings } from '../../shared/settings.js';
import type { SettingsStore } from '../settings.js';

const titles = { workflow_dir: 'workflow folder', import_dir: 'import folder' } as const;

/**
 * What is watched from now on must be there. One that is fixed from outside was given by somebody who knows, and may
 * come later.
 *
 * @throws AppError VALIDATION_ERROR.
 */
export async function checkFolders(values: Partial<Settings>, settings: SettingsStore): Promise<void> {
  for (const name of ['workflow_dir', 'import_dir'] as const) {
    const given = values[name]?.trim();
    if (given === undefined || given === '') continue;
    const folder = settings.absolute(given);
    const real = await existingFolder(folder, titles[name]);
    if (name === 'import_dir' && isIn(real, await realpath(settings.dataDir))) {
      throw refused(
        `${folder} belongs to the app itself.`,
        'What was made through the app is in the library already.',
        folder,
      );
    }
  }
}

async function existingFolder(folder: string, title: string): Promise<string> {
  const facts = await stat(folder).catch(() => undefined);
  if (facts?.isDirectory()) return realpath(folder);
  const why = facts === undefined ? 'There is no folder' : 'This is no folder:';
  throw refused(`${why} ${folder}.`, `Choose one that is there as the ${title}.`, folder);
}

function isIn(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(outer + path.sep);
}

function refused(message: string, hint: string, folder: string): AppError {
  return new AppError('VALIDATION_ERROR', message, { hint, details: { path: folder } });
}
