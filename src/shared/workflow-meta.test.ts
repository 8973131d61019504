import { describe, expect, it } from 'vitest';
import type { ParamSpec } from './params.js';
import { metaIssues, withMetaChanges } from './workflow-meta.js';

const spec = (name: string, type: ParamSpec['type']): ParamSpec => ({
  name,
  type,
  required: false,
  description: '',
  targets: [],
});
const params = [spec('steps', 'integer'), spec('cfg', 'number'), spec('style', 'string'), spec('tiled', 'boolean')];
const told = (meta: Parameters<typeof metaIssues>[1]) =>
  metaIssues(params, meta).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('metaIssues', () => {
  it('finds nothing wrong with what fits', () => {
    expect(
      told({
        name: 'A name',
        defaults: { steps: 20, cfg: 4.5, style: 'ink', tiled: true },
        constraints: { steps: { min: 1, max: 60, step: 1 }, style: { enum: ['ink', 'oil'] } },
      }),
    ).toEqual([]);
  });

  it('tells limits that contradict each other, and steps of nothing', () => {
    expect(told({ constraints: { steps: { min: 10, max: 5 }, cfg: { step: 0 } } })).toEqual([
      'constraints.steps.max: Must not be less than the least value, 10.',
      'constraints.cfg.step: A step is more than 0.',
    ]);
  });

  it('holds defaults against type, limits and choices', () => {
    expect(
      told({
        defaults: { steps: 90, cfg: 'much', style: 'clay' },
        constraints: { steps: { max: 60 }, style: { enum: ['ink'] } },
      }),
    ).toEqual([
      'defaults.steps: Does not fit: The nearest is 60.',
      'defaults.cfg: Must be a number.',
      'defaults.style: Is not one of the choices.',
    ]);
  });

  it('wants choices of the parameter’s type, at least one', () => {
    expect(told({ constraints: { steps: { enum: [1, 'two'] }, style: { enum: [] } } })).toEqual([
      'constraints.steps.enum: “two” is not a whole number.',
      'constraints.style.enum: A list of choices needs at least one.',
    ]);
  });

  it('leaves alone what the graph does not have, whatever it is called', () => {
    expect(told({ defaults: { gone: 'x', constructor: 1 }, constraints: { gone: { min: 2, max: 1 } } })).toEqual([]);
  });

  it('wants a name that can be read', () => {
    expect(told({ name: '  ' })).toEqual(['name: A name can’t be blank.']);
    expect(told({ name: 'x'.repeat(121) })).toEqual(['name: At most 120 characters.']);
  });
});

describe('withMetaChanges', () => {
  it('replaces given keys, takes away null and empty ones, keeps the rest', () => {
    const before = { name: 'Old', author: 'me', defaults: { a: 1 }, constraints: { a: { min: 1 } } };
    expect(withMetaChanges(before, { name: 'New', defaults: null, constraints: {} })).toEqual({
      name: 'New',
      author: 'me',
    });
    expect(before.name).toBe('Old');
  });
});
