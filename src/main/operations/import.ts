/** Taking in what lies in folders of this machine. */
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Handlers } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import type { SourceFolder } from '../../shared/library.js';
import type { Rooms } from './rooms.js';

export type ImportHandlers = Pick<
  Handlers,
  'get_import' | 'import_folder' | 'control_import' | 'update_import_folder' | 'remove_import_folder'
>;

export function createImportHandlers({ registry, importing, settings }: Rooms): ImportHandlers {
  const { sources } = registry;
  const existing = (id: number): SourceFolder => {
    const folder = sources.folder(id);
    if (folder !== undefined) return folder;
    throw new AppError('NOT_FOUND', `There is no imported folder ${id}.`, { details: { id } });
  };
  return {
    get_import: async () => ({ folders: sources.folders(), import: importing.status() }),

    async import_folder({ path: given, watch }) {
      const { root, below } = await placeOf(given, settings.dataDir, sources.folders());
      const known = sources.folders().find((folder) => folder.path === root);
      const folder = sources.add(root, watch ?? known?.watched ?? below === '');
      void importing.enqueue({ folderId: folder.id, below, single: below !== '' });
      return { folder, import: importing.status() };
    },

    async control_import({ action }) {
      importing[action]();
      return importing.status();
    },

    async update_import_folder({ id, watched }) {
      existing(id);
      sources.watch(id, watched);
      return existing(id);
    },

    async remove_import_folder({ id }) {
      existing(id);
      importing.leave(id);
      sources.remove(id);
      return { id };
    },
  };
}

/** What lies in a folder that was imported already is a part of that one. */
async function placeOf(
  given: string,
  dataDir: string,
  folders: readonly SourceFolder[],
): Promise<{ root: string; below: string }> {
  const absolute = path.resolve(given);
  let real: string;
  let isFolder: boolean;
  try {
    real = await realpath(absolute);
    isFolder = (await stat(real)).isDirectory();
  } catch (error) {
    throw new AppError('NOT_FOUND', `There is nothing that can be read at ${absolute}.`, {
      hint: 'Give the path of a folder, or of a picture, video or sound.',
      details: { path: absolute },
      cause: error,
    });
  }
  const isIn = (folder: string) => real === folder || real.startsWith(folder + path.sep);
  if (isIn(await realpath(dataDir))) {
    throw new AppError('VALIDATION_ERROR', `${absolute} belongs to the app itself.`, {
      hint: 'What was made through the app is in the library already.',
      details: { path: absolute },
    });
  }
  const parent = folders.find((folder) => isIn(folder.path));
  const root = parent?.path ?? (isFolder ? real : path.dirname(real));
  return { root, below: path.relative(root, real).split(path.sep).join('/') };
}
