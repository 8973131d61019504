import { expect, it } from 'vitest';
import { neighbourOf } from './curate.js';

const ids = ['d', 'c', 'b', 'a'];

it.each([
  [['c'], 'b'],
  [['a'], 'b'],
  [['d'], 'c'],
  [['c', 'b'], 'a'],
  [['b', 'a'], 'c'],
  [['d', 'a'], 'b'],
  [ids, null],
  [['unknown'], 'd'],
])('the neighbour of %s is %s', (leaving, neighbour) => expect(neighbourOf(ids, leaving)).toBe(neighbour));
