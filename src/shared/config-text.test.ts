import { describe, expect, it } from 'vitest';
import { jsonErrorPlace, parseJsonObject } from './config-text.js';

describe('jsonErrorPlace', () => {
  it.each([
    '{}',
    ' [1, -2.5e3, "a\\u00e9\\n", true, false, null, [], {"a": {}}] ',
    '"text with \u007f and \u0085"',
    '0',
    '{"a": 1, "a": 2}',
  ])('%j is JSON', (text) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(jsonErrorPlace(text)).toBeUndefined();
  });

  it.each([
    ['', 1, 1],
    ['{', 1, 2],
    ['{"a": 1,}', 1, 9],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3],
    ['{\n  a: 1\n}', 2, 3],
    ["{'a': 1}", 1, 2],
    ['{"a" 1}', 1, 6],
    ['[1, 2', 1, 6],
    ['[1,]', 1, 4],
    ['[1 2]', 1, 4],
    ['{"a": nul}', 1, 7],
    ['{"a": NaN}', 1, 7],
    ['{"a": 01}', 1, 7],
    ['{"a": 1.}', 1, 7],
    ['{"a": "x\ny"}', 1, 7],
    ['{"a": "x\\q"}', 1, 7],
    ['{"a": "open}', 1, 7],
    ['{} {}', 1, 4],
    ['{"a": 1]', 1, 8],
    ['// note\n{}', 1, 1],
  ])('%j breaks at line %j, column %j', (text, line, column) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(jsonErrorPlace(text)).toEqual({ line, column });
  });
});

describe('parseJsonObject', () => {
  it('skips a byte order mark', () => {
    expect(parseJsonObject('\uFEFF{"a": 1}', 'x.json')).toEqual({ a: 1 });
  });

  it.each([
    ['{\n,}', 'x.json is not valid JSON near line 2, column 1.'],
    ['[]', 'x.json must hold a JSON object, in braces.'],
    ['null', 'x.json must hold a JSON object, in braces.'],
  ])('tells of %j in one sentence', (text, message) => {
    expect(() => parseJsonObject(text, 'x.json')).toThrow(message);
  });
});
