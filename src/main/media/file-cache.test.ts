import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordingFiles } from '../files.testing.js';
import { silentLogger } from '../system.js';
import { createFileCache, type FileCache } from './file-cache.js';
import { inChunks } from './testing.js';

let dir: string;
let time: number;
let cache: FileCache;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cache-'));
  time = Date.now();
  const clock = { now: () => time, monotonic: () => 0, sleep: async () => {} };
  cache = createFileCache({ dir, limitBytes: () => 0, clock, logger: silentLogger });
});
afterEach(async () => {
  await cache.close();
  rmSync(dir, { recursive: true, force: true });
});

it('keeps a file while it is held, even twice, and lets it go afterwards', async () => {
  const { path } = await cache.put('abc', inChunks(Buffer.alloc(10)), 10);
  time += 3_600_000;
  await cache.holding('abc', async () => {
    await cache.holding('abc', () => cache.trim());
    await cache.trim();
    expect(existsSync(path)).toBe(true);
  });
  await cache.trim();
  expect(existsSync(path)).toBe(false);
  expect(cache.total).toBe(0);
});

it('counts a file that is written again once, and forgets one that somebody else removed', async () => {
  await cache.put('abc', inChunks(Buffer.alloc(10)), 10);
  await cache.put('abc', inChunks(Buffer.alloc(30)), 30);
  expect(cache.total).toBe(30);
  rmSync(join(dir, 'ab'), { recursive: true });
  expect(await cache.get('abc')).toBeUndefined();
  expect(cache.total).toBe(0);
});

it('refuses a file of another size than promised', async () => {
  await expect(cache.put('abc', inChunks(Buffer.alloc(10)), 12)).rejects.toThrow('10 of 12 bytes came');
  expect(await cache.get('abc')).toBeUndefined();
});

it('answers when the file and its name are on the disk, never before', async () => {
  const { files, steps } = recordingFiles();
  const clock = { now: () => time, monotonic: () => 0, sleep: async () => {} };
  const recorded = createFileCache({ dir, limitBytes: () => 1000, clock, logger: silentLogger, files });
  await recorded.put('abc', inChunks(Buffer.alloc(10)), 10);
  // What the caller does next: it says in the database that the file is there.
  steps.push('commit');
  const names = steps.map((step) => step.replace(/[\da-f]{8}-[\da-f-]+/, 'part'));
  expect(names.filter((step) => !step.startsWith('folder'))).toEqual([
    'create part',
    'write part',
    'sync part',
    'close part',
    'rename part abc',
    'sync folder ab',
    'commit',
  ]);
  await recorded.close();
});
