import { expect, test } from 'vitest';
import { packIcns, packIco } from './icon-files.mjs';

const png = Buffer.from('a picture');

test('an ico file leads to each picture', () => {
  const ico = packIco([
    { size: 16, png: Buffer.from('small') },
    { size: 256, png },
  ]);
  expect([ico.readUInt16LE(2), ico.readUInt16LE(4)]).toEqual([1, 2]);
  expect([ico.readUInt8(6), ico.readUInt8(22)]).toEqual([16, 0]);
  const [length, offset] = [ico.readUInt32LE(22 + 8), ico.readUInt32LE(22 + 12)];
  expect(ico.subarray(offset, offset + length)).toEqual(png);
  expect(offset + length).toBe(ico.length);
});

test('an icns file is a chain of chunks with their lengths', () => {
  const icns = packIcns([{ type: 'ic09', png }]);
  expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length]);
  expect([icns.toString('latin1', 8, 12), icns.readUInt32BE(12)]).toEqual(['ic09', 8 + png.length]);
  expect(icns.subarray(16)).toEqual(png);
});
