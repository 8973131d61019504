/**
 * The manifest of an export: everything the library knows of what was exported, so that another library can take it in
 * without loss. It is one JSON document whose records stand one per line, so that it is written and read as a stream:
 *
 *     {"format":"comfyui-mcp-library","version":1,…,"records":[
 *     {"kind":"job",…},
 *     {"kind":"asset",…}
 *     ]}
 *
 * A batch stands before its jobs, a job before its assets. What came later than version 1 has a default, as older exports
 * do not have it. Times are milliseconds since the epoch. Graphs are JSON as Python writes it: seeds up to
 * 2^64 digit by digit, `NaN` where ComfyUI said so. Pure.
 */
import { z } from 'zod';
import { folderTypeSchema, parametersSchema, ratingSchema } from './asset.js';
import { batchPlanSchema, cellCount, largestBatch } from './batch.js';
import { isRecord } from './config-text.js';
import { errorValueSchema } from './errors.js';
import { jobStatusSchema } from './job.js';
import { sortSchema } from './library.js';

export const manifestName = 'manifest.json';
export const manifestFormat = 'comfyui-mcp-library';
/** Raised when an older program would read a manifest wrongly. */
export const manifestVersion = 1;

export const manifestHeaderSchema = z.object({
  format: z.literal(manifestFormat),
  version: z.number().int(),
  /** Version of the program that wrote it. */
  program: z.string(),
  created_ms: z.number(),
  /** The library as a whole, or what was chosen from it. */
  scope: z.enum(['library', 'selection']),
  /** Records and bytes, about: for whoever wants to tell how long reading will take. */
  records_expected: z.number().int().nonnegative(),
  bytes_expected: z.number().nonnegative(),
});
export type ManifestHeader = z.infer<typeof manifestHeaderSchema>;

/** Beyond it there is no date, and a list that holds such a record could not be shown. */
const lastDate = 8.64e15;
const text = z.string().max(100_000);
const maybeText = text.nullable();
const time = z.number().int().min(-lastDate).max(lastDate);
const maybeTime = time.nullable();
const size = z.number().int().nonnegative().nullable();
/** An id as ours are, and as file names can be. */
const assetId = z.string().regex(/^[\w-]{2,64}$/, 'an asset id');
const fileName = text.min(1).regex(/^[^/\0]+$/, 'a file name');
const document = z.unknown().refine((value) => value === null || isRecord(value), 'an object or null');

/** Integers that a number can't hold come exact from the file; parameters have them as numbers, as they are stored. */
const parameters = z.preprocess((value) => (isRecord(value) ? withNumbers(value) : value), parametersSchema);

function withNumbers(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
  );
}

export const jobRecordSchema = z.object({
  kind: z.literal('job'),
  prompt_id: text.min(1).max(1000),
  backend: text,
  /** The folder of the machine whose files it stands for. */
  source_folder: maybeText,
  remote_id: text,
  status: jobStatusSchema,
  workflow_id: maybeText,
  tool: maybeText,
  title: text,
  session_id: maybeText,
  client_name: maybeText,
  client_version: maybeText,
  parameters,
  parent_asset_id: maybeText,
  /** The batch it belongs to, and which of its cells it fills: a contact sheet fills none. */
  batch_id: maybeText.default(null),
  cell: z.number().int().nonnegative().nullable().default(null),
  /** Ids of the assets it was given, by parameter. */
  inputs: z.record(text, text).default({}),
  demo: z.boolean(),
  imported: z.boolean(),
  cancel_requested: z.boolean(),
  error: errorValueSchema.nullable(),
  created_ms: time,
  submitted_ms: maybeTime,
  started_ms: maybeTime,
  finished_ms: maybeTime,
  /** As it was submitted, as ComfyUI told its end, and as ComfyUI's page had it. */
  graph: document,
  history: document,
  workflow: document,
});
export type JobManifest = z.infer<typeof jobRecordSchema>;

export const assetRecordSchema = z.object({
  kind: z.literal('asset'),
  asset_id: assetId,
  /** The job that made it. */
  prompt_id: maybeText,
  backend: text,
  /** The folder of the machine it was imported from. */
  source_folder: maybeText,
  folder_type: folderTypeSchema,
  subfolder: text,
  filename: fileName,
  /** Content of a text that has no file. */
  text: z.string().nullable(),
  animated: z.boolean(),
  width: size,
  height: size,
  duration_seconds: z.number().nullable(),
  bytes_size: size,
  workflow_id: maybeText,
  session_id: maybeText,
  parent_asset_id: maybeText,
  model: maybeText,
  seed: maybeText,
  client_name: maybeText,
  created_ms: time,
  expires_ms: maybeTime,
  superseded_ms: maybeTime,
  deleted_ms: maybeTime,
  missing_ms: maybeTime,
  /** When stars, tags, albums, expiry or the bin were last decided about. */
  judged_ms: maybeTime,
  rating: ratingSchema,
  imported: z.boolean(),
  sample_hash: maybeText,
  tags: z.array(text.min(1)),
  albums: z.array(z.object({ name: text.min(1), added_ms: time })),
  /** Every job it is an output of, its maker among them. */
  outputs: z.array(z.object({ prompt_id: text, ord: z.number().int(), node_id: text, cached: z.boolean() })),
  /** Ids of the assets that a contact sheet shows, in their order. */
  parts: z.array(text).default([]),
  /** Path in the export, with `/`; null when its bytes could not be had. */
  file: z.string().nullable(),
  /** Of the file, in hexadecimal. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'a SHA-256')
    .nullable(),
  /** Why there is no file. */
  unavailable: z.string().nullable(),
});
export type AssetManifest = z.infer<typeof assetRecordSchema>;

export const batchRecordSchema = z.object({
  kind: z.literal('batch'),
  batch_id: text.min(1).max(1000),
  title: text,
  workflow_id: maybeText,
  session_id: maybeText,
  client_name: maybeText,
  /** What varies. Larger ones are never made, and could not be shown. */
  plan: batchPlanSchema.refine(
    (plan) => cellCount(plan) >= 1 && cellCount(plan) <= largestBatch,
    'a batch of that size',
  ),
  created_ms: time,
});
export type BatchManifest = z.infer<typeof batchRecordSchema>;

export const albumRecordSchema = z.object({ kind: z.literal('album'), name: text.min(1), created_ms: time });
export const searchRecordSchema = z.object({
  kind: z.literal('search'),
  name: text.min(1),
  query: text,
  sort: sortSchema,
  created_ms: time,
});
export const sessionRecordSchema = z.object({
  kind: z.literal('session'),
  session_id: text.min(1),
  known_as: text,
  client_name: maybeText,
  client_version: maybeText,
  created_ms: time,
  last_seen_ms: time,
});

export const manifestRecordSchema = z.discriminatedUnion('kind', [
  batchRecordSchema,
  jobRecordSchema,
  assetRecordSchema,
  albumRecordSchema,
  searchRecordSchema,
  sessionRecordSchema,
]);
export type ManifestRecord = z.infer<typeof manifestRecordSchema>;
