import { expect, test } from 'vitest';
import { floatText, PyFloat, parsePythonJson, RawJson, stringifyPythonJson } from './json.js';

test('seeds up to 2^64 - 1 survive both ways', () => {
  const text = '{"seed": 18446744073709551615, "small": 7, "negative": -9223372036854775808}';
  const value = parsePythonJson(text);
  expect(value).toEqual({ seed: 18446744073709551615n, small: 7, negative: -9223372036854775808n });
  expect(stringifyPythonJson(value)).toBe(text);
});

test('NaN and Infinity are numbers, and text that looks like them stays text', () => {
  const text = '[NaN, Infinity, -Infinity, "NaN", "1234567890123456 Infinity"]';
  const value = parsePythonJson(text);
  expect(value).toEqual([Number.NaN, Infinity, -Infinity, 'NaN', '1234567890123456 Infinity']);
  expect(stringifyPythonJson(value)).toBe(text);
});

test.each([
  '',
  '{',
  '{"a":}',
  '[1,]',
  '[1 2]',
  '"open',
  'nul',
  '01',
  '1234567890123456x',
  '{"a" NaN}',
  '[NaN',
  '{NaN: 1}',
  '"\u0001NaN"',
  '[NaN] NaN',
])('refuses %j', (text) => {
  expect(() => parsePythonJson(text)).toThrow(SyntaxError);
});

test('nesting has a limit in place of a crash', () => {
  expect(() => parsePythonJson('['.repeat(100_000))).toThrow(SyntaxError);
  expect(() => parsePythonJson(`${'['.repeat(2000)}NaN${']'.repeat(2000)}`)).toThrow(SyntaxError);
  expect(() => parsePythonJson(`${'['.repeat(2000)}${']'.repeat(2000)}`)).toThrow(SyntaxError);
});

test('__proto__ is a key like any other', () => {
  const value = parsePythonJson('{"__proto__": {"x": NaN}}') as object;
  expect(Object.keys(value)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test('prints as json.dumps does', () => {
  const value = { text: 'ü"\n\u{1f600}', float: new PyFloat(7), list: [1, 1.5, null, true], none: undefined };
  expect(stringifyPythonJson(value)).toBe(
    '{"text": "\\u00fc\\"\\n\\ud83d\\ude00", "float": 7.0, "list": [1, 1.5, null, true]}',
  );
  expect(
    stringifyPythonJson(
      new Map([
        ['10', 1],
        ['9', 2],
      ]),
    ),
  ).toBe('{"10": 1, "9": 2}');
  expect(stringifyPythonJson([new RawJson('{"ready": 1}')])).toBe('[{"ready": 1}]');
});

test.each([
  [0, '0.0'],
  [-0, '-0.0'],
  [1e16, '1e+16'],
  [123456789012345680, '1.2345678901234568e+17'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [0.1, '0.1'],
  [1e300, '1e+300'],
])('floatText(%d) is %s', (value, text) => {
  expect(floatText(value)).toBe(text);
});
