/** From a file that was found in a folder to an asset, within the caller's transaction. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { mediaOf, titleOf } from '../../shared/asset.js';
import { indexAsset } from './search.js';
import type { FoundFile, ImportCounts } from './sources.js';
import type { Database } from './sqlite.js';

const sourceRow = z.object({
  asset_id: z.string().nullable(),
  sample_hash: z.string().nullable(),
  id: z.number().nullable(),
});
const idRow = z.object({ id: z.number().int() });

type Facts = Pick<z.infer<typeof twinRow>, 'bytes_size' | 'width' | 'height' | 'duration_seconds' | 'animated'>;

/**
 * Registers one file: as the asset that it is already, or as a new one. Adds to `counts` what it did. Answers the asset's
 * id, and whether it is new.
 */
export function registerFile(
  database: Database,
  folderId: number,
  file: FoundFile,
  now: number,
  counts: ImportCounts,
): { asset_id: string; added: boolean } {
  const before = sourceOf(database, folderId, file.path);
  if (before?.asset_id && before.sample_hash === file.sample_hash) {
    setSource(database, folderId, file, before.id);
    foundAgain(database, before.id);
    fillFacts(database, before.id, file);
    return { asset_id: before.asset_id, added: false };
  }
  const same = sameAsset(database, file);
  if (same !== undefined) {
    setSource(database, folderId, file, same.id);
    foundAgain(database, same.id);
    fillFacts(database, same.id, file);
    if (before?.id) loseIfAlone(database, before.id, now);
    database.run('UPDATE asset SET sample_hash = ? WHERE id = ?', file.sample_hash, same.id);
    counts.joined += 1;
    return { asset_id: same.asset_id, added: false };
  }
  // Also where the file is not known as this asset's: it may have been a copy of another one meanwhile.
  supersede(database, folderId, file, now);
  counts[before?.asset_id ? 'replaced' : 'added'] += 1;
  const { id, asset_id } = insertImported(database, folderId, file);
  setSource(database, folderId, file, id);
  if (before?.id) loseIfAlone(database, before.id, now);
  return { asset_id, added: true };
}

function sourceOf(database: Database, folderId: number, filePath: string) {
  const row = database.get(
    `SELECT asset.asset_id, asset.sample_hash, asset.id FROM source_file
     LEFT JOIN asset ON asset.id = source_file.asset_id WHERE folder_id = ? AND path = ?`,
    folderId,
    filePath,
  );
  return row === undefined ? undefined : sourceRow.parse(row);
}

const sameRow = z.object({ id: z.number().int(), asset_id: z.string() });

/** The asset the file was found to be, or one whose job has ended since: `absorbTwin` from the other side. */
function sameAsset(database: Database, { same_as, path: filePath, sample_hash }: FoundFile) {
  const row =
    (same_as === null ? undefined : database.get('SELECT id, asset_id FROM asset WHERE asset_id = ?', same_as)) ??
    database.get(
      'SELECT id, asset_id FROM asset WHERE sample_hash = ? AND filename = ? AND imported = 0',
      sample_hash,
      path.posix.basename(filePath),
    );
  return row === undefined ? undefined : sameRow.parse(row);
}

function setSource(database: Database, folderId: number, file: FoundFile, assetRow: number | null): void {
  database.run(
    `INSERT INTO source_file (folder_id, path, asset_id, bytes_size, modified_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (folder_id, path) DO UPDATE SET asset_id = excluded.asset_id, bytes_size = excluded.bytes_size,
       modified_ms = excluded.modified_ms, missing_ms = NULL`,
    folderId,
    file.path,
    assetRow,
    file.bytes_size,
    file.modified_ms,
  );
}

function foundAgain(database: Database, id: number | null): void {
  database.run('UPDATE asset SET missing_ms = NULL WHERE id = ? AND missing_ms IS NOT NULL', id);
}

/** What a generated asset's own file would have told: one that was put into the bin at once is not read any more. */
function fillFacts(database: Database, id: number | null, facts: Facts): void {
  database.run(
    `UPDATE asset SET bytes_size = ?, width = ?, height = ?, duration_seconds = ?, animated = ?
     WHERE id = ? AND bytes_size IS NULL`,
    facts.bytes_size,
    facts.width,
    facts.height,
    facts.duration_seconds,
    facts.animated ? 1 : 0,
    id,
  );
}

function loseIfAlone(database: Database, id: number, now: number): void {
  database.run(
    `UPDATE asset SET missing_ms = ? WHERE id = ? AND imported = 1 AND missing_ms IS NULL
       AND NOT EXISTS (SELECT 1 FROM source_file WHERE source_file.asset_id = asset.id AND missing_ms IS NULL)`,
    now,
    id,
  );
}

/** The name is another asset's from now on. */
function supersede(database: Database, folderId: number, file: FoundFile, now: number): void {
  database.run(
    `UPDATE asset SET superseded_ms = ?
     WHERE backend = ? AND folder_type = 'output' AND subfolder = ? AND filename = ? AND superseded_ms IS NULL`,
    now,
    backendOf(folderId),
    subfolderOf(file.path),
    path.posix.basename(file.path),
  );
}

