/** Copies of what leaves the library, also when a death comes in between. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../system.js';
import { createLeaving } from './leaving.js';

let home: string;
let known: Set<string>;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'leaving-'));
  known = new Set(['a', 'b']);
  for (const name of ['a.png', 'a-256.webp', 'b.png']) writeFileSync(join(home, name), name);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const notes = () => readdirSync(join(home, 'leaving'));
const copies = { a: ['a.png', 'a-256.webp'], b: ['b.png'] };
const open = () =>
  createLeaving({
    dir: join(home, 'leaving'),
    remove: async (key) => rmSync(join(home, key), { force: true }),
    isKnown: (assetId) => known.has(assetId),
    logger: silentLogger,
  });

it('deletes the copies of what went, and leaves those of what came back meanwhile', async () => {
  const result = await open().leave(copies, () => {
    expect(notes()).toHaveLength(1);
    known.delete('a');
    return 1;
  });
  expect(result).toBe(1);
  expect(readdirSync(home).sort()).toEqual(['b.png', 'leaving']);
  expect(notes()).toEqual([]);
});

it('finishes at the next start what a death cut short, and no more than that', async () => {
  const cut = open().leave(copies, () => {
    known.delete('b');
    throw new Error('died');
  });
  await expect(cut).rejects.toThrow('died');
  expect(existsSync(join(home, 'b.png'))).toBe(true);
  writeFileSync(join(home, 'leaving', 'half.json.x.part'), '{"a');
  await open().finish();
  expect(readdirSync(home).sort()).toEqual(['a-256.webp', 'a.png', 'leaving']);
  expect(notes()).toEqual([]);
});

it('needs no room to make room', async () => {
  writeFileSync(join(home, 'leaving'), 'not a folder');
  await open().leave(copies, () => known.clear());
  expect(existsSync(join(home, 'a.png'))).toBe(false);
});

it('has nothing to finish where nothing ever left', async () => {
  await open().finish();
  mkdirSync(join(home, 'leaving'));
  await open().finish();
});
