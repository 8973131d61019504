/**
 * Watches a folder that may vanish and come back. `fs.watch` tells of changes at once but dies with its folder, so a
 * slow look at the folder's identity starts it again; where the system can't watch, every look counts as a change.
 */
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Disposable, Logger } from '../ports.js';

/** Milliseconds between looks: a folder that came back is noticed well within a second. */
const lookEveryMs = 400;

/** Calls `onEvent` after anything in the folder may have changed, often more than once; the caller compares. */
export function watchFolder({
  folder,
  onEvent,
  logger,
}: {
  folder: string;
  onEvent: () => void;
  logger: Logger;
}): Disposable {
  let watcher: FSWatcher | undefined;
  let identity: string | undefined;
  let canWatch = true;
  let disposed = false;
  let looking = false;

  const stop = () => {
    watcher?.close();
    watcher = undefined;
  };

  const start = () => {
    stop();
    try {
      watcher = watch(folder, { persistent: false }, (_event, fileName) => {
        // Named like the folder: the folder itself went or moved. Forget it, so that the next look starts afresh.
        if (fileName === null || fileName === basename(folder)) identity = undefined;
        onEvent();
      });
      watcher.on('error', (error) => {
        logger.debug('a folder watch ended', { folder, error });
        identity = undefined;
        stop();
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        identity = undefined;
        return;
      }
      canWatch = false;
      logger.warn('the system cannot watch this folder; it is looked at regularly instead', { folder, error });
    }
  };

  const look = async () => {
    const now = await folderIdentity(folder);
    if (disposed) return;
    if (now === identity) {
      if (!canWatch && now !== undefined) onEvent();
      return;
    }
    identity = now;
    if (now === undefined) stop();
    else if (canWatch) start();
    onEvent();
  };

  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch((error: unknown) => logger.warn('a folder could not be looked at', { folder, error }))
      .finally(() => {
        looking = false;
      });
  }, lookEveryMs);
  timer.unref();

  start();
  return {
    dispose() {
      disposed = true;
      clearInterval(timer);
      stop();
    },
  };
}

/** Changes when the folder is replaced by another of the same name; undefined while there is none. */
async function folderIdentity(folder: string): Promise<string | undefined> {
  try {
    const facts = await stat(folder);
    return facts.isDirectory() ? `${facts.dev}:${facts.ino}:${facts.birthtimeMs}` : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
