/** Reads a program's library file as it lies on the disk, whether the program lives or was killed. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { migrations } from '../../../src/main/registry/migrations/index.js';

const newest = migrations.length;

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
  subfolder: string;
  imported: number;
  /** The app made it itself: a contact sheet. */
  own: number;
  batch_id: string | null;
  /** A JSON list of what a contact sheet shows, in order. */
  parts: string;
  bytes_size: number | null;
  sample_hash: string | null;
  rating: number;
  /** JSON lists, in order. */
  tags: string;
  albums: string;
  deleted_ms: number | null;
  superseded_ms: number | null;
  missing_ms: number | null;
}

export interface StoredBatch {
  batch_id: string;
  /** JSON. */
  plan: string;
  sheet_wanted: number;
}

/** A job of a batch. */
export interface StoredCell {
  batch_id: string;
  prompt_id: string;
  cell: number | null;
  imported: number;
}

/** A file of an imported folder, as the library knows it. */
export interface StoredSource {
  path: string;
  asset_id: string | null;
  bytes_size: number;
  modified_ms: number;
  missing_ms: number | null;
}

export interface StoredLibrary {
  jobs: StoredJob[];
  assets: StoredAsset[];
  sources: StoredSource[];
  batches: StoredBatch[];
  cells: StoredCell[];
}

/** `dataDir` holds `library.db`. Read-only: what a killed program left in the log stays there for its next start. */
export function readLibrary(dataDir: string): StoredLibrary {
  const database = new DatabaseSync(path.join(dataDir, 'library.db'), { readOnly: true, timeout: 5000 });
  try {
    return readAll(database);
  } finally {
    database.close();
  }
}

/**
 * The library as the next start will find it, with what SQLite's own checks and those of its text index say: on a copy,
 * since looking so closely writes. Undefined where no start has come so far as to make one.
 */
export function examineLibrary(dataDir: string): { library: StoredLibrary; problems: string[] } | undefined {
  return withCopy(path.join(dataDir, 'library.db'), (database) => {
    const version = database.prepare('PRAGMA user_version').get() as { user_version: number };
    // Killed between its migrations.
    if (version.user_version < newest) return undefined;
    return { library: readAll(database), problems: structureProblems(database) };
  });
}

/** Opens a copy of a database with its log; undefined when there is none. */
export function withCopy<T>(file: string, work: (database: DatabaseSyncInstance) => T): T | undefined {
  if (!fs.existsSync(file)) return undefined;
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-examined-'));
  const copy = path.join(scratch, 'library.db');
  for (const suffix of ['', '-wal', '-journal'])
    if (fs.existsSync(file + suffix)) fs.copyFileSync(file + suffix, copy + suffix);
  const database = new DatabaseSync(copy);
  try {
    return work(database);
  } finally {
    database.close();
    fs.rmSync(scratch, { recursive: true });
  }
}

/** What is wrong inside of the file itself. */
export function structureProblems(database: DatabaseSyncInstance): string[] {
  const all = (sql: string) => database.prepare(sql).all() as Record<string, unknown>[];
  const problems: string[] = [];
  for (const { integrity_check } of all('PRAGMA integrity_check'))
    if (integrity_check !== 'ok') problems.push(`integrity: ${integrity_check}`);
  for (const row of all('PRAGMA foreign_key_check')) problems.push(`foreign key: ${JSON.stringify(row)}`);
  try {
    // Without content there is nothing to compare the index with, but it has to agree with itself.
    database.exec("INSERT INTO asset_text (asset_text) VALUES ('integrity-check')");
  } catch (error) {
    problems.push(`the text index: ${String(error)}`);
  }
  const unindexed = all('SELECT asset_id FROM asset WHERE id NOT IN (SELECT id FROM asset_text_docsize)');
  const left = all('SELECT id FROM asset_text_docsize WHERE id NOT IN (SELECT id FROM asset)');
  problems.push(...unindexed.map(({ asset_id }) => `${asset_id} is not in the text index`));
  problems.push(...left.map(({ id }) => `the text index has row ${id}, which is no asset`));
  return problems;
}

function readAll(database: DatabaseSyncInstance): StoredLibrary {
  const jobs = database.prepare(
    `SELECT prompt_id, status, finished_ms, error,
       (SELECT count(*) FROM job_output WHERE job_output.job_id = job.id) AS outputs FROM job WHERE imported = 0`,
  );
  const assets = database.prepare(
    `SELECT asset_id, prompt_id, folder_type || '/' || subfolder || '/' || filename AS file, subfolder, asset.imported, asset.backend = 'app' AS own,
       (SELECT batch_id FROM batch WHERE batch.id = asset.batch_id) AS batch_id,
       (SELECT json_group_array(part_asset_id ORDER BY ord) FROM asset_part WHERE asset_part.asset_id = asset.id) AS parts,
       bytes_size, sample_hash, rating, deleted_ms, superseded_ms, missing_ms,
       (SELECT json_group_array(tag) FROM (SELECT tag FROM asset_tag WHERE asset_id = asset.id ORDER BY tag)) AS tags,
       (SELECT json_group_array(name) FROM (SELECT name FROM album_asset JOIN album ON album.id = album_id
          WHERE asset_id = asset.id ORDER BY name)) AS albums
     FROM asset LEFT JOIN job ON job.id = asset.job_id`,
  );
  const sources = database.prepare(
    `SELECT path, asset.asset_id, source_file.bytes_size, modified_ms, source_file.missing_ms
     FROM source_file LEFT JOIN asset ON asset.id = source_file.asset_id`,
  );
  const cells = database.prepare(
    `SELECT batch.batch_id, prompt_id, cell, imported FROM job JOIN batch ON batch.id = job.batch_id ORDER BY job.id`,
  );
  return {
    batches: database.prepare('SELECT batch_id, plan, sheet_wanted FROM batch').all() as unknown as StoredBatch[],
    cells: cells.all() as unknown as StoredCell[],
    jobs: jobs.all() as unknown as StoredJob[],
    assets: assets.all() as unknown as StoredAsset[],
    sources: sources.all() as unknown as StoredSource[],
  };
}

export function isEnded({ status }: Pick<StoredJob, 'status'>): boolean {
  return !['queued', 'running'].includes(status);
}
