import { existsSync, mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordingFiles } from '../files.testing.js';
import { silentLogger } from '../system.js';
import { createFileCache, type FileCache } from './file-cache.js';
import { storedFiles } from './stored-files.js';
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

it('reads and writes before it has looked through the folder, and counts each file once afterwards', async () => {
  await cache.put('old', inChunks(Buffer.alloc(10)), 10);
  await cache.put('gone', inChunks(Buffer.alloc(20)), 20);
  await cache.put('read', inChunks(Buffer.from('pixels')), 6);
  const clock = { now: () => time, monotonic: () => 0, sleep: async () => {} };
  let looked = () => {};
  const held = new Promise<void>((resolve) => {
    looked = resolve;
  });
  const look = async (folder: string) => {
    const found = await storedFiles(folder);
    await held;
    return found;
  };
  const next = createFileCache({ dir, limitBytes: () => 1000, clock, logger: silentLogger, look });
  expect(await next.read('read')).toEqual(Buffer.from('pixels'));
  const scanned = next.scan();
  await next.put('new', inChunks(Buffer.alloc(40)), 40);
  await next.remove('gone');
  looked();
  await scanned;
  expect(next.total).toBe(56);
  expect(await next.read('gone')).toBeUndefined();
  await next.close();
});

it('writes the time of use to the file, also of one that was read before the folder was looked through', async () => {
  const { path } = await cache.put('abc', inChunks(Buffer.alloc(10)), 10);
  const longAgo = time / 1000 - 86_400;
  utimesSync(path, longAgo, longAgo);
  const clock = { now: () => time, monotonic: () => 0, sleep: async () => {} };
  const next = createFileCache({ dir, limitBytes: () => 1000, clock, logger: silentLogger });
  await next.read('abc');
  await next.scan();
  expect(statSync(path).mtimeMs).toBeCloseTo(time, -1);
  await next.close();
});

it('goes over its limit until it has looked through the folder, then lets what was used longest ago go', async () => {
  const clock = { now: () => time, monotonic: () => 0, sleep: async () => {} };
  const older = await cache.put('older', inChunks(Buffer.alloc(10)), 10);
  utimesSync(older.path, time / 1000 - 7200, time / 1000 - 7200);
  const newer = await cache.put('newer', inChunks(Buffer.alloc(10)), 10);
  utimesSync(newer.path, time / 1000 - 3600, time / 1000 - 3600);
  const next = createFileCache({ dir, limitBytes: () => 10, clock, logger: silentLogger });
  await next.scan();
  await next.trim();
  expect([existsSync(older.path), existsSync(newer.path)]).toEqual([false, true]);
  await next.close();
});
