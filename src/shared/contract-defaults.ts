/** Defaults of generations. */
import { z } from 'zod';
import { both, changes, operation, reads } from './contract-operation.js';
import { defaultTiers } from './defaults.js';
import { paramValueSchema } from './params.js';

const valuesSchema = z.record(z.string(), paramValueSchema);
const sourcesSchema = z.record(z.string(), z.enum(defaultTiers));
const changesSchema = z.record(z.string(), paramValueSchema.nullable());
const updatedSchema = z.object({ success: z.literal(true), updated: changesSchema });

export const defaultOperations = {
  get_defaults: operation({
    title: 'Get defaults',
    description:
      'The values a generation gets for parameters that a call leaves out, for image, audio and video. with_sources also names where each comes from: runtime (set_defaults), config (file), environment, built-in.',
    input: z.object({ with_sources: z.boolean().optional() }),
    output: z.object({
      image: valuesSchema,
      audio: valuesSchema,
      video: valuesSchema,
      sources: z.object({ image: sourcesSchema, audio: sourcesSchema, video: sourcesSchema }).optional(),
    }),
    annotations: reads,
    doors: both,
  }),
  set_defaults: operation({
    title: 'Set defaults',
    description:
      'Sets defaults for everyone who uses this server, until it stops or, with persist, in the config file for good. A model, sampler or scheduler that ComfyUI lacks is refused with the nearest names; then nothing is changed. null takes a value away.',
    input: z.object({
      image: changesSchema.optional().describe('Values by parameter, e.g. {"width": 1024, "model": "…"}.'),
      audio: changesSchema.optional(),
      video: changesSchema.optional(),
      persist: z.boolean().optional().describe('Keep them in the config file (default false).'),
    }),
    output: z.object({
      success: z.literal(true),
      updated: z.record(z.string(), updatedSchema),
      persisted: z.boolean(),
      config_file: z.string().optional(),
      warnings: z.array(z.string()),
    }),
    annotations: changes,
    doors: both,
  }),
} as const;
