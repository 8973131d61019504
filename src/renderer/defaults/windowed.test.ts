import { expect, it } from 'vitest';
import { lineHeight, scrolledTo, windowed, withWords } from './windowed.js';

it('draws the lines in view and a few around them', () => {
  expect(windowed(300, 0, 10 * lineHeight)).toEqual({ from: 0, to: 16 });
  expect(windowed(300, 100 * lineHeight, 10 * lineHeight)).toEqual({ from: 94, to: 116 });
  expect(windowed(3, 500 * lineHeight, 10 * lineHeight)).toEqual({ from: 3, to: 3 });
  expect(windowed(0, 0, 0)).toEqual({ from: 0, to: 0 });
});

it('scrolls no further than a line needs', () => {
  const height = 10 * lineHeight;
  expect(scrolledTo(3, 0, height)).toBe(0);
  expect(scrolledTo(10, 0, height)).toBe(lineHeight);
  expect(scrolledTo(2, 5 * lineHeight, height)).toBe(2 * lineHeight);
});

it('finds names with all the words', () => {
  const names = ['SDXL/base_1.0.safetensors', 'sdxl_refiner.ckpt', 'flux.gguf'];
  expect(withWords(names, ' BASE sdxl ')).toEqual(names.slice(0, 1));
  expect(withWords(names, '')).toEqual(names);
});
