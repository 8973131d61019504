/**
 * After damage: what was saved, until the person was told, and files of the cache that the library no longer knows, which
 * come back under the ids they had.
 */
import { z } from 'zod';
import { type Asset, mediaOf, type Parameters, titleOf } from '../../shared/asset.js';
import type { Graph } from '../../shared/workflow.js';
import type { Emit } from '../ports.js';
import type { Assets } from './assets.js';
import { packDocument } from './documents.js';
import { indexAsset } from './search.js';
import type { Database } from './sqlite.js';

const reportSchema = z.object({
  /** Where the damaged file lies; null when the file was gone. */
  aside: z.string().nullable(),
  /** The moment whose state was restored, milliseconds since the epoch; null when there was no good copy. */
  restored_ms: z.number().nullable(),
  /** What was newer than that and could still be read. */
  salvaged: z.object({ jobs: z.number().int(), assets: z.number().int() }),
  at_ms: z.number(),
});
export type RecoveryReport = z.infer<typeof reportSchema>;

/** A file of the cache. */
export interface RecoveredFile {
  asset_id: string;
  filename: string;
  /** Milliseconds since the epoch. */
  created_ms: number;
  /** What is written in the file. */
  graph?: Graph;
  parameters: Parameters;
}

export interface Recovery {
  /** Undefined when all is well, or the person was told. */
  report(): RecoveryReport | undefined;
  /** Of these ids, those that the library does not know and that nobody deleted for good. */
  unknown(assetIds: readonly string[]): string[];
  /** Registers a file under its id, to be kept; undefined when it is known meanwhile. */
  register(file: RecoveredFile): Asset | undefined;
  /** Whole files of this many bytes are assets already. */
  ofSize(bytes: number): Asset[];
  /** The person was told. */
  done(): void;
}

/** The engine of files whose maker is not known any more: nobody else has them. */
export const recoveredBackend = 'recovered';

/** Within or without the caller's transaction. */
export function noteRecovery(database: Database, report: RecoveryReport): void {
  database.run('INSERT OR REPLACE INTO recovery (id, report) VALUES (1, ?)', JSON.stringify(report));
}

const reportRow = z.object({ report: z.string() });
const idRow = z.object({ asset_id: z.string() });

/** More files of exactly one size are hardly different: one look must not become a thousand. */
const comparedFiles = 20;

export interface RecoveryPorts {
  database: Database;
  emit: Emit;
  assets: Pick<Assets, 'get' | 'getMany'>;
}

export function createRecovery({ database, emit, assets }: RecoveryPorts): Recovery {
  const unknown = (assetIds: readonly string[]) =>
    database
      .all(
        `SELECT value AS asset_id FROM json_each(?)
         WHERE value NOT IN (SELECT asset_id FROM asset WHERE asset_id IN (SELECT value FROM json_each(?1)))
           AND value NOT IN (SELECT asset_id FROM forgotten_file)`,
        JSON.stringify(assetIds),
      )
      .map((row) => idRow.parse(row).asset_id);

  return {
    report() {
      const row = database.get('SELECT report FROM recovery');
      return row === undefined ? undefined : reportSchema.parse(JSON.parse(reportRow.parse(row).report));
    },
    unknown,
    register(file) {
      if (unknown([file.asset_id]).length === 0) return undefined;
      database.transaction(() => insertRecovered(database, file));
      const asset = assets.get(file.asset_id);
      if (asset !== undefined) emit({ type: 'asset.added', asset });
      return asset;
    },
    ofSize(bytes) {
      const ids = database
        .all(
          // 0: one that has just come from the history, whose file was not read yet.
          `SELECT asset_id FROM asset WHERE coalesce(bytes_size, 0) IN (?, 0) AND deleted_ms IS NULL
           ORDER BY id DESC LIMIT ?`,
          bytes,
          comparedFiles,
        )
        .map((row) => idRow.parse(row).asset_id);
      return assets.getMany(ids);
    },
    done: () => void database.run('DELETE FROM recovery'),
  };
}

function insertRecovered(database: Database, file: RecoveredFile): void {
  const { asset_id, filename, parameters, graph } = file;
  const created_ms = Math.round(file.created_ms);
  const { media_kind, mime_type } = mediaOf(filename);
  const { model, seed } = parameters;
  const hasParameters = graph !== undefined || Object.keys(parameters).length > 0;
  const { id } = database.run(
    `INSERT INTO asset (asset_id, job_id, backend, folder_type, subfolder, filename, media_kind, mime_type, animated,
       created_ms, model, seed, imported)
     VALUES (?, ?, ?, 'temp', '', ?, ?, ?, 0, ?, ?, ?, 1)`,
    asset_id,
    hasParameters ? insertMaker(database, file, created_ms) : null,
    recoveredBackend,
    filename,
    media_kind,
    mime_type,
    created_ms,
    typeof model === 'string' ? model : null,
    seed === undefined || seed === null ? null : String(seed),
  );
  indexAsset(database, id, { job: { parameters, workflow_id: null }, filename, text: undefined });
}

/** The job that stands for what the file was made with; it stands in no queue. */
function insertMaker(database: Database, { asset_id, filename, graph, parameters }: RecoveredFile, at: number): number {
  const prompt_id = `recovered-${asset_id}`;
  const { id } = database.run(
    `INSERT INTO job (prompt_id, backend, remote_id, status, title, parameters, demo, imported, created_ms, finished_ms)
     VALUES (?, ?, ?, 'completed', ?, ?, 0, 1, ?, ?)`,
    prompt_id,
    recoveredBackend,
    prompt_id,
    titleOf(parameters, filename),
    JSON.stringify(parameters),
    at,
    at,
  );
  if (graph === undefined) return id;
  database.run(
    `INSERT INTO job_document (job_id, kind, codec, body) VALUES (?, 'graph', 'brotli', ?)`,
    id,
    packDocument(graph),
  );
  return id;
}
