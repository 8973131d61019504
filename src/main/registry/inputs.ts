/** Files that engines were given: by their content, by their name there, and by the jobs that took them. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Asset, mediaOf } from '../../shared/asset.js';
import type { Clock, Emit } from '../ports.js';
import type { Assets } from './assets.js';
import { indexAsset } from './search.js';
import type { Database } from './sqlite.js';

export interface KnownInput {
  /** What a Load node of that engine wants, e.g. `sub/name.png`. */
  name: string;
  /** The asset of this content; it may have been deleted since. */
  asset_id: string;
}

/** A file that was uploaded and that no job made. */
export interface UploadedFile {
  backend: string;
  subfolder: string;
  filename: string;
  session_id: string | null;
  client_name: string | null;
  /** It was made with another one, such as a mask with its picture. */
  parent_asset_id: string | null;
}

export interface Inputs {
  /** Where an engine has a content, as far as we know. */
  known(backend: string, hash: string): KnownInput | undefined;
  /** The asset behind an input name of an engine. */
  named(backend: string, name: string): string | undefined;
  remember(backend: string, hash: string, input: KnownInput): void;
  /** Takes an uploaded file into the library, or brings the record of that very file back; commits, then tells. */
  add(file: UploadedFile): Asset;
  /** Asset ids by parameter. */
  ofJob(promptId: string): Record<string, string>;
}

const knownRow = z.object({ name: z.string(), asset_id: z.string() });
const assetRow = z.object({ asset_id: z.string() });
const inputRows = z.array(z.object({ parameter: z.string(), asset_id: z.string() }));

export function createInputs({
  database,
  assets,
  emit,
  clock,
  assetTtlHours,
}: {
  database: Database;
  assets: Pick<Assets, 'get'>;
  emit: Emit;
  clock: Clock;
  assetTtlHours: () => number;
}): Inputs {
  return {
    known(backend, hash) {
      const row = database.get('SELECT name, asset_id FROM engine_input WHERE backend = ? AND hash = ?', backend, hash);
      return row === undefined ? undefined : knownRow.parse(row);
    },
    named(backend, name) {
      const row = database.get('SELECT asset_id FROM engine_input WHERE backend = ? AND name = ?', backend, name);
      return row === undefined ? undefined : assetRow.parse(row).asset_id;
    },
    remember(backend, hash, { name, asset_id }) {
      database.run(
        'INSERT OR REPLACE INTO engine_input (backend, hash, name, asset_id) VALUES (?, ?, ?, ?)',
        backend,
        hash,
        name,
        asset_id,
      );
    },
    add(file) {
      const now = Math.round(clock.now());
      const ttl_ms = assetTtlHours() * 3_600_000;
      const expires_ms = ttl_ms > 0 ? Math.round(now + ttl_ms) : null;
      const asset_id = database.transaction(
        () => bringBack(database, file, expires_ms) ?? insert(database, file, now, expires_ms),
      );
      const asset = assets.get(asset_id);
      if (asset === undefined) throw new Error(`asset ${asset_id} vanished after it was added`);
      emit({ type: 'asset.added', asset });
      return asset;
    },
    ofJob(promptId) {
      const rows = database.all(
        `SELECT parameter, job_input.asset_id FROM job_input JOIN job ON job.id = job_input.job_id WHERE prompt_id = ?
         ORDER BY parameter`,
        promptId,
      );
      return Object.fromEntries(inputRows.parse(rows).map(({ parameter, asset_id }) => [parameter, asset_id]));
    },
  };
}

/** The engine gives one name to one content: what stands under it already is this file. */
function bringBack(database: Database, file: UploadedFile, expires_ms: number | null): string | undefined {
  const row = database.get(
    `SELECT asset_id FROM asset WHERE backend = ? AND folder_type = 'input' AND subfolder = ? AND filename = ?
       AND superseded_ms IS NULL`,
    file.backend,
    file.subfolder,
    file.filename,
  );
  if (row === undefined) return undefined;
  const { asset_id } = assetRow.parse(row);
  database.run(
    `UPDATE asset SET deleted_ms = NULL, expires_ms = CASE WHEN ?1 IS NULL THEN NULL ELSE max(expires_ms, ?1) END
     WHERE asset_id = ?2`,
    expires_ms,
    asset_id,
  );
  return asset_id;
}

function insert(database: Database, file: UploadedFile, now: number, expires_ms: number | null): string {
  const { backend, subfolder, filename, session_id, client_name, parent_asset_id } = file;
  const { media_kind, mime_type } = mediaOf(filename);
  const asset_id = randomUUID();
  const { id } = database.run(
    `INSERT INTO asset (asset_id, job_id, backend, folder_type, subfolder, filename, media_kind, mime_type, animated,
       session_id, parent_asset_id, client_name, created_ms, expires_ms)
     VALUES (?, NULL, ?, 'input', ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)`,
    asset_id,
    backend,
    subfolder,
    filename,
    media_kind,
    mime_type,
    session_id,
    parent_asset_id,
    client_name,
    now,
    expires_ms,
  );
  indexAsset(database, id, { job: { parameters: {}, workflow_id: null }, filename, text: undefined });
  return asset_id;
}

/** Notes what a job was given, within the caller's transaction. */
export function insertJobInputs(database: Database, jobId: number, inputs: Readonly<Record<string, string>>): void {
  for (const [parameter, asset_id] of Object.entries(inputs)) {
    database.run('INSERT INTO job_input (job_id, parameter, asset_id) VALUES (?, ?, ?)', jobId, parameter, asset_id);
  }
}
