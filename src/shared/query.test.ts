import { describe, expect, it } from 'vitest';
import { parseQuery } from './query.js';

const word = (text: string) => ({ text, phrase: false, not: false });

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
  ])('%s', (text, terms) => expect(parseQuery(text)).toEqual(terms));
});
