import { describe, expect, it } from 'vitest';
import { besideLabel, fieldIssue, inFormOrder, isChanged, parseRun, shownValue } from './run-form.js';
import { paramFixture } from './testing.js';

const steps = paramFixture({ name: 'steps', type: 'integer', default: 20, min: 1, max: 60 });
const without = paramFixture({ name: 'negative_prompt', default: 'text, watermark' });
const sampler = paramFixture({ name: 'sampler', default: 'euler', enum: ['euler', 'dpm'] });
const prompt = paramFixture({ name: 'prompt', required: true });
const seed = paramFixture({ name: 'seed', type: 'integer', min: -1 });

describe('a field', () => {
  it('shows what a call without it gets until something is typed', () => {
    expect(shownValue(steps, {})).toBe('20');
    expect(shownValue(steps, { steps: '' })).toBe('');
    expect(shownValue(seed, {})).toBe('');
  });

  it('is changed when what is sent differs', () => {
    expect(isChanged(steps, {})).toBe(false);
    expect(isChanged(steps, { steps: '20.0' })).toBe(false);
    expect(isChanged(steps, { steps: '' })).toBe(false);
    expect(isChanged(steps, { steps: '21' })).toBe(true);
    expect(isChanged(steps, { steps: 'many' })).toBe(true);
    expect(isChanged(without, { negative_prompt: '' })).toBe(true);
    expect(isChanged(sampler, { sampler: '' })).toBe(false);
    expect(isChanged(seed, { seed: '7' })).toBe(true);
    expect(isChanged(prompt, { prompt: 'a cat' })).toBe(false);
  });

  it('says what is wrong as one types, not before', () => {
    expect(fieldIssue(prompt, {})).toBeUndefined();
    expect(fieldIssue(prompt, { prompt: ' ' })).toBeUndefined();
    expect(fieldIssue(steps, { steps: '0' })?.message).toBe('Needs a whole number from 1 to 60.');
    expect(fieldIssue(sampler, { sampler: 'eular' })?.nearest).toContain('euler');
  });

  it('has a short word beside its label', () => {
    expect(besideLabel(steps, undefined)).toBe('1 to 60');
    expect(besideLabel({ ...steps, step: 8 }, undefined)).toBe('1 to 60, by 8');
    expect(besideLabel(prompt, undefined)).toBe('needed');
    expect(besideLabel(without, ['a', 'b'])).toBe('2 to choose from');
    expect(besideLabel(without, [])).toBe('none installed');
    expect(besideLabel(seed, undefined)).toBe('drawn anew each time');
  });
});

it('long texts stand first, what pairs stays together, the seed is last', () => {
  const width = paramFixture({ name: 'width', type: 'integer' });
  const model = paramFixture({ name: 'model' });
  const names = inFormOrder([seed, width, model, sampler, steps, prompt], { model: ['a.safetensors'] });
  expect(names.map(({ name }) => name)).toEqual(['prompt', 'model', 'width', 'sampler', 'steps', 'seed']);
});

describe('parseRun', () => {
  const parse = (values: Record<string, string>, choices = {}) => parseRun([prompt, steps, without], values, choices);

  it('sends what was typed, and a text that was cleared', () => {
    expect(parse({ prompt: 'a cat', steps: '4', negative_prompt: '' })).toEqual({
      overrides: { prompt: 'a cat', steps: 4, negative_prompt: '' },
      errors: {},
    });
    expect(parse({ prompt: 'a cat' }).overrides).toEqual({ prompt: 'a cat' });
    expect(parse({ prompt: 'a cat', negative_prompt: '' }, { negative_prompt: ['x'] }).overrides).toEqual({
      prompt: 'a cat',
    });
  });

  it('names what is needed and what does not fit', () => {
    expect(Object.keys(parse({ prompt: '', steps: '99' }).errors)).toEqual(['prompt', 'steps']);
  });
});
