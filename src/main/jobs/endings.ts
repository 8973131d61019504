/** How a job ends that has no history entry, and what is said of it. */
import { AppError, type ErrorValue, toErrorValue } from '../../shared/errors.js';
import type { JobEnd, JobRecord } from '../ports.js';
import type { Outcome } from './ports.js';

/** An end without outputs. `now` is milliseconds since the epoch. */
export function ending(status: JobEnd['status'], error: ErrorValue, now: number): JobEnd {
  return { status, error, outputs: [], history: null, started_ms: null, finished_ms: now };
}

export function endingOf(outcome: Outcome, now: number): JobEnd {
  const { status, error, outputs, history, started_ms } = outcome;
  return { status, error, outputs, history, started_ms, finished_ms: outcome.finished_ms ?? now };
}

/** Servers that keep no status would let a job pass for completed that was stopped while nobody heard of it. */
export function asCancelled(outcome: Outcome): Outcome {
  return { ...outcome, status: 'cancelled', error: cancelled('while it ran') };
}

export function cancelled(when: 'before it ran' | 'while it ran'): ErrorValue {
  return { code: 'JOB_CANCELLED', message: `The job was cancelled ${when}.` };
}

export function lost(job: JobRecord): ErrorValue {
  return {
    code: 'JOB_LOST',
    message: 'ComfyUI no longer knows this job.',
    hint:
      job.submitted_ms === null
        ? 'The app stopped while sending it. Run it again.'
        : 'ComfyUI was probably restarted while the job was waiting or running. Run it again.',
  };
}

/** What is said of a job whose engine ended with everything in it, as the demo engine does when it is left. */
export function leftBehind(): ErrorValue {
  return {
    code: 'JOB_LOST',
    message: 'The demo engine was left while this job was waiting or running.',
    hint: 'Run it again.',
  };
}

/** Whether a job was ended only because nobody could find it: should it turn up after all, it goes on. */
export function isGivenUp({ status, error }: Pick<JobRecord, 'status' | 'error'>): boolean {
  if (status === 'lost') return true;
  return status === 'error' && error !== null && (error.details?.delivered === 'unknown' || isUnreadAnswer(error));
}

function isUnreadAnswer({ code, details }: ErrorValue): boolean {
  return code === 'COMFYUI_BAD_RESPONSE' && details?.delivered !== false;
}

/** Whether a failed sending may have reached the engine all the same: the answer was lost, or made no sense. */
export function isInDoubt(error: unknown): boolean {
  if (!(error instanceof AppError)) return true;
  return error.details?.delivered === 'unknown' || isUnreadAnswer(error);
}

/** Whether it is our own disk that failed: the engine has done its work, and what it made must not be lost over it. */
export function isUnwritten(error: unknown): boolean {
  return error instanceof AppError && ['DATA_DIR_UNWRITABLE', 'LIBRARY_DAMAGED'].includes(error.code);
}

/** Nobody can tell whether the word to cancel arrived; the wish stays with the job. */
export function failedCancel(error: unknown): never {
  const { code, message, details } = toErrorValue(error);
  throw new AppError(code, message, {
    hint: 'The job is cancelled as soon as ComfyUI answers again.',
    ...(details ? { details } : {}),
    cause: error,
  });
}

/** Whether asking again later may help. */
export function isPassing(error: unknown): boolean {
  return error instanceof AppError && ['COMFYUI_UNREACHABLE', 'COMFYUI_TIMEOUT'].includes(error.code);
}
