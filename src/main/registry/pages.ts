/**
 * Finds the rows of a page. SQLite can't know whether a filter lets a few rows pass or most of them, and a wrong guess is
 * a thousand times slower, so it is counted first, up to a bound:
 *
 * - few pass: they are collected and put in order;
 * - many pass: the index of the order is walked in growing windows until the page is full. Of the text index only the
 *   rows of each window are asked for: rows that are near in time are near in their numbers as well, as far as they were
 *   generated or taken in together.
 *
 * A walk that finds too little for too long (everything with a tag may be years old) is given up for collecting.
 */
import { z } from 'zod';
import type { Sort } from '../../shared/library.js';
import { type Condition, type Conditions, clause, textOf, valuesOf, wholeOf } from './filters.js';
import { afterCursor, afterKey, beginsWith, indexOf, keyColumn, orderBy, upToKey } from './orders.js';
import type { Reading } from './sqlite.js';

export interface PageRequest {
  conditions: Conditions;
  sort: Sort;
  cursor: string | undefined;
  /** Rows at most. */
  limit: number;
}

export interface FoundRow {
  id: number;
  /** The columns of the order as JSON. */
  sort_key: string;
}

const foundRows = z.array(z.object({ id: z.number().int(), sort_key: z.string() }));
const countRow = z.object({ n: z.number().int() });
const windowRow = z.object({ rows: z.number().int(), ids: z.string() });

/** To pass a row on a walk, measured in rows collected: along time they lie side by side, along names and sizes anywhere. */
const costInTime = 0.4;
const costAnywhere = 1;

/** Rows of the first window, and by how much each is larger than the one before. */
const firstWindow = 250;
const growth = 8;

/** The first rows after the cursor, in their order. @throws AppError VALIDATION_ERROR for a cursor of another order. */
export function findPage(database: Reading, request: PageRequest): FoundRow[] {
  const { conditions, sort, cursor } = request;
  const after = cursor === undefined ? [] : [afterCursor(sort, cursor)];
  const walk = walkOf(conditions, sort);
  if (walk.rest.length === 0 && conditions.find === null && conditions.avoid === null) {
    return walked(database, request, walk, [...conditions.visible, ...after]);
  }
  const few = fewOf(database);
  const narrow = narrowest(database, conditions, few);
  if (narrow !== undefined) return collected(database, request, narrow, after);
  return inWindows(database, request, { walk, after, few });
}

/** How a page is read along an index. */
interface Walk {
  index: string;
  /** Where in the index. */
  start: Condition[];
  /** What the index does not tell. */
  rest: Condition[];
}

function walkOf({ parts, visible }: Conditions, sort: Sort): Walk {
  const inOrder = sort === 'newest' || sort === 'oldest';
  const start = inOrder ? [...parts, ...visible].find(({ inTime }) => inTime !== undefined) : undefined;
  const spans = parts.filter(({ spanOf }) => spanOf !== undefined && beginsWith(sort, spanOf));
  const starts = start === undefined ? spans : [start, ...spans];
  return {
    index: start?.inTime ?? indexOf(sort),
    start: starts,
    rest: parts.filter((part) => !starts.includes(part)),
  };
}

/** So many rows are collected as fast as others are passed by on a walk: that grows with the root of the whole. */
function fewOf(database: Reading): number {
  const { n } = countRow.parse(database.get('SELECT coalesce(max(id), 0) AS n FROM asset'));
  return Math.max(500, Math.round(6 * Math.sqrt(n)));
}

/** A condition that lets no more than `few` rows pass. */
function narrowest(database: Reading, conditions: Conditions, few: number): Condition | undefined {
  return [...textOf(conditions), ...conditions.parts, ...conditions.visible].find(({ source, values }) => {
    if (source === undefined) return false;
    const row = database.get(`SELECT count(*) AS n FROM (${source} LIMIT ${few + 1})`, ...values);
    return countRow.parse(row).n <= few;
  });
}

/** What the source of `narrow` tells, put in order. */
function collected(
  database: Reading,
  { conditions, sort, limit }: PageRequest,
  narrow: Condition,
  after: readonly Condition[],
): FoundRow[] {
  const others = wholeOf(conditions).filter(({ source, values }) => !isSame(narrow, source, values));
  const where = [...others, ...after];
  return foundRows.parse(
    database.all(
      // CROSS JOIN: from the few to the many.
      `SELECT asset.id, ${keyColumn(sort)} FROM (${narrow.source}) AS few CROSS JOIN asset ON asset.id = few.id
       ${clause(where)} ${orderBy(sort)} LIMIT ?`,
      ...narrow.values,
      ...valuesOf(where),
      limit,
    ),
  );
}

function isSame(narrow: Condition, source: string | undefined, values: readonly unknown[]): boolean {
  return source === narrow.source && values.every((value, place) => value === narrow.values[place]);
}

/** With a sign before it SQLite takes a number for a value to be tested, and looks for no index to find it by. */
function asTest({ sql, values }: Condition): Condition {
  return { sql: sql.replace(/^asset\.id/, '+asset.id'), values };
}

