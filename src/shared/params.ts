/**
 * Parameters of a workflow. One `ParamSpec[]` drives the MCP tool's schema, the form in the window and the check of a
 * call alike.
 */
import { z } from 'zod';
import { AppError } from './errors.js';

export const paramTypes = ['string', 'integer', 'number', 'boolean'] as const;

/** Kinds of files that a parameter may want: the input is a loader of ComfyUI's. */
export const inputMedia = ['image', 'mask', 'audio', 'video'] as const;
export const inputMediaSchema = z.enum(inputMedia);
export type InputMedia = z.infer<typeof inputMediaSchema>;

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
  /** Values go in steps of this from `min`, or from 0. Others are refused: nodes round them down without a word. */
  step: z.number().positive().optional(),
  /** How far the arrows of a form go; every value between is fine. */
  nudge: z.number().positive().optional(),
  enum: z.array(paramValueSchema).optional(),
  /** Long text: a form shows several lines. */
  multiline: z.boolean().optional(),
  /** It wants a file: an asset_id of the library, or the name of a file that ComfyUI's input folder has. */
  media: inputMediaSchema.optional(),
  /** Where in the graph it goes: node ids and input names; none for what only other values follow from. */
  targets: z.array(z.object({ node_id: z.string(), input: z.string() })),
});
export type ParamSpec = z.infer<typeof paramSpecSchema>;

/** Largest integer a seed may have here: beyond it JSON numbers lose digits. */
export const maxSafeSeed = Number.MAX_SAFE_INTEGER;

/** Seeds are drawn from 0 to 2^32-1, as the seed project did. */
export const drawnSeedRange = 2 ** 32;

/** A drawn seed as a parameter takes it: into its range, where that is narrower than the range of the draw. */
export function fitSeed(
  drawn: number,
  { min = 0, max = Number.POSITIVE_INFINITY }: Pick<ParamSpec, 'min' | 'max'>,
): number {
  // A least value of -1 only means that -1 asks for a draw.
  const least = Math.max(0, min);
  if (drawn >= least && drawn <= max) return drawn;
  return least + (drawn % (max - least + 1));
}

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
      // JSON Schema counts its steps from zero.
      const { min = 0, step } = spec;
      return step !== undefined && isOnStep(min, step, 0) ? number.multipleOf(step) : number;
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

/** Whether a value is reached by whole steps from `base`, as far as binary fractions can tell. */
function isOnStep(value: number, step: number, base: number): boolean {
  const steps = (value - base) / step;
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}

function checkRange(spec: ParamSpec, value: number): void {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, step } = spec;
  const base = spec.min ?? 0;
  const inside = value >= min && value <= max;
  if (inside && (step === undefined || isOnStep(value, step, base))) return;
  const nearest = nearestValues(spec, value);
  const limits = limitsInWords(spec);
  throw new AppError('INVALID_VALUE', `${spec.name} is ${value}, but must be ${limits}.`, {
    hint: `The nearest ${nearest.length === 1 ? 'is' : 'are'} ${nearest.join(' and ')}.`,
    details: {
      parameter: spec.name,
      value,
      ...(spec.min === undefined ? {} : { min }),
      ...(spec.max === undefined ? {} : { max }),
      ...(step === undefined ? {} : { step }),
      nearest,
    },
  });
}

/** Up to two values that fit, around the given one. */
function nearestValues(
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, step }: ParamSpec,
  value: number,
): number[] {
  const base = Number.isFinite(min) ? min : 0;
  const clamped = Math.min(max, Math.max(min, value));
  if (step === undefined) return [clamped];
  const steps = (clamped - base) / step;
  const around = [Math.floor(steps + 1e-6), Math.ceil(steps - 1e-6)].map((count) =>
    Number((base + count * step).toFixed(9)),
  );
  return [...new Set(around)].filter((near) => near >= min && near <= max);
}

/** e.g. `from 64 to 4096 in steps of 8`. */
function limitsInWords({ min, max, step }: ParamSpec): string {
  const range =
    min === undefined
      ? max === undefined
        ? ''
        : `at most ${max}`
      : max === undefined
        ? `at least ${min}`
        : `from ${min} to ${max}`;
  const inSteps = step === undefined ? '' : range === '' ? `a multiple of ${step}` : `in steps of ${step}`;
  return [range, inSteps].filter(Boolean).join(' ');
}
