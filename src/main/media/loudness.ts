/**
 * Loudness over time of a sound of unknown length, in memory that does not grow with it: energies are summed in buckets, and
 * whenever there are too many, neighbours are joined.
 */
const mostBuckets = 8192;
/** Samples of the first buckets. */
const firstSpan = 64;

export interface LoudnessMeter {
  /** Takes the next samples, one array of equal length per channel. */
  add(channels: readonly Float32Array[]): void;
  /** Samples taken so far, of one channel. */
  readonly samples: number;
  /** Root mean square of each of `slices`, scaled so that the loudest is 1. */
  bars(slices: number): number[];
}

export function createLoudnessMeter(): LoudnessMeter {
  const energies = new Float64Array(mostBuckets);
  let span = firstSpan;
  let samples = 0;

  function join(): void {
    for (let bucket = 0; bucket < mostBuckets; bucket += 1) {
      const pair = (energies[bucket * 2] ?? 0) + (energies[bucket * 2 + 1] ?? 0);
      energies[bucket] = bucket * 2 < mostBuckets ? pair : 0;
    }
    span *= 2;
  }

  function add(channels: readonly Float32Array[]): void {
    const length = channels[0]?.length ?? 0;
    for (let at = 0; at < length; ) {
      if (samples >= span * mostBuckets) join();
      const bucket = Math.floor(samples / span);
      const until = Math.min(length, at + (bucket + 1) * span - samples);
      let energy = 0;
      for (const channel of channels) {
        for (let sample = at; sample < until; sample += 1) energy += (channel[sample] ?? 0) ** 2;
      }
      energies[bucket] = (energies[bucket] ?? 0) + energy / channels.length;
      samples += until - at;
      at = until;
    }
  }

  function bars(slices: number): number[] {
    const used = Math.ceil(samples / span);
    const heights: number[] = [];
    for (let slice = 0; slice < slices; slice += 1) {
      const from = Math.floor((slice * used) / slices);
      const to = Math.max(from + 1, Math.floor(((slice + 1) * used) / slices));
      let energy = 0;
      for (let bucket = from; bucket < to; bucket += 1) energy += energies[bucket] ?? 0;
      const covered = Math.min(to * span, samples) - from * span;
      heights.push(covered > 0 ? Math.sqrt(energy / covered) : 0);
    }
    const loudest = Math.max(...heights, 0);
    return loudest === 0 ? heights : heights.map((height) => height / loudest);
  }

  return {
    add,
    bars,
    get samples() {
      return samples;
    },
  };
}
