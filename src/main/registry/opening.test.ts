/** Damage, and what comes back after it. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../system.js';
import { migrations } from './migrations/index.js';
import { openCurrent } from './opening.js';
import { copyName } from './schema.js';
import { openDatabase } from './sqlite.js';
import { type Bench, completed, createBench, newJob, output } from './testing.js';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(() => bench.dispose());

function add(first: number, count: number) {
  const registry = bench.open();
  for (let number = first; number < first + count; number += 1) {
    bench.clock.time += 1000;
    registry.jobs.insert(newJob(`p${number}`));
    registry.jobs.finish(`p${number}`, completed([output(`${number}.png`)], { finished_ms: bench.clock.time }));
  }
  return registry;
}

const aside = () => readdirSync(bench.dir).filter((name) => /\.damaged-.*\.db$/.test(name));
const spoil = () => writeFileSync(bench.file, 'not a database '.repeat(1000));
/** Every page but the first few, so that the schema can still be read. */
const spoilPages = (from: number) => {
  const bytes = readFileSync(bench.file);
  bytes.fill(0xa5, from * 4096);
  writeFileSync(bench.file, bytes);
};

describe('a damaged file', () => {
  it('that is no database is set aside, and a new one started', () => {
    spoil();
    const registry = bench.open();
    const report = registry.recovery.report();
    expect(report).toMatchObject({ restored_ms: null, salvaged: { jobs: 0, assets: 0 } });
    expect(readFileSync(report?.aside ?? '', 'utf8')).toContain('not a database');
    registry.jobs.insert(newJob('p1'));
    expect(bench.open().jobs.get('p1')).toBeDefined();
    // Until the person was told.
    expect(bench.open().recovery.report()).toEqual(report);
    bench.open().recovery.done();
    expect(bench.open().recovery.report()).toBeUndefined();
    expect(aside()).toHaveLength(1);
  });

  it('with broken pages, or cut short, is found by the check', () => {
    add(0, 50).close();
    spoilPages(1);
    expect(bench.open().recovery.report()).toBeDefined();
    bench.open().close();
    bench.clock.time += 1000;
    add(100, 50).close();
    truncateSync(bench.file, 8192);
    expect(bench.open().recovery.report()).toBeDefined();
    expect(aside()).toHaveLength(2);
  });

  it('is restored from the newest good copy', async () => {
    await add(0, 5).copies.make();
    await add(5, 5).copies.make();
    const upTo = bench.clock.time;
    add(10, 1).close();
    spoil();
    const registry = bench.open();
    expect(registry.recovery.report()).toMatchObject({ restored_ms: upTo });
    expect(registry.assets.count({})).toBe(10);
    expect(registry.jobs.get('p9')).toMatchObject({ status: 'completed', asset_ids: [expect.any(String)] });
    // A copy that is damaged too is passed over.
    registry.close();
    const [newest = ''] = copies().reverse();
    writeFileSync(newest, readFileSync(newest).fill(0xa5, 3 * 4096));
    bench.clock.time += 1000;
    spoil();
    expect(bench.open().assets.count({})).toBe(5);
    expect(aside()).toHaveLength(2);
  });

  it('is restored from a copy in an older form, which is brought up to date', () => {
    const old = openCurrent({
      file: bench.file,
      migrations: migrations.slice(0, 1),
      clock: bench.clock,
      logger: silentLogger,
    });
    old.run(`INSERT INTO job (prompt_id, backend, remote_id, status, title, parameters, demo, created_ms)
             VALUES ('old', 'demo', 'old', 'completed', 'old', '{}', 0, 1)`);
    old.close();
    bench.open().close();
    expect(existsSync(copyName(bench.file, 2))).toBe(true);
    spoil();
    const registry = bench.open();
    expect(registry.jobs.get('old')).toMatchObject({ status: 'completed' });
    expect(registry.recovery.report()?.restored_ms).toBeGreaterThan(0);
  });

  it('gives what is newer than the copy and can still be read', async () => {
    const before = add(0, 5);
    before.jobs.insert(newJob('under way'));
    await before.copies.make();
    const registry = add(5, 300);
    registry.jobs.finish('under way', completed([output('late.png')]));
    const asset = registry.assets.byJob('p7')[0];
    registry.curation.curate(asset?.asset_id ?? '', { rating: 4, tags: ['kept'] });
    // The same name again: the older one stays replaced.
    registry.jobs.insert(newJob('again'));
    registry.jobs.finish('again', completed([output('1.png')]));
    registry.close();
    rootOf('asset_text_data');
    const mended = bench.open();
    const report = mended.recovery.report();
    expect(report?.salvaged.jobs).toBeGreaterThan(250);
    expect(report?.salvaged.assets).toBeGreaterThan(250);
    expect(mended.jobs.get('under way')).toMatchObject({ status: 'completed', asset_ids: [expect.any(String)] });
    expect(mended.assets.get(asset?.asset_id ?? '')).toMatchObject({ rating: 4, tags: ['kept'], prompt_id: 'p7' });
    expect(mended.assets.list({ query: 'kept', limit: 5 }).assets).toHaveLength(1);
    expect(mended.jobs.graph('p7')).toEqual(newJob('p7').graph);
    expect(mended.assets.location(mended.assets.byJob('p1')[0]?.asset_id ?? '')).toMatchObject({ superseded: true });
    mended.close();
    const database = openDatabase(bench.file);
    expect(database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(database.all('PRAGMA foreign_key_check')).toEqual([]);
    database.close();
  });

  it('gives albums that are newer than the copy, with what is in them', async () => {
    const before = add(0, 3);
    const idOf = (registry: typeof before, prompt_id: string) => registry.assets.byJob(prompt_id)[0]?.asset_id ?? '';
    before.curation.curate(idOf(before, 'p0'), { albums: ['Best', 'Old name'] });
    await before.copies.make();
    const registry = add(3, 300);
    registry.collections.renameAlbum('Old name', 'New name');
    registry.curation.curateAll([idOf(registry, 'p1'), idOf(registry, 'p7')], { add_albums: ['Best', 'Later'] });
    registry.close();
    rootOf('asset_text_data');
    const mended = bench.open();
    const albumsOf = (prompt_id: string) => [...(mended.assets.byJob(prompt_id)[0]?.albums ?? [])].sort();
    expect(albumsOf('p0')).toEqual(['Best', 'New name']);
    expect(albumsOf('p1')).toEqual(['Best', 'Later']);
    expect(albumsOf('p7')).toEqual(['Best', 'Later']);
    expect(mended.collections.albums()).toMatchObject([
      { name: 'Best', count: 3 },
      { name: 'Later', count: 2 },
      { name: 'New name', count: 1 },
    ]);
  });

  it('gives batches that are newer than the copy, what their jobs were given, and what a contact sheet shows', async () => {
    const plan = { axes: [{ name: 'cfg', values: [4, 7] }] };
    const begin = (registry: ReturnType<typeof add>, batch_id: string) => {
      const who = { title: 'a fox', workflow_id: null, session_id: 's1', client_name: 'agent' };
      registry.jobs.insertBatch(
        { batch_id, ...who, plan, sheet_wanted: false },
        [0, 1].map((cell) =>
          newJob(`${batch_id} ${cell}`, { batch_id, cell, inputs: { image: `photo of ${batch_id}` } }),
        ),
      );
    };
    const before = add(0, 3);
    begin(before, 'under way');
    await before.copies.make();
    const registry = add(3, 300);
    begin(registry, 'later');
    registry.inputs.remember('demo', 'hash', { name: 'photo.png', asset_id: 'photo of later' });
    for (const id of ['under way 0', 'under way 1', 'later 0', 'later 1']) {
      registry.jobs.finish(id, completed([output(`${id}.png`)]));
    }
    const made = (one: typeof registry, id: string) => one.assets.byJob(id)[0]?.asset_id ?? '';
    const parts = [made(registry, 'later 1'), made(registry, 'later 0')];
    registry.batches.noteSheet({ asset_id: 'sheet', filename: 'contact-sheet.webp' });
    registry.batches.addSheet({
      asset_id: 'sheet',
      batch_id: 'later',
      filename: 'contact-sheet.webp',
      mime_type: 'image/webp',
      width: 10,
      height: 20,
      bytes_size: 30,
      parameters: {},
      parts,
    });
    registry.close();
    rootOf('asset_text_data');
    const mended = bench.open();
    for (const batch_id of ['under way', 'later']) {
      expect(mended.batches.get(batch_id)).toMatchObject({ plan });
      expect(mended.batches.jobs(batch_id)).toMatchObject(
        [0, 1].map((cell) => ({ prompt_id: `${batch_id} ${cell}`, cell, status: 'completed' })),
      );
      expect(mended.inputs.ofJob(`${batch_id} 0`)).toEqual({ image: `photo of ${batch_id}` });
      expect(mended.assets.get(made(mended, `${batch_id} 1`))).toMatchObject({ batch_id });
    }
    expect(mended.inputs.known('demo', 'hash')).toEqual({ name: 'photo.png', asset_id: 'photo of later' });
    expect(mended.batches.sheet('later')).toMatchObject({ asset_id: 'sheet', batch_id: 'later' });
    const lineage = await mended.reader.ask('lineage', 'sheet');
    expect(lineage?.nodes.filter(({ generation }) => generation === -1).map(({ asset_id }) => asset_id)).toEqual(parts);
  });

  it('gives jobs and pictures of a batch that lies on a broken page', async () => {
    await add(0, 3).copies.make();
    const registry = add(3, 300);
    const who = { title: 'a fox', workflow_id: null, session_id: 's1', client_name: 'agent' };
    const plan = { axes: [{ name: 'cfg', values: [4] }] };
    registry.jobs.insertBatch({ batch_id: 'b1', ...who, plan, sheet_wanted: false }, [
      newJob('cell', { batch_id: 'b1', cell: 0 }),
    ]);
    registry.jobs.finish('cell', completed([output('cell.png')]));
    registry.close();
    rootOf('batch');
    rootOf('asset_text_data');
    const mended = bench.open();
    expect(mended.batches.recent(5)).toEqual([]);
    expect(mended.jobs.get('cell')).toMatchObject({ status: 'completed', batch_id: null, cell: null });
    expect(mended.assets.byJob('cell')).toMatchObject([{ filename: 'cell.png', batch_id: null }]);
  });

  it('loses the rows of a broken page and no others', async () => {
    await add(0, 5).copies.make();
    add(5, 600).close();
    const bytes = readFileSync(bench.file);
    const middle = Math.floor(bytes.length / 2 / 4096) * 4096;
    bytes.fill(0xa5, middle, middle + 4 * 4096);
    writeFileSync(bench.file, bytes);
    const registry = bench.open();
    const { assets = 0 } = registry.recovery.report()?.salvaged ?? {};
    expect(assets).toBeGreaterThan(200);
    expect(registry.assets.count({})).toBe(assets + 5);
  });

  it('that a statement comes upon is told, and looked at closely at the next opening', () => {
    const failures: string[] = [];
    bench.open().close();
    fillWith(5000);
    const registry = bench.open({ onFailure: ({ code }) => failures.push(code) });
    spoilPages(2);
    expect(() => {
      for (let number = 0; number < 5000; number += 1) registry.jobs.get(`p${number}`);
    }).toThrow(
      expect.objectContaining({ code: 'LIBRARY_DAMAGED', hint: expect.stringContaining('Start the app again') }),
    );
    expect(failures).toEqual(['LIBRARY_DAMAGED']);
    expect(existsSync(join(bench.dir, 'check-library'))).toBe(true);
    expect(bench.open().recovery.report()).toBeDefined();
    expect(existsSync(join(bench.dir, 'check-library'))).toBe(false);
  });
});

describe('a file that is gone', () => {
  it('is restored from the newest copy', async () => {
    await add(0, 5).copies.make();
    bench.open().close();
    rmSync(bench.file);
    const registry = bench.open();
    expect(registry.recovery.report()).toMatchObject({ aside: null, restored_ms: expect.any(Number) });
    expect(registry.assets.count({})).toBe(5);
  });

  it('is the restored one, after a death before that was in its place', async () => {
    add(0, 5).close();
    const database = new DatabaseSync(bench.file);
    database.exec(
      `INSERT INTO recovery VALUES (1, '{"aside":null,"restored_ms":1,"salvaged":{"jobs":0,"assets":0},"at_ms":1}')`,
    );
    database.close();
    copyFileSync(bench.file, join(bench.dir, 'library.restored.db'));
    rmSync(bench.file);
    // The damaged file's log was not set aside yet.
    writeFileSync(`${bench.file}-wal`, 'a log of another file');
    const registry = bench.open();
    expect(registry.recovery.report()).toMatchObject({ restored_ms: 1 });
    expect(registry.assets.count({})).toBe(5);
    expect(readdirSync(bench.dir).filter((name) => name.includes('.damaged-'))).toHaveLength(1);
  });
});

it('leaves a damaged file where it is when it can not be restored', async () => {
  await add(0, 5).copies.make();
  bench.open().close();
  spoil();
  mkdirSync(join(bench.dir, 'library.restoring.db'));
  expect(() => bench.open()).toThrow();
  expect(readFileSync(bench.file, 'utf8')).toContain('not a database');
  rmSync(join(bench.dir, 'library.restoring.db'), { recursive: true });
  expect(bench.open().assets.count({})).toBe(5);
});

const copies = () => {
  const folder = join(bench.dir, 'copies');
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
};

/** So many jobs of a kilobyte: more than a connection keeps in memory. */
function fillWith(count: number): void {
  const database = new DatabaseSync(bench.file);
  database.exec(`WITH RECURSIVE n (x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n WHERE x < ${count - 1})
    INSERT INTO job (prompt_id, backend, remote_id, status, title, parameters, demo, created_ms)
    SELECT 'p' || x, 'demo', 'p' || x, 'completed', 'x', json_object('prompt', hex(randomblob(500))), 0, x FROM n`);
  database.close();
}

/** Fills the first page of a table with nonsense. */
function rootOf(table: string): void {
  const database = new DatabaseSync(bench.file);
  const { rootpage } = database.prepare('SELECT rootpage FROM sqlite_master WHERE name = ?').get(table) as {
    rootpage: number;
  };
  database.close();
  const bytes = readFileSync(bench.file);
  bytes.fill(0xa5, (rootpage - 1) * 4096, rootpage * 4096);
  writeFileSync(bench.file, bytes);
}
