/** Batches: many jobs for one call. */
import { z } from 'zod';
import { batchGridSchema, batchStatuses, batchSummarySchema, largestBatch, usualBatch } from './batch.js';
import { both, changes, generates, operation, reads, windowOnly } from './contract-operation.js';
import { maxSafeSeed } from './params.js';

const record = z.record(z.string(), z.unknown());
export const batchId = z.string().min(1);

const batchAnswerSchema = z.object({
  batch_id: z.string(),
  status: z.enum(batchStatuses),
  total: z.number().int(),
  summary: batchSummarySchema,
  prompt_ids: z.array(z.string()),
  /** As they come, in the order of the combinations. */
  assets: z.array(z.object({ asset_id: z.string(), asset_url: z.string(), prompt_id: z.string(), values: record })),
  failures: z.array(z.object({ prompt_id: z.string(), values: record, error: z.string(), error_code: z.string() })),
  /** The one seed of all, where it does not vary. */
  seed: z.number().optional(),
  contact_sheet: z.object({ asset_id: z.string(), asset_url: z.string() }).nullable(),
  session_id: z.string().nullable(),
  message: z.string().optional(),
});
export type BatchAnswer = z.infer<typeof batchAnswerSchema>;

/** As everywhere: 0 unless told, and never longer than a client waits. */
const waitSeconds = z.number().min(0).max(3600).optional();
const contactSheet = z.boolean().optional();

export const batchOperations = {
  run_batch: operation({
    title: 'Run a batch',
    description:
      'Runs a workflow with every combination of a grid, e.g. {"cfg": [4, 7], "steps": [10, 20]}, or with each set of a list. All checked before anything is sent. One seed for all unless swept.',
    input: z.object({
      workflow_id: z.string().min(1),
      grid: z.record(z.string(), z.array(z.unknown())).optional().describe('At most 3 parameters.'),
      list: z.array(record).optional(),
      overrides: record.optional().describe('Values for all.'),
      seed: z.number().int().min(-1).max(maxSafeSeed).optional(),
      limit: z.number().int().min(1).max(largestBatch).optional().describe(`Most jobs (default ${usualBatch}).`),
      contact_sheet: contactSheet.describe('One labelled picture of all, as an asset.'),
      wait_seconds: waitSeconds,
      session_id: z.string().min(1).max(128).optional(),
    }),
    output: batchAnswerSchema,
    annotations: generates,
    doors: both,
  }),
  get_batch: operation({
    title: 'Check a batch',
    description: 'How a batch stands, with its assets so far. contact_sheet makes one once it has ended.',
    input: z.object({ batch_id: batchId, wait_seconds: waitSeconds, contact_sheet: contactSheet }),
    output: batchAnswerSchema,
    annotations: changes,
    doors: both,
  }),
  get_batch_grid: operation({
    title: 'A batch as a grid',
    description: 'A batch and the latest job of each of its cells.',
    input: z.object({ batch_id: batchId }),
    output: batchGridSchema,
    annotations: reads,
    doors: windowOnly,
  }),
} as const;
