import { expect, it } from 'vitest';
import { assetFixture } from '../store/test-data.js';
import { sharesOf, suggested } from './labels.js';

it('tells what all of several have before what some have', () => {
  const assets = [
    assetFixture({ asset_id: 'a', tags: ['sea', 'best'] }),
    assetFixture({ asset_id: 'b', tags: ['best', 'alps'] }),
  ];
  expect(sharesOf(assets, 'tags')).toEqual([
    { name: 'best', share: 1 },
    { name: 'alps', share: 0.5 },
    { name: 'sea', share: 0.5 },
  ]);
  expect(sharesOf(assets, 'albums')).toEqual([]);
});

it('suggests what begins with the letters first, then by number, five at most, and nothing twice', () => {
  const known = ['Sea', 'Chelsea', 'seaside', 'lake', 'seal', 'unseat', 'season', 'sealed'].map((name, count) => ({
    name,
    count,
  }));
  expect(suggested(known, ['seal'], 'SEA').map(({ name }) => name)).toEqual([
    'sealed',
    'season',
    'seaside',
    'Sea',
    'unseat',
  ]);
  expect(suggested(known, [], '')).toHaveLength(5);
  expect(suggested(known, [], '.*')).toEqual([]);
});
