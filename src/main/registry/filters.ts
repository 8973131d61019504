/** From a filter and a query to the conditions of a statement, and from an order to its keyset. */
import type { MediaKind } from '../../shared/asset.js';
import { AppError } from '../../shared/errors.js';
import type { Sort } from '../../shared/library.js';
import { type Comparison, parseQuery, type QueryCondition } from '../../shared/query.js';
import { matchExpressions } from './search.js';
import type { Reading, SqlValue } from './sqlite.js';

export interface AssetFilter {
  workflow_id?: string;
  session_id?: string;
  media_kind?: MediaKind;
  parent_asset_id?: string;
  /** Words to be found in prompt, negative prompt, other texts, tags, model, workflow and file names: see shared/query.ts. */
  query?: string;
  tag?: string;
  album?: string;
  /** Stars, at least; -1 tells what is rejected as well. */
  min_rating?: number;
  /** Also what has expired (default: not). */
  include_expired?: boolean;
  /** What lies in the bin, and nothing else; expired or not. */
  in_bin?: boolean;
}

/** Conditions joined by AND, on the table `asset`. */
export interface Conditions {
  where: string[];
  values: SqlValue[];
}

/** @throws AppError VALIDATION_ERROR for a query that can't be understood. `now` is milliseconds since the epoch. */
export function conditionsOf(database: Reading, filter: AssetFilter, now: number): Conditions {
  const found: Conditions = { where: [], values: [] };
  const add = (sql: string, ...values: SqlValue[]) => {
    found.where.push(sql);
    found.values.push(...values);
  };
  for (const column of ['workflow_id', 'media_kind', 'parent_asset_id'] as const) {
    const value = filter[column];
    if (value !== undefined) add(`asset.${column} = ?`, value);
  }
  const { session_id } = filter;
  if (session_id !== undefined) {
    if (hasRepeats(database, session_id)) {
      add(
        `(asset.session_id = ? OR asset.id IN (SELECT job_output.asset_id ${repeatsOfSession}))`,
        session_id,
        session_id,
      );
    } else add('asset.session_id = ?', session_id);
  }
  const query = parseQuery(filter.query ?? '', now);
  const { find, avoid } = matchExpressions(query.terms);
  if (find !== null) add(`asset.id IN (SELECT rowid FROM asset_text WHERE asset_text MATCH ?)`, find);
  if (avoid !== null) add(`asset.id NOT IN (SELECT rowid FROM asset_text WHERE asset_text MATCH ?)`, avoid);
  for (const condition of query.conditions) add(...sqlOf(condition));
  if (filter.tag !== undefined) add(withTag, filter.tag);
  if (filter.album !== undefined) add(inAlbum, filter.album);
  if (filter.min_rating !== undefined) add('asset.rating >= ?', filter.min_rating);
  add(filter.in_bin === true ? 'asset.deleted_ms IS NOT NULL' : 'asset.deleted_ms IS NULL');
  if (filter.include_expired !== true && filter.in_bin !== true) {
    add('(asset.expires_ms IS NULL OR asset.expires_ms > ?)', now);
  }
  return found;
}

const withTag = 'asset.id IN (SELECT asset_id FROM asset_tag WHERE tag = ?)';
const inAlbum = `asset.id IN (
  SELECT album_asset.asset_id FROM album JOIN album_asset ON album_asset.album_id = album.id WHERE album.name = ?)`;

const operators: Readonly<Record<Comparison, string>> = { '=': '=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };

function sqlOf(condition: QueryCondition): [string, ...SqlValue[]] {
  const [sql, ...values] = positive(condition);
  // Of what is not known the opposite holds too: `-model:x` finds what has no model.
  return [condition.not ? `(${sql}) IS NOT TRUE` : sql, ...values];
}

function positive(condition: QueryCondition): [string, ...SqlValue[]] {
  switch (condition.field) {
    case 'tag':
      return [withTag, condition.value];
    case 'album':
      return [inAlbum, condition.value];
    case 'session':
      return ['asset.session_id = ?', condition.value];
    case 'agent':
      return ['asset.client_name = ? COLLATE NOCASE', condition.value];
    case 'seed':
      return ['asset.seed = ?', condition.value];
    case 'kind':
      return ['asset.media_kind = ?', condition.value.toLowerCase()];
    case 'rating':
      return [`asset.rating ${operators[condition.comparison]} ?`, condition.value];
    case 'before':
      return ['asset.created_ms < ?', condition.value];
    case 'after':
      return ['asset.created_ms >= ?', condition.value];
  }
}

/** What a conversation got from ComfyUI's cache belongs to it, though another made it first. */
const repeatsOfSession =
  'FROM job_output JOIN job ON job.id = job_output.job_id WHERE job.session_id = ? AND job_output.cached = 1';

/** Few conversations have any, and their pages need not be sorted. */
function hasRepeats(database: Reading, sessionId: string): boolean {
  return database.get(`SELECT 1 AS found ${repeatsOfSession} LIMIT 1`, sessionId) !== undefined;
}

export function clause(where: readonly string[]): string {
  return where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
}

/** Columns of each order, all in one direction, so that an index serves them and a row value compares them. */
const keys: Readonly<Record<Sort, { columns: readonly string[]; descending: boolean }>> = {
  newest: { columns: ['asset.created_ms', 'asset.id'], descending: true },
  oldest: { columns: ['asset.created_ms', 'asset.id'], descending: false },
  rating: { columns: ['asset.rating', 'asset.created_ms', 'asset.id'], descending: true },
  name: { columns: ['asset.filename COLLATE NOCASE', 'asset.id'], descending: false },
  largest: { columns: ['coalesce(asset.bytes_size, 0)', 'asset.id'], descending: true },
};

export function orderBy(sort: Sort): string {
  const { columns, descending } = keys[sort];
  return `ORDER BY ${columns.map((column) => `${column}${descending ? ' DESC' : ''}`).join(', ')}`;
}

/** The columns of an order as one JSON text, to make a cursor of. */
export function keyColumn(sort: Sort): string {
  return `json_array(${keys[sort].columns.map((column) => column.replace(' COLLATE NOCASE', '')).join(', ')}) AS sort_key`;
}

/** The cursor of a page that ends with the row whose `sort_key` this is. */
export function cursorAfter(sort: Sort, sortKey: string): string {
  return Buffer.from(`${sort} ${sortKey}`).toString('base64url');
}

/**
 * The rows after a cursor.
 *
 * @throws AppError VALIDATION_ERROR for what is no cursor, or one of another order.
 */
export function afterCursor(sort: Sort, cursor: string): [string, ...SqlValue[]] {
  const { columns, descending } = keys[sort];
  const [, of = '', json = ''] = /^(\w+) (\[.*\])$/.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  const values = parsedKey(json);
  if (of !== sort || values.length !== columns.length) {
    throw new AppError('VALIDATION_ERROR', 'cursor: not a cursor of this list.', {
      hint: 'Give the next_cursor of the last answer unchanged and with the same sort, or leave it out to begin anew.',
    });
  }
  return [`(${columns.join(', ')}) ${descending ? '<' : '>'} (${columns.map(() => '?').join(', ')})`, ...values];
}

function parsedKey(json: string): (string | number)[] {
  try {
    const parsed: unknown = JSON.parse(json);
    if (!Array.isArray(parsed)) return [];
    return parsed.every((value) => typeof value === 'string' || typeof value === 'number') ? parsed : [];
  } catch {
    return [];
  }
}
