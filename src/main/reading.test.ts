import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readWork } from './reading.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'reading-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('takes nothing from a file that was written to since it was seen', async () => {
  const file = path.join(root, 'a.png');
  writeFileSync(file, 'first');
  const { size, mtimeMs } = statSync(file);
  const seen = { path: 'a.png', bytes_size: size, modified_ms: Math.round(mtimeMs) };
  const read = () => readWork().read({ root, files: [seen] });
  expect(await read()).toMatchObject([{ file: { ...seen, width: null } }]);
  writeFileSync(file, 'the second');
  expect(await read()).toEqual([{ changed: 'a.png' }]);
});
