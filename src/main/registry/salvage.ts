/**
 * Reads what a damaged file still gives: batches, jobs and assets that are newer than the copy which takes its place, row by
 * row by their numbers, so that a broken page costs its rows and no others. Only what parses as a row of today is taken.
 */
import { z } from 'zod';
import { AppError } from '../../shared/errors.js';
import type { Logger } from '../ports.js';
import { unpackDocument } from './documents.js';
import { assetColumns, assetTables, jobColumns, parseAsset, parseJob } from './rows.js';
import { versionOf } from './schema.js';
import { indexAsset } from './search.js';
import { type Database, openReading, type Reading, type SqlValue } from './sqlite.js';

/** So many of the newest numbers of each table are tried: a start must not take minutes. */
const triedRows = 50_000;
/** After so many in a row that give nothing the rest is taken for lost: it is a large piece that is broken. */
const missesInARow = 5000;
/** In one transaction. */
const batch = 500;

export interface Salvaged {
  jobs: number;
  assets: number;
}

/** Never throws but for a disk that is full: half of what could be had is better than none. */
export function salvage(damaged: string, database: Database, logger: Logger): Salvaged {
  const salvaged = { jobs: 0, assets: 0 };
  try {
    const source = openReading(damaged);
    try {
      takeAll(source, database, salvaged);
    } finally {
      source.close();
    }
  } catch (error) {
    if (isUnwritable(error)) throw error;
    logger.warn('nothing more could be read of the damaged library', { error });
  }
  return salvaged;
}

function takeAll(source: Reading, database: Database, salvaged: Salvaged): void {
  // Another form of the tables would have to be migrated, and only whole files can be.
  if (versionOf(source) !== versionOf(database)) return;
  // Jobs point at their batches.
  takeEach(database, numbersAfter(source, database, 'batch'), (id) => takeBatch(source, database, id));
  const jobs = jobsToTake(source, database);
  const assets = numbersAfter(source, database, 'asset');
  salvaged.jobs = takeEach(database, jobs, (id) => takeJob(source, database, id));
  salvaged.assets = takeEach(database, assets, (id) => takeAsset(source, database, id));
  takeEach(database, jobs, (id) => takeRows(source, database, 'job_output', id));
  takeEach(database, jobs, (id) => takeRows(source, database, 'job_input', id));
  takeEach(database, assets, (id) => takeRows(source, database, 'asset_part', id));
  takeEngineInputs(source, database);
  takeEach(database, albumsOf(source), (id) => takeAlbum(source, database, id));
}

/** Few enough to be tried each by its number. */
function albumsOf(source: Reading): number[] {
  const last = attempt(() => newest(source, 'album')) ?? 0;
  return Array.from({ length: Math.min(last, triedRows) }, (_, index) => index + 1);
}

function isUnwritable(error: unknown): boolean {
  return error instanceof AppError && error.code === 'DATA_DIR_UNWRITABLE';
}

const maxRow = z.object({ id: z.number().int().nullable() });
const idRow = z.object({ id: z.number().int() });

type Table = 'job' | 'asset' | 'batch' | 'album';

function newest(database: Reading, table: Table): number {
  return maxRow.parse(database.get(`SELECT max(id) AS id FROM ${table}`)).id ?? 0;
}

