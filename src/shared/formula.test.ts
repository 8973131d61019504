import { describe, expect, it } from 'vitest';
import { parseFormula, renamedFormula } from './formula.js';

describe('a formula', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['-2 * -(3 - 5)', -4],
    ['7 % 4 / 2', 1.5],
    ['10 - 3 - 2', 5],
    ['round(duration * fps / 4) * 4 + 1', 81],
    ['max(1, min(floor(7.9), ceil(3.1)), 2)', 4],
  ])('%s is %d', (text, result) => {
    expect(parseFormula(text).evaluate({ duration: 5, fps: 16 })).toBe(result);
  });

  it('names what it needs, and has no result without it', () => {
    const formula = parseFormula('round(duration * fps) + duration');
    expect(formula.names).toEqual(['duration', 'fps']);
    expect(formula.evaluate({ duration: 5 })).toBeNaN();
    expect(parseFormula('constructor').evaluate({})).toBeNaN();
    expect(parseFormula('1 / nothing').evaluate({ nothing: 0 })).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ['', 'ends too early'],
    ['1 +', 'ends too early'],
    ['(1', '")" is missing'],
    ['1 2', 'nothing can follow'],
    ['* 2', 'stands where a value belongs'],
    ['eval(1)', 'no function "eval"'],
    ['toString(1)', 'no function "toString"'],
    ['a.b', 'means nothing here'],
    ['process["exit"]', 'means nothing here'],
    [`${'('.repeat(30)}1${')'.repeat(30)}`, 'too deep'],
    [`${'-'.repeat(60)}1`, 'too deep'],
    ['1'.repeat(300), 'longer than 200'],
  ])('%s is refused: %s', (text, why) => {
    expect(() => parseFormula(text)).toThrow(why);
  });
});

describe('a formula with other names', () => {
  const names = new Map([
    ['fps', 'rate'],
    ['max', 'most'],
    ['a', 'b'],
    ['b', 'a'],
  ]);
  it.each([
    ['max(1, round(duration * fps / 4)) * 4 + 1', 'max(1, round(duration * rate / 4)) * 4 + 1'],
    // Neither a part of a name nor a function is one.
    ['fps2 + fps_max+fps', 'fps2 + fps_max+rate'],
    ['max  (max, fps)', 'max  (most, rate)'],
    ['  fps% 2  ', '  rate% 2  '],
    ['a - b * a', 'b - a * b'],
    ['1 + 2', '1 + 2'],
  ])('%s becomes %s', (text, renamed) => {
    expect(renamedFormula(text, names)).toBe(renamed);
    expect(parseFormula(renamed).names).toEqual(parseFormula(text).names.map((name) => names.get(name) ?? name));
  });

  it('is refused where it can’t be read', () => {
    expect(() => renamedFormula('fps +', names)).toThrow('ends too early');
  });
});
