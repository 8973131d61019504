/** Jobs: one submission to ComfyUI each, from before it is sent to its end. */
import { z } from 'zod';
import { assetSchema, parametersSchema } from './asset.js';
import { errorValueSchema } from './errors.js';

export const jobStatuses = ['queued', 'running', 'completed', 'error', 'cancelled', 'lost'] as const;
export const jobStatusSchema = z.enum(jobStatuses);
export type JobStatus = z.infer<typeof jobStatusSchema>;

const finalStatuses: ReadonlySet<JobStatus> = new Set(['completed', 'error', 'cancelled', 'lost']);

/** Whether a job has ended, well or not. */
export function isFinal(status: JobStatus): boolean {
  return finalStatuses.has(status);
}

export const progressSchema = z.object({
  /** The node that works now; null between nodes. */
  node: z.string().nullable(),
  node_title: z.string().nullable(),
  /** Steps within that node. */
  value: z.number(),
  max: z.number(),
  /** Of the whole graph, 0 to 100. */
  percent: z.number(),
  /** Seconds left, from earlier runs or the pace so far; null when nothing is known yet. */
  eta_seconds: z.number().nullable(),
});
export type Progress = z.infer<typeof progressSchema>;

export const jobSchema = z.object({
  prompt_id: z.string(),
  status: jobStatusSchema,
  workflow_id: z.string().nullable(),
  tool: z.string().nullable(),
  /** What a person would call it: the prompt, the tags, else the workflow's name. */
  title: z.string(),
  session_id: z.string().nullable(),
  client_name: z.string().nullable(),
  parameters: parametersSchema,
  parent_asset_id: z.string().nullable(),
  /** The batch it belongs to, and which of its cells it fills, from 0. */
  batch_id: z.string().nullable(),
  cell: z.number().int().nullable(),
  /** 1 = next in line, as far as ComfyUI told; null when running, ended or unknown. */
  position: z.number().int().nullable(),
  progress: progressSchema.nullable(),
  error: errorValueSchema.nullable(),
  asset_ids: z.array(z.string()),
  created_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  demo: z.boolean(),
});
export type Job = z.infer<typeof jobSchema>;

/** Whether a job waits here and was never sent: sending is paused, or others of its batch go first. */
export function isHeld(job: Pick<Job, 'status' | 'error'>): boolean {
  return isPaused(job) || (job.status === 'queued' && job.error?.code === 'SENDING_LATER');
}

/** Whether it waits here because sending is paused. */
export function isPaused({ status, error }: Pick<Job, 'status' | 'error'>): boolean {
  return status === 'queued' && error?.code === 'SENDING_PAUSED';
}

/** How far one node of a running job is. */
export const jobNodeSchema = z.object({
  node_id: z.string(),
  title: z.string(),
  state: z.enum(['waits', 'running', 'done', 'cached']),
  /** Milliseconds it took; null while that is not known. */
  elapsed_ms: z.number().nullable(),
});
export type JobNode = z.infer<typeof jobNodeSchema>;

export const jobTimingsSchema = z.object({
  created_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  elapsed_ms: z.number().nullable(),
});

export const jobAssetSchema = assetSchema.pick({
  asset_id: true,
  filename: true,
  subfolder: true,
  folder_type: true,
  media_kind: true,
  mime_type: true,
  width: true,
  height: true,
  bytes_size: true,
});
