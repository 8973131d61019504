/** Answers that several operations give: a job's result, an asset as agents see it. */
import type { z } from 'zod';
import type { Asset, Parameters } from '../../shared/asset.js';
import type { answeredAssetSchema, GenerationAnswer } from '../../shared/contract.js';
import { AppError, fromErrorValue } from '../../shared/errors.js';
import { isHeld, isPaused } from '../../shared/job.js';
import type { JobRecord } from '../ports.js';

export type AnsweredAsset = z.infer<typeof answeredAssetSchema>;

/** What a job's record does not tell. */
export type AnswerExtra = Pick<
  GenerationAnswer,
  'session_id' | 'model_substituted' | 'overrides_dropped' | 'overrides_applied'
>;

/** The seed among the parameters really used. */
export function usedSeed(parameters: Parameters): number | undefined {
  const seed = parameters.seed ?? parameters.noise_seed;
  return typeof seed === 'number' ? seed : undefined;
}

/** What an answer tells of an asset beside its record. */
export interface AssetAnswers {
  /** The address it opens under in a browser. */
  assetUrl(asset: Asset): string;
  registry: { assets: { text(assetId: string): string | undefined } };
}

/** Characters of a text that an answer carries; the address has all of it. */
const answeredText = 4000;

export function answeredAsset(asset: Asset, { assetUrl, registry }: AssetAnswers): AnsweredAsset {
  const { asset_id, filename, subfolder, folder_type, media_kind, mime_type, width, height, bytes_size } = asset;
  return {
    asset_id,
    filename,
    subfolder,
    folder_type,
    media_kind,
    mime_type,
    width,
    height,
    bytes_size,
    asset_url: assetUrl(asset),
    ...textOf(asset.media_kind === 'text' ? registry.assets.text(asset_id) : undefined),
  };
}

function textOf(text: string | undefined): { text?: string } {
  if (text === undefined) return {};
  const rest = text.length - answeredText;
  return { text: rest <= 0 ? text : `${text.slice(0, answeredText)}… (${rest} characters more)` };
}

/** The seed's keys of the first asset, as generation tools answer them at the top level. */
function firstAsset(asset: Asset | undefined, url: string | undefined): Partial<GenerationAnswer> {
  if (!asset || url === undefined) return {};
  const { asset_id, filename, subfolder, folder_type, mime_type, width, height, bytes_size } = asset;
  return {
    asset_id,
    asset_url: url,
    ...(asset.media_kind === 'image' ? { image_url: url } : {}),
    filename,
    subfolder,
    folder_type,
    mime_type,
    width,
    height,
    bytes_size,
  };
}

/**
 * What a generation tool answers for a job in any state. A job that failed, was cancelled or was lost throws its error:
 * the caller asked for a result and there is none.
 */
export function generationAnswer(
  job: JobRecord,
  assets: Asset[],
  answers: AssetAnswers,
  extra: AnswerExtra,
): GenerationAnswer {
  if (job.status === 'error' || job.status === 'cancelled' || job.status === 'lost') {
    throw failureOf(job, assets);
  }
  const seed = usedSeed(job.parameters);
  const done = job.status === 'completed';
  const first = assets[0];
  return {
    status: done ? 'completed' : job.status === 'running' ? 'running' : 'queued',
    prompt_id: job.prompt_id,
    ...firstAsset(first, first && answers.assetUrl(first)),
    workflow_id: job.workflow_id,
    tool: job.tool,
    assets: assets.map((asset) => answeredAsset(asset, answers)),
    ...(seed === undefined ? {} : { seed }),
    parameters: job.parameters,
    elapsed_ms: job.finished_ms === null ? null : job.finished_ms - job.created_ms,
    ...(job.demo ? { demo: true as const } : {}),
    ...extra,
    ...(done ? messageFor(job, assets) : waitingMessage(job)),
  };
}

function messageFor(job: JobRecord, assets: Asset[]): Partial<GenerationAnswer> {
  if (assets.length === 0) return { message: 'The workflow ran, but none of its nodes saved a file.' };
  if (assets.some((asset) => asset.prompt_id === job.prompt_id)) return {};
  return {
    message:
      'Nothing differs from an earlier run, so ComfyUI answered from its cache: this is the same asset. Change a value or the seed for a new one.',
  };
}

/** What is said of a job that was not sent yet. */
export function heldMessage(job: JobRecord): string {
  return isPaused(job)
    ? 'Queued in the app and not sent to ComfyUI yet: sending is paused. It is sent when that is resumed.'
    : 'Queued in the app: it is sent when the jobs of its batch before it have ended.';
}

function waitingMessage(job: JobRecord): Partial<GenerationAnswer> {
  const held = isHeld(job) ? `${heldMessage(job)} ` : `Still ${job.status}. `;
  return {
    message: `${held}Ask get_job with this prompt_id and wait_seconds for the result; the work goes on meanwhile.`,
    progress: job.progress,
  };
}

/** What a job that failed made before it did is kept, and said so. */
export function partialOutputs(count: number): string | undefined {
  if (count === 0) return undefined;
  return count === 1 ? 'One output came before and was kept.' : `${count} outputs came before and were kept.`;
}

/** The error of a job that did not come to a result, with what it left behind. */
export function failureOf(job: JobRecord, assets: Asset[]): AppError {
  const error = job.error
    ? fromErrorValue(job.error)
    : new AppError('EXECUTION_FAILED', `The job ended as ${job.status} without a reason.`);
  const left = partialOutputs(assets.length);
  return new AppError(error.code, error.message, {
    hint: [left, error.hint].filter(Boolean).join(' ') || undefined,
    details: {
      ...error.details,
      prompt_id: job.prompt_id,
      ...(assets.length > 0 ? { partial_asset_ids: assets.map((asset) => asset.asset_id) } : {}),
    },
  });
}
