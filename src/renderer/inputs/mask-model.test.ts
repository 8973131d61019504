import { describe, expect, it } from 'vitest';
import {
  canRedo,
  canUndo,
  emptyMask,
  firstBrush,
  largerBrush,
  type MaskStep,
  markedShare,
  rectangleOf,
  redone,
  smallerBrush,
  undone,
  withStep,
} from './mask-model.js';

const clear: MaskStep = { kind: 'clear' };
const invert: MaskStep = { kind: 'invert' };

describe('the history of a mask', () => {
  it('takes back and brings back, and forgets what was taken back when something new comes', () => {
    const two = withStep(withStep(emptyMask, clear), invert);
    expect([canUndo(two), canRedo(two)]).toEqual([true, false]);
    const one = undone(two);
    expect(one).toMatchObject({ done: 1, steps: [clear, invert] });
    expect(redone(one)).toEqual(two);
    expect(withStep(one, clear).steps).toEqual([clear, clear]);
    expect(undone(undone(undone(two))).done).toBe(0);
    expect(redone(two)).toEqual(two);
    expect(canUndo(emptyMask)).toBe(false);
  });
});

describe('a brush', () => {
  it('grows and shrinks, always by something and never without end', () => {
    expect(largerBrush(2)).toBe(3);
    expect(smallerBrush(3)).toBe(2);
    expect(smallerBrush(2)).toBe(2);
    expect(largerBrush(1024)).toBe(1024);
    expect(largerBrush(100)).toBe(125);
    expect(firstBrush(512, 300)).toBe(30);
    expect(firstBrush(4, 4)).toBe(2);
  });
});

describe('a rectangle by numbers', () => {
  const picture = { width: 100, height: 80 };
  it.each([
    [
      { x: '10', y: '20', width: '30', height: '40' },
      { x: 10, y: 20, width: 30, height: 40 },
    ],
    [
      { x: '', y: '', width: '', height: '' },
      { x: 0, y: 0, width: 100, height: 80 },
    ],
    [
      { x: '-5', y: '70', width: '20', height: '900' },
      { x: 0, y: 70, width: 15, height: 10 },
    ],
  ])('%j', (typed, expected) => {
    expect(rectangleOf(typed, picture, false)).toEqual({ kind: 'rectangle', erase: false, ...expected });
  });
  it.each([
    { x: '200', y: '0', width: '10', height: '10' },
    { x: '0', y: '0', width: '-10', height: '10' },
    { x: 'a', y: '0', width: '10', height: '10' },
  ])('is none: %j', (typed) => {
    expect(rectangleOf(typed, picture, true)).toBeNull();
  });
});

it('tells how much is marked', () => {
  expect(markedShare([0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 128, 0, 0, 0, 10])).toBe(0.5);
  expect(markedShare([])).toBe(0);
});
