import { describe, expect, it } from 'vitest';
import { parseQuery } from './query.js';

const word = (text: string) => ({ text, phrase: false, not: false });
const now = new Date(2025, 5, 15, 12).getTime();

describe('parseQuery', () => {
  it.each([
    ['red fox', [word('red'), word('fox')]],
    ['  red\tfox\n', [word('red'), word('fox')]],
    [
      '"red fox" -blue',
      [
        { text: 'red fox', phrase: true, not: false },
        { ...word('blue'), not: true },
      ],
    ],
    ['-"red fox"', [{ text: 'red fox', phrase: true, not: true }]],
    ['"never closed', [{ text: 'never closed', phrase: true, not: false }]],
    ['sd_xl_base_1.0', [word('sd_xl_base_1.0')]],
    ['狐 зима', [word('狐'), word('зима')]],
    ['- -- "" " " * ()', []],
    ['', []],
    ['model:flux', [{ ...word('flux'), in: 'model' }]],
    ['-PROMPT:"red fox"', [{ text: 'red fox', phrase: true, not: true, in: 'prompt' }]],
    ['http://localhost:8188', [word('http://localhost:8188')]],
    ['ratio:16:9', [word('ratio:16:9')]],
    ['model: flux', [word('model:'), word('flux')]],
  ])('%s', (text, terms) => expect(parseQuery(text)).toEqual({ terms, conditions: [] }));

  it.each([
    [
      'tag:"two words" -album:best',
      [
        { field: 'tag', value: 'two words', not: false },
        { field: 'album', value: 'best', not: true },
      ],
    ],
    ['seed:18446744073709551615', [{ field: 'seed', value: '18446744073709551615', not: false }]],
    ['rating:4', [{ field: 'rating', comparison: '=', value: 4, not: false }]],
    [
      'rating:>=3 -rating:-1',
      [
        { field: 'rating', comparison: '>=', value: 3, not: false },
        { field: 'rating', comparison: '=', value: -1, not: true },
      ],
    ],
    ['rating:3+', [{ field: 'rating', comparison: '>=', value: 3, not: false }]],
    ['before:2025-03', [{ field: 'before', value: new Date(2025, 2, 1).getTime(), not: false }]],
    ['after:2024', [{ field: 'after', value: new Date(2024, 0, 1).getTime(), not: false }]],
    ['after:yesterday', [{ field: 'after', value: new Date(2025, 5, 14).getTime(), not: false }]],
    ['after:2w', [{ field: 'after', value: now - 14 * 86_400_000, not: false }]],
  ])('%s', (text, conditions) => expect(parseQuery(text, now)).toEqual({ terms: [], conditions }));

  it.each(['rating:good', 'rating:6', 'before:soon', 'after:2025-02-31', 'before:2025-13'])('%s is told', (text) =>
    expect(() => parseQuery(text)).toThrow(expect.objectContaining({ code: 'VALIDATION_ERROR' })),
  );
});
