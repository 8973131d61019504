/** Waiting for jobs, and for the facts of what they made. */
import { type CallContext, type GenerationAnswer, maxWaitSeconds } from '../../shared/contract.js';
import { AppError, toErrorValue } from '../../shared/errors.js';
import { isHeld, type Progress } from '../../shared/job.js';
import type { Clock, JobRecord } from '../ports.js';
import type { Rooms } from './rooms.js';

/** Clients give up on a call after about 60 s: what is left to do when this many seconds have passed is left out. */
const callSeconds = 57;

/** How long a call may take, from its first moment: reading the node classes and sending count as well. */
export interface Deadline {
  /** Milliseconds left of what the caller wanted to wait. */
  waitMs(): number;
  /** Milliseconds left until its client gives up. */
  callMs(): number;
}

export function startDeadline(clock: Clock, waitSeconds: number): Deadline {
  const began = clock.monotonic();
  const left = (seconds: number) => Math.max(0, began + seconds * 1000 - clock.monotonic());
  return {
    waitMs: () => left(Math.min(waitSeconds, maxWaitSeconds)),
    callMs: () => left(callSeconds),
  };
}

/**
 * Waits for what has to be known before anything is sent.
 * @throws AppError COMFYUI_TIMEOUT when that takes as long as a client waits; the work goes on and is done for the next.
 */
export async function beforeSending<T>(rooms: Rooms, work: Promise<T>, deadline: Deadline): Promise<T> {
  const done = new AbortController();
  const late = rooms.clock.sleep(deadline.callMs(), done.signal).then(() => {
    throw new AppError('COMFYUI_TIMEOUT', 'ComfyUI takes long to tell what nodes and models it has.', {
      hint: 'Nothing was sent. Call again in a moment: it is still being read.',
    });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
    // Whichever lost: aborted just now, or told by whoever asks next.
    late.catch(() => {});
    work.catch(() => {});
  }
}

/** Waits for a job's end while telling progress, then for the facts of its files. */
export async function waitFor(
  rooms: Rooms,
  job: JobRecord,
  deadline: Deadline,
  context: CallContext,
): Promise<JobRecord> {
  const ended = await rooms.jobs.wait(job.prompt_id, {
    timeoutMs: deadline.waitMs(),
    signal: context.signal,
    onProgress: (progress) =>
      context.progress({ value: progress.percent, max: 100, message: progressMessage(progress) }),
  });
  const now = ended ?? job;
  if (now.status === 'completed') {
    const ids = rooms.registry.assets.byJob(now.prompt_id).map((asset) => asset.asset_id);
    const factsMs = Math.min(5000, deadline.callMs());
    await rooms.intake.settled(ids, AbortSignal.any([context.signal, AbortSignal.timeout(Math.round(factsMs))]));
  }
  return { ...now, progress: rooms.jobs.progress(now.prompt_id) };
}

/** The same for a job that was just sent. While sending is paused one that waits is answered at once: nobody knows when it goes. */
export async function waitForSent(
  rooms: Rooms,
  job: JobRecord,
  deadline: Deadline,
  context: CallContext,
): Promise<JobRecord> {
  return isHeld(job) && rooms.jobs.paused ? job : waitFor(rooms, job, deadline, context);
}

/** How far a job is, as a person reads it: the node at work, its steps, the time left. */
export function progressMessage(progress: Progress): string {
  if (progress.node_title === null) return 'Waiting for the next node';
  const steps = progress.max > 1 ? ` ${progress.value} of ${progress.max}` : '';
  const left = progress.eta_seconds === null ? '' : `, about ${Math.max(1, Math.round(progress.eta_seconds))} s left`;
  return `${progress.node_title}${steps}${left}`;
}

/** Longest side and base64 budget of an inline preview: small, since it lands in the model's context. */
const inlinePreview = { maxDim: 256, maxB64Chars: 40_000 };

/**
 * The answer with a small picture of its first asset, if that is one. What can't be shown is told in the message: the
 * generation went well all the same, and a caller who got an error instead would make it again.
 */
export async function withInlinePreview(rooms: Rooms, answer: GenerationAnswer): Promise<GenerationAnswer> {
  const asset = answer.asset_id === undefined ? undefined : rooms.registry.assets.get(answer.asset_id);
  if (asset?.media_kind !== 'image') return answer;
  try {
    const preview = await rooms.media.preview(asset, inlinePreview);
    return {
      ...answer,
      inline_preview_base64: Buffer.from(preview.bytes).toString('base64'),
      inline_preview_mime_type: preview.mime_type,
    };
  } catch (error) {
    const { message } = toErrorValue(error);
    rooms.logger.debug('no inline preview', { asset_id: asset.asset_id, error });
    return { ...answer, message: [answer.message, `There is no inline preview: ${message}`].filter(Boolean).join(' ') };
  }
}
