import { expect, test } from 'vitest';
import { makeBinary } from './archives.testing.mjs';
import { setFuses } from './fuses.mjs';

test('sets the named fuses and nothing else', () => {
  const binary = makeBinary('10010000');
  setFuses(binary, { nodeCliInspect: false, browserProcessSnapshot: true });
  expect(binary).toEqual(makeBinary('10000010'));
});

test('refuses a binary without a wire, of another version, or without that fuse', () => {
  expect(() => setFuses(Buffer.from('no wire here'), { runAsNode: true })).toThrow('no version 1 fuse wire');
  const other = makeBinary();
  other[other.indexOf(1)] = 2;
  expect(() => setFuses(other, { runAsNode: true })).toThrow('no version 1 fuse wire');
  expect(() => setFuses(makeBinary('1000'), { browserProcessSnapshot: true })).toThrow(
    'no fuse "browserProcessSnapshot"',
  );
  expect(() => setFuses(makeBinary(), { misspelt: true })).toThrow('no fuse "misspelt"');
});