/** Numbers that the damaged file may have and the restored one has not. */
function numbersAfter(source: Reading, database: Database, table: Table): number[] {
  const known = newest(database, table);
  const last = attempt(() => newest(source, table)) ?? known + triedRows;
  const first = Math.max(known + 1, last - triedRows + 1);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** Also what had not ended when the copy was made. */
function jobsToTake(source: Reading, database: Database): number[] {
  const unfinished = database
    .all(`SELECT id FROM job WHERE status IN ('queued', 'running')`)
    .map((row) => idRow.parse(row).id);
  return [...unfinished, ...numbersAfter(source, database, 'job')];
}

/** Takes what `take` can, each on its own; answers how many were taken. */
function takeEach(database: Database, ids: readonly number[], take: (id: number) => boolean): number {
  let taken = 0;
  let misses = 0;
  for (let start = 0; start < ids.length && misses < missesInARow; start += batch) {
    database.transaction(() => {
      for (const id of ids.slice(start, start + batch)) {
        const had = attempt(() => within(database, () => take(id))) === true;
        misses = had ? 0 : misses + 1;
        if (had) taken += 1;
      }
    });
  }
  return taken;
}

/** Undefined where it failed, be it that the page is broken or that the row makes no sense. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (isUnwritable(error)) throw error;
    return undefined;
  }
}

/** Takes back what a failing piece of a transaction did. */
function within<T>(database: Database, work: () => T): T {
  database.exec('SAVEPOINT piece');
  try {
    return work();
  } catch (error) {
    // A full disk ends the whole transaction.
    if (!isUnwritable(error)) database.exec('ROLLBACK TO piece');
    throw error;
  } finally {
    attempt(() => database.exec('RELEASE piece'));
  }
}

const rawRow = z.record(z.string(), z.union([z.string(), z.number(), z.null(), z.instanceof(Uint8Array)]));
const tagRows = z.array(z.object({ tag: z.string() }));
type Raw = Record<string, SqlValue>;

function read(source: Reading, sql: string, id: number): Raw | undefined {
  const row = source.get(sql, id);
  return row === undefined ? undefined : rawRow.parse(row);
}

function insert(database: Database, table: string, row: Raw): void {
  const names = Object.keys(row);
  database.run(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    ...Object.values(row),
  );
}

function takeBatch(source: Reading, database: Database, id: number): boolean {
  const row = read(source, 'SELECT * FROM batch WHERE id = ?', id);
  if (row === undefined) return false;
  insert(database, 'batch', row);
  return true;
}

function takeJob(source: Reading, database: Database, id: number): boolean {
  const row = read(source, 'SELECT * FROM job WHERE id = ?', id);
  if (row === undefined) return false;
  const before = read(database, 'SELECT prompt_id FROM job WHERE id = ?', id);
  if (before !== undefined) {
    if (before.prompt_id !== row.prompt_id) return false;
    database.run('DELETE FROM job WHERE id = ?', id);
  }
  insert(database, 'job', hasBatch(database, row) ? row : { ...row, batch_id: null, cell: null });
  parseJob(database.get(`SELECT ${jobColumns} FROM job WHERE id = ?`, id));
  for (const kind of ['graph', 'history', 'workflow']) {
    attempt(() => {
      const document = read(source, `SELECT * FROM job_document WHERE job_id = ? AND kind = '${kind}'`, id);
      if (document === undefined || !(document.body instanceof Uint8Array)) return;
      unpackDocument(document.body);
      insert(database, 'job_document', document);
    });
  }
  return true;
}

/** The batch may have lain on a broken page: its jobs and pictures are worth having without it. */
function hasBatch(database: Database, { batch_id }: Raw): boolean {
  return typeof batch_id === 'number' && read(database, 'SELECT id FROM batch WHERE id = ?', batch_id) !== undefined;
}

function takeAsset(source: Reading, database: Database, id: number): boolean {
  const row = read(source, 'SELECT * FROM asset WHERE id = ?', id);
  if (row === undefined) return false;
  const { job_id, backend, folder_type, subfolder, filename, created_ms, superseded_ms } = row;
  if (superseded_ms === null && created_ms !== undefined) {
    database.run(
      `UPDATE asset SET superseded_ms = ? WHERE backend IS ? AND folder_type IS ? AND subfolder IS ? AND filename IS ?
         AND superseded_ms IS NULL`,
      created_ms,
      ...[backend, folder_type, subfolder, filename].map((value) => value ?? null),
    );
  }
  const hasJob = typeof job_id === 'number' && read(database, 'SELECT id FROM job WHERE id = ?', job_id) !== undefined;
  const batch_id = hasBatch(database, row) ? (row.batch_id ?? null) : null;
  insert(database, 'asset', { ...row, job_id: hasJob ? job_id : null, batch_id });
  const { asset } = parseAsset(database.get(`SELECT ${assetColumns} FROM ${assetTables} WHERE asset.id = ?`, id));
  const tags = attempt(() => tagRows.parse(source.all('SELECT tag FROM asset_tag WHERE asset_id = ?', id))) ?? [];
  for (const { tag } of tags) insert(database, 'asset_tag', { asset_id: id, tag });
  indexAsset(database, id, {
    job: asset,
    filename: asset.filename,
    text: typeof row.text === 'string' ? row.text : undefined,
    tags: tags.map(({ tag }) => tag),
  });
  return true;
}

const owners = { job_output: 'job_id', job_input: 'job_id', asset_part: 'asset_id' } as const;

/** What hangs on a job or an asset, each row on its own. */
function takeRows(source: Reading, database: Database, table: keyof typeof owners, id: number): boolean {
  for (const row of source.all(`SELECT * FROM ${table} WHERE ${owners[table]} = ?`, id)) {
    attempt(() => insert(database, table, rawRow.parse(row)));
  }
  return true;
}

/** Where engines have files. Without it they are uploaded once more. */
function takeEngineInputs(source: Reading, database: Database): void {
  attempt(() => {
    const rows = source.all('SELECT * FROM engine_input LIMIT ?', triedRows).map((row) => rawRow.parse(row));
    database.transaction(() => {
      for (const { backend = null, hash = null, name = null, asset_id = null } of rows) {
        database.run('INSERT OR REPLACE INTO engine_input VALUES (?, ?, ?, ?)', backend, hash, name, asset_id);
      }
    });
  });
}

const albumRow = z.object({ name: z.string(), created_ms: z.number().int() });
const memberRows = z.array(z.object({ id: z.number().int(), added_ms: z.number().int() }));

/** An album with what is in it now. What was taken out of it since the copy is in it again: the file can't tell that. */
function takeAlbum(source: Reading, database: Database, id: number): boolean {
  const row = read(source, 'SELECT name, created_ms FROM album WHERE id = ?', id);
  if (row === undefined) return false;
  const { name, created_ms } = albumRow.parse(row);
  // It may have got another name since; of two albums that would have one name, one is left.
  database.run('UPDATE OR IGNORE album SET name = ? WHERE id = ? AND created_ms = ?', name, id, created_ms);
  database.run('INSERT OR IGNORE INTO album (name, created_ms) VALUES (?, ?)', name, created_ms);
  const album = idRow.parse(database.get('SELECT id FROM album WHERE name = ?', name)).id;
  const members =
    attempt(() =>
      memberRows.parse(
        source.all('SELECT asset_id AS id, added_ms FROM album_asset WHERE album_id = ? LIMIT ?', id, triedRows),
      ),
    ) ?? [];
  for (const member of members) attempt(() => takeMember(source, database, album, member));
  return true;
}

/** Under one number there must be one asset in both files: numbers of what was deleted for good are given again. */
function takeMember(
  source: Reading,
  database: Database,
  album: number,
  { id, added_ms }: { id: number; added_ms: number },
): void {
  const asset = read(source, 'SELECT asset_id FROM asset WHERE id = ?', id)?.asset_id;
  const known = read(database, 'SELECT asset_id FROM asset WHERE id = ?', id)?.asset_id;
  if (asset === undefined || asset !== known) return;
  database.run(
    'INSERT OR IGNORE INTO album_asset (album_id, asset_id, added_ms) VALUES (?, ?, ?)',
    album,
    id,
    added_ms,
  );
}
