import { describe, expect, it } from 'vitest';
import {
  emptyIndex,
  indexFrom,
  insertionPoint,
  kindAt,
  withAsset,
  withChanges,
  withoutAsset,
} from './gallery-index.js';
import { assetFixture } from './test-data.js';

const at = (time: number) => new Date(time).toISOString();
const index = indexFrom({
  seq: 4,
  asset_ids: ['c', 'a'],
  created_at: [3000, 1000],
  media_kinds: [0, 2],
  jobs: [8, 3],
  batches: [],
});

describe('withAsset', () => {
  it('puts the newest first', () => {
    expect(withAsset(index, assetFixture({ asset_id: 'd', created_at: at(4000) })).ids).toEqual(['d', 'c', 'a']);
  });

  it('puts a late comer into its place by time, with all its columns', () => {
    const song = assetFixture({ asset_id: 'b', prompt_id: 'p', created_at: at(2000), media_kind: 'video' });
    const next = withAsset(index, song);
    expect(next).toEqual({ ids: ['c', 'b', 'a'], times: [3000, 2000, 1000], kinds: [0, 1, 2], jobs: [8, 'p', 3] });
    expect(kindAt(next, 1)).toBe('video');
  });

  it('changes nothing when the asset is known', () => {
    expect(withAsset(index, assetFixture({ asset_id: 'a' }))).toBe(index);
  });

  it('leaves the old index as it was', () => {
    withAsset(index, assetFixture({ asset_id: 'd', created_at: at(4000) }));
    expect(index.ids).toEqual(['c', 'a']);
    expect(withAsset(emptyIndex, assetFixture({ asset_id: 'd' })).ids).toEqual(['d']);
    expect(emptyIndex.ids).toEqual([]);
  });
});

describe('withoutAsset', () => {
  it('takes it out of every column', () => {
    expect(withoutAsset(index, 'c')).toEqual({ ids: ['a'], times: [1000], kinds: [2], jobs: [3] });
  });

  it('changes nothing when it is not there', () => {
    expect(withoutAsset(index, 'x')).toBe(index);
  });
});

describe('withChanges', () => {
  const asset = (asset_id: string, time: number) => assetFixture({ asset_id, created_at: at(time) });

  it('does what the single steps do', () => {
    const told = [asset('new', 4000), asset('late', 2000), asset('oldest', 10), asset('twin', 4000)];
    const stepwise = told.reduce(withAsset, withoutAsset(index, 'c'));
    const changes = new Map([['c', null], ...told.map((one) => [one.asset_id, one] as const)]);
    expect(withChanges(index, changes)).toEqual(stepwise);
    expect(stepwise.ids).toEqual(['twin', 'new', 'late', 'a', 'oldest']);
  });

  it('is the same object where nothing changes', () => {
    expect(withChanges(index, new Map())).toBe(index);
    expect(withChanges(index, new Map([['x', null]]))).toBe(index);
    expect(
      withChanges(
        index,
        new Map([
          ['x', null],
          ['a', asset('a', 1000)],
        ]),
      ),
    ).toBe(index);
  });
});

describe('insertionPoint', () => {
  it.each([
    [9, 0],
    [5, 0],
    [4, 1],
    [3, 1],
    [2, 3],
    [0, 4],
  ])('of %s is %s', (time, place) => expect(insertionPoint([5, 3, 3, 1], time)).toBe(place));
});
