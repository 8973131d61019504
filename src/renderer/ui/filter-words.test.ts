import { describe, expect, it } from 'vitest';
import { findListed, shownAtMost } from './filter-words.js';

const models = Array.from({ length: 300 }, (_, at) => ({
  value: `sdxl/model-${at}.safetensors`,
  label: `model-${at}`,
}));

describe('findListed', () => {
  it('draws no more than anybody reads, and tells how many there are', () => {
    expect(findListed(models, '')).toMatchObject({ more: 300 - shownAtMost });
    expect(findListed(models, ' ').shown).toHaveLength(shownAtMost);
  });

  it('finds by several words, in the value and the detail too', () => {
    expect(findListed(models, 'SDXL 299').shown.map(({ label }) => label)).toEqual(['model-299']);
    expect(findListed([{ value: 'a', label: 'b', detail: 'Wide' }], 'wide').shown).toHaveLength(1);
    expect(findListed(models, 'nope').shown).toEqual([]);
  });
});
