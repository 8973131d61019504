import { describe, expect, it } from 'vitest';
import type { GalleryIndex } from '../store/gallery-index.js';
import { stackAt, stacked, unstacked } from './stacks.js';

const index: GalleryIndex = {
  ids: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
  times: [7, 6, 6, 6, 3, 2, 1],
  kinds: [0, 0, 0, 0, 0, 0, 0],
  // One that ended while we watched, a batch of three, two of which nothing is known, and one of a job of its own.
  jobs: ['live', 9, 9, 9, 0, 0, 4],
};

describe('stacked', () => {
  it('makes what one job made one tile, and leaves alone what nothing is known of', () => {
    expect(stacked(index, new Set())).toEqual({
      ids: ['a', 'b', 'e', 'f', 'g'],
      times: [7, 6, 3, 2, 1],
      starts: [0, 1, 4, 5, 6],
      sizes: [1, 3, 1, 1, 1],
    });
  });

  it('shows all of an open one, and nothing else differently', () => {
    expect(stacked(index, new Set(['b', 'c', 'd'])).ids).toEqual(index.ids);
    expect(stacked(index, new Set(['b', 'c', 'd']))).toEqual(unstacked(index));
  });

  it('stays open when its first asset leaves', () => {
    const jobs = index.jobs.toSpliced(1, 1);
    const less = { ...index, ids: index.ids.toSpliced(1, 1), times: index.times.toSpliced(1, 1), jobs };
    expect(stacked(less, new Set(['b', 'c', 'd'])).ids).toEqual(less.ids);
  });

  it('stacks only what lies side by side', () => {
    expect(stacked({ ...index, jobs: [1, 2, 1, 2, 2, 1, 1] }, new Set()).sizes).toEqual([1, 1, 1, 2, 2]);
  });

  it('loses none of 100,000', () => {
    const ids = Array.from({ length: 100_000 }, (_, at) => `asset-${at}`);
    const large = { ids, times: ids.map((_, at) => -at), kinds: ids.map(() => 0), jobs: ids.map((_, at) => at >> 2) };
    const { sizes, starts } = stacked(large, new Set());
    // The first four have the number 0, which is no job.
    expect(sizes).toHaveLength(25_003);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100_000);
    expect(starts.at(-1)).toBe(99_996);
  });
});

describe('stackAt', () => {
  it('tells the stack of any of its assets', () => {
    expect(stackAt(index, 2)).toEqual({ ids: ['b', 'c', 'd'], place: 1 });
    expect(stackAt(index, 3)?.place).toBe(2);
  });

  it('is none for what lies alone', () => {
    for (const at of [-1, 0, 4, 5, 6, 7]) expect(stackAt(index, at)).toBeNull();
  });
});
