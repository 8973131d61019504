/**
 * Whether the file is whole. SQLite's check reads all of it, which takes seconds from some hundred thousand assets on, so
 * only a small file is checked before it is used. Of a large one the beginnings are read first, and the rest when the
 * program runs, by a thread of its own.
 */
import { statSync } from 'node:fs';
import { z } from 'zod';
import type { Asking } from '../threads.js';
import type { Questions } from './reader.js';
import { errorText, isDamage, type Reading } from './sqlite.js';

/** Up to this many bytes a file is checked whole within the time nobody notices. */
export const smallBytes = 32 << 20;

/** Damage as SQLite's own check finds it, in the form its errors have. */
class DamagedError extends Error {
  readonly errcode = 11;
}

const checkRow = z.record(z.string(), z.string()).transform((row) => Object.values(row)[0]);
const nameRows = z.array(z.object({ name: z.string() }));

/** `thorough` also compares indexes with their tables, which takes far longer than `quick`; both read the whole file. */
export type Depth = 'beginnings' | 'quick' | 'thorough';

/** How deep a file is looked into before it is used. `small`: bytes. */
export function usualDepth(file: string, small = smallBytes): Depth {
  return statSync(file).size <= small ? 'quick' : 'beginnings';
}

/** Throws what `isDamage` knows when the file is not whole, as far as was looked. */
export function checkIntegrity(database: Reading, depth: Depth): void {
  if (depth === 'beginnings') {
    for (const name of tablesOf(database)) database.get(`SELECT * FROM "${name}" LIMIT 1`);
    return;
  }
  const told = checkRow.parse(database.get(`PRAGMA ${depth === 'quick' ? 'quick_check' : 'integrity_check'}(1)`));
  if (told !== 'ok') throw new DamagedError(told);
}

/** Tables with pages of their own, those of the text index among them. */
export function tablesOf(database: Reading): string[] {
  const sql = `SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name`;
  return nameRows.parse(database.all(sql)).map(({ name }) => name);
}

/** What is wrong with a table and its indices; null when nothing is. */
export function damageOf(database: Reading, table: string): string | null {
  try {
    const told = checkRow.parse(database.get(`PRAGMA quick_check("${table}")`));
    return told === 'ok' ? null : (told ?? 'nothing was told');
  } catch (error) {
    if (!isDamage(error)) throw error;
    return errorText(error);
  }
}

/** Checks table by table, so that it can be ended between two. Answers what is wrong; undefined when nothing is. */
export async function findDamage(ask: Asking<Questions>): Promise<string | undefined> {
  for (const table of await ask('tables', null)) {
    const damage = await ask('damage', table);
    if (damage !== null) return `${table}: ${damage}`;
  }
  return undefined;
}
