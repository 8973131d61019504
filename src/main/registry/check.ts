/**
 * Whether the file is whole. SQLite's check reads all of it, which takes seconds from some hundred thousand assets on, so
 * only a small file is checked before it is used. Of a large one the beginnings are read first, and the rest when the
 * program runs, by a thread of its own. When that finds damage, a mark beside the file tells the next start to check it
 * whole and to set it aside.
 */
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Logger } from '../ports.js';
import type { Reader } from './reader.js';
import type { RegistryNotice } from './schema.js';
import { errorText, isDamage, type Reading } from './sqlite.js';

/** Up to this many bytes a file is checked whole within the time nobody notices. */
export const smallBytes = 32 << 20;

/** Damage as SQLite's own check finds it, in the form its errors have. */
class DamagedError extends Error {
  readonly errcode = 11;
}

const checkRow = z.object({ quick_check: z.string() });
const nameRows = z.array(z.object({ name: z.string() }));

/** Throws what `isDamage` knows. Returns whether the file was checked whole. `small`: bytes. */
export function checkAtStart(database: Reading, file: string, small: number): boolean {
  const whole = existsSync(markOf(file)) || statSync(file).size <= small;
  if (whole) {
    const { quick_check } = checkRow.parse(database.get('PRAGMA quick_check(1)'));
    if (quick_check !== 'ok') throw new DamagedError(quick_check);
  } else for (const name of tablesOf(database)) database.get(`SELECT * FROM "${name}" LIMIT 1`);
  return whole;
}

/** Tables with pages of their own, those of the text index among them. */
export function tablesOf(database: Reading): string[] {
  const sql = `SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name`;
  return nameRows.parse(database.all(sql)).map(({ name }) => name);
}

/** What is wrong with a table and its indices; null when nothing is. */
export function damageOf(database: Reading, table: string): string | null {
  try {
    const { quick_check } = checkRow.parse(database.get(`PRAGMA quick_check("${table}")`));
    return quick_check === 'ok' ? null : quick_check;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return errorText(error);
  }
}

/** Checks table by table, so that it can be ended between two; marks the file and answers a notice where one is damaged. */
export async function checkWhole(
  reader: Pick<Reader, 'ask'>,
  file: string,
  logger: Logger,
): Promise<RegistryNotice | undefined> {
  for (const table of await reader.ask('tables', null)) {
    const damage = await reader.ask('damage', table);
    if (damage === null) continue;
    logger.error('the library file is damaged', { file, table, damage });
    writeFileSync(markOf(file), '');
    return {
      level: 'warning',
      message: `The library file is damaged: ${file}. At the next start it is kept under another name, and a new library is started.`,
      hint: 'The files in ComfyUI are untouched. Quit the app and put back a copy of the data directory, if there is one.',
      path: file,
    };
  }
  return undefined;
}

/** What the mark told was done. */
export function removeMark(file: string): void {
  rmSync(markOf(file), { force: true });
}

function markOf(file: string): string {
  return `${file}-damaged`;
}
