/** Waiting for jobs, and for the facts of what they made. */
import type { CallContext, GenerationAnswer } from '../../shared/contract.js';
import type { Progress } from '../../shared/job.js';
import type { JobRecord } from '../ports.js';
import type { Rooms } from './rooms.js';

/** Waits for a job's end while telling progress, then for the facts of its files. */
export async function waitFor(rooms: Rooms, job: JobRecord, waitMs: number, context: CallContext): Promise<JobRecord> {
  const ended = await rooms.jobs.wait(job.prompt_id, {
    timeoutMs: waitMs,
    signal: context.signal,
    onProgress: (progress) =>
      context.progress({ value: progress.percent, max: 100, message: progressMessage(progress) }),
  });
  const now = ended ?? job;
  if (now.status === 'completed') {
    const ids = rooms.registry.assets.byJob(now.prompt_id).map((asset) => asset.asset_id);
    await rooms.intake.settled(ids, AbortSignal.any([context.signal, AbortSignal.timeout(5000)]));
  }
  return { ...now, progress: rooms.jobs.progress(now.prompt_id) };
}

function progressMessage(progress: Progress): string {
  if (progress.node_title === null) return 'Waiting for the next node';
  const steps = progress.max > 1 ? ` ${progress.value} of ${progress.max}` : '';
  const left = progress.eta_seconds === null ? '' : `, about ${Math.max(1, Math.round(progress.eta_seconds))} s left`;
  return `${progress.node_title}${steps}${left}`;
}

/** Longest side and base64 budget of an inline preview: small, since it lands in the model's context. */
const inlinePreview = { maxDim: 256, maxB64Chars: 40_000 };

/** The answer with a small picture of its first asset, if that is one. */
export async function withInlinePreview(rooms: Rooms, answer: GenerationAnswer): Promise<GenerationAnswer> {
  const asset = answer.asset_id === undefined ? undefined : rooms.registry.assets.get(answer.asset_id);
  if (asset?.media_kind !== 'image') return answer;
  const preview = await rooms.media.preview(asset, inlinePreview);
  return {
    ...answer,
    inline_preview_base64: Buffer.from(preview.bytes).toString('base64'),
    inline_preview_mime_type: preview.mime_type,
  };
}
