/** Generation: what its tools take and answer. */
import { z } from 'zod';
import { parametersSchema } from './asset.js';
import { assetId, both, generates, operation } from './contract-operation.js';
import { jobAssetSchema, jobStatusSchema, progressSchema } from './job.js';
import { maxSafeSeed } from './params.js';

/** Longest a call waits, in seconds, whatever it was told: clients give up at about 60. */
export const maxWaitSeconds = 55;
export const defaultWaitSeconds = 45;

/** More than `maxWaitSeconds` is no error, and no longer wait. */
const waitSeconds = z.number().min(0).max(3600).optional();

/** For tools that answer at once unless they are told to wait. */
export const waitSecondsOnRequest = waitSeconds.describe(
  `Seconds to wait for its end (default 0, at most ${maxWaitSeconds}).`,
);

const sessionId = z.string().min(1).max(128).describe('Conversation this belongs to (default: your connection).');

/** Arguments every generation tool has beside the workflow's own parameters. */
export const generationArgs = z.object({
  return_inline_preview: z
    .boolean()
    .optional()
    .describe('Add a small WebP preview as base64; view_image is usually better.'),
  wait_seconds: waitSeconds.describe(
    `Seconds to wait (default ${defaultWaitSeconds}, at most ${maxWaitSeconds}); a job that takes longer answers "running" with a prompt_id for get_job.`,
  ),
  session_id: sessionId.optional(),
});

/** Beside those, for workflows with a seed to vary. */
export const countArg = z
  .number()
  .int()
  .min(1)
  .max(8)
  .describe('How many, each with its own seed; a given one counts up.');

/** An asset as generation tools answer it. */
export const answeredAssetSchema = jobAssetSchema.extend({
  asset_url: z.string().describe('Opens in a browser on this machine.'),
  text: z.string().optional().describe('What a node showed as words.'),
});

/** What every generation tool answers (the seed's keys, and ours). */
export const generationAnswerSchema = z.object({
  status: z.enum(['completed', 'queued', 'running']),
  prompt_id: z.string(),
  asset_id: z.string().optional(),
  asset_url: z.string().optional(),
  image_url: z.string().optional(),
  filename: z.string().optional(),
  subfolder: z.string().optional(),
  folder_type: z.string().optional(),
  workflow_id: z.string().nullable(),
  tool: z.string().nullable(),
  mime_type: z.string().optional(),
  width: z.number().nullable().optional(),
  height: z.number().nullable().optional(),
  bytes_size: z.number().nullable().optional(),
  inline_preview_base64: z.string().optional(),
  inline_preview_mime_type: z.string().optional(),
  assets: z.array(answeredAssetSchema),
  seed: z.number().optional(),
  parameters: parametersSchema,
  elapsed_ms: z.number().nullable(),
  session_id: z.string(),
  model_substituted: z
    .object({ wanted: z.string(), used: z.string() })
    .optional()
    .describe('The built-in default model is not installed; this one was used.'),
  demo: z.literal(true).optional().describe('Made by the demo engine: a procedural stand-in, not a model result.'),
  overrides_applied: z.array(z.string()).optional(),
  overrides_dropped: z.array(z.string()).optional(),
  batch_id: z.string().optional(),
  jobs: z
    .array(
      z.object({
        prompt_id: z.string().optional(),
        status: jobStatusSchema,
        seed: z.number().optional(),
        asset_ids: z.array(z.string()),
        error: z.string().optional(),
        error_code: z.string().optional(),
      }),
    )
    .optional(),
  message: z.string().optional(),
  progress: progressSchema.nullable().optional(),
});
export type GenerationAnswer = z.infer<typeof generationAnswerSchema>;

export const generationOperations = {
  run_workflow: operation({
    title: 'Run a workflow',
    description:
      'Runs any workflow of list_workflows with values for its parameters. Use the dedicated tool of a workflow (for example generate_image) when there is one.',
    input: z.object({
      workflow_id: z.string().min(1).describe('id from list_workflows.'),
      overrides: z.record(z.string(), z.unknown()).optional().describe('Parameter values by name.'),
      options: z.record(z.string(), z.unknown()).optional().describe('Reserved; nothing in it has an effect yet.'),
      count: countArg.optional(),
      ...generationArgs.shape,
    }),
    output: generationAnswerSchema,
    annotations: generates,
    doors: both,
  }),
  regenerate: operation({
    title: 'Regenerate an asset',
    description:
      'Makes an asset again from its stored graph with some values changed; all others stay as they were, the seed too. seed -1 makes a variation. Works for any graph: an unknown name is answered with the list of what can be changed.',
    input: z.object({
      asset_id: assetId,
      param_overrides: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('New values by name, e.g. {"prompt": "…", "steps": 30}.'),
      seed: z.number().int().min(-1).max(maxSafeSeed).optional().describe('-1 = a new random one.'),
      ...generationArgs.shape,
    }),
    output: generationAnswerSchema.extend({ parent_asset_id: z.string() }),
    annotations: generates,
    doors: both,
  }),
} as const;
