/**
 * When to look at the engine's queue: soon after something happened, now and then otherwise, never two looks at once,
 * and never so often that the looks themselves become work: a queue of fifty large graphs is megabytes.
 */
import type { Clock } from '../ports.js';

/** After a look that took some time, so many times as long nothing is looked at, but no longer than this. Milliseconds. */
const restFactor = 9;
const longestRestMs = 2000;

export interface Looks {
  /** Makes sure that a look happens within `ms`, or as soon as the one before has rested. */
  within(ms: number): void;
  /** Looks at once, without rest, or as soon as the look under way is over: somebody waits for what it shows. */
  now(): void;
  /** Drops the look that waits; the one under way goes on. */
  cancel(): void;
}

/** `look` must not reject. */
export function createLooks(look: () => Promise<void>, clock: Pick<Clock, 'monotonic'>): Looks {
  let timer: NodeJS.Timeout | undefined;
  /** When the look that waits is due; monotonic milliseconds. */
  let due = Number.POSITIVE_INFINITY;
  let notBefore = Number.NEGATIVE_INFINITY;
  let looking = false;
  /** Asked for by `now`; while a look is under way: it was asked for after that one began. */
  let urgent = false;

  const arm = () => {
    clearTimeout(timer);
    if (looking || due === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(() => void run(), Math.max(0, Math.max(due, notBefore) - clock.monotonic()));
  };

  const run = async () => {
    due = Number.POSITIVE_INFINITY;
    urgent = false;
    looking = true;
    const began = clock.monotonic();
    await look();
    looking = false;
    const ended = clock.monotonic();
    if (urgent) due = ended;
    else notBefore = ended + Math.min(restFactor * (ended - began), longestRestMs);
    arm();
  };

  return {
    within(ms) {
      const at = clock.monotonic() + ms;
      if (at >= due) return;
      due = at;
      arm();
    },
    now() {
      urgent = true;
      due = clock.monotonic();
      notBefore = Number.NEGATIVE_INFINITY;
      arm();
    },
    cancel() {
      urgent = false;
      due = Number.POSITIVE_INFINITY;
      clearTimeout(timer);
    },
  };
}
