/** Long loops in slices: the event loop of the main process is never held for more than a frame (16 ms). */

const SLICE_MS = 8;

/** Lets timers, sockets and input run. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Runs `work(from, to)` over 0…total in pieces of `size`, breathing whenever a slice of time is used up.
 * `check` runs after each breath and may throw to stop.
 */
export async function inSlices(
  total: number,
  size: number,
  work: (from: number, to: number) => void,
  check: () => void = () => undefined,
): Promise<void> {
  let began = performance.now();
  for (let from = 0; from < total; from += size) {
    work(from, Math.min(total, from + size));
    if (performance.now() - began > SLICE_MS) {
      await breathe();
      check();
      began = performance.now();
    }
  }
}
