/** Which inputs of a graph are parameters: what may become one, and the list of those that are to be. */
import { z } from 'zod';
import { generationArgs } from './contract-generation.js';
import { inputMediaSchema, isSeedName, paramTypes, paramValueSchema } from './params.js';

export const placeSchema = z.object({ node_id: z.string(), input: z.string() });

/** What people look for first; forms group by it. */
export const inputRoles = ['text', 'media', 'size', 'sampling', 'model', 'strength', 'output', 'other'] as const;
export type InputRole = (typeof inputRoles)[number];

/** An input of a graph, or several that belong together, as a parameter that it is or may become. */
export const exposableSchema = z.object({
  /** As it is called, or would best be: in the words that all workflows share, else after its input. */
  name: z.string(),
  type: z.enum(paramTypes),
  role: z.enum(inputRoles),
  /** It is a parameter now. */
  exposed: z.boolean(),
  /** It is what most people want to set; the others are only offered. */
  proposed: z.boolean(),
  /** A call has to give it. */
  required: z.boolean(),
  /** What the graph holds, or held where a placeholder stands now; whole numbers beyond 2^53 as text. */
  value: paramValueSchema.optional(),
  /** What a call without it gets; absent where it is needed or drawn. */
  default: paramValueSchema.optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  step: z.number().optional(),
  choices: z.array(z.string()).optional(),
  multiline: z.boolean().optional(),
  /** A file that ComfyUI is given first. */
  media: inputMediaSchema.optional(),
  description: z.string().optional(),
  /** Title of the first node that it belongs to. */
  node: z.string(),
  targets: z.array(placeSchema).min(1),
});
export type Exposable = z.infer<typeof exposableSchema>;

const wellFormed = /^[a-z][a-z0-9]*(_+[a-z0-9]+)*$/;
const longestName = 64;
const reserved: ReadonlySet<string> = new Set([...Object.keys(generationArgs.shape), ...['constructor', 'prototype']]);

/** Why a parameter can't have this name, as a sentence; undefined when it can. */
export function nameIssue(name: string): string | undefined {
  if (!wellFormed.test(name))
    return 'A name has small letters a to z, digits and _ between them, and begins with a letter.';
  if (name.length > longestName) return `A name has at most ${longestName} characters.`;
  if (reserved.has(name)) return `Every tool has an argument “${name}” already.`;
  return undefined;
}

/** One parameter as it is to be. A key that is absent stays as the workflow has it, null takes it away. */
export const exposureSchema = z.strictObject({
  name: z.string(),
  targets: z.array(placeSchema).min(1).max(64),
  /** true: a call has to give it, or it comes from the defaults of its kind; false: the graph keeps a value. */
  required: z.boolean().optional(),
  default: paramValueSchema.nullable().optional(),
  min: z.number().nullable().optional(),
  max: z.number().nullable().optional(),
  step: z.number().nullable().optional(),
  enum: z.array(paramValueSchema).nullable().optional(),
  description: z.string().max(4000).nullable().optional(),
});
export type Exposure = z.infer<typeof exposureSchema>;

/** The exposure that changes nothing about an input that is a parameter, or makes one of it as it is proposed. */
export function exposureOf({ name, targets, exposed, required, default: value }: Exposable): Exposure {
  // A seed without a default is drawn.
  if (exposed || isSeedName(name)) return { name, targets };
  return { name, targets, required, ...(value === undefined ? {} : { default: value }) };
}
