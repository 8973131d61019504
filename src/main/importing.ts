/** Joins the importer with the library it fills, the threads it reads in, and the folders it watches. */
import { stat } from 'node:fs/promises';
import type { Asset } from '../shared/asset.js';
import type { AppEvent } from '../shared/events.js';
import { createImporter, createWatcher, type FileReader, type Importer } from './importer/index.js';
import type { Clock, Emit, Logger } from './ports.js';
import { type FileWork, fileWork } from './reading.js';
import type { Registry } from './registry/index.js';
import { createInlineThread, createThread, type Thread } from './threads.js';

export interface ImportingPorts {
  registry: Pick<Registry, 'sources' | 'assets'>;
  /** The file of an asset on this machine, fetched when it must be. */
  original(asset: Asset): Promise<{ path: string }>;
  /** Folders that are never imported: the program's own. */
  exclude: readonly string[];
  /** The built `reading-thread.js`; without it files are read in this thread, as in tests. */
  script: string | undefined;
  listen(listener: (event: AppEvent) => void): () => void;
  emit: Emit;
  clock: Clock;
  logger: Logger;
}

export interface Importing extends Importer {
  /** Looks through watched folders for what came while the program was away, and goes on with what was not finished. */
  start(): void;
}

export function createImporting(ports: ImportingPorts): Importing {
  const { registry, exclude, script, listen, emit, clock, logger } = ports;
  const { sources } = registry;
  const thread: Thread<FileWork> =
    script === undefined ? createInlineThread(fileWork(exclude)) : createThread<FileWork>(script, { exclude });
  const reader = readerOf(thread);
  const importer = createImporter({
    store: sources,
    reader,
    pathOf: (assetId) => pathOf(ports, assetId),
    emit,
    clock,
    logger,
  });
  const watcher = createWatcher({
    onChange: (folderId, below) => void importer.enqueue({ folderId, below, single: true }),
    exclude,
    logger,
  });
  const watchAll = () => watcher.set(sources.folders().filter(({ watched }) => watched));
  const unlisten = listen((event) => {
    if (event.type === 'sources.changed') watchAll();
  });

  return {
    ...importer,
    start() {
      watchAll();
      for (const { id, watched, scanned_at } of sources.folders()) {
        if (watched || scanned_at === null) void importer.enqueue({ folderId: id, below: '', single: false });
      }
    },
    async close() {
      unlisten();
      watcher.close();
      await importer.close();
      await thread.close();
    },
  };
}

function readerOf({ ask }: Thread<FileWork>): FileReader {
  return {
    walk: (input, signal) => ask('walk', input, signal),
    read: (input, signal) => ask('read', input, signal),
    same: (input, signal) => ask('same', input, signal),
    sample: (input) => ask('sample', input),
    gone: (input) => ask('gone', input),
  };
}

/** Its imported file, else the copy of what was generated. */
async function pathOf(ports: ImportingPorts, assetId: string): Promise<string | undefined> {
  const asset = ports.registry.assets.get(assetId);
  const local = await localFile(ports.registry, assetId);
  if (local !== undefined || asset === undefined || asset.imported) return local?.path;
  try {
    return (await ports.original(asset)).path;
  } catch (error) {
    ports.logger.debug('an asset can not be compared with a file', { asset_id: assetId, error });
    return undefined;
  }
}

/** A file in an imported folder that is this asset: one that was overwritten since is another picture. */
export async function localFile(
  { sources }: Pick<Registry, 'sources'>,
  assetId: string,
): Promise<{ path: string; size: number } | undefined> {
  for (const { path, bytes_size } of sources.filesOf(assetId)) {
    const facts = await stat(path).catch(() => undefined);
    if (facts?.isFile() && facts.size === bytes_size) return { path, size: bytes_size };
  }
  return undefined;
}
