/**
 * Tells where something changed below watched folders. One watch for each folder (and none for its files): the systems
 * limit watches, and an output folder has few folders and many files.
 */
import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';
import type { Logger } from '../ports.js';
import { foldersBelow } from './walk.js';

export interface Watcher {
  /** Watches exactly these folders from now on. */
  set(folders: readonly { id: number; path: string }[]): void;
  close(): void;
}

export interface WatcherPorts {
  /** Something changed in a folder below a watched one: `below` with `/`, empty for itself. */
  onChange(id: number, below: string): void;
  exclude: readonly string[];
  logger: Logger;
}

/** Milliseconds in which several changes of one folder are one. */
const gatherMs = 400;

export function createWatcher({ onChange, exclude, logger }: WatcherPorts): Watcher {
  const trees = new Map<number, { path: string; stop(): void }>();

  function watchTree(id: number, root: string): { path: string; stop(): void } {
    const watches = new Map<string, FSWatcher>();
    const timers = new Map<string, NodeJS.Timeout>();
    let stopped = false;

    const changed = (below: string) => {
      if (stopped || timers.has(below)) return;
      const timer = setTimeout(() => {
        timers.delete(below);
        // New folders come with files in them.
        void cover(below).then(() => {
          if (!stopped) onChange(id, below);
        });
      }, gatherMs);
      timer.unref();
      timers.set(below, timer);
    };

    const leave = (below: string) => {
      watches.get(below)?.close();
      watches.delete(below);
    };

    async function cover(from: string): Promise<void> {
      for await (const below of foldersBelow({ root, below: from, exclude })) {
        if (stopped) return;
        if (watches.has(below)) continue;
        try {
          const watching = watch(path.join(root, below), { persistent: false }, () => changed(below));
          watching.on('error', (error) => {
            logger.debug('a folder is no longer watched', { folder: path.join(root, below), error });
            leave(below);
          });
          watches.set(below, watching);
        } catch (error) {
          logger.warn('a folder can not be watched', { folder: path.join(root, below), error });
          return;
        }
      }
    }

    void cover('');
    return {
      path: root,
      stop() {
        stopped = true;
        for (const timer of timers.values()) clearTimeout(timer);
        for (const below of [...watches.keys()]) leave(below);
      },
    };
  }

  return {
    set(folders) {
      const wanted = new Map(folders.map((folder) => [folder.id, folder.path]));
      for (const [id, tree] of trees) {
        if (wanted.get(id) === tree.path) continue;
        tree.stop();
        trees.delete(id);
      }
      for (const [id, root] of wanted) if (!trees.has(id)) trees.set(id, watchTree(id, root));
    },
    close() {
      for (const { stop } of trees.values()) stop();
      trees.clear();
    },
  };
}