function walked(
  database: Reading,
  { sort, limit }: Pick<PageRequest, 'sort' | 'limit'>,
  { index, start, rest }: Walk,
  more: readonly Condition[],
): FoundRow[] {
  const where = [...start, ...rest, ...more];
  return foundRows.parse(
    database.all(
      `SELECT asset.id, ${keyColumn(sort)} FROM asset INDEXED BY ${index} ${clause(where)} ${orderBy(sort)} LIMIT ?`,
      ...valuesOf(where),
      limit,
    ),
  );
}

/** Goes through the index window by window, for as long as collecting would take longer. */
function inWindows(
  database: Reading,
  request: PageRequest,
  { walk, after, few }: { walk: Walk; after: readonly Condition[]; few: number },
): FoundRow[] {
  const { conditions, sort, limit } = request;
  const { visible, find, avoid } = conditions;
  const searched = find !== null || avoid !== null;
  const inOrder = sort === 'newest' || sort === 'oldest';
  // In the order of names or sizes the rows of a window lie anywhere.
  if (searched && !inOrder) {
    return walked(database, request, walk, [...visible, ...after, ...textOf(conditions).map(asTest)]);
  }
  const found: FoundRow[] = [];
  let passed = 0;
  let size = firstWindow;
  let begin = after;
  for (;;) {
    const window = nextWindow(database, sort, walk, begin, size, searched);
    const text = window.ids === undefined ? [] : textWithin(conditions, window.ids);
    const upTo = window.last === undefined ? [] : [upToKey(sort, window.last)];
    const left = { sort, limit: limit - found.length };
    found.push(...walked(database, left, walk, [...visible, ...begin, ...upTo, ...text]));
    if (window.last === undefined || found.length >= limit) return found;
    passed += size;
    begin = [afterKey(sort, window.last)];
    // As many rows more as it would take if they are as those that were passed.
    const ahead = Math.ceil(((limit - found.length) / Math.max(found.length, 0.5)) * passed);
    // Too few rows tell nothing.
    const most = passed < few / 4 ? 0 : Math.floor(ahead * (inOrder ? costInTime : costAnywhere));
    for (let bound = few * 4; bound / 4 < most; bound *= 4) {
      const narrow = narrowest(database, conditions, Math.min(bound, most));
      if (narrow !== undefined) return collected(database, request, narrow, after);
    }
    size = Math.min(Math.max(ahead * 2, firstWindow), size * growth);
  }
}

interface Window {
  /** `sort_key` of the last row of it; absent where the index ends within. */
  last?: string;
  /** Its row numbers in ascending order, for searches. */
  ids?: number[];
}

/** The next `size` rows of the walk, whether they pass or not. */
function nextWindow(
  database: Reading,
  sort: Sort,
  { index, start }: Walk,
  begin: readonly Condition[],
  size: number,
  withIds: boolean,
): Window {
  const where = [...start, ...begin];
  const from = `FROM asset INDEXED BY ${index} ${clause(where)} ${orderBy(sort)}`;
  const values = valuesOf(where);
  const [last] = foundRows.parse(
    database.all(`SELECT asset.id, ${keyColumn(sort)} ${from} LIMIT 1 OFFSET ?`, ...values, size - 1),
  );
  const key = last === undefined ? {} : { last: last.sort_key };
  if (!withIds) return key;
  const row = windowRow.parse(
    database.get(
      `SELECT count(*) AS rows, coalesce(group_concat(id, ' '), '') AS ids FROM (SELECT asset.id ${from} LIMIT ?)`,
      ...values,
      size,
    ),
  );
  const ids = row.ids === '' ? [] : row.ids.split(' ').map(Number);
  return { ...key, ids: ids.sort((a, b) => a - b) };
}

/** The rows of the text index are asked for in no more spans than this. */
const spans = 24;

/** What is searched for among these rows alone. */
function textWithin({ find, avoid }: Conditions, ids: readonly number[]): Condition[] {
  const ranges = spansOf(ids);
  const within = (expression: string, is: 'IN' | 'NOT IN'): Condition => ({
    sql: `+asset.id ${is} (${ranges.map(() => matchingWithin).join(' UNION ALL ')})`,
    values: ranges.flatMap(([first, last]) => [expression, first, last]),
  });
  if (ranges.length === 0) return [{ sql: 'FALSE', values: [] }];
  return [...(find === null ? [] : [within(find, 'IN')]), ...(avoid === null ? [] : [within(avoid, 'NOT IN')])];
}

/** Numbers of ours arrive as floating point, and FTS5 takes no bounds from those: it would tell all rows. */
const matchingWithin = `SELECT rowid FROM asset_text WHERE asset_text MATCH ?
  AND rowid BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER)`;

/** Cuts ascending numbers where the gaps between them are largest. */
function spansOf(ids: readonly number[]): [number, number][] {
  const gaps: { at: number; size: number }[] = [];
  for (let at = 1; at < ids.length; at += 1) {
    const size = (ids[at] ?? 0) - (ids[at - 1] ?? 0);
    if (size > 50) gaps.push({ at, size });
  }
  const cuts = gaps
    .sort((a, b) => b.size - a.size)
    .slice(0, spans - 1)
    .map(({ at }) => at)
    .sort((a, b) => a - b);
  const begins = [0, ...cuts];
  return begins.flatMap((begin, place) => {
    const first = ids[begin];
    const last = ids[(begins[place + 1] ?? ids.length) - 1];
    return first === undefined || last === undefined ? [] : [[first, last]];
  });
}
