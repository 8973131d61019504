/**
 * Batches: several jobs that were asked for as one. What varies is told by axes (a grid) or by cells (a list); everything
 * else of a batch, how far it is above all, is told by its jobs.
 */
import { z } from 'zod';
import { type Job, type JobStatus, jobSchema } from './job.js';
import { type ParamValue, paramValueSchema } from './params.js';

/** Combinations of one batch unless the caller asks for more. */
export const usualBatch = 100;
/** Combinations of one batch, whatever is asked for. */
export const largestBatch = 1000;
/** A grid has columns, rows and sheets. */
export const mostAxes = 3;

export const batchAxisSchema = z.object({ name: z.string(), values: z.array(paramValueSchema) });
/** One parameter and the values it takes in turn. */
export type BatchAxis = z.infer<typeof batchAxisSchema>;

const cellValuesSchema = z.record(z.string(), paramValueSchema);
/** What one job of a batch has differently from the others. */
export type CellValues = z.infer<typeof cellValuesSchema>;

export const batchPlanSchema = z.union([
  z.object({ axes: z.array(batchAxisSchema).min(1).max(mostAxes) }),
  z.object({ cells: z.array(cellValuesSchema).min(1) }),
]);
export type BatchPlan = z.infer<typeof batchPlanSchema>;

export const batchSchema = z.object({
  batch_id: z.string(),
  title: z.string(),
  workflow_id: z.string().nullable(),
  session_id: z.string().nullable(),
  client_name: z.string().nullable(),
  plan: batchPlanSchema,
  created_at: z.string(),
});
export type Batch = z.infer<typeof batchSchema>;

/** A batch with the latest job of each of its cells, in the order of the cells. */
export const batchGridSchema = z.object({
  batch: batchSchema,
  jobs: z.array(jobSchema),
  /** The newest contact sheet of it that is not in the bin. */
  contact_sheet: z.string().nullable(),
});
export type BatchGrid = z.infer<typeof batchGridSchema>;

/** How many jobs a batch has; without making them, as a grid may have been asked for that is far too large. */
export function cellCount(plan: BatchPlan): number {
  return 'cells' in plan ? plan.cells.length : plan.axes.reduce((count, { values }) => count * values.length, 1);
}

/** What a cell has differently. Of a grid the first axis changes with every cell, the last one slowest. */
export function cellValues(plan: BatchPlan, cell: number): CellValues {
  if ('cells' in plan) return plan.cells[cell] ?? {};
  let rest = cell;
  return Object.fromEntries(
    plan.axes.flatMap(({ name, values }) => {
      const value = values[rest % values.length];
      rest = Math.floor(rest / values.length);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Where a cell stands: columns by the first axis, rows by the second, sheets by the third. A list fills rows. */
export interface BatchLayout {
  columns: number;
  rows: number;
  sheets: number;
}

export function layoutOf(plan: BatchPlan): BatchLayout {
  if ('cells' in plan) {
    const columns = Math.min(plan.cells.length, Math.max(4, Math.ceil(Math.sqrt(plan.cells.length))));
    return { columns, rows: Math.ceil(plan.cells.length / columns), sheets: 1 };
  }
  const [columns = 1, rows = 1, sheets = 1] = plan.axes.map(({ values }) => values.length);
  return { columns, rows, sheets };
}

/** A value as a heading says it: file names of models without their folder and ending. */
export function valueWords(value: ParamValue): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  const text = String(value);
  if (typeof value === 'number' || !/\.(safetensors|ckpt|pt|pth|gguf|sft|bin)$/i.test(text)) return text.trim();
  return text.replace(/^.*[\\/]/, '').replace(/\.[^.]+$/, '');
}

/** e.g. `cfg 7, steps 20`. */
export function cellWords(values: CellValues): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${valueWords(value)}`)
    .join(', ');
}

export const batchSummarySchema = z.object({
  completed: z.number().int(),
  failed: z.number().int(),
  cancelled: z.number().int(),
  running: z.number().int(),
  queued: z.number().int(),
});
export type BatchSummary = z.infer<typeof batchSummarySchema>;

const summaryKeys: Readonly<Record<JobStatus, keyof BatchSummary>> = {
  queued: 'queued',
  running: 'running',
  completed: 'completed',
  error: 'failed',
  lost: 'failed',
  cancelled: 'cancelled',
};

export function summaryOf(jobs: Iterable<Pick<Job, 'status'>>): BatchSummary {
  const summary = { completed: 0, failed: 0, cancelled: 0, running: 0, queued: 0 };
  for (const { status } of jobs) summary[summaryKeys[status]] += 1;
  return summary;
}

export const batchStatuses = ['queued', 'running', 'completed', 'partial', 'failed', 'cancelled'] as const;
export type BatchStatus = (typeof batchStatuses)[number];

/** `partial`: it has ended, and some of its jobs brought something and others did not. */
export function statusOf({ completed, failed, cancelled, running, queued }: BatchSummary): BatchStatus {
  if (running + queued > 0) return running + completed + failed + cancelled > 0 ? 'running' : 'queued';
  if (failed + cancelled === 0) return 'completed';
  if (completed > 0) return 'partial';
  return failed > 0 ? 'failed' : 'cancelled';
}
