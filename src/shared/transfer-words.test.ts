import { expect, it } from 'vitest';
import { idleTransfer } from './transfer.js';
import { byteWords, exportWords, progressWords, restoreWords } from './transfer-words.js';

it('says bytes as file managers do', () => {
  expect([0, 999, 1000, 43_210, 1_234_567, 999_950_000, 36e9, 2e15].map(byteWords)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '43 kB',
    '1.2 MB',
    '1000 MB',
    '36 GB',
    '2000 TB',
  ]);
});

it('says what was exported, and what could not be', () => {
  const result = { path: '/x.zip', files: 1, bytes: 2000, jobs: 1, left_out_count: 0, left_out: [] };
  expect(exportWords('Exported', result)).toBe('Exported 1 file (2 kB) to /x.zip.');
  expect(exportWords('Backed up', { ...result, files: 1200, left_out_count: 2 })).toBe(
    'Backed up 1,200 files (2 kB) to /x.zip. 2 files could not be had.',
  );
});

it('says what was restored', () => {
  const none = { assets: 0, jobs: 0, files: 0, bytes: 0, known: 0, updated: 0, problems_count: 0, problems: [] };
  expect(restoreWords({ ...none, known: 3 })).toBe('Nothing was missing. 3 assets were there already.');
  expect(restoreWords({ ...none, assets: 1, jobs: 2, bytes: 5, known: 1, updated: 1, problems_count: 1 })).toBe(
    'Restored 1 asset and 2 jobs (5 B). 1 asset was there already. 1 of them has newer stars, tags or albums now. 1 problem on the way.',
  );
});

it('says how far it is', () => {
  const status = { ...idleTransfer, task: 'backup' as const, total: 4000, done: 120 };
  expect(progressWords(status)).toBe('120 of 4,000');
  expect(progressWords({ ...status, bytes_done: 1e6, bytes_total: 2e9 })).toBe('120 of 4,000, 1 MB of 2 GB');
  expect(progressWords({ ...status, bytes_done: 1.5e9, bytes_total: 36e9 })).toBe('120 of 4,000, 1.5 of 36 GB');
  expect(progressWords({ ...status, bytes_done: 3e9, bytes_total: 2e9 })).toBe('120 of 4,000, 3 GB');
});
