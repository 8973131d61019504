import { describe, expect, it } from 'vitest';
import { parseJson, parseJsonRounded, printable, showValue, stringifyJson } from './exact-json.js';

describe('parseJson', () => {
  it('reads ordinary JSON as JSON.parse does', () => {
    const text = '{"a":[1,2.5,-3e2,true,null,"x\\"y\\\\"],"b":{"":{}}}';
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it("reads Python's NaN and infinities", () => {
    expect(parseJson('{"a":NaN,"b":[Infinity,-Infinity, NaN ]}')).toEqual({
      a: Number.NaN,
      b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
    });
    expect(parseJson('NaN')).toBeNaN();
    expect(parseJson('-Infinity')).toBe(Number.NEGATIVE_INFINITY);
  });

  it('keeps integers beyond 2^53 exact', () => {
    expect(parseJson('{"seed":18446744073709551615,"neg":-9007199254740993}')).toEqual({
      seed: 18446744073709551615n,
      neg: -9007199254740993n,
    });
  });

  it('keeps integers that a number holds as numbers', () => {
    expect(parseJson('[9007199254740991,-9007199254740991,1234567890123456]')).toEqual([
      9007199254740991, -9007199254740991, 1234567890123456,
    ]);
  });

  it('leaves long fractions and exponents alone', () => {
    const text = '[0.12345678901234567890, 12345678901234567890.5, 12345678901234567890e3, 1e-1234567890123456789]';
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it('leaves strings alone, whatever they hold', () => {
    const value = {
      'NaN key': 'NaN, Infinity and 18446744073709551615',
      quote: '"NaN"',
      slash: 'ends in a backslash \\',
      both: '\\"NaN\\',
      '18446744073709551615': ['-Infinity'],
    };
    const text = JSON.stringify(value);
    expect(parseJson(text)).toEqual(value);
    expect(parseJson(`[${text},NaN,${text},18446744073709551615]`)).toEqual([
      value,
      Number.NaN,
      value,
      18446744073709551615n,
    ]);
  });

  it('puts odd numbers under any key, even __proto__', () => {
    const value = parseJson('{"__proto__":NaN,"constructor":18446744073709551615}');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
    expect(Object.getOwnPropertyDescriptor(value, '__proto__')?.value).toBeNaN();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('reads deeply nested values', () => {
    const depth = 5_000;
    let value = parseJson(`${'['.repeat(depth)}NaN${']'.repeat(depth)}`);
    for (let level = 0; level < depth; level += 1) value = (value as unknown[])[0];
    expect(value).toBeNaN();
  });

  it.each(['', '{', '{"a":NaN', 'NaNa', '[Infinity1]', '"NaN', '<html>NaN</html>'])('refuses %j', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});

describe('parseJsonRounded', () => {
  it('gives plain numbers only', () => {
    expect(parseJsonRounded('{"max":18446744073709551615,"min":-Infinity,"s":"NaN","list":[1,NaN]}')).toEqual({
      max: 2 ** 64,
      min: Number.NEGATIVE_INFINITY,
      s: 'NaN',
      list: [1, Number.NaN],
    });
    expect(parseJsonRounded('[18446744073709551615]')).toEqual([2 ** 64]);
    expect(() => parseJsonRounded('[NaN')).toThrow(SyntaxError);
  });
});

describe('printable', () => {
  it('writes as texts what JSON.stringify refuses or loses', () => {
    const value = { a: 2n ** 64n, b: [Number.NaN, 1.5, null, 'x'], c: { d: Number.POSITIVE_INFINITY } };
    expect(JSON.stringify(printable(value))).toBe(
      '{"a":"18446744073709551616","b":["NaN",1.5,null,"x"],"c":{"d":"Infinity"}}',
    );
  });
});

describe('stringifyJson', () => {
  it('prints what parseJson read, unchanged', () => {
    const text = '{"a":NaN,"b":[Infinity,-Infinity],"seed":18446744073709551615,"s":"NaN \\"x\\"","n":1.5}';
    expect(stringifyJson(parseJson(text))).toBe(text);
  });

  it('prints ordinary values as JSON.stringify does', () => {
    const value = { a: 1, b: [undefined, 'x'], c: undefined, d: null };
    expect(stringifyJson(value)).toBe(JSON.stringify(value));
  });

  it('refuses what is no value', () => {
    expect(() => stringifyJson(undefined)).toThrow(TypeError);
  });
});

describe('showValue', () => {
  it('quotes texts and prints numbers of any size', () => {
    expect([showValue('a'), showValue(2n ** 64n), showValue(undefined), showValue(['x'])]).toEqual([
      '"a"',
      '18446744073709551616',
      'nothing',
      '["x"]',
    ]);
  });
});
