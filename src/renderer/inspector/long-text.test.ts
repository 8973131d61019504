import { expect, it } from 'vitest';
import { shorten } from './long-text.js';

it('leaves a short text as it is, and one that is hardly longer than the limit', () => {
  for (const text of ['', 'a fox', 'two\nlines', 'word '.repeat(140).trim()]) expect(shorten(text)).toBe(text);
});

it('cuts a long one between words, and a tall one between lines', () => {
  const words = shorten('lantern '.repeat(12_800));
  expect(words.length).toBeLessThanOrEqual(600);
  expect(words.endsWith('lantern')).toBe(true);
  expect(shorten(Array.from({ length: 40 }, (_, at) => `line ${at}`).join('\n'))).toMatch(/line 8$/);
});

it('cuts no character in half where there are no spaces', () => {
  for (const sign of ['漢', '🦊', 'ก\u0e49', '👩\u200d🚀']) {
    const cut = shorten(`x${sign.repeat(2000)}`);
    expect(cut.length).toBeGreaterThan(560);
    expect(cut.slice(1).replaceAll(sign, '')).toBe('');
  }
});
