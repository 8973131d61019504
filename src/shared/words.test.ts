import { expect, it } from 'vitest';
import { everyWord } from './words.js';

it('finds every word anywhere, whatever its case and order', () => {
  const fits = everyWord(' BASE  sdxl ');
  expect(fits('sd_XL/sdxl-base-1.0')).toBe(true);
  expect(fits('sdxl refiner')).toBe(false);
});

it('takes signs for what they are, and fits everything without a word', () => {
  expect(everyWord('.*')('model')).toBe(false);
  expect(everyWord(' ')('model')).toBe(true);
});
