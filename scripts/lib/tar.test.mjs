import { expect, test } from 'vitest';
import { makeTar } from './archives.testing.mjs';
import { tarEntries } from './tar.mjs';

test('reads entries of any length up to the end mark', () => {
  const entries = [0, 1, 511, 512, 513].map((length) => ({
    name: `package/${length}`,
    bytes: Buffer.alloc(length, 65),
  }));
  expect([...tarEntries(makeTar(entries))]).toEqual(entries);
});

test('refuses an archive that ends inside an entry', () => {
  const tar = makeTar([{ name: 'a', bytes: Buffer.alloc(2000) }]);
  expect(() => [...tarEntries(tar.subarray(0, 1500))]).toThrow('damaged tar archive');
});
