/** Defaults of generations. */
import { z } from 'zod';
import { both, changes, operation, reads, windowOnly } from './contract-operation.js';
import { defaultChangeSchema } from './default-changes.js';
import { defaultTiers } from './defaults.js';
import { errorValueSchema } from './errors.js';
import { paramTypes, paramValueSchema } from './params.js';
import { namespaceSchema } from './workflow.js';

const valuesSchema = z.record(z.string(), paramValueSchema);
const sourcesSchema = z.record(z.string(), z.enum(defaultTiers));
const changesSchema = z.record(z.string(), paramValueSchema.nullable());
const updatedSchema = z.object({ success: z.literal(true), updated: changesSchema });

/** One value of the defaults, as an editor shows it. */
const defaultRowSchema = z.object({
  name: z.string(),
  /** In effect; null with `source` null where no tier has a value. */
  value: paramValueSchema.nullable(),
  source: z.enum(defaultTiers).nullable(),
  /** What each tier says; tiers without a value are absent. */
  tiers: z.partialRecord(z.enum(defaultTiers), paramValueSchema),
  type: z.enum(paramTypes),
  description: z.string(),
  /** Names the engine has; absent for numbers and free text, and while they are not known. */
  choices: z.array(z.string()).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  multiline: z.boolean().optional(),
  /** Environment variable that can give the value; null where there is none. */
  variable: z.string().nullable(),
});
export type DefaultRow = z.infer<typeof defaultRowSchema>;

const defaultGroupSchema = z.object({
  rows: z.array(defaultRowSchema),
  /** The built-in model is not installed, and what generations use instead; null where that is not so. */
  model_substituted: z.object({ wanted: z.string(), used: z.string().nullable() }).nullable(),
});

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
  get_default_details: operation({
    title: 'Defaults with all their tiers',
    description: 'Every default with what each tier says, what its field needs, and the state of the config file.',
    input: z.object({
      /** Reads the lists of ComfyUI anew first, where they are older than half a minute and it answers. */
      fresh: z.boolean().optional(),
    }),
    output: z.object({
      image: defaultGroupSchema,
      audio: defaultGroupSchema,
      video: defaultGroupSchema,
      config_file: z.object({
        path: z.string().nullable(),
        fault: errorValueSchema.nullable(),
        /** It was broken at the start: mended, it is read by the next one. */
        unread: z.boolean(),
      }),
    }),
    annotations: reads,
    doors: windowOnly,
  }),
  check_default: operation({
    title: 'Check a default',
    description: 'Holds a value against what set_defaults would refuse, and changes nothing.',
    input: z.object({ namespace: namespaceSchema, name: z.string(), value: paramValueSchema }),
    output: z.object({
      /** Why it would be refused; null when it would be taken. */
      error: errorValueSchema.nullable(),
      /** ComfyUI could not be asked. */
      unchecked: z.boolean(),
    }),
    annotations: reads,
    doors: windowOnly,
  }),
  get_default_changes: operation({
    title: 'Changes of defaults',
    description: 'The latest changes by agents and by the person, newest first.',
    input: z.object({}),
    output: z.object({ changes: z.array(defaultChangeSchema) }),
    annotations: reads,
    doors: windowOnly,
  }),
  undo_default_change: operation({
    title: 'Undo changes of defaults',
    description: 'Takes changes back, all or none: each tier holds again what it held before.',
    input: z.object({ change_ids: z.array(z.string()).min(1).max(200) }),
    output: z.object({ undone: z.number().int() }),
    annotations: changes,
    doors: windowOnly,
  }),
} as const;
