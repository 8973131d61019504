import { expect, test } from 'vitest';
import { makeZip } from './archives.testing.mjs';
import { zipEntries } from './zip.mjs';

const entries = [
  { name: 'stored.txt', bytes: Buffer.from('as it is'), stored: true },
  { name: 'folder/ünicode.txt', bytes: Buffer.from('deflated '.repeat(500)) },
  { name: 'empty', bytes: Buffer.alloc(0) },
];

test('reads stored and deflated entries, with a comment behind the directory', () => {
  const found = [...zipEntries(makeZip(entries, 'a comment'))].map(({ name, read }) => [name, read().toString()]);
  expect(found).toEqual(entries.map(({ name, bytes }) => [name, bytes.toString()]));
});

test('refuses an entry whose content is damaged', () => {
  const zip = makeZip(entries);
  zip[zip.indexOf('as it is')] ^= 1;
  const [first, second] = zipEntries(zip);
  expect(first.read).toThrow(/stored\.txt: damaged/);
  expect(second.read().length).toBe(4500);
});

test('refuses what is no zip archive, and one that is cut short', () => {
  expect(() => [...zipEntries(Buffer.from('just text, long enough for an end record'))]).toThrow('not a zip archive');
  expect(() => [...zipEntries(Buffer.alloc(3))]).toThrow('not a zip archive');
  expect(() => [...zipEntries(makeZip(entries).subarray(0, -30))]).toThrow('not a zip archive');
});
