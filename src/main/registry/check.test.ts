import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../system.js';
import { createInlineThread } from '../threads.js';
import { findDamage, tablesOf } from './check.js';
import { migrations } from './migrations/index.js';
import { doubtLibrary, openCurrent } from './opening.js';
import { questionsOf } from './reader.js';
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
const aside = () => readdirSync(bench.dir).filter((name) => name.includes('.damaged-') && name.endsWith('.db'));
async function check() {
  const database = openReading(bench.file);
  try {
    return await findDamage(createInlineThread(questionsOf(database, () => bench.clock.now())).ask);
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
  const database = openLarge();
  expect(tablesOf(database)).toEqual(expect.arrayContaining(['asset', 'asset_text_data', 'job_document']));
  database.close();
  expect(await check()).toBeUndefined();
});

it.each(['job', 'asset', 'job_document'])(
  'a damaged %s is found later, and set aside by the next start',
  async (table) => {
    spoil(table);
    openLarge().close();
    expect(aside()).toEqual([]);
    expect(await check()).toContain(table);
    doubtLibrary(bench.file);
    openLarge().close();
    expect(aside()).toHaveLength(1);
    expect(await check()).toBeUndefined();
  },
);

it('a large file with broken beginnings is set aside at once', () => {
  const bytes = readFileSync(bench.file);
  bytes.fill(0xa5, 4096);
  writeFileSync(bench.file, bytes);
  openLarge().close();
  expect(aside()).toHaveLength(1);
});
