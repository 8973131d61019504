/** Compares unfinished jobs with what the engine says, and ends those that have ended or are gone. */
import { toErrorValue } from '../../shared/errors.js';
import { isFinal, isHeld } from '../../shared/job.js';
import type { Clock, JobEnd, JobRecord, JobStore, Logger } from '../ports.js';
import { asCancelled, cancelled, ending, endingOf, isPassing, isUnwritten, lost } from './endings.js';
import type { Follower } from './follower.js';
import type { EngineLink, QueueState } from './ports.js';

/** So many looks in a row that find a job nowhere make it lost. */
const missesUntilLost = 3;

/** So many looks in a row that find an end which can't be read or stored end the job with that error. */
const failuresUntilError = 5;

/** Milliseconds between two updates of places in a long queue: each is a write and an event for every waiting job. */
const placesEveryMs = 500;

/** Where a prompt is in the queue: its place from 1, or null while it runs. */
export interface Place {
  remoteId: string;
  position: number | null;
}

/** By the engine's ids and, where it shows them, by ours. */
export type Places = ReadonlyMap<string, Place>;

export function placesOf(queue: QueueState): Places {
  const places = new Map<string, Place>();
  const note = (entries: QueueState['pending'], position: (index: number) => number | null) => {
    for (const [index, { remoteId, jobId }] of entries.entries()) {
      const place = { remoteId, position: position(index) };
      places.set(remoteId, place);
      if (jobId !== null) places.set(jobId, place);
    }
  };
  note(queue.pending, (index) => index + 1);
  note(queue.running, () => null);
  return places;
}

export interface Reconciler {
  /**
   * Compares jobs with the queue as it was after they were read from the store. `sent` false: its request was still under
   * way then. Stops when `current` says that the engine has changed.
   */
  compareAll(
    jobs: readonly { job: JobRecord; sent: boolean }[],
    places: Places,
    at: EngineLink,
    current: () => boolean,
  ): Promise<void>;
  /** Whether the latest comparison missed a job. */
  isDoubtful(): boolean;
}

export interface ReconcilerPorts {
  store: JobStore;
  follow(job: JobRecord): Follower;
  finish(promptId: string, end: JobEnd): void;
  adopt(job: JobRecord, remoteId: string): void;
  markRunning(promptId: string, at: number): void;
  /** A job that was kept back in an earlier session, and that the engine does not know. */
  unsent(job: JobRecord): void;
  clock: Clock;
  logger: Logger;
}

export function createReconciler(ports: ReconcilerPorts): Reconciler {
  const { store, follow, finish, adopt, markRunning, unsent, clock, logger } = ports;
  let doubtful = false;
  let placedAt = Number.NEGATIVE_INFINITY;

  const compareQueued = async (job: JobRecord, place: Place, at: EngineLink): Promise<void> => {
    const follower = follow(job);
    follower.seen();
    follower.unreadable = 0;
    adopt(job, place.remoteId);
    if (place.position === null) markRunning(job.prompt_id, clock.now());
    if (!follower.cancelling) return;
    // Said again at every look: a job that was about to start may have missed the word.
    await at.cancel(place.remoteId).catch((error: unknown) => {
      logger.warn('a job could not be cancelled; trying again', { promptId: job.prompt_id, error });
    });
  };

  const compareGone = async (job: JobRecord, sent: boolean, at: EngineLink): Promise<void> => {
    const follower = follow(job);
    const outcome = await at.outcome(job.remote_id);
    if (outcome) {
      const told = follower.cancelling && !outcome.certain ? asCancelled(outcome) : outcome;
      finish(job.prompt_id, endingOf(told, clock.now()));
      return;
    }
    follower.unreadable = 0;
    if (!sent) return;
    if (isHeld(job) && !follower.cancelling) {
      unsent(job);
      return;
    }
    doubtful = true;
    const remoteId = await at.find({
      promptId: job.prompt_id,
      remoteId: job.remote_id,
      answered: job.submitted_ms !== null,
    });
    if (remoteId !== null) {
      follower.seen();
      adopt(job, remoteId);
      return;
    }
    // It surely was there and no longer is: that is what was asked for.
    const removed = follower.cancelling && job.submitted_ms !== null;
    if (!removed && follower.missed() < missesUntilLost) return;
    const now = clock.now();
    if (follower.cancelling) finish(job.prompt_id, ending('cancelled', cancelled('before it ran'), now));
    else if (follower.doubt) finish(job.prompt_id, ending('error', follower.doubt, now));
    else finish(job.prompt_id, ending('lost', lost(job), now));
  };

  /** One job that can't be read must not hold up the others, nor be asked for for ever. */
  const failed = (job: JobRecord, error: unknown) => {
    if (isPassing(error)) throw error;
    if (isUnwritten(error)) {
      // However long it takes: ComfyUI has the result, and an end with an error would lose it.
      doubtful = true;
      logger.warn('the end of a job could not be stored; trying again', { promptId: job.prompt_id, error });
      return;
    }
    const follower = follow(job);
    follower.unreadable += 1;
    doubtful = true;
    logger.warn('the state of a job could not be read', { promptId: job.prompt_id, error });
    if (follower.unreadable < failuresUntilError) return;
    finish(job.prompt_id, ending('error', toErrorValue(error), clock.now()));
  };

  const updatePositions = (jobs: readonly JobRecord[], places: Places) => {
    const now = clock.monotonic();
    if (now - placedAt < placesEveryMs) return;
    const changed = new Map<string, number>();
    for (const job of jobs) {
      const position = (places.get(job.remote_id) ?? places.get(job.prompt_id))?.position ?? null;
      if (position !== null && position !== job.position) changed.set(job.prompt_id, position);
    }
    if (changed.size === 0) return;
    placedAt = now;
    store.setPositions(changed);
  };

  return {
    async compareAll(jobs, places, at, current) {
      doubtful = false;
      updatePositions(
        jobs.map(({ job }) => job),
        places,
      );
      for (const { job: before, sent } of jobs) {
        const job = store.get(before.prompt_id);
        if (!job || isFinal(job.status)) continue;
        const place = places.get(job.remote_id) ?? places.get(job.prompt_id);
        try {
          if (place) await compareQueued(job, place, at);
          else await compareGone(job, sent, at);
        } catch (error) {
          if (current()) failed(job, error);
        }
        if (!current()) return;
      }
    },
    isDoubtful: () => doubtful,
  };
}
