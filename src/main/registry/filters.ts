/** From a filter and a query to the conditions of a statement. */
import type { MediaKind } from '../../shared/asset.js';
import type { Facets } from '../../shared/library.js';
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
  /** What has expired, and nothing else. */
  expired?: boolean;
  /** What lies in the bin, and nothing else; expired or not. */
  in_bin?: boolean;
  /** One of these values in each of these facets; an empty text is what nobody is named for. */
  any?: Partial<Record<keyof Facets, readonly string[]>>;
}

/** One condition on the table `asset`. */
export interface Condition {
  sql: string;
  values: SqlValue[];
  /** The row numbers it lets pass, read from an index, with the same values. Absent where no index tells them. */
  source?: string;
  /** An index whose rows with this value are in the order of time. */
  inTime?: string;
  /** The column it compares, where it takes a span of an order by that column. */
  spanOf?: 'created_ms' | 'rating';
}

/** What a filter asks for, in parts, for whoever plans a way through it. */
export interface Conditions {
  parts: Condition[];
  /** Whether it may be seen at all: bin and expiry. Every index of an order tells it. */
  visible: Condition[];
  /** An FTS5 expression of what is searched for. */
  find: string | null;
  /** An FTS5 expression of what must not be there; null as well where `find` says it already. */
  avoid: string | null;
}

/** @throws AppError VALIDATION_ERROR for a query that can't be understood. `now` is milliseconds since the epoch. */
export function conditionsOf(database: Reading, filter: AssetFilter, now: number): Conditions {
  const parts: Condition[] = [];
  const { workflow_id, media_kind, parent_asset_id, session_id } = filter;
  if (workflow_id !== undefined) parts.push(equal('workflow_id', workflow_id, 'asset_by_workflow'));
  if (media_kind !== undefined) parts.push(equal('media_kind', media_kind, 'asset_by_kind'));
  if (parent_asset_id !== undefined) parts.push(equal('parent_asset_id', parent_asset_id, 'asset_by_parent'));
  if (session_id !== undefined) parts.push(ofSession(database, session_id));
  const query = parseQuery(filter.query ?? '', now);
  for (const condition of query.conditions) parts.push(partOf(condition));
  if (filter.tag !== undefined) parts.push(withTag(filter.tag));
  if (filter.album !== undefined) parts.push(inAlbum(filter.album));
  if (filter.min_rating !== undefined) parts.push(rated('>=', filter.min_rating));
  for (const [facet, values] of Object.entries(filter.any ?? {})) {
    if (values.length > 0) parts.push(oneOf(facet as keyof Facets, values));
  }
  if (filter.expired === true) parts.push({ sql: 'asset.expires_ms <= ?', values: [now] });
  return { parts, visible: visibleIn(filter, now), ...matchExpressions(database, query.terms) };
}

function visibleIn({ in_bin, include_expired }: AssetFilter, now: number): Condition[] {
  if (in_bin === true) {
    const sql = 'asset.deleted_ms IS NOT NULL';
    return [{ sql, values: [], source: `SELECT id FROM asset WHERE ${sql}`, inTime: 'asset_in_bin' }];
  }
  const there: Condition = { sql: 'asset.deleted_ms IS NULL', values: [] };
  if (include_expired === true) return [there];
  return [there, { sql: '(asset.expires_ms IS NULL OR asset.expires_ms > ?)', values: [now] }];
}

/** All of them as conditions of a statement that looks at everything they let pass. */
export function wholeOf(conditions: Conditions): Condition[] {
  return [...conditions.parts, ...conditions.visible, ...textOf(conditions)];
}

/** What is searched for, as conditions. */
export function textOf({ find, avoid }: Pick<Conditions, 'find' | 'avoid'>): Condition[] {
  const matches = (expression: string, is: 'IN' | 'NOT IN'): Condition => ({
    sql: `asset.id ${is} (${matching})`,
    values: [expression],
    ...(is === 'IN' ? { source: matching } : {}),
  });
  return [...(find === null ? [] : [matches(find, 'IN')]), ...(avoid === null ? [] : [matches(avoid, 'NOT IN')])];
}

const matching = 'SELECT rowid AS id FROM asset_text WHERE asset_text MATCH ?';

function equal(column: string, value: SqlValue, inTime?: string, collate = ''): Condition {
  const sql = `asset.${column} = ?${collate}`;
  return {
    sql,
    values: [value],
    source: `SELECT id FROM asset WHERE ${sql}`,
    ...(inTime === undefined ? {} : { inTime }),
  };
}

const facetColumns = {
  kind: 'media_kind',
  model: 'model',
  workflow: 'workflow_id',
  agent: 'client_name',
  session: 'session_id',
  rating: 'rating',
} as const;

