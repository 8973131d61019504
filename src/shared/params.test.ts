import { describe, expect, it } from 'vitest';
import { AppError } from './errors.js';
import { coerceParam, fitSeed, type ParamSpec, paramToZod } from './params.js';

const specOf = (more: Partial<ParamSpec>): ParamSpec => ({
  name: 'width',
  type: 'integer',
  required: false,
  description: '',
  targets: [],
  ...more,
});

function refusal(spec: Partial<ParamSpec>, value: unknown): AppError {
  try {
    coerceParam(specOf(spec), value);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('limits of a number', () => {
  it.each([
    [{ min: 64, max: 4096, step: 8 }, 100_000, 'width is 100000, but must be from 64 to 4096 in steps of 8.', [4096]],
    [{ min: 64, max: 4096, step: 8 }, 511, 'width is 511, but must be from 64 to 4096 in steps of 8.', [504, 512]],
    [{ min: 64, max: 100, step: 8 }, 99, 'width is 99, but must be from 64 to 100 in steps of 8.', [96]],
    [{ min: 1, step: 4 }, 80, 'width is 80, but must be at least 1 in steps of 4.', [77, 81]],
    [{ step: 8 }, 20, 'width is 20, but must be a multiple of 8.', [16, 24]],
    [{ min: 1 }, 0, 'width is 0, but must be at least 1.', [1]],
    [{ max: 5 }, 9, 'width is 9, but must be at most 5.', [5]],
    [{ type: 'number', min: 0, step: 0.1 }, 0.25, 'width is 0.25, but must be at least 0 in steps of 0.1.', [0.2, 0.3]],
  ] as const)('%j: %d', (spec, value, message, nearest) => {
    const error = refusal(spec, value);
    expect(error.code).toBe('INVALID_VALUE');
    expect(error.message).toBe(message);
    expect(error.details).toMatchObject({ parameter: 'width', value, nearest });
    expect(error.hint).toContain(String(nearest[0]));
  });

  it.each([
    [{ min: 64, max: 4096, step: 8 }, 512],
    [{ min: 1, step: 4 }, 81],
    [{ type: 'number', min: 0, step: 0.1 }, 0.3],
    [{ type: 'number', min: 0, step: 0.01 }, 7.07],
    [{ type: 'number', min: 0, nudge: 0.1 }, 7.25],
    [{ min: -1, max: Number.MAX_SAFE_INTEGER }, Number.MAX_SAFE_INTEGER],
  ] as const)('%j takes %d', (spec, value) => expect(coerceParam(specOf(spec), value)).toBe(value));

  it.each([
    [4_000_000_000, {}, 4_000_000_000],
    [4_000_000_000, { min: -1, max: Number.MAX_SAFE_INTEGER }, 4_000_000_000],
    [0x1000005, { min: 0, max: 0xffffff }, 5],
    [7, { min: 10, max: 19 }, 17],
    [0, { min: 1, max: 1 }, 1],
  ])('a drawn seed of %d in %j is %d', (drawn, spec, seed) => expect(fitSeed(drawn, spec)).toBe(seed));

  it('stand in the schema as JSON Schema counts', () => {
    const schema = (spec: Partial<ParamSpec>) => paramToZod(specOf({ required: true, ...spec }));
    expect(schema({ min: 64, step: 8 }).safeParse(511).success).toBe(false);
    expect(schema({ min: 64, step: 8 }).safeParse(512).success).toBe(true);
    expect(schema({ min: 1, step: 4 }).safeParse(81).success).toBe(true);
  });
});
