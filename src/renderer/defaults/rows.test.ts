import { describe, expect, it } from 'vitest';
import type { DefaultRow } from '../../shared/contract-defaults.js';
import {
  beneath,
  missingName,
  nudged,
  parseNumber,
  refusalWords,
  shortValue,
  textOf,
  unitOf,
  valueTyped,
} from './rows.js';

function rowOf(patch: Partial<DefaultRow> = {}): DefaultRow {
  return {
    name: 'steps',
    value: 28,
    source: 'runtime',
    tiers: { runtime: 28, config: 24, 'built-in': 20 },
    type: 'integer',
    description: '',
    min: 1,
    max: 100,
    variable: null,
    ...patch,
  };
}

describe('a row of the defaults', () => {
  it('knows what counts when its value is taken away', () => {
    expect(beneath(rowOf())).toEqual({ value: 24, source: 'config' });
    expect(beneath(rowOf({ source: 'config' }))).toEqual({ value: 20, source: 'built-in' });
    expect(beneath(rowOf({ source: 'built-in' }))).toBeNull();
    expect(beneath(rowOf({ value: null, source: null, tiers: {} }))).toBeNull();
  });

  it.each([
    ['steps', '28', 1, '29'],
    ['steps', '100', 1, '100'],
    ['steps', 'x', 1, '29'],
    ['width', '520', 1, '576'],
    ['width', '520', -1, '512'],
    ['cfg', '8.0', -1, '7.5'],
    ['cfg', '7.5', 1, '8.0'],
    ['denoise', '0.3', 1, '0.35'],
  ] as const)('%s goes from %s by %i to %s', (name, text, direction, next) => {
    const type = name === 'cfg' || name === 'denoise' ? 'number' : 'integer';
    const max = name === 'width' ? 4096 : name === 'denoise' ? 1 : 100;
    expect(nudged(rowOf({ name, type, max, min: name === 'denoise' ? 0 : 1 }), text, direction)).toBe(next);
  });

  it('reads numbers as people type them, and keeps what is none', () => {
    expect(parseNumber(' 7,5 ')).toBe(7.5);
    expect(parseNumber('')).toBeNaN();
    expect(valueTyped({ type: 'number' }, '7,5')).toBe(7.5);
    expect(valueTyped({ type: 'integer' }, ' many ')).toBe('many');
    expect(valueTyped({ type: 'string' }, ' as it is ')).toBe(' as it is ');
    expect(valueTyped({ type: 'boolean' }, 'true')).toBe(true);
  });

  it('shows fractions as such, and units beside', () => {
    expect(textOf(rowOf({ name: 'cfg', type: 'number', value: 8 }))).toBe('8.0');
    expect(textOf(rowOf({ name: 'fps', type: 'number', value: 16 }))).toBe('16');
    expect(textOf(rowOf({ value: null }))).toBe('');
    expect(unitOf(rowOf({ name: 'width' }))).toBe('px');
    expect(unitOf(rowOf())).toBe('1 to 100');
    expect(unitOf(rowOf({ type: 'string' }))).toBe('');
    expect(shortValue('')).toBe('nothing');
    expect(shortValue('x'.repeat(40))).toHaveLength(28);
  });

  it('tells a name that the engine has not, once its names are known', () => {
    const model = { name: 'model', type: 'string', value: 'one', tiers: { runtime: 'one' } } as const;
    expect(missingName(rowOf({ ...model, choices: ['one.ckpt', 'two'] }))).toEqual({
      value: 'one',
      nearest: ['one.ckpt'],
    });
    expect(missingName(rowOf({ ...model, choices: ['one'] }))).toBeNull();
    expect(missingName(rowOf(model))).toBeNull();
  });

  it.each([
    ['steps must be a whole number, not "x".', 'VALIDATION_ERROR', 'Must be a whole number, not "x".'],
    ['steps is 0, but must be at least 1.', 'INVALID_VALUE', 'Must be at least 1. Hint.'],
    ['image.steps is 900, but ComfyUI takes 1 to 100.', 'INVALID_VALUE', 'ComfyUI takes 1 to 100. Hint.'],
    ['image.steps: ComfyUI has no steps.', 'INVALID_VALUE', 'ComfyUI has no steps. Hint.'],
    ['There is no config file.', 'CONFIG_INVALID', 'There is no config file. Hint.'],
  ] as const)('says of its own field: %s', (message, code, words) => {
    expect(refusalWords(rowOf(), { code, message, hint: 'Hint.' })).toBe(words);
  });
});
