import { expect, it } from 'vitest';
import { mediaKinds } from '../../shared/asset.js';
import { neighbourOf } from './curate.js';

const kinds = ['image', 'audio', 'image', 'audio'] as const;
const index = {
  ids: ['a', 'b', 'c', 'd'],
  times: [4, 3, 2, 1],
  kinds: kinds.map((kind) => mediaKinds.indexOf(kind)),
};

it.each([
  ['all', 'a', 'b'],
  ['all', 'd', 'c'],
  ['image', 'a', 'c'],
  ['image', 'c', 'a'],
  ['video', 'a', null],
] as const)('among %s the neighbour of %s is %s', (kind, id, neighbour) => {
  expect(neighbourOf(index, kind, id)).toBe(neighbour);
});
