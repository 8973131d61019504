/** Jobs: how they stand, and stopping them. */
import { z } from 'zod';
import { answeredAssetSchema, generationAnswerSchema, waitSecondsOnRequest } from './contract-generation.js';
import { agentsOnly, both, changes, doorsOwn, operation, promptId, reads } from './contract-operation.js';
import { errorValueSchema } from './errors.js';
import { jobAssetSchema, jobSchema, jobTimingsSchema, progressSchema } from './job.js';

const queuedJobSchema = z.object({
  prompt_id: z.string(),
  status: z.enum(['running', 'pending']),
  position: z.number().int().nullable(),
  workflow_id: z.string().nullable(),
  progress: progressSchema.nullable(),
  ours: z.boolean(),
});

/** Holds until the program ends. */
const pausedSchema = z.object({ paused: z.boolean() });

export const jobOperations = {
  get_job: operation({
    title: 'Check a job',
    description:
      'Tells how a generation stands: queued, running with progress, completed with its assets, error with the node that failed, cancelled, lost, or not_found; also of prompts that others sent. Give wait_seconds to wait for its end instead of asking again and again.',
    input: z.object({ prompt_id: promptId, wait_seconds: waitSecondsOnRequest }),
    output: z.object({
      status: z.enum([...jobSchema.shape.status.options, 'not_found']),
      prompt_id: z.string(),
      workflow_id: z.string().nullable().optional(),
      position: z.number().nullable().optional(),
      progress: progressSchema.nullable().optional(),
      assets: z.array(answeredAssetSchema),
      outputs: z.array(jobAssetSchema.pick({ filename: true, subfolder: true, folder_type: true })),
      error: z
        .object({
          code: z.string(),
          message: z.string(),
          hint: z.string().optional(),
          node_id: z.string().optional(),
          class_type: z.string().optional(),
        })
        .nullable()
        .optional(),
      timings: jobTimingsSchema.nullable().optional(),
      message: z.string().optional(),
    }),
    annotations: reads,
    doors: agentsOnly,
  }),
  get_generation: operation({
    title: 'A generation as its call would have answered it',
    description:
      'How a job of this app stands and, once it has ended, exactly what the call that began it would have answered had it waited.',
    input: z.object({ prompt_id: promptId }),
    output: z.object({
      prompt_id: z.string(),
      status: jobSchema.shape.status,
      created_at: z.string(),
      updated_at: z.string(),
      /** Of a job that completed. */
      answer: generationAnswerSchema.extend({ parent_asset_id: z.string().optional() }).nullable(),
      /** Of a job that ended otherwise. */
      error: errorValueSchema.nullable(),
      message: z.string().optional(),
    }),
    annotations: reads,
    doors: doorsOwn,
  }),
  get_queue_status: operation({
    title: 'Queue status',
    description:
      'What ComfyUI is working on and what waits, including jobs that others sent (ours: false). position 1 is next.',
    input: z.object({}),
    output: z.object({
      running_count: z.number().int(),
      pending_count: z.number().int(),
      running: z.array(queuedJobSchema),
      pending: z.array(queuedJobSchema),
      held_count: z.number().int().optional().describe('Jobs that wait in the app because sending is paused.'),
      message: z.string().optional(),
    }),
    annotations: { ...reads, openWorld: true },
    doors: both,
  }),
  cancel_job: operation({
    title: 'Cancel a job',
    description:
      'Stops a queued or running generation, or with batch_id all that is left of a batch, and answers when its end was seen. A finished one answers that it was finished; calling twice is fine.',
    input: z.object({ prompt_id: z.string().min(1).optional(), batch_id: z.string().min(1).optional() }),
    output: z.object({ success: z.boolean(), status: z.string(), message: z.string() }),
    annotations: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
    doors: both,
  }),
  pause_queue: operation({
    title: 'Pause sending',
    description:
      'New jobs wait in the app, for everyone, until resume_queue; what was sent goes on. Only when asked to.',
    input: z.object({}),
    output: pausedSchema,
    annotations: changes,
    doors: both,
  }),
  resume_queue: operation({
    title: 'Resume sending',
    description: 'Sends what waits, in order.',
    input: z.object({}),
    output: pausedSchema,
    annotations: { ...changes, openWorld: true },
    doors: both,
  }),
} as const;
