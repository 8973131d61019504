/** Reads a program's library file as it lies on the disk, whether the program lives or was killed. */
import path from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';

export interface StoredJob {
  prompt_id: string;
  status: string;
  finished_ms: number | null;
  error: string | null;
  outputs: number;
}

export interface StoredAsset {
  asset_id: string;
  prompt_id: string | null;
  /** `type/subfolder/filename`. */
  file: string;
}

export interface StoredLibrary {
  jobs: StoredJob[];
  assets: StoredAsset[];
}

/** `dataDir` holds `library.db`. Read-only: what a killed program left in the log stays there for its next start. */
export function readLibrary(dataDir: string): StoredLibrary {
  const database = new DatabaseSync(path.join(dataDir, 'library.db'), { readOnly: true, timeout: 5000 });
  try {
    const jobs = database.prepare(
      `SELECT prompt_id, status, finished_ms, error,
         (SELECT count(*) FROM job_output WHERE job_output.job_id = job.id) AS outputs FROM job`,
    );
    const assets = database.prepare(
      `SELECT asset_id, prompt_id, folder_type || '/' || subfolder || '/' || filename AS file
       FROM asset LEFT JOIN job ON job.id = asset.job_id`,
    );
    return { jobs: jobs.all() as unknown as StoredJob[], assets: assets.all() as unknown as StoredAsset[] };
  } finally {
    database.close();
  }
}

export function isEnded({ status }: Pick<StoredJob, 'status'>): boolean {
  return !['queued', 'running'].includes(status);
}
