/** Prompts that others sent, asked for by the engine's id: how one stands, and stopping one. Nothing of them is kept. */
import type { ErrorValue } from '../../shared/errors.js';
import type { Clock, NewAsset } from '../ports.js';
import type { EngineLink } from './ports.js';

export interface OutsideJob {
  status: 'queued' | 'running' | 'completed' | 'error' | 'cancelled';
  /** Place in the queue from 1; null unless it waits. */
  position: number | null;
  error: ErrorValue | null;
  /** Its files, where the engine keeps them. */
  outputs: NewAsset[];
}

/** Null when the engine does not know it. */
export async function readOutside(at: EngineLink, remoteId: string): Promise<OutsideJob | null> {
  const { running, pending } = await at.queue();
  const unfinished = { error: null, outputs: [] };
  if (running.some((entry) => entry.remoteId === remoteId)) return { status: 'running', position: null, ...unfinished };
  const place = pending.findIndex((entry) => entry.remoteId === remoteId);
  if (place >= 0) return { status: 'queued', position: place + 1, ...unfinished };
  const outcome = await at.outcome(remoteId);
  return outcome && { status: outcome.status, position: null, error: outcome.error, outputs: outcome.outputs };
}

/** Milliseconds between two looks while somebody waits for the end. */
const pollMs = 400;

/** Reads until it has ended or the time is over. Rejects with the signal's reason. */
export async function awaitOutside(
  at: EngineLink,
  remoteId: string,
  clock: Clock,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<OutsideJob | null> {
  const until = clock.monotonic() + timeoutMs;
  for (;;) {
    const job = await readOutside(at, remoteId);
    const left = until - clock.monotonic();
    if (!job || (job.status !== 'queued' && job.status !== 'running') || left <= 0) return job;
    await clock.sleep(Math.min(pollMs, left), signal);
  }
}

/**
 * Stops it and waits until its end was seen. One that waited leaves no trace: cancelled. Null when the engine did not know
 * it in the first place.
 */
export async function cancelOutside(
  at: EngineLink,
  remoteId: string,
  clock: Clock,
  timeoutMs: number,
): Promise<OutsideJob | null> {
  const before = await readOutside(at, remoteId);
  if (!before || (before.status !== 'queued' && before.status !== 'running')) return before;
  await at.cancel(remoteId);
  const after = await awaitOutside(at, remoteId, clock, { timeoutMs });
  return after ?? { status: 'cancelled', position: null, error: null, outputs: [] };
}
