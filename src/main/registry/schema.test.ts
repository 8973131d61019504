import { existsSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../system.js';
import { type Migration, migrations } from './migrations/index.js';
import { openCurrent } from './opening.js';
import { copyName, migrate } from './schema.js';
import { openDatabase } from './sqlite.js';
import { type Bench, completed, createBench, newJob, output } from './testing.js';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(() => bench.dispose());

function fill(jobs = 50) {
  const registry = bench.open();
  for (let number = 0; number < jobs; number += 1) {
    registry.jobs.insert(newJob(`p${number}`));
    registry.jobs.finish(`p${number}`, completed([output(`${number}.png`)]));
  }
  registry.close();
}

describe('migrations', () => {
  const base: Migration = { version: 1, name: 'base', sql: 'CREATE TABLE thing (name TEXT) STRICT;' };
  const next: Migration = { version: 2, name: 'colour', sql: 'ALTER TABLE thing ADD COLUMN colour TEXT;' };
  const failing: Migration = { version: 2, name: 'failing', sql: 'DROP TABLE thing; CREATE NONSENSE;' };
  const open = (list: Migration[]) =>
    openCurrent({ file: bench.file, migrations: list, clock: bench.clock, logger: silentLogger });

  it('are numbered from 1 without a gap', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
  });

  it('copy the file first, and keep what was in it', () => {
    const before = open([base]);
    before.run('INSERT INTO thing VALUES (?)', 'a');
    before.close();
    expect(existsSync(copyName(bench.file, 1))).toBe(false);
    const after = open([base, next]);
    expect(after.all('SELECT * FROM thing')).toEqual([{ name: 'a', colour: null }]);
    after.close();
    const copy = openDatabase(copyName(bench.file, 2));
    expect(copy.all('SELECT * FROM thing')).toEqual([{ name: 'a' }]);
    expect(copy.get('PRAGMA user_version')).toEqual({ user_version: 1 });
    copy.close();
  });

  it('that fail leave the file as it was', () => {
    const before = open([base]);
    before.run('INSERT INTO thing VALUES (?)', 'a');
    before.close();
    expect(() => open([base, failing])).toThrow(/NONSENSE/);
    const after = open([base]);
    expect(after.all('SELECT * FROM thing')).toEqual([{ name: 'a' }]);
    after.close();
  });

  it('run once', () => {
    const database = open([base, next]);
    migrate(database, bench.file, [base, next], silentLogger);
    expect(database.get('PRAGMA user_version')).toEqual({ user_version: 2 });
    database.close();
  });

  it('refuse the file of a newer version without touching it', () => {
    open([base, next]).close();
    expect(() => open([base])).toThrow(expect.objectContaining({ code: 'NOT_SUPPORTED' }));
    expect(readdirSync(bench.dir).filter((name) => name.includes('.damaged-'))).toEqual([]);
    open([base, next]).close();
  });
});

describe('durability', () => {
  it('is WAL with transactions synced and foreign keys checked', () => {
    const database = openDatabase(bench.file);
    const synchronous = () => database.get('PRAGMA synchronous');
    expect(database.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(database.get('PRAGMA foreign_keys')).toEqual({ foreign_keys: 1 });
    expect(synchronous()).toEqual({ synchronous: 1 });
    expect(database.transaction(synchronous)).toEqual({ synchronous: 2 });
    const failing = () => {
      throw new Error('no');
    };
    expect(() => database.transaction(failing)).toThrow('no');
    expect(synchronous()).toEqual({ synchronous: 1 });
    database.close();
  });

  it('leaves no log behind after a close', () => {
    fill(2);
    expect(readdirSync(bench.dir)).toEqual(['library.db']);
  });

  it('a full disk is told, takes nothing back, and is over when there is space again', () => {
    const database = openDatabase(bench.file);
    database.exec('CREATE TABLE thing (body BLOB) STRICT');
    database.run('INSERT INTO thing VALUES (?)', Buffer.alloc(100));
    database.exec('PRAGMA max_page_count = 10');
    const fill = () =>
      database.transaction(() => {
        for (let number = 0; number < 100; number += 1)
          database.run('INSERT INTO thing VALUES (?)', Buffer.alloc(4000));
      });
    expect(fill).toThrow(
      expect.objectContaining({ code: 'DATA_DIR_UNWRITABLE', message: expect.stringContaining('the disk is full') }),
    );
    expect(database.get('SELECT count(*) AS n FROM thing')).toEqual({ n: 1 });
    database.exec('PRAGMA max_page_count = 10000');
    fill();
    expect(database.get('SELECT count(*) AS n FROM thing')).toEqual({ n: 101 });
    database.close();
  });

  it('a directory that is not there is DATA_DIR_UNWRITABLE', () => {
    expect(() => bench.open({ file: `${bench.dir}/missing/library.db` })).toThrow(
      expect.objectContaining({ code: 'DATA_DIR_UNWRITABLE' }),
    );
  });
});
