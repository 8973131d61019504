/** The stand-in for a music model: a short sting that marks the piece as the demo engine's, then the piece. */
import { breathe } from '../chunks.js';
import { createPlan } from './plan.js';
import { writeScore } from './score.js';
import { createMixer } from './synth.js';

export interface Tune {
  readonly tags: string;
  readonly lyrics: string;
  readonly seed: string;
}

/** Where the music begins, in seconds: before it the two tones of the sting are heard alone. */
const STING_SECONDS = 0.75;

/**
 * Composes and renders `seconds` of stereo at 44.1 kHz. The same tune gives the same samples.
 * `check` runs between slices of work and may throw to stop.
 */
export async function compose(tune: Tune, seconds: number, check: () => void): Promise<[Float32Array, Float32Array]> {
  const plan = createPlan(tune.tags, tune.lyrics, tune.seed);
  const mixer = createMixer(seconds, tune.seed);
  mixer.sting(659.26, 0.02, 0.5, 0.16);
  mixer.sting(880, 0.24, 0.6, 0.16);
  const { notes, hits } = writeScore(plan, Math.min(STING_SECONDS, seconds / 2), seconds);
  let began = performance.now();
  const rest = async () => {
    if (performance.now() - began < 4) return;
    await breathe();
    check();
    began = performance.now();
  };
  for (const note of notes) {
    mixer.note(note);
    await rest();
  }
  for (const hit of hits) {
    mixer.hit(hit);
    await rest();
  }
  return mixer.finish(plan.reverb, check);
}
