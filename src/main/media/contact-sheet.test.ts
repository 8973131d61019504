import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sharp } from '../sharp.js';
import { type ContactSheetPlan, drawContactSheet } from './contact-sheet.js';

let folder: string;
let picture: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sheet-'));
  picture = path.join(folder, 'a.png');
  await sharp({ create: { width: 64, height: 64, channels: 3, background: '#c04010' } })
    .png()
    .toFile(picture);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plan = (more: Partial<ContactSheetPlan> = {}): ContactSheetPlan => ({
  title: '',
  facts: '',
  maker: '',
  columns: ['cfg 4', 'cfg 7'],
  rows: ['steps 10', 'steps 20'],
  blocks: [{ heading: '', cells: Array.from({ length: 4 }, () => ({ picture, words: '' })) }],
  ...more,
});

/** How many pixels of a box are far lighter than the ground. */
async function letters(bytes: Uint8Array, box: { left: number; top: number; width: number; height: number }) {
  const { data } = await sharp(bytes).extract(box).greyscale().raw().toBuffer({ resolveWithObject: true });
  return data.filter((value) => value > 110).length;
}

it('puts every picture into its place, whole', async () => {
  const { bytes, width, height } = await drawContactSheet(plan());
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([width, height]);
  let red = 0;
  for (let at = 0; at < data.length; at += info.channels)
    if ((data[at] ?? 0) > 150 && (data[at + 2] ?? 255) < 60) red += 1;
  expect(red / (4 * 320 * 320)).toBeGreaterThan(0.97);
  expect(red / (4 * 320 * 320)).toBeLessThan(1.03);
});

it.each(['a fox', 'лиса', 'αλεπού', '日本の狐', '<b>a</b> & "b" <unclosed', 'one\u0000two\u0007three\ud800'])(
  'draws the words %j as they are',
  async (title) => {
    const box = { left: 24, top: 24, width: 400, height: 34 };
    expect(await letters((await drawContactSheet(plan())).bytes, box)).toBe(0);
    expect(await letters((await drawContactSheet(plan({ title }))).bytes, box)).toBeGreaterThan(20);
  },
);

it('shows markup as text: a tag is as wide as its letters', async () => {
  const box = { left: 24, top: 24, width: 680, height: 34 };
  const plain = await letters((await drawContactSheet(plan({ title: 'fox' }))).bytes, box);
  const tagged = await letters((await drawContactSheet(plan({ title: '<b>fox</b>' }))).bytes, box);
  expect(tagged).toBeGreaterThan(plain * 1.5);
});

it('tells in words why a cell has no picture, also where the file can not be read', async () => {
  const words = 'Out of memory';
  const cells = [
    { picture: null, words },
    { picture: path.join(folder, 'gone.png'), words },
  ];
  const { bytes } = await drawContactSheet(plan({ columns: ['', ''], rows: [''], blocks: [{ heading: '', cells }] }));
  for (const left of [24, 24 + 324]) {
    expect(await letters(bytes, { left, top: 116, width: 320, height: 60 })).toBeGreaterThan(20);
  }
});

it('stays within what other programs open, whatever its shape', async () => {
  const many = Array.from({ length: 100 }, (_, at) => `steps ${at}`);
  const cells = many.map(() => ({ picture, words: '' }));
  const wide = await drawContactSheet(plan({ columns: many, rows: [''], blocks: [{ heading: '', cells }] }));
  const tall = await drawContactSheet(plan({ columns: [''], rows: many, blocks: [{ heading: '', cells }] }));
  expect(wide.width).toBeLessThanOrEqual(8192);
  expect(tall.height).toBeLessThanOrEqual(8192);
  expect(wide.width).toBeGreaterThan(6000);
});
