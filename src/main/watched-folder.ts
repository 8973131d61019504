/** The folder of the setting `import_dir`: taken into the library and watched, until another one takes its place. */
import { realpath } from 'node:fs/promises';
import type { Handlers } from '../shared/contract.js';
import { toErrorValue } from '../shared/errors.js';
import type { Notice } from '../shared/notice.js';
import { ownCall } from './own-call.js';
import type { Registry } from './registry/index.js';

export interface WatchedFolder {
  /**
   * Watches this folder from now on, and the one before no longer: what came from that stays in the library. Undefined
   * for none. A folder that can't be read is told in a notice; it is asked for again at the next start.
   */
  use(folder: string | undefined): Promise<void>;
}

export interface WatchedFolderPorts {
  sources: Registry['sources'];
  handlers: Pick<Handlers, 'import_folder' | 'update_import_folder'>;
  notify(notice: Notice): void;
}

export function createWatchedFolder({ sources, handlers, notify }: WatchedFolderPorts): WatchedFolder {
  let current: string | undefined;
  const watchedAs = async (folder: string) => {
    const real = await realpath(folder).catch(() => undefined);
    return sources.folders().find(({ path: known, watched }) => watched && known === real);
  };
  return {
    async use(folder) {
      const before = current;
      current = folder;
      try {
        const left = before === undefined || before === folder ? undefined : await watchedAs(before);
        if (left !== undefined) await handlers.update_import_folder({ id: left.id, watched: false }, ownCall);
        // Importing a folder anew brings back what was deleted for good: one that is watched is looked through anyway.
        if (folder === undefined || (await watchedAs(folder)) !== undefined) return;
        await handlers.import_folder({ path: folder, watch: true }, ownCall);
      } catch (error) {
        const { message, hint } = toErrorValue(error);
        notify({ level: 'warning', message: `The import folder could not be read. ${message}`, hint });
      }
    },
  };
}
