/** The orders of the library, each with its index and its keyset. */
import { AppError } from '../../shared/errors.js';
import type { Sort } from '../../shared/library.js';
import type { Condition } from './filters.js';
import type { SqlValue } from './sqlite.js';

/** Columns of each order, all in one direction, so that an index serves them and a row value compares them. */
const keys: Readonly<Record<Sort, { columns: readonly string[]; descending: boolean; index: string }>> = {
  newest: { columns: ['asset.created_ms', 'asset.id'], descending: true, index: 'asset_newest' },
  oldest: { columns: ['asset.created_ms', 'asset.id'], descending: false, index: 'asset_newest' },
  rating: { columns: ['asset.rating', 'asset.created_ms', 'asset.id'], descending: true, index: 'asset_by_rating' },
  name: { columns: ['asset.filename COLLATE NOCASE', 'asset.id'], descending: false, index: 'asset_by_name' },
  largest: { columns: ['coalesce(asset.bytes_size, 0)', 'asset.id'], descending: true, index: 'asset_by_size' },
};

/** The index that has the rows in this order. */
export function indexOf(sort: Sort): string {
  return keys[sort].index;
}

export function beginsWith(sort: Sort, column: string): boolean {
  return keys[sort].columns[0] === `asset.${column}`;
}

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
export function afterCursor(sort: Sort, cursor: string): Condition {
  const { columns } = keys[sort];
  const [, of = '', json = ''] = /^(\w+) (\[.*\])$/.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  const values = parsedKey(json);
  if (of !== sort || values.length !== columns.length) {
    throw new AppError('VALIDATION_ERROR', 'cursor: not a cursor of this list.', {
      hint: 'Give the next_cursor of the last answer unchanged and with the same sort, or leave it out to begin anew.',
    });
  }
  return beyond(sort, values);
}

/** The rows after the one with these values, or up to and with it. */
function beyond(sort: Sort, values: SqlValue[], upTo = false): Condition {
  const { columns, descending } = keys[sort];
  const comparison = descending === upTo ? '>' : '<';
  const sql = `(${columns.join(', ')}) ${comparison}${upTo ? '=' : ''} (${columns.map(() => '?').join(', ')})`;
  if (sort !== 'name' && sort !== 'largest') return { sql, values };
  const [first = null] = values;
  // Where a column has an expression or an order of letters, SQLite finds the place of one value, but not of a row of them.
  return { sql: `${columns[0]} ${comparison}= ? AND ${sql}`, values: [first, ...values] };
}

/** The rows up to the one whose `sort_key` this is, and that one. */
export function upToKey(sort: Sort, sortKey: string): Condition {
  return beyond(sort, parsedKey(sortKey), true);
}

/** The rows after the one whose `sort_key` this is. */
export function afterKey(sort: Sort, sortKey: string): Condition {
  return beyond(sort, parsedKey(sortKey));
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
