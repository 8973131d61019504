/** Joins the importer with the library it fills, the threads it reads in, and the folders it watches. */
import { stat } from 'node:fs/promises';
import type { Asset } from '../shared/asset.js';
import type { AppEvent } from '../shared/events.js';
import {
  createImporter,
  createWatcher,
  type FileReader,
  type Importer,
  type ReadResult,
  type SeenFile,
} from './importer/index.js';
import type { Clock, Emit, Logger } from './ports.js';
import { type ReadWork, readWork, type WalkWork, walkWork } from './reading.js';
import type { Registry } from './registry/index.js';
import { type Thread, ThreadLostError, threadOf } from './threads.js';

export interface ImportingPorts {
  registry: Pick<Registry, 'sources' | 'assets'>;
  /** The file of an asset on this machine, fetched when it must be. */
  original(asset: Asset): Promise<{ path: string }>;
  /** Folders that are never imported: the program's own. */
  exclude: readonly string[];
  /** Gives the built script of a thread; without it files are read in this thread, as in tests. */
  script(name: 'walking-thread' | 'reading-thread'): string | undefined;
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
  const walking = threadOf<WalkWork>(script('walking-thread'), () => walkWork(exclude), { workerData: { exclude } });
  const reading = threadOf<ReadWork>(script('reading-thread'), readWork);
  const reader = readerOf(walking, reading);
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
      await Promise.all([walking.close(), reading.close()]);
    },
  };
}

/** Milliseconds after which a part of a folder, and one file, are taken for what the readers hang on. */
const partLimitMs = 15_000;
const fileLimitMs = 10_000;

function readerOf(walking: Thread<WalkWork>, reading: Thread<ReadWork>): FileReader {
  /** One that its readers hang on has no facts, and is shown as damaged. */
  async function readAlone(root: string, file: SeenFile, signal?: AbortSignal): Promise<ReadResult> {
    try {
      const [result] = await reading.ask('read', { root, files: [file] }, { signal, limitMs: fileLimitMs });
      if (result !== undefined) return result;
    } catch (error) {
      if (!(error instanceof ThreadLostError)) throw error;
    }
    return reading.ask('bare', { root, file }, { signal, limitMs: fileLimitMs });
  }

  return {
    walk: (input, signal) => walking.ask('walk', input, { signal }),
    gone: (input) => walking.ask('gone', input),
    async read(input, signal) {
      try {
        return await reading.ask('read', input, { signal, limitMs: partLimitMs });
      } catch (error) {
        if (!(error instanceof ThreadLostError)) throw error;
        const results: ReadResult[] = [];
        for (const file of input.files) results.push(await readAlone(input.root, file, signal));
        return results;
      }
    },
    same: (input, signal) => reading.ask('same', input, { signal }),
    sample: (input) => reading.ask('sample', input),
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
