import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRegistry } from '../../registry/index.js';
import { openReading } from '../../registry/sqlite.js';
import { silentLogger, systemClock } from '../../system.js';
import { generateLibrary } from './generate.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'library-bench-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const now = Date.UTC(2025, 0, 1);
const make = (name: string, seed: number) => {
  const file = join(dir, name);
  generateLibrary({ file, rows: 300, seed, now });
  return file;
};
const idsOf = (file: string) => {
  const database = openReading(file);
  try {
    return database.all('SELECT asset_id FROM asset ORDER BY id');
  } finally {
    database.close();
  }
};

it('makes a whole library of exactly so many assets, as the program reads it', async () => {
  const file = make('library.db', 1);
  const database = openReading(file);
  const one = (sql: string) => Object.values(database.get(sql) ?? {})[0];
  expect(one('PRAGMA integrity_check')).toBe('ok');
  expect(database.all('PRAGMA foreign_key_check')).toEqual([]);
  expect(one('SELECT count(*) FROM asset')).toBe(300);
  expect(one('SELECT count(*) FROM asset_text')).toBe(300);
  expect(one('SELECT count(*) FROM asset WHERE job_id IS NULL')).toBe(0);
  expect(one('SELECT count(*) FROM asset WHERE imported = 1')).toBe(one('SELECT count(*) FROM source_file'));
  expect(one('SELECT max(created_ms) FROM asset')).toBeLessThanOrEqual(now);
  database.close();

  const registry = openRegistry({
    file,
    emit: () => {},
    clock: { ...systemClock, now: () => now },
    logger: silentLogger,
    assetTtlHours: () => 24,
  });
  const stats = await registry.reader.ask('stats', null);
  expect(stats.assets + stats.in_bin).toBe(300);
  expect(stats.expired).toBeGreaterThan(0);
  const { assets } = registry.assets.list({ limit: 1 });
  expect(registry.jobs.graph(assets[0]?.prompt_id ?? '')).toHaveProperty('3');
  registry.close();
});

it('makes the same of the same seed, and another of another', () => {
  const first = idsOf(make('1.db', 1));
  expect(idsOf(make('2.db', 1))).toEqual(first);
  expect(idsOf(make('3.db', 2))).not.toEqual(first);
});
