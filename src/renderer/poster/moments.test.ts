import { expect, it } from 'vitest';
import { brightness, enoughLight, momentsOf, sizeWithin } from './moments.js';

const grey = (...lights: number[]) => new Uint8ClampedArray(lights.flatMap((light) => [light, light, light, 255]));

it('looks a little after the beginning first, and at the beginning last', () => {
  expect(momentsOf(100)).toEqual([10, 35, 60, 0]);
  for (const unknown of [Number.POSITIVE_INFINITY, Number.NaN, 0]) expect(momentsOf(unknown)).toEqual([0.5, 0]);
});

it('takes black for black, and a small light for something to see', () => {
  expect(brightness(grey(...Array<number>(100).fill(6)))).toBeLessThan(enoughLight);
  expect(brightness(grey(...Array<number>(80).fill(6), ...Array<number>(20).fill(200)))).toBeGreaterThan(enoughLight);
  expect(brightness(new Uint8ClampedArray())).toBe(0);
});

it('keeps proportions, never enlarges, and never loses a side', () => {
  expect(sizeWithin(1920, 1080, 1024)).toEqual({ width: 1024, height: 576 });
  expect(sizeWithin(320, 240, 1024)).toEqual({ width: 320, height: 240 });
  expect(sizeWithin(9000, 2, 1024)).toEqual({ width: 1024, height: 1 });
});
