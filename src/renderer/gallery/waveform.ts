/** Waveforms of songs, from the decoded file. Decoded once each, two at a time, and remembered. */
import { originalAddress } from '../../shared/bridge.js';

export interface Waveforms {
  /** Loudness from 0 to 1 in `barCount` slices; null when the sound can't be decoded here. */
  peaks(assetId: string): Promise<Peaks | null>;
}

export interface Peaks {
  bars: readonly number[];
  /** Seconds. */
  duration: number;
}

/** Slices kept of each sound; a picture with fewer bars takes every nth. */
export const barCount = 176;
/** Decoding runs at this rate: enough for loudness, and an hour of sound stays small. */
const decodeRate = 8_000;
/** Larger files are not decoded whole for a drawing. */
const largestFile = 64 * 1024 * 1024;
const remembered = 300;
const atOnce = 2;

export function createWaveforms(): Waveforms {
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

  return {
    peaks(assetId) {
      const before = known.get(assetId);
      if (before !== undefined) return before;
      const promise = turn(() => decode(assetId)).catch(() => null);
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
  return { bars: loudness(sound.getChannelData(0), barCount), duration: sound.duration };
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
