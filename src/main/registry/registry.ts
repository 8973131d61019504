/**
 * The registry: the only place that changes the state of jobs and assets. A change is committed to the disk first and
 * told afterwards, so that nobody hears of a thing that a crash could take back.
 */
import type { Clock, Emit, Logger } from '../ports.js';
import { type Assets, createAssets } from './assets.js';
import { checkWhole } from './check.js';
import { type Collections, createCollections } from './collections.js';
import { type Curation, createCuration } from './curation.js';
import { createJobs, type Jobs } from './jobs.js';
import { migrations } from './migrations/index.js';
import { createInlineReader, createThreadReader, type Reader } from './reader.js';
import { openCurrent, type RegistryNotice } from './schema.js';
import { createSessions, type Sessions } from './sessions.js';
import { createSources, type Sources } from './sources.js';

export interface RegistryOptions {
  /** The database file; made when there is none. Its directory must exist. */
  file: string;
  emit: Emit;
  clock: Clock;
  logger: Logger;
  /** Hours until a new asset expires; 0 = never. Asked for each job that ends. */
  assetTtlHours: () => number;
  /** The built `reader-thread.js`; without it the reader works in this thread, as in tests. */
  readerScript?: string;
  /** Is told what the check of a large file finds, which goes on when the program runs. */
  notify?: (notice: RegistryNotice) => void;
}

export interface Registry {
  jobs: Jobs;
  assets: Assets;
  curation: Curation;
  collections: Collections;
  sources: Sources;
  sessions: Sessions;
  /** For what looks at the whole library. */
  reader: Reader;
  /** What the person has to be told about the opening. */
  notices: RegistryNotice[];
  /** Writes the log back into the file and lets go of it. Twice is fine. */
  close(): Promise<void> | void;
}

/** Opens the registry. Throws DATA_DIR_UNWRITABLE, or NOT_SUPPORTED for the file of a newer version. */
export function openRegistry(options: RegistryOptions): Registry {
  const { file, emit, clock, logger, assetTtlHours, readerScript } = options;
  const { database, notices, checked } = openCurrent({ file, migrations, clock, logger });
  const assets = createAssets({ database, emit, clock });
  const jobs = createJobs({ database, emit, clock, assetTtlHours, assets });
  const reader =
    readerScript === undefined
      ? createInlineReader(database, () => clock.now())
      : createThreadReader({ script: readerScript, file, now: () => clock.now() });
  const check = checked || readerScript === undefined ? undefined : checkLater(options, readerScript);
  let open = true;
  return {
    jobs,
    assets,
    curation: createCuration({ database, emit, clock, assetTtlHours, assets }),
    collections: createCollections({ database, emit, clock }),
    sources: createSources({ database, emit, clock, assets }),
    sessions: createSessions({ database, clock }),
    reader,
    notices,
    close() {
      if (!open) return;
      open = false;
      const closeDatabase = () => {
        database.exec('PRAGMA optimize');
        // Closing the last connection checkpoints and removes the log.
        database.close();
      };
      const closing = [reader.close(), check?.close()].filter((ending) => ending !== undefined);
      return closing.length === 0 ? closeDatabase() : Promise.all(closing).then(closeDatabase);
    },
  };
}

/** The start has the disk to itself for so long, in milliseconds. */
const quietMs = 10_000;

function checkLater({ file, logger, clock, notify }: RegistryOptions, script: string): Pick<Reader, 'close'> {
  const reader = createThreadReader({ script, file, now: () => clock.now() });
  let closed = false;
  const close = () => {
    closed = true;
    clearTimeout(timer);
    return reader.close();
  };
  const timer = setTimeout(() => {
    checkWhole(reader, file, logger)
      .then((notice) => {
        if (notice !== undefined) notify?.(notice);
      })
      .catch((error: unknown) => {
        if (!closed) logger.warn('the library file could not be checked', { file, error });
      })
      .finally(close);
  }, quietMs);
  timer.unref();
  return { close };
}
