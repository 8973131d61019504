import { describe, expect, it } from 'vitest';
import type { ParamSpec } from '../../shared/params.js';
import { sweepable, sweepOf, totalWords, withSeeds } from './sweep.js';

const spec = (values: Partial<ParamSpec> & { name: string }): ParamSpec => ({
  type: 'string',
  required: false,
  description: '',
  targets: [],
  ...values,
});
const params = [
  spec({ name: 'prompt', required: true, multiline: true }),
  spec({ name: 'cfg', type: 'number', min: 0, max: 30 }),
  spec({ name: 'steps', type: 'integer', min: 1, max: 150 }),
  spec({ name: 'width', type: 'integer', min: 64, step: 8 }),
  spec({ name: 'sampler_name' }),
  spec({ name: 'tiled', type: 'boolean' }),
  spec({ name: 'seed', type: 'integer', min: -1 }),
];
const choices = { sampler_name: ['euler', 'dpmpp_2m'] };
const values = (name: string, text: string) => {
  const { grid, errors } = sweepOf([{ name, text }], params, choices);
  return grid[name] ?? errors[name];
};

describe('what was typed', () => {
  it.each([
    ['cfg', '4, 7.5,10', [4, 7.5, 10]],
    ['cfg', '4; 7\n10', [4, 7, 10]],
    ['cfg', '4 to 10 by 2', [4, 6, 8, 10]],
    ['cfg', '0.1 to 0.4 by 0.1', [0.1, 0.2, 0.3, 0.4]],
    ['cfg', '3..1', [3, 2, 1]],
    ['steps', '5, 10 to 30 by 10', [5, 10, 20, 30]],
    ['width', '64 to 96', [64, 72, 80, 88, 96]],
    ['prompt', 'a fox, red\na hare\n', ['a fox, red', 'a hare']],
    ['sampler_name', 'euler\ndpmpp_2m', ['euler', 'dpmpp_2m']],
    ['tiled', 'true\nfalse', [true, false]],
    ['seed', '-1, -1', [-1, -1]],
  ])('of %s, %j, is %j', (name, text, expected) => {
    expect(values(name, text)).toEqual(expected);
  });

  it.each([
    ['cfg', '', ''],
    ['cfg', 'high', /must be a number/],
    ['cfg', '4, 40', /from 0 to 30/],
    ['cfg', '4, 4.0', /twice/],
    ['steps', '1 to 10 by 0', /two numbers and a step/],
    ['steps', '1 to 100000', /100,000 values/],
    ['width', '64, 65', /steps of 8/],
    ['nothing', '1', /no such parameter/],
  ])('of %s, %j, is refused', (name, text, message) => {
    const found = values(name, text);
    if (typeof message === 'string') expect(found).toBe(message);
    else expect(found).toMatch(message);
  });
});

it('counts the combinations, with their seeds, and says when they are too many', () => {
  const axes = [
    { name: 'cfg', text: '4, 7, 10' },
    { name: 'steps', text: '10, 20' },
  ];
  const sweep = sweepOf(axes, params, choices);
  expect(sweep.total).toBe(6);
  expect(totalWords(sweep, 1)).toEqual({ words: '3 × 2 = 6', tooMany: false });
  expect(totalWords(sweep, 4)).toEqual({ words: '3 × 2 × 4 seeds = 24', tooMany: false });
  expect(totalWords(sweepOf([{ name: 'steps', text: '1 to 101' }], params, choices), 1).tooMany).toBe(true);
  expect(totalWords(sweepOf([{ name: 'steps', text: '' }], params, choices), 1).words).toBe('Give each its values.');
});

it('makes several of each with seeds: drawn ones, or counted up from a given one', () => {
  const sweep = sweepOf([{ name: 'cfg', text: '4, 7' }], params, choices);
  expect(withSeeds(sweep, { name: 'seed', text: '' }, 2)).toEqual({ cfg: [4, 7], seed: [-1, -1] });
  expect(withSeeds(sweep, { name: 'seed', text: '5' }, 3)).toEqual({ cfg: [4, 7], seed: [5, 6, 7] });
  expect(withSeeds(sweep, { name: 'seed', text: '5' }, 1)).toEqual({ cfg: [4, 7] });
  expect(withSeeds(sweep, null, 3)).toEqual({ cfg: [4, 7] });
});

it('offers three parameters at most, each once', () => {
  expect(sweepable(params, [{ name: 'cfg', text: '' }]).map(({ name }) => name)).not.toContain('cfg');
  const three = ['cfg', 'steps', 'seed'].map((name) => ({ name, text: '' }));
  expect(sweepable(params, three)).toEqual([]);
});
