/**
 * Decodes sounds in a thread of its own, one at a time: seconds of work that must hold up nothing else. The thread starts
 * with the first sound and ends when none has come for a while; one that hangs or dies costs its sound only.
 */
import { Worker } from 'node:worker_threads';
import { type ErrorValue, fromErrorValue } from '../../shared/errors.js';
import type { Peaks } from '../../shared/peaks.js';
import { unsupported } from './faults.js';
import { createLimiter } from './limiter.js';

export interface PeaksReader {
  /** Peaks of a sound file. Throws MEDIA_UNSUPPORTED, or the signal's reason. */
  read(path: string, signal?: AbortSignal): Promise<Peaks>;
  /** Ends the thread; what is read then rejects. */
  close(): Promise<void>;
}

export type PeaksAnswer = { ok: true; peaks: Peaks } | { ok: false; error: ErrorValue };

export interface PeaksThreadOptions {
  /** The built worker, a file. */
  file: string;
  /** Milliseconds that one sound may take: an album of some hours needs less. */
  limitMs?: number;
  /** Milliseconds without work after which the thread ends and gives its memory back. */
  idleMs?: number;
}

/** Megabytes of JavaScript objects; samples are outside of it, and few at a time. */
const heapMb = 256;

export function createPeaksThread({ file, limitMs = 60_000, idleMs = 30_000 }: PeaksThreadOptions): PeaksReader {
  const turns = createLimiter(1);
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  const closing = new AbortController();

  function thread(): Worker {
    clearTimeout(idle);
    if (worker !== undefined) return worker;
    const started = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: heapMb }, stderr: true });
    // Decoders write there what they think of damaged files; the answer says it too.
    started.stderr.resume();
    const forget = () => {
      if (worker === started) worker = undefined;
    };
    // Whoever waits hears of it too; without a listener it would be the program's own end.
    started.on('error', forget);
    started.on('exit', forget);
    worker = started;
    return started;
  }

  async function end(): Promise<void> {
    clearTimeout(idle);
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
  }

  /** The next answer of the thread; rejects when it dies, takes too long or is no longer wanted. */
  function ask(path: string, signal: AbortSignal): Promise<PeaksAnswer> {
    return new Promise((resolve, reject) => {
      const asked = thread();
      const died = (cause?: unknown) => settle(() => reject(unreadableSound('could not be decoded', cause)));
      const late = setTimeout(() => {
        settle(() => reject(unreadableSound('takes too long to decode')));
        void end();
      }, limitMs);
      const onAbort = () => {
        settle(() => reject(signal.reason));
        void end();
      };
      const onMessage = (answer: PeaksAnswer) => settle(() => resolve(answer));
      const settle = (then: () => void) => {
        clearTimeout(late);
        asked.off('message', onMessage).off('error', died).off('exit', died);
        signal.removeEventListener('abort', onAbort);
        then();
      };
      asked.on('message', onMessage).on('error', died).on('exit', died);
      signal.addEventListener('abort', onAbort, { once: true });
      asked.postMessage(path);
    });
  }

  return {
    read: (path, signal) =>
      turns.run(async () => {
        const stop = AbortSignal.any(signal === undefined ? [closing.signal] : [closing.signal, signal]);
        stop.throwIfAborted();
        try {
          const answer = await ask(path, stop);
          if (answer.ok) return answer.peaks;
          throw fromErrorValue(answer.error);
        } finally {
          clearTimeout(idle);
          idle = setTimeout(() => void end(), idleMs);
          idle.unref();
        }
      }),
    async close() {
      closing.abort(new Error('The program is closing.'));
      await end();
    },
  };
}

function unreadableSound(why: string, cause?: unknown) {
  return unsupported(`The sound ${why}.`, { fault: 'damaged', ...(cause instanceof Error ? { cause } : {}) });
}
