import { expect, it } from 'vitest';
import { makersWords } from './makers.js';

it('names who made most, and keeps quiet about the person alone', () => {
  const maker = (name: string, count: number) => ({ name, count });
  expect(makersWords(1, [])).toBe('1 made');
  expect(makersWords(12, [maker('', 12)])).toBe('12 made');
  expect(makersWords(12, [maker('Cursor', 12)])).toBe('12 made by Cursor');
  expect(makersWords(1041, [maker('Claude Desktop', 1028), maker('', 13)])).toBe(
    '1,041 made, Claude Desktop 1,028, You 13',
  );
  const five = ['a', 'b', 'c', 'd', 'e'].map((name) => maker(name, 2));
  expect(makersWords(10, five)).toBe('10 made, a 2, b 2, c 2, 2 more');
});
