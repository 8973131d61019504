import { expect, it } from 'vitest';
import { findAll, mostFound } from './find-text.js';

it('finds words in any case, as they are written', () => {
  expect(findAll('KSampler ksampler', 'ksam')).toEqual([0, 9]);
  expect(findAll('a.b axb [1]', 'a.b')).toEqual([0]);
  expect(findAll('a.b axb [1]', '[1]')).toEqual([8]);
  expect(findAll('anything', '')).toEqual([]);
});

it('stops at so many', () => {
  expect(findAll('x'.repeat(5000), 'x')).toHaveLength(mostFound);
});
