import { expect, it } from 'vitest';
import { familyOf } from './family.js';

const node = (asset_id: string, parent_asset_id: string | null, generation: number) => ({
  asset_id,
  parent_asset_id,
  generation,
});

it('is none for one that is alone', () => {
  expect(familyOf({ nodes: [node('a', null, 0)], more: false })).toBeNull();
});

it('has ancestors from the first, children, and everything as a tree', () => {
  const nodes = [
    node('parent', 'first', -1),
    node('first', 'forgotten', -2),
    node('self', 'parent', 0),
    node('one', 'self', 1),
    node('two', 'self', 1),
    node('of one', 'one', 2),
  ];
  expect(familyOf({ nodes, more: false })).toEqual({
    ancestors: ['first', 'parent'],
    children: ['one', 'two'],
    tree: [
      { assetId: 'first', depth: 0 },
      { assetId: 'parent', depth: 1 },
      { assetId: 'self', depth: 2 },
      { assetId: 'one', depth: 3 },
      { assetId: 'of one', depth: 4 },
      { assetId: 'two', depth: 3 },
    ],
    place: 'Third of 6',
  });
});

it('draws a family of a hundred generations, and says when there is more of it', () => {
  const nodes = Array.from({ length: 101 }, (_, at) => node(`n${at}`, at === 0 ? null : `n${at - 1}`, at));
  const family = familyOf({ nodes, more: true });
  expect(family?.tree.at(-1)).toEqual({ assetId: 'n100', depth: 100 });
  expect(family?.place).toBe('First of more than 101');
});

it('of what was put together from several has them beside each other', () => {
  const family = familyOf({
    nodes: [
      { asset_id: 'a', parent_asset_id: null, generation: -1 },
      { asset_id: 'b', parent_asset_id: null, generation: -1 },
      { asset_id: 'sheet', parent_asset_id: null, generation: 0 },
    ],
    more: false,
  });
  expect(family).toMatchObject({ ancestors: ['a', 'b'], children: [], place: 'Made from 2' });
  expect(family?.tree.map(({ depth }) => depth)).toEqual([0, 0, 1]);
});
