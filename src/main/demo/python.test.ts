import { expect, test } from 'vitest';
import { PyFloat } from './json.js';
import { repr, str, toBool, toFloat, toInt } from './python.js';

test.each([
  [null, 'None'],
  [true, 'True'],
  ["it's", '"it\'s"'],
  ['a"b', "'a\"b'"],
  ['both \' and "', "'both \\' and \"'"],
  ['line\n\u0007', "'line\\n\\x07'"],
  [[1, 2.5, 'x'], "[1, 2.5, 'x']"],
  [{ a: { b: [] } }, "{'a': {'b': []}}"],
  [new PyFloat(2), '2.0'],
  [Number.NaN, 'nan'],
  [18446744073709551615n, '18446744073709551615'],
])('repr %#: %s', (value, text) => {
  expect(repr(value)).toBe(text);
});

test('str leaves text alone', () => {
  expect([str('x'), str(null), str(12)]).toEqual(['x', 'None', '12']);
});

test.each([
  ['40', 40],
  [' -7_000 ', -7000],
  [40.7, 40],
  [-0.5, 0],
  [true, 1],
  ['18446744073709551616', 18446744073709551616n],
])('int %#: %s', (value, result) => {
  expect(toInt(value)).toBe(result);
});

test.each([
  ['abc', "invalid literal for int() with base 10: 'abc'"],
  ['5.0', "invalid literal for int() with base 10: '5.0'"],
  ['', "invalid literal for int() with base 10: ''"],
  [null, "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'"],
  [[], "int() argument must be a string, a bytes-like object or a real number, not 'list'"],
  [Number.NaN, 'cannot convert float NaN to integer'],
  [Infinity, 'cannot convert float infinity to integer'],
])('int(%j) raises', (value, message) => {
  expect(() => toInt(value)).toThrow(message);
});

test.each([
  ['0.25', 0.25],
  ['1e3', 1000],
  ['.5', 0.5],
  ['5.', 5],
  ['-inf', -Infinity],
  [false, 0],
])('float(%j)', (value, result) => {
  expect(toFloat(value)).toBe(result);
});

test('float raises for what is no number', () => {
  expect(() => toFloat('x')).toThrow("could not convert string to float: 'x'");
  expect(() => toFloat({})).toThrow("float() argument must be a string or a real number, not 'dict'");
});

test('bool is truthiness: the text "false" is true', () => {
  expect(['false', '', 0, [], {}, null, [0], { a: 1 }].map(toBool)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
    true,
    true,
  ]);
});
