/** Waveforms of sounds: the core reads nearly all of them; what only this window can decode is decoded here. */
import { originalAddress, peaksAddress } from '../../shared/bridge.js';
import { barCount, type Peaks, peaksSchema } from '../../shared/peaks.js';
import { type Faults, faultIn } from '../store/faults.js';

export interface Waveforms {
  /** Loudness from 0 to 1 in `barCount` slices; null when the sound can't be had or decoded, which is noted as its fault. */
  peaks(assetId: string): Promise<Peaks | null>;
}

/** Decoding runs at this rate: enough for loudness, and an hour of sound stays small. */
const decodeRate = 8_000;
/** Larger files are not decoded whole for a drawing. */
const largestFile = 64 * 1024 * 1024;
const remembered = 300;
const atOnce = 2;

/** `keep` hands what was decoded here to the core, so that it is decoded once and not at each start. */
export function createWaveforms(
  faults: Pick<Faults, 'set'>,
  keep: (assetId: string, peaks: Peaks) => Promise<unknown>,
): Waveforms {
  const known = new Map<string, Promise<Peaks | null>>();
  const waiting: (() => void)[] = [];
  let busy = 0;

  const turn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (busy >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    busy += 1;
    try {
      return await work();
    } finally {
      busy -= 1;
      waiting.shift()?.();
    }
  };

  const read = async (assetId: string): Promise<Peaks | null> => {
    const response = await fetch(peaksAddress(assetId));
    if (response.ok) return peaksSchema.parse(await response.json());
    const fault = await faultIn(response);
    const decoded = fault === 'missing' ? null : await turn(() => decode(assetId)).catch(() => null);
    if (decoded === null) faults.set(assetId, fault);
    // Drawn it is in any case; what could not be kept is decoded again another time.
    else keep(assetId, decoded).catch(() => undefined);
    return decoded;
  };

  return {
    peaks(assetId) {
      const before = known.get(assetId);
      if (before !== undefined) return before;
      const promise = read(assetId).catch(() => null);
      known.set(assetId, promise);
      if (known.size > remembered) {
        const oldest = known.keys().next();
        if (oldest.done !== true) known.delete(oldest.value);
      }
      return promise;
    },
  };
}

async function decode(assetId: string): Promise<Peaks | null> {
  const response = await fetch(originalAddress(assetId));
  if (!response.ok) return null;
  if (Number(response.headers.get('content-length') ?? 0) > largestFile) {
    await response.body?.cancel();
    return null;
  }
  const bytes = await response.arrayBuffer();
  const context = new OfflineAudioContext(1, 1, decodeRate);
  const sound = await context.decodeAudioData(bytes);
  const bars = loudness(sound.getChannelData(0), barCount).map((bar) => Math.round(bar * 1000) / 1000);
  return { bars, duration: sound.duration };
}

/** Root mean square of each slice, scaled so that the loudest slice is 1. */
export function loudness(samples: Float32Array, slices: number): number[] {
  const bars: number[] = [];
  for (let slice = 0; slice < slices; slice += 1) {
    const from = Math.floor((slice * samples.length) / slices);
    const to = Math.max(from + 1, Math.floor(((slice + 1) * samples.length) / slices));
    let sum = 0;
    for (let at = from; at < to; at += 1) {
      const sample = samples[at] ?? 0;
      sum += sample * sample;
    }
    bars.push(Math.sqrt(sum / (to - from)));
  }
  const loudest = Math.max(...bars, 0);
  return loudest === 0 ? bars : bars.map((bar) => bar / loudest);
}

/** `count` bars out of more, each the loudest of its share. */
export function thin(bars: readonly number[], count: number): number[] {
  if (bars.length <= count) return [...bars];
  return Array.from({ length: count }, (_, bar) =>
    Math.max(...bars.slice(Math.floor((bar * bars.length) / count), Math.floor(((bar + 1) * bars.length) / count)), 0),
  );
}
