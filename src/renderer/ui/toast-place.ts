/** Where a message stands so that it covers nothing that can be pressed or filled in. Pure. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Obstacle extends Box {
  /** How bad it is to lie on it. */
  weight: number;
}

/** Pixels between two heights that are tried, and from the edges of what is around. */
const step = 4;
const margin = 12;

/**
 * The lowest place in the middle of `room` where a message of that size covers none of the obstacles; at one of the sides
 * where the middle has none below half the room; else where it covers least. Pixels of the page, all of them.
 */
export function toastPlace(
  size: { width: number; height: number },
  room: Box,
  obstacles: readonly Obstacle[],
): { left: number; bottom: number } {
  const width = Math.min(size.width, room.right - room.left - 2 * margin);
  const lefts = [(room.left + room.right - width) / 2, room.left + margin, room.right - margin - width];
  const lowest = room.bottom - margin;
  const highest = room.top + margin + size.height;
  let best = { left: lefts[0] ?? room.left, bottom: lowest };
  let least = Number.POSITIVE_INFINITY;
  // The lower half first, in the middle and at the sides; then above.
  for (const [from, to] of halves(lowest, highest)) {
    for (const left of lefts) {
      for (let bottom = from; bottom >= to; bottom -= step) {
        const cost = coverage({ ...size, width }, { left, bottom }, obstacles);
        if (cost === 0) return { left, bottom };
        if (cost < least) {
          least = cost;
          best = { left, bottom };
        }
      }
    }
  }
  return best;
}

/** How bad a place is: the weights of what a message there would cover. */
export function coverage(
  size: { width: number; height: number },
  { left, bottom }: { left: number; bottom: number },
  obstacles: readonly Obstacle[],
): number {
  const box = { left, right: left + size.width, top: bottom - size.height, bottom };
  return obstacles.reduce((sum, one) => (overlap(box, one) ? sum + one.weight : sum), 0);
}

function halves(lowest: number, highest: number): [number, number][] {
  const middle = (lowest + highest) / 2;
  return [
    [lowest, middle],
    [middle, highest],
  ];
}

/** Whether two boxes have a place in common, or nearly touch. */
function overlap(a: Box, b: Box): boolean {
  const air = 4;
  return a.left < b.right + air && b.left < a.right + air && a.top < b.bottom + air && b.top < a.bottom + air;
}
