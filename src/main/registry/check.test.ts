import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../system.js';
import { checkWhole, tablesOf } from './check.js';
import { migrations } from './migrations/index.js';
import { createInlineReader } from './reader.js';
import { openCurrent } from './schema.js';
import { openReading } from './sqlite.js';
import { type Bench, completed, createBench, newJob, output } from './testing.js';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
  const registry = bench.open();
  for (let number = 0; number < 100; number += 1) {
    registry.jobs.insert(newJob(`p${number}`));
    registry.jobs.finish(`p${number}`, completed([output(`${number}.png`)]));
  }
  registry.close();
});
afterEach(() => bench.dispose());

/** As a large file is opened. */
const openLarge = () =>
  openCurrent({ file: bench.file, migrations, clock: bench.clock, logger: silentLogger, small: 0 });
const aside = () => readdirSync(bench.dir).filter((name) => name.includes('.damaged-'));
async function check() {
  const database = openReading(bench.file);
  try {
    const reader = createInlineReader(database, () => bench.clock.now());
    return await checkWhole(reader, bench.file, silentLogger);
  } finally {
    database.close();
  }
}
/** Spoils the last page of a table, which is none of those that are read at the start. */
function spoil(table: string) {
  const database = openReading(bench.file);
  const row = database.get('SELECT max(pageno) AS page FROM dbstat WHERE name = ?', table);
  database.close();
  const page = Number(Object.values(row ?? {})[0]);
  const bytes = readFileSync(bench.file);
  bytes.fill(0xa5, (page - 1) * 4096, page * 4096);
  writeFileSync(bench.file, bytes);
}

it('a large file that is whole is used at once and found whole later', async () => {
  const { database, checked, notices } = openLarge();
  expect([checked, notices]).toEqual([false, []]);
  expect(tablesOf(database)).toEqual(expect.arrayContaining(['asset', 'asset_text_data', 'job_document']));
  database.close();
  expect(await check()).toBeUndefined();
});

it.each(['job', 'asset', 'job_document'])(
  'a damaged %s is told when it is found, and set aside by the next start',
  async (table) => {
    spoil(table);
    const first = openLarge();
    expect(first.notices).toEqual([]);
    first.database.close();
    expect((await check())?.message).toContain(bench.file);
    expect(aside()).toEqual([]);

    const next = openLarge();
    expect(next.notices).toHaveLength(1);
    expect(next.checked).toBe(true);
    next.database.close();
    expect(aside()).toHaveLength(1);
    expect(existsSync(`${bench.file}-damaged`)).toBe(false);
    const third = openLarge();
    expect(third.notices).toEqual([]);
    third.database.close();
  },
);

it('a large file with broken beginnings is set aside at once', () => {
  const bytes = readFileSync(bench.file);
  bytes.fill(0xa5, 4096);
  writeFileSync(bench.file, bytes);
  const { database, notices } = openLarge();
  expect(notices).toHaveLength(1);
  database.close();
});
