import { describe, expect, it } from 'vitest';
import { comparable, replaced, swapped } from './comparison.js';

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('what is compared', () => {
  it('is what is chosen, in the gallery’s order, when it is two to four', () => {
    expect(comparable(ids, new Set(['d', 'b']), null)).toEqual(['b', 'd']);
    expect(comparable(ids, new Set(['a']), null)).toEqual([]);
    expect(comparable(ids, new Set(['a', 'b', 'c', 'd', 'e']), null)).toEqual([]);
  });

  it('keeps chosen ones that the gallery shows no more', () => {
    expect(comparable(ids, new Set(['x', 'b']), null)).toEqual(['x', 'b']);
  });

  it('is the neighbour of what the lightbox shows, whatever is chosen', () => {
    expect(comparable(ids, new Set(['d', 'b']), 'c')).toEqual(['c', 'd']);
    expect(comparable(ids, new Set(), 'f')).toEqual(['f', 'e']);
    expect(comparable(['a'], new Set(), 'a')).toEqual([]);
  });
});

describe('changing it', () => {
  it('replaces one by the next that is not there yet, and stops at the ends', () => {
    expect(replaced(['a', 'b'], 'a', 1, ids)).toEqual(['c', 'b']);
    expect(replaced(['c', 'b'], 'c', -1, ids)).toEqual(['a', 'b']);
    expect(replaced(['a', 'b'], 'b', -1, ids)).toEqual(['a', 'b']);
    expect(replaced(['f', 'e'], 'e', 1, ids)).toEqual(['f', 'e']);
  });

  it('swaps with the one after, the last with the first', () => {
    expect(swapped(['a', 'b'], 'a')).toEqual(['b', 'a']);
    expect(swapped(['a', 'b', 'c'], 'b')).toEqual(['a', 'c', 'b']);
    expect(swapped(['a', 'b', 'c'], 'c')).toEqual(['c', 'b', 'a']);
  });
});
