import { describe, expect, it } from 'vitest';
import { hasWords } from './find.js';

describe('finding a setting', () => {
  it('takes the beginning of every word, in any order and case', () => {
    expect(hasWords('Keep assets for. Hours until they expire.', 'hour ASSET')).toBe(true);
    expect(hasWords('Keep assets for. Hours until they expire.', 'asset days')).toBe(false);
  });

  it('needs no signs, and finds nothing inside of a word', () => {
    expect(hasWords('Set by --port. Leave it out there.', '--port')).toBe(true);
    expect(hasWords('Imported folders', 'port')).toBe(false);
    expect(hasWords('Größe des Speichers', 'größ')).toBe(true);
  });

  it('finds everything for blanks', () => {
    expect(hasWords('Port', '  ')).toBe(true);
  });
});