function backendOf(folderId: number): string {
  return `folder:${folderId}`;
}

function subfolderOf(filePath: string): string {
  const folder = path.posix.dirname(filePath);
  return folder === '.' ? '' : folder;
}

function insertImported(database: Database, folderId: number, file: FoundFile): { id: number; asset_id: string } {
  const filename = path.posix.basename(file.path);
  const { media_kind, mime_type } = mediaOf(filename);
  const asset_id = randomUUID();
  const { model, seed } = file.parameters;
  const hasParameters = file.graph !== null || Object.keys(file.parameters).length > 0;
  const { id } = database.run(
    `INSERT INTO asset (asset_id, job_id, backend, folder_type, subfolder, filename, media_kind, mime_type, animated,
       width, height, duration_seconds, bytes_size, created_ms, model, seed, imported, sample_hash, client_name)
     VALUES (?, ?, ?, 'output', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, 'Imported')`,
    asset_id,
    hasParameters ? jobOf(database, folderId, file) : null,
    backendOf(folderId),
    subfolderOf(file.path),
    filename,
    media_kind,
    mime_type,
    file.animated ? 1 : 0,
    file.width,
    file.height,
    file.duration_seconds,
    file.bytes_size,
    file.modified_ms,
    typeof model === 'string' ? model : null,
    seed === undefined || seed === null ? null : String(seed),
    file.sample_hash,
  );
  indexAsset(database, id, { job: { parameters: file.parameters, workflow_id: null }, filename, text: undefined });
  return { id, asset_id };
}

/** The job that stands for what the file was made with: one for all files of the same graph. */
function jobOf(database: Database, folderId: number, file: FoundFile): number {
  // What has no graph was made by another program: its words are its own.
  const prompt_id = `import-${file.graph?.hash ?? `${file.sample_hash.slice(0, 32)}`}`;
  const { changes, id } = database.run(
    `INSERT OR IGNORE INTO job (prompt_id, backend, remote_id, status, title, parameters, demo, imported, created_ms, finished_ms)
     VALUES (?, ?, ?, 'completed', ?, ?, 0, 1, ?, ?)`,
    prompt_id,
    backendOf(folderId),
    prompt_id,
    titleOf(file.parameters, path.posix.basename(file.path)),
    JSON.stringify(file.parameters),
    file.modified_ms,
    file.modified_ms,
  );
  if (changes === 0) return idRow.parse(database.get('SELECT id FROM job WHERE prompt_id = ?', prompt_id)).id;
  if (file.graph !== null) addDocument(database, id, 'graph', file.graph.packed);
  if (file.workflow !== null) addDocument(database, id, 'workflow', file.workflow);
  return id;
}

function addDocument(database: Database, jobId: number, kind: 'graph' | 'workflow', body: Uint8Array): void {
  database.run(`INSERT INTO job_document (job_id, kind, codec, body) VALUES (?, ?, 'brotli', ?)`, jobId, kind, body);
}

const twinRow = z.object({
  id: z.number().int(),
  asset_id: z.string(),
  mine: z.number().int(),
  bytes_size: z.number().int().nullable(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  duration_seconds: z.number().nullable(),
  animated: z.number().transform(Boolean),
});

/**
 * Makes the generated asset of this id the one of the file that was imported first under the same name and samples, which
 * tell the size too: the record of a job that has just ended has none yet.
 * Answers the id of the record that went, if there was one.
 */
export function absorbTwin(database: Database, assetId: string, sample_hash: string): string | undefined {
  database.run('UPDATE asset SET sample_hash = ? WHERE asset_id = ?', sample_hash, assetId);
  const row = database.get(
    `SELECT twin.id, twin.asset_id, mine.id AS mine, twin.bytes_size, twin.width, twin.height, twin.duration_seconds,
       twin.animated
     FROM asset AS mine JOIN asset AS twin
       ON twin.sample_hash = mine.sample_hash AND twin.filename = mine.filename
     WHERE mine.asset_id = ? AND mine.imported = 0 AND twin.imported = 1 AND twin.id <> mine.id`,
    assetId,
  );
  if (row === undefined) return undefined;
  const { id, asset_id, mine, ...facts } = twinRow.parse(row);
  fillFacts(database, mine, facts);
  database.run('UPDATE source_file SET asset_id = ? WHERE asset_id = ?', mine, id);
  database.run('UPDATE OR IGNORE asset_tag SET asset_id = ? WHERE asset_id = ?', mine, id);
  database.run('UPDATE OR IGNORE album_asset SET asset_id = ? WHERE asset_id = ?', mine, id);
  database.run(
    `UPDATE asset SET rating = coalesce(nullif(rating, 0), (SELECT rating FROM asset WHERE id = ?)),
       deleted_ms = coalesce(deleted_ms, (SELECT deleted_ms FROM asset WHERE id = ?)) WHERE id = ?`,
    id,
    id,
    mine,
  );
  database.run('DELETE FROM asset_text WHERE rowid = ?', id);
  database.run('DELETE FROM asset WHERE id = ?', id);
  return asset_id;
}