/** One value is compared as everywhere else, so that its index serves. */
function oneOf(facet: keyof Facets, values: readonly string[]): Condition {
  const [only = ''] = values;
  const list = JSON.stringify(values);
  if (facet === 'tag' || facet === 'album') {
    const one = facet === 'tag' ? withTag : inAlbum;
    if (values.length === 1) return one(only);
    const sql = values.map((value) => one(value).sql).join(' OR ');
    return { sql: `(${sql})`, values: [...values] };
  }
  const column = facetColumns[facet];
  if (facet === 'rating')
    return { sql: 'asset.rating IN (SELECT CAST(value AS INTEGER) FROM json_each(?))', values: [list] };
  if (values.length > 1 || only === '') {
    return { sql: `coalesce(asset.${column}, '') IN (SELECT value FROM json_each(?))`, values: [list] };
  }
  return equal(column, only, indexes[facet], facet === 'agent' ? ' COLLATE NOCASE' : '');
}

const indexes = {
  kind: 'asset_by_kind',
  model: 'asset_by_model',
  workflow: 'asset_by_workflow',
  agent: 'asset_by_client',
  session: 'asset_by_session',
} as const;

function withTag(tag: string): Condition {
  return {
    // As EXISTS it would be made a join, with a filter built of all tags for each page.
    sql: '(SELECT 1 FROM asset_tag WHERE asset_tag.asset_id = asset.id AND tag = ?) IS NOT NULL',
    values: [tag],
    source: 'SELECT asset_id AS id FROM asset_tag WHERE tag = ?',
  };
}

function inAlbum(name: string): Condition {
  return {
    sql: `(SELECT 1 FROM album_asset WHERE album_asset.asset_id = asset.id
      AND album_id = (SELECT id FROM album WHERE name = ?)) IS NOT NULL`,
    values: [name],
    source: 'SELECT asset_id AS id FROM album_asset WHERE album_id = (SELECT id FROM album WHERE name = ?)',
  };
}

function rated(comparison: Comparison, stars: number): Condition {
  if (comparison === '=') return { ...equal('rating', stars, 'asset_by_rating'), spanOf: 'rating' };
  const sql = `asset.rating ${comparison} ?`;
  return { sql, values: [stars], source: `SELECT id FROM asset WHERE ${sql}`, spanOf: 'rating' };
}

function made(is: '<' | '>=', ms: number): Condition {
  const sql = `asset.created_ms ${is} ?`;
  return { sql, values: [ms], source: `SELECT id FROM asset WHERE ${sql}`, spanOf: 'created_ms' };
}

function partOf(condition: QueryCondition): Condition {
  const positive = positiveOf(condition);
  if (!condition.not) return positive;
  // Of every asset it is known when it was made, so that the opposite is a span as well.
  if (condition.field === 'before') return made('>=', condition.value);
  if (condition.field === 'after') return made('<', condition.value);
  // Of what is not known the opposite holds too: `-model:x` finds what has no model.
  return { sql: `(${positive.sql}) IS NOT TRUE`, values: positive.values };
}

function positiveOf(condition: QueryCondition): Condition {
  switch (condition.field) {
    case 'tag':
      return withTag(condition.value);
    case 'album':
      return inAlbum(condition.value);
    case 'session':
      return equal('session_id', condition.value, 'asset_by_session');
    case 'agent':
      return equal('client_name', condition.value, 'asset_by_client', ' COLLATE NOCASE');
    case 'seed':
      return equal('seed', condition.value);
    case 'kind':
      return equal('media_kind', condition.value.toLowerCase(), 'asset_by_kind');
    case 'rating':
      return rated(condition.comparison, condition.value);
    case 'before':
      return made('<', condition.value);
    case 'after':
      return made('>=', condition.value);
  }
}

/** What a conversation got from ComfyUI's cache belongs to it, though another made it first. */
const repeatsOfSession =
  'FROM job_output JOIN job ON job.id = job_output.job_id WHERE job.session_id = ? AND job_output.cached = 1';

/** Few conversations have any, and their pages need not be sorted. */
function ofSession(database: Reading, sessionId: string): Condition {
  const repeats = database.get(`SELECT 1 AS found ${repeatsOfSession} LIMIT 1`, sessionId) !== undefined;
  if (!repeats) return equal('session_id', sessionId, 'asset_by_session');
  const repeated = `SELECT job_output.asset_id ${repeatsOfSession}`;
  return {
    sql: `(asset.session_id = ? OR asset.id IN (${repeated}))`,
    values: [sessionId, sessionId],
    source: `SELECT id FROM asset WHERE session_id = ? UNION ${repeated}`,
  };
}

export function clause(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
}

export function valuesOf(conditions: readonly Condition[]): SqlValue[] {
  return conditions.flatMap(({ values }) => values);
}
