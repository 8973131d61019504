/** Arithmetic of playing: speeds, frames, slides. Pure. */
import type { Asset } from '../../shared/asset.js';

export const speeds: readonly number[] = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];

/** The next faster (1) or slower (-1) speed; the last one stays. */
export function nextSpeed(speed: number, by: 1 | -1): number {
  const at = speeds.indexOf(speed);
  return speeds[(at < 0 ? speeds.indexOf(1) : at) + by] ?? speed;
}

/** Of a film whose frames have not been seen yet, in seconds. */
export const usualFrame = 1 / 30;
const shortestFrame = 1 / 240;

/** Length of a frame by two that were shown, in seconds. Shown frames can lie apart by several, so the shortest counts. */
export function frameLength(known: number | null, before: number, now: number): number | null {
  const apart = Math.abs(now - before);
  if (apart < shortestFrame) return known;
  return known === null ? apart : Math.min(known, apart);
}

/** Where to seek for the frame that lies `by` frames off: its middle, since its ends round either way. */
export function stepTo(time: number, frame: number, by: number, duration: number): number {
  const last = Math.max(0, Math.ceil(duration / frame - 1e-3) - 1);
  const at = Math.floor(time / frame + 1e-3) + by;
  return Math.min(duration, (Math.min(last, Math.max(0, at)) + 0.5) * frame);
}

/** How long a slide stays, in seconds: a film is seen to its end. */
export function holdSeconds(asset: Pick<Asset, 'media_kind' | 'duration_seconds'> | null, seconds: number): number {
  return asset?.media_kind === 'video' ? Math.max(seconds, asset.duration_seconds ?? 0) : seconds;
}
