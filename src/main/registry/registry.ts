/**
 * The registry: the only place that changes the state of jobs and assets. A change is committed to the disk first and
 * told afterwards, so that nobody hears of a thing that a crash could take back.
 */
import type { AppError } from '../../shared/errors.js';
import type { Clock, Emit, Logger } from '../ports.js';
import { createInlineThread, type Thread } from '../threads.js';
import { type Assets, createAssets } from './assets.js';
import { type Batches, createBatches } from './batches.js';
import { type Bin, createBin } from './bin.js';
import { findDamage, usualDepth } from './check.js';
import { type Collections, createCollections } from './collections.js';
import { isCopyDue } from './copies.js';
import { type Curation, createCuration } from './curation.js';
import { createInputs, type Inputs } from './inputs.js';
import { createJobs, type Jobs } from './jobs.js';
import { migrations } from './migrations/index.js';
import { doubtLibrary, openCurrent } from './opening.js';
import { createReaderThread, type Questions, questionsOf, type Reader } from './reader.js';
import { createRecovery, type Recovery } from './recovery.js';
import { createSessions, type Sessions } from './sessions.js';
import { createSources, type Sources } from './sources.js';
import { damaged, isDamage } from './sqlite.js';
import { createTransfer, type Transfer } from './transfer.js';

export interface RegistryOptions {
  /** The database file; made when there is none. Its directory must exist. */
  file: string;
  emit: Emit;
  clock: Clock;
  logger: Logger;
  /** Hours until a new asset expires; 0 = never. Asked for each job that ends. */
  assetTtlHours: () => number;
  /** The file is damaged (LIBRARY_DAMAGED) or can't be written (DATA_DIR_UNWRITABLE): told at every attempt. */
  onFailure?: (error: AppError) => void;
  /** Something was written: whatever stood in the way is over. */
  onWritten?: () => void;
  /** The built `reader-thread.js`; without it the reader works in this thread, as in tests. */
  readerScript?: string;
}

export interface Registry {
  jobs: Jobs;
  assets: Assets;
  batches: Batches;
  curation: Curation;
  bin: Bin;
  collections: Collections;
  sources: Sources;
  sessions: Sessions;
  inputs: Inputs;
  /** For exports, backups and restores. */
  transfer: Transfer;
  /** For what looks at the whole library. */
  reader: Reader;
  copies: Copies;
  recovery: Recovery;
  /** Writes the log back into the file and lets go of it. Twice is fine. */
  close(): Promise<void> | void;
}

export interface Copies {
  /** Whether the newest copy is older than `maxAgeMs` and something was written since. */
  isDue(maxAgeMs: number): boolean;
  /** Makes one in a thread of its own. Resolves with its path; rejects with DATA_DIR_UNWRITABLE, e.g. on a full disk. */
  make(): Promise<string>;
}

/** Opens the registry. Throws DATA_DIR_UNWRITABLE, or NOT_SUPPORTED for the file of a newer version. */
export function openRegistry(options: RegistryOptions): Registry {
  const { file, emit, clock, logger, assetTtlHours } = options;
  const failed = (error: AppError) => {
    if (isDamage(error)) doubt(file, logger);
    options.onFailure?.(error);
  };
  const watch = { failed, written: () => options.onWritten?.() };
  const database = openCurrent({ file, migrations, clock, logger, watch });
  const assets = createAssets({ database, emit, clock });
  const jobs = createJobs({ database, emit, clock, assetTtlHours, assets });
  const { readerScript: script } = options;
  const openReader = () =>
    script === undefined
      ? createInlineThread(questionsOf(database, () => clock.now()))
      : createReaderThread({ script, file, onDamage: failed });
  const reader = openReader();
  const copier = createCopier(openReader, file, clock);
  const check = script === undefined ? undefined : checkLater(options, openReader, failed);
  let open = true;
  return {
    jobs,
    assets,
    batches: createBatches({ database, emit, clock, assetTtlHours, assets }),
    curation: createCuration({ database, emit, clock, assetTtlHours, assets }),
    bin: createBin({ database }),
    collections: createCollections({ database, emit, clock }),
    sources: createSources({ database, emit, clock, assets }),
    sessions: createSessions({ database, clock }),
    inputs: createInputs({ database, assets, emit, clock, assetTtlHours }),
    recovery: createRecovery({ database, emit, assets }),
    transfer: createTransfer({ database, emit, clock, assets }),
    reader,
    copies: copier,
    close() {
      if (!open) return;
      open = false;
      const closeDatabase = () => {
        // Neither is worth a program that can't be ended: what was committed is on the disk.
        attempt(() => database.exec('PRAGMA optimize'), logger);
        // Closing the last connection checkpoints and removes the log.
        database.close();
      };
      // Without a thread there is nothing to wait for, and tests open the file again at once.
      if (script === undefined) return closeDatabase();
      return Promise.all([check?.close(), copier.close(), reader.close()]).then(closeDatabase);
    },
  };
}

function createCopier(
  openReader: () => Thread<Questions>,
  file: string,
  clock: Clock,
): Copies & { close(): Promise<void> } {
  let working: Thread<Questions> | undefined;
  return {
    isDue: (maxAgeMs) => isCopyDue(file, clock.now(), maxAgeMs),
    async make() {
      const reader = openReader();
      working = reader;
      try {
        return await reader.ask('copy', file);
      } finally {
        working = undefined;
        await reader.close();
      }
    },
    close: async () => working?.close(),
  };
}

/** The start has the disk to itself for so long, in milliseconds. */
const quietMs = 10_000;

/** Looks through a file that was too large to be checked before its use. */
function checkLater(
  { file, logger }: RegistryOptions,
  openReader: () => Thread<Questions>,
  failed: (error: AppError) => void,
): { close(): Promise<void> } | undefined {
  if (usualDepth(file) !== 'beginnings') return undefined;
  const reader = openReader();
  let closed = false;
  const check = async () => {
    const damage = await findDamage(reader.ask);
    if (damage !== undefined) failed(damaged(file, new Error(damage)));
  };
  const timer = setTimeout(() => {
    check()
      .catch((error: unknown) => {
        if (!closed) logger.warn('the library file could not be checked', { file, error });
      })
      .finally(() => reader.close());
  }, quietMs);
  timer.unref();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      return reader.close();
    },
  };
}

function doubt(file: string, logger: Logger): void {
  attempt(() => doubtLibrary(file), logger);
}

function attempt(work: () => void, logger: Logger): void {
  try {
    work();
  } catch (error) {
    logger.warn('the library is in trouble', { error });
  }
}
