import { describe, expect, it } from 'vitest';
import type { Facets } from '../../shared/library.js';
import { chipsOf, joinQuery, queryOf, splitQuery, suggestionsFor } from './search-words.js';

describe('the text of a search', () => {
  it.each([
    ['', [], ''],
    ['lake', [], 'lake'],
    ['rating:4 -portrait flux', ['rating:4', '-portrait'], 'flux'],
    ['model:flux', [], 'model:flux'],
    ['model:flux ', ['model:flux'], ''],
    ['tag:"two words" x', ['tag:"two words"'], 'x'],
    ['lake model:flux ', [], 'lake model:flux '],
    ['tag:"open', [], 'tag:"open'],
    ['- x', [], '- x'],
    ['http://x y', [], 'http://x y'],
  ])('%j', (text, done, typing) => {
    expect(splitQuery(text)).toEqual({ done, typing });
  });

  it('goes together again', () => {
    expect(joinQuery(['rating:4', '-portrait'], 'flux')).toBe('rating:4 -portrait flux');
    expect(joinQuery(['rating:4'], '')).toBe('rating:4 ');
    expect(joinQuery([], 'two ', true)).toBe('two ');
  });

  it('has chips that say what they mean', () => {
    expect(chipsOf(['rating:4', '-portrait', '-tag:"two words"']).map(({ field, value }) => [field, value])).toEqual([
      ['rating:', '4'],
      ['without', 'portrait'],
      ['without tag:', 'two words'],
    ]);
  });
});

describe('what is asked', () => {
  it('leaves out a field that waits for its value', () => {
    expect(queryOf('model:')).toBe('');
    expect(queryOf('a lake -tag:')).toBe('a lake ');
    expect(queryOf('a lake -')).toBe('a lake ');
    expect(queryOf('tag:"')).toBe('');
  });

  it('is everything else as it was typed', () => {
    for (const text of ['', 'a lake ', 'model:flux', 'tag:"best of"', 'https:', 'well-', 'a - b'])
      expect(queryOf(text)).toBe(text);
  });
});

describe('suggestions', () => {
  const none = { kind: [], model: [], workflow: [], agent: [], session: [], rating: [], tag: [], album: [] };
  const facets: Facets = {
    ...none,
    model: [
      { value: 'flux1-dev', count: 5 },
      { value: 'sd_xl', count: 9 },
    ],
    workflow: [{ value: 'flux_portrait', count: 7 }],
    tag: [{ value: 'best of', count: 2 }],
    agent: [{ value: '', count: 4 }],
  };
  const texts = (typing: string) => suggestionsFor(typing, facets).map(({ text }) => text);

  it('are values with counts first, then fields', () => {
    expect(suggestionsFor('a lake flux', facets)).toMatchObject([
      { field: 'workflow:', label: 'flux_portrait', count: 7, text: 'a lake workflow:flux_portrait' },
      { field: 'model:', label: 'flux1-dev', count: 5 },
    ]);
    expect(texts('mo')).toContain('model:');
    expect(texts('')).toHaveLength(5);
  });

  it('of a field are its values, in quotes where they need them', () => {
    expect(texts('model:')).toEqual(['model:sd_xl', 'model:flux1-dev']);
    expect(texts('-tag:be')).toEqual(['-tag:"best of"']);
    expect(texts('agent:')).toEqual([]);
    expect(suggestionsFor('model:x', null)).toEqual([]);
  });
});
