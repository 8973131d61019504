/** The waveform of a sound, as the core reads it and the window draws it. */
import { z } from 'zod';

/** Slices kept of each sound; a picture with fewer bars takes the loudest of each share. */
export const barCount = 176;

export const peaksSchema = z.object({
  /** Loudness from 0 to 1 in `barCount` slices, the loudest being 1 (all 0 for silence). */
  bars: z.array(z.number().min(0).max(1)).length(barCount),
  /** Seconds. */
  duration: z.number().nonnegative(),
});
export type Peaks = z.infer<typeof peaksSchema>;
