import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { packAsar } from './asar.mjs';

/** Reads an archive by its published layout, independently of the writer. */
function read(asar) {
  const jsonLength = asar.readUInt32LE(12);
  const contentAt = 8 + asar.readUInt32LE(4);
  const { files } = JSON.parse(asar.toString('utf8', 16, 16 + jsonLength));
  return Object.entries(files).map(([name, { size, offset, integrity }]) => {
    const bytes = asar.subarray(contentAt + Number(offset), contentAt + Number(offset) + size);
    return { name, text: bytes.toString(), hash: createHash('sha256').update(bytes).digest('hex'), integrity };
  });
}

// Names of different lengths: the directory is padded to four bytes.
test.each(['a', 'ab', 'abc', 'abcd'])('an archive can be read back, with a file called %s', (name) => {
  const files = { [name]: 'first, with an é', 'main.js': 'second' };
  const found = read(packAsar(files));
  expect(Object.fromEntries(found.map((file) => [file.name, file.text]))).toEqual(files);
  for (const { hash, integrity } of found) expect(integrity).toMatchObject({ hash, blocks: [hash] });
});

test('records are aligned to four bytes, as Chromium reads them', () => {
  const asar = packAsar({ abc: 'x' });
  expect(asar.readUInt32LE(0)).toBe(4);
  expect(asar.readUInt32LE(4) % 4).toBe(0);
  expect(asar.readUInt32LE(8)).toBe(asar.readUInt32LE(4) - 4);
});
