/** What is known of one unfinished job besides its row: its progress, its previews, and how sure we are of it. */
import type { ErrorValue } from '../../shared/errors.js';
import type { JobNode, Progress } from '../../shared/job.js';
import type { Graph } from '../../shared/workflow.js';
import type { Clock, Emit, JobRecord } from '../ports.js';
import { createLatest } from './latest.js';
import { createNodeLog } from './node-log.js';
import type { LinkEvent } from './ports.js';
import { createProgressTracker } from './progress.js';

/** Milliseconds between two progress events and two previews of one job: no eye and no agent wants more. */
const progressMs = 60;
const previewMs = 100;

/** Looks that find a job nowhere count as one when they are closer than this, in milliseconds: a request of a program that died may still be on its way. */
const missGapMs = 700;

export interface Follower {
  /** Somebody asked to cancel it; the wish stays until the job has ended. */
  cancelling: boolean;
  /** It is on its way to the engine: not finding it there means nothing. */
  sending: boolean;
  /** What left its sending in doubt: the reason to give when it turns up nowhere. */
  doubt: ErrorValue | undefined;
  /** Looks in a row that could not read its end although there is one. */
  unreadable: number;
  readonly running: boolean;
  started(at: number): void;
  take(event: LinkEvent): void;
  /** Null until something is known. */
  progress(): Progress | null;
  nodes(): JobNode[];
  listen(listener: (progress: Progress) => void): () => void;
  /** The engine knows it. */
  seen(): void;
  /** The engine does not know it; answers how many looks in a row said so. */
  missed(): number;
  /** Drops what waits to be told; the follower may be used further. */
  quiet(): void;
  /** The job has ended. */
  dispose(): void;
}

export function createFollower({
  job,
  graph,
  typicalMs,
  emit,
  clock,
}: {
  job: JobRecord;
  graph: Graph;
  typicalMs: number | null;
  emit: Emit;
  clock: Clock;
}): Follower {
  const tracker = createProgressTracker(graph);
  const log = createNodeLog(graph);
  const listeners = new Set<(progress: Progress) => void>();
  let running = false;
  let misses = 0;
  let lastMiss = Number.NEGATIVE_INFINITY;
  let disposed = false;

  const read = () => tracker.read(clock.now(), typicalMs);
  const tell = createLatest<void>(progressMs, () => {
    const progress = read();
    emit({ type: 'job.progress', prompt_id: job.prompt_id, progress });
    for (const listener of listeners) listener(progress);
  });
  const show = createLatest<{ mime_type: string; bytes: Uint8Array }>(previewMs, (preview) =>
    emit({ type: 'job.preview', prompt_id: job.prompt_id, ...preview }),
  );

  const follower: Follower = {
    cancelling: job.cancel_requested,
    sending: false,
    doubt: undefined,
    unreadable: 0,
    get running() {
      return running;
    },
    started(at) {
      running = true;
      tracker.started(at);
    },
    take(event) {
      if (disposed) return;
      misses = 0;
      if (event.type === 'preview') {
        show.push({ mime_type: event.mime_type, bytes: event.bytes });
      } else {
        tracker.take(event);
        log.take(event, clock.now());
        tell.push();
      }
    },
    progress: () => (running ? read() : null),
    nodes: log.read,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    seen() {
      misses = 0;
    },
    missed() {
      const now = clock.monotonic();
      if (misses === 0 || now - lastMiss >= missGapMs) {
        misses += 1;
        lastMiss = now;
      }
      return misses;
    },
    quiet() {
      tell.clear();
      show.clear();
    },
    dispose() {
      disposed = true;
      follower.quiet();
      listeners.clear();
    },
  };
  if (job.started_ms !== null) follower.started(job.started_ms);
  return follower;
}
