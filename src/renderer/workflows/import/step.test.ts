import { describe, expect, it } from 'vitest';
import { stepTo } from './step.js';

/** Two headings' worth of rows: three, two, and one that stands below the middle. */
const places = [
  [0, 0],
  [0, 100],
  [0, 200],
  [50, 0],
  [50, 100],
  [150, 100],
].map(([offsetTop = 0, offsetLeft = 0], at) => ({ at, offsetTop, offsetLeft }));

describe('arrows', () => {
  it.each([
    [0, 'ArrowRight', 1],
    [2, 'ArrowRight', 3],
    [0, 'ArrowLeft', undefined],
    [5, 'ArrowRight', undefined],
    [1, 'ArrowDown', 4],
    [2, 'ArrowDown', 4],
    [3, 'ArrowDown', 5],
    [5, 'ArrowUp', 4],
    [3, 'ArrowUp', 0],
    [0, 'ArrowUp', undefined],
    [4, 'Home', 0],
    [1, 'End', 5],
    [1, 'x', undefined],
  ])('from %i by %s to %s', (from, key, to) => {
    expect(stepTo(places, places[from] ?? null, key)?.at).toBe(to);
  });

  it('lead nowhere from outside', () => expect(stepTo(places, null, 'ArrowDown')).toBeUndefined());
});
