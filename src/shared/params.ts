/**
 * Parameters of a workflow. One `ParamSpec[]` drives the MCP tool's schema, the form in the window and the check of a
 * call alike.
 */
import { z } from 'zod';
import { AppError } from './errors.js';

export const paramTypes = ['string', 'integer', 'number', 'boolean'] as const;

export const paramValueSchema = z.union([z.string(), z.number(), z.boolean()]);
export type ParamValue = z.infer<typeof paramValueSchema>;

export const paramSpecSchema = z.object({
  name: z.string(),
  type: z.enum(paramTypes),
  required: z.boolean(),
  description: z.string(),
  /** What a call without a value gets, and which tier gave it; absent for a required parameter and for a drawn seed. */
  default: paramValueSchema.optional(),
  default_source: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  step: z.number().optional(),
  enum: z.array(paramValueSchema).optional(),
  /** Long text: a form shows several lines. */
  multiline: z.boolean().optional(),
  /** Where in the graph it goes: node ids and input names. */
  targets: z.array(z.object({ node_id: z.string(), input: z.string() })),
});
export type ParamSpec = z.infer<typeof paramSpecSchema>;

/** Largest integer a seed may have here: beyond it JSON numbers lose digits. */
export const maxSafeSeed = Number.MAX_SAFE_INTEGER;

/** Seeds are drawn from 0 to 2^32-1, as the seed project did. */
export const drawnSeedRange = 2 ** 32;

/** Names that hold a random seed. */
export function isSeedName(name: string): boolean {
  return name === 'seed' || name === 'noise_seed';
}

/**
 * The zod type of one parameter, for a tool's input schema. Numbers may come as strings ("512"): language models send
 * them. Choices stay plain strings in the schema (lists of models are long and change); `coerceParam` checks them.
 */
export function paramToZod(spec: ParamSpec): z.ZodType {
  const described = baseType(spec).describe(spec.description);
  return spec.required ? described : described.optional();
}

function baseType(spec: ParamSpec): z.ZodType {
  if (spec.enum !== undefined && spec.enum.length > 0 && spec.enum.length <= 24) {
    const literals = spec.enum.map((value) => z.literal(value));
    return z.union(literals as [z.ZodLiteral, z.ZodLiteral, ...z.ZodLiteral[]]);
  }
  switch (spec.type) {
    case 'integer':
    case 'number': {
      let number = spec.type === 'integer' ? z.number().int() : z.number();
      if (spec.min !== undefined) number = number.min(spec.min);
      if (spec.max !== undefined) number = number.max(spec.max);
      return number;
    }
    case 'boolean':
      return z.boolean();
    case 'string':
      return z.string();
  }
}

/**
 * A given value as the graph needs it: numbers out of numeric strings, booleans out of words, checked against the
 * limits. Throws VALIDATION_ERROR or INVALID_VALUE naming the parameter and what would fit.
 */
export function coerceParam(spec: ParamSpec, value: unknown): ParamValue {
  const coerced = coerceType(spec, value);
  if (typeof coerced === 'number') checkRange(spec, coerced);
  if (spec.enum !== undefined && !spec.enum.includes(coerced)) {
    throw new AppError('INVALID_VALUE', `${spec.name}: ${JSON.stringify(coerced)} is not one of the choices.`, {
      hint: `Choose one of ${spec.enum.slice(0, 12).join(', ')}.`,
      details: { parameter: spec.name, value: coerced, choices: spec.enum },
    });
  }
  return coerced;
}

function coerceType(spec: ParamSpec, value: unknown): ParamValue {
  const refuse = (expected: string): never => {
    throw new AppError('VALIDATION_ERROR', `${spec.name} must be ${expected}, not ${JSON.stringify(value)}.`, {
      hint: `Send ${spec.name} as ${expected}.`,
      details: { parameter: spec.name, value },
    });
  };
  switch (spec.type) {
    case 'string':
      return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : refuse('a text');
    case 'boolean': {
      if (typeof value === 'boolean') return value;
      const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
      if (word === 'true' || word === '1' || word === 1) return true;
      if (word === 'false' || word === '0' || word === 0) return false;
      return refuse('true or false');
    }
    case 'integer':
    case 'number': {
      const text = typeof value === 'string' ? value.trim() : value;
      const number =
        typeof text === 'number' ? text : typeof text === 'string' && text !== '' ? Number(text) : Number.NaN;
      if (!Number.isFinite(number)) return refuse(spec.type === 'integer' ? 'a whole number' : 'a number');
      if (spec.type === 'integer' && !Number.isSafeInteger(number)) return refuse('a whole number up to 2^53-1');
      return number;
    }
  }
}

function checkRange(spec: ParamSpec, value: number): void {
  const { min, max, step } = spec;
  if ((min === undefined || value >= min) && (max === undefined || value <= max)) return;
  const limits = limitsInWords(spec);
  const nearest = min !== undefined && value < min ? min : max;
  throw new AppError('INVALID_VALUE', `${spec.name} is ${value}, outside ${limits}.`, {
    hint: `Send ${spec.name} ${limits}; the nearest is ${nearest}.`,
    // The first target stands for all: a parameter's places share their limits.
    details: {
      parameter: spec.name,
      ...spec.targets[0],
      value,
      min,
      max,
      step,
      nearest: [nearest],
      targets: spec.targets,
    },
  });
}

function limitsInWords({ min, max, step }: ParamSpec): string {
  const inSteps = step === undefined ? '' : ` in steps of ${step}`;
  if (min === undefined) return `up to ${max}${inSteps}`;
  return max === undefined ? `from ${min}${inSteps}` : `from ${min} to ${max}${inSteps}`;
}
