/** Rows as they come from the database, checked, and as the rest of the program knows them. */
import { z } from 'zod';
import { type Asset, folderTypeSchema, mediaKindSchema, parametersSchema } from '../../shared/asset.js';
import { errorValueSchema } from '../../shared/errors.js';
import { type Job, jobStatusSchema } from '../../shared/job.js';
import type { JobRecord } from '../ports.js';

/** A column that holds JSON text. */
export function json<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.issues.push({ code: 'custom', message: 'no JSON', input: text });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

const text = z.string();
const maybeText = z.string().nullable();
const int = z.number().int();
const maybeInt = z.number().int().nullable();
const flag = z.union([z.literal(0), z.literal(1)]).transform((value) => value === 1);

export const jobColumns = `
  job.id, job.prompt_id, job.backend, job.remote_id, job.status, job.workflow_id, job.tool, job.title, job.session_id,
  job.client_name, job.parameters, job.parent_asset_id, job.demo, job.position, job.cancel_requested, job.error,
  job.created_ms, job.submitted_ms, job.started_ms, job.finished_ms, job.cell,
  (SELECT batch.batch_id FROM batch WHERE batch.id = job.batch_id) AS batch_id,
  (SELECT json_group_array(asset_id) FROM (
    SELECT asset.asset_id FROM job_output JOIN asset ON asset.id = job_output.asset_id
    WHERE job_output.job_id = job.id AND asset.deleted_ms IS NULL ORDER BY job_output.ord)) AS asset_ids`;

const jobRow = z.object({
  id: int,
  prompt_id: text,
  backend: text,
  remote_id: text,
  status: jobStatusSchema,
  workflow_id: maybeText,
  tool: maybeText,
  title: text,
  session_id: maybeText,
  client_name: maybeText,
  parameters: json(parametersSchema),
  parent_asset_id: maybeText,
  demo: flag,
  position: maybeInt,
  cancel_requested: flag,
  error: json(errorValueSchema).nullable(),
  created_ms: int,
  submitted_ms: maybeInt,
  started_ms: maybeInt,
  finished_ms: maybeInt,
  cell: maybeInt,
  batch_id: maybeText,
  asset_ids: json(z.array(text)),
});

/** A stored job with the number its row has. Progress is never stored: it is the engine's to tell. */
export interface JobRow {
  id: number;
  record: JobRecord;
}

export function parseJob(row: unknown): JobRow {
  const { id, ...job } = jobRow.parse(row);
  return {
    id,
    record: {
      ...job,
      progress: null,
      created_at: iso(job.created_ms),
      started_at: isoOrNull(job.started_ms),
      finished_at: isoOrNull(job.finished_ms),
    },
  };
}

/** The wire form: without what only the core needs. */
export function wireJob(record: JobRecord): Job {
  const {
    backend: _,
    remote_id: _id,
    created_ms: _c,
    submitted_ms: _s,
    started_ms: _t,
    finished_ms: _f,
    cancel_requested: _w,
    ...job
  } = record;
  return job;
}

export const assetColumns = `
  asset.id, asset.asset_id, asset.folder_type, asset.subfolder, asset.filename, asset.media_kind, asset.mime_type,
  asset.animated, asset.width, asset.height, asset.duration_seconds, asset.bytes_size, asset.workflow_id,
  asset.session_id, asset.parent_asset_id, asset.created_ms, asset.expires_ms, asset.rating,
  (SELECT json_group_array(tag) FROM asset_tag WHERE asset_tag.asset_id = asset.id) AS tags,
  (SELECT json_group_array(name) FROM album_asset JOIN album ON album.id = album_asset.album_id
    WHERE album_asset.asset_id = asset.id) AS albums, asset.imported, asset.missing_ms,
  (SELECT batch.batch_id FROM batch WHERE batch.id = asset.batch_id) AS batch_id,
  job.prompt_id, job.tool, job.parameters, job.demo,
  CASE WHEN asset.job_id IS NULL AND asset.imported = 0 THEN asset.client_name ELSE job.client_name END AS client_name,
  EXISTS (SELECT 1 FROM job_document WHERE job_document.job_id = job.id AND kind = 'graph') AS has_graph,
  CASE job.imported WHEN 0 THEN job.finished_ms - coalesce(job.submitted_ms, job.created_ms) END AS elapsed_ms`;

/** Assets with the job that made them; an asset may have none. */
export const assetTables = 'asset LEFT JOIN job ON job.id = asset.job_id';

const assetRow = z.object({
  id: int,
  asset_id: text,
  folder_type: folderTypeSchema,
  subfolder: text,
  filename: text,
  media_kind: mediaKindSchema,
  mime_type: text,
  animated: flag,
  width: maybeInt,
  height: maybeInt,
  duration_seconds: z.number().nullable(),
  bytes_size: maybeInt,
  workflow_id: maybeText,
  session_id: maybeText,
  parent_asset_id: maybeText,
  created_ms: int,
  expires_ms: maybeInt,
  rating: int,
  tags: json(z.array(text)),
  albums: json(z.array(text)),
  imported: flag,
  missing_ms: maybeInt,
  prompt_id: maybeText,
  tool: maybeText,
  client_name: maybeText,
  parameters: json(parametersSchema).nullable(),
  demo: flag.nullable(),
  has_graph: flag,
  elapsed_ms: maybeInt,
  batch_id: maybeText,
});

export interface AssetRow {
  id: number;
  created_ms: number;
  asset: Asset;
}

export function parseAsset(row: unknown): AssetRow {
  const { id, created_ms, expires_ms, missing_ms, parameters, demo, ...facts } = assetRow.parse(row);
  return {
    id,
    created_ms,
    asset: {
      ...facts,
      created_at: iso(created_ms),
      expires_at: isoOrNull(expires_ms),
      missing: missing_ms !== null,
      parameters: parameters ?? {},
      demo: demo ?? false,
    },
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}
