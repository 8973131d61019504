/**
 * The registry: the only place that changes the state of jobs and assets. A change is committed to the disk first and
 * told afterwards, so that nobody hears of a thing that a crash could take back.
 */
import type { Clock, Emit, Logger } from '../ports.js';
import { type Assets, createAssets } from './assets.js';
import { type Curation, createCuration } from './curation.js';
import { createJobs, type Jobs } from './jobs.js';
import { migrations } from './migrations/index.js';
import { openCurrent, type RegistryNotice } from './schema.js';
import { createSessions, type Sessions } from './sessions.js';

export interface RegistryOptions {
  /** The database file; made when there is none. Its directory must exist. */
  file: string;
  emit: Emit;
  clock: Clock;
  logger: Logger;
  /** Hours until a new asset expires; 0 = never. Asked for each job that ends. */
  assetTtlHours: () => number;
}

export interface Registry {
  jobs: Jobs;
  assets: Assets;
  curation: Curation;
  sessions: Sessions;
  /** What the person has to be told about the opening. */
  notices: RegistryNotice[];
  /** Writes the log back into the file and lets go of it. Twice is fine. */
  close(): void;
}

/** Opens the registry. Throws DATA_DIR_UNWRITABLE, or NOT_SUPPORTED for the file of a newer version. */
export function openRegistry({ file, emit, clock, logger, assetTtlHours }: RegistryOptions): Registry {
  const { database, notices } = openCurrent({ file, migrations, clock, logger });
  const assets = createAssets({ database, emit, clock });
  const jobs = createJobs({ database, emit, clock, assetTtlHours, assets });
  let open = true;
  return {
    jobs,
    assets,
    curation: createCuration({ database, emit, clock, assetTtlHours, assets }),
    sessions: createSessions({ database, clock }),
    notices,
    close() {
      if (!open) return;
      open = false;
      database.exec('PRAGMA optimize');
      // Closing the last connection checkpoints and removes the log.
      database.close();
    },
  };
}
