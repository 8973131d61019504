/**
 * Reads sounds and films in threads: decoding takes seconds that must hold up nothing else, and what reads a container may
 * hang on a damaged one. A file that is too much for its thread is taken for damaged, and costs nobody else anything.
 */
import type { MediaKind } from '../../shared/asset.js';
import type { Peaks } from '../../shared/peaks.js';
import { createThread, type Thread, ThreadLostError } from '../threads.js';
import { type FileFacts, fileFacts } from './facts.js';
import { unsupported } from './faults.js';
import { createLimiter } from './limiter.js';
import { readPeaks } from './sound.js';
import { type StoredFiles, storedFiles } from './stored-files.js';

export interface MediaReader {
  /** Peaks of a sound. Throws MEDIA_UNSUPPORTED, or the signal's reason. */
  peaks(path: string, signal?: AbortSignal): Promise<Peaks>;
  /** Facts of a film or sound. Throws MEDIA_UNSUPPORTED, or the signal's reason. */
  facts(kind: MediaKind, path: string, signal?: AbortSignal): Promise<FileFacts>;
  /** What lies in a folder of the cache. */
  storedFiles(dir: string): Promise<StoredFiles>;
  close(): Promise<void>;
}

/** What the threads can be asked. */
export const mediaWork = {
  peaks: (path: string) => readPeaks(path),
  facts: ({ kind, path }: { kind: MediaKind; path: string }) => fileFacts(kind, path),
  storedFiles,
};
export type MediaWork = typeof mediaWork;

/** Megabytes of JavaScript objects; samples are outside of it, and few at a time. */
const heapMb = 256;
/** Milliseconds that one file may take: an album of some hours needs less, and facts stand in the first few blocks. */
const usualLimits = { peaks: 60_000, facts: 10_000 };

export interface MediaThreadOptions {
  /** The built `media-thread.js`. */
  script: string;
  limits?: { peaks: number; facts: number };
  /** Milliseconds without work after which a thread ends. */
  idleMs?: number;
}

export function createMediaReader({ script, limits = usualLimits, idleMs = 30_000 }: MediaThreadOptions): MediaReader {
  // Facts are waited for by agents, and stand behind no waveform.
  const threads = {
    peaks: createThread<MediaWork>(script, { heapMb, idleMs }),
    facts: createThread<MediaWork>(script, { heapMb, idleMs }),
    folders: createThread<MediaWork>(script, { heapMb, idleMs: 1000 }),
  };
  const turns = { peaks: createLimiter(1), facts: createLimiter(1) };
  let closed = false;

  /** One at a time, so that a limit counts for one file. */
  function ask<T>(
    name: 'peaks' | 'facts',
    run: (thread: Thread<MediaWork>, options: { signal?: AbortSignal; limitMs: number; abortEnds: true }) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    return turns[name].run(async () => {
      signal?.throwIfAborted();
      try {
        return await run(threads[name], { signal, limitMs: limits[name], abortEnds: true });
      } catch (cause) {
        if (!(cause instanceof ThreadLostError) || closed) throw cause;
        throw unsupported('The file is damaged, or too much to be read.', { fault: 'damaged', cause });
      }
    });
  }

  return {
    peaks: (path, signal) => ask('peaks', (thread, options) => thread.ask('peaks', path, options), signal),
    facts: (kind, path, signal) =>
      ask('facts', (thread, options) => thread.ask('facts', { kind, path }, options), signal),
    storedFiles: (dir) => threads.folders.ask('storedFiles', dir),
    async close() {
      closed = true;
      await Promise.all(Object.values(threads).map((thread) => thread.close()));
    },
  };
}

/** The same without threads, for tests. */
export const inlineMediaReader: MediaReader = {
  peaks: readPeaks,
  facts: fileFacts,
  storedFiles,
  close: async () => {},
};
