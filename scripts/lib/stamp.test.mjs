import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clearStamp, isCurrent, stampOf, writeStamp } from './stamp.mjs';

let root;
const write = (name, text) => {
  const file = path.join(root, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
};
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'stamp-test-'));
  write('src/main/a.ts', 'a');
  write('src/main/b.ts', 'b');
  write('package-lock.json', '{}');
  for (const name of [
    'main/index.js',
    'main/headless.js',
    'preload/index.cjs',
    'bridge/stdio.cjs',
    'renderer/index.html',
  ])
    write(`out/${name}`, '');
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

test('a build is current while its sources and its files are the same', () => {
  expect(isCurrent(root, stampOf(root))).toBe(false);
  writeStamp(root, stampOf(root));
  expect(isCurrent(root, stampOf(root))).toBe(true);
  fs.utimesSync(path.join(root, 'src/main/a.ts'), new Date(), new Date());
  expect(isCurrent(root, stampOf(root))).toBe(true);
  fs.rmSync(path.join(root, 'out/preload'), { recursive: true });
  expect(isCurrent(root, stampOf(root))).toBe(false);
});

test('a build that was broken off is not current', () => {
  writeStamp(root, stampOf(root));
  clearStamp(root);
  expect(isCurrent(root, stampOf(root))).toBe(false);
});

test.each([
  ['a change', () => write('src/main/a.ts', 'c')],
  ['a new file', () => write('src/renderer/c.tsx', '')],
  ['a removal', () => fs.rmSync(path.join(root, 'src/main/b.ts'))],
  [
    'a move of text between files',
    () => {
      write('src/main/a.ts', '');
      write('src/main/b.ts', 'ab');
    },
  ],
  ['another dependency', () => write('package-lock.json', '{"a":1}')],
])('%s makes another stamp', (_what, change) => {
  const before = stampOf(root);
  change();
  expect(stampOf(root)).not.toBe(before);
});

test('a test beside the sources does not', () => {
  const before = stampOf(root);
  write('src/main/a.test.ts', 'test');
  expect(stampOf(root)).toBe(before);
});
