/** Which moment of a film stands for it. */

/** Shares of the length, in the order they are looked at: films begin with black more often than they end with it. */
const shares = [0.1, 0.35, 0.6, 0];
/** Seconds, for a film that does not tell its length: one that is still being written, or came from a recorder. */
const blind = [0.5, 0];

/** From 0 to 255: above it something can be seen. */
export const enoughLight = 24;

/** Seconds at which to look. `duration` may be infinite or not a number. */
export function momentsOf(duration: number): number[] {
  return Number.isFinite(duration) && duration > 0 ? shares.map((share) => share * duration) : blind;
}

/** The brightness, from 0 to 255, that a tenth of the pixels (RGBA) reach: a lit window in the night counts. */
export function brightness(pixels: Uint8ClampedArray): number {
  const lights: number[] = [];
  for (let at = 0; at < pixels.length; at += 4) {
    lights.push(0.2126 * (pixels[at] ?? 0) + 0.7152 * (pixels[at + 1] ?? 0) + 0.0722 * (pixels[at + 2] ?? 0));
  }
  lights.sort((a, b) => b - a);
  return lights[Math.floor(lights.length / 10)] ?? 0;
}

/** The size whose longest side is at most `side`, in whole pixels. */
export function sizeWithin(width: number, height: number, side: number): { width: number; height: number } {
  const scale = Math.min(1, side / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
