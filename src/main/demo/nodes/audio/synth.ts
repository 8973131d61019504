/** Renders a score to stereo: wave tables with soft envelopes, simple drums, and a hall around them. */
import { breathe } from '../chunks.js';
import { createRandom } from '../random.js';
import type { Instrument } from './plan.js';
import type { Hit, Note } from './score.js';

export const SAMPLE_RATE = 44100;

interface Voice {
  /** Strengths of the harmonics. */
  harmonics: readonly number[];
  /** Seconds to full strength. */
  attack: number;
  /** Seconds in which the tone falls to a third; Infinity holds it. */
  decay: number;
  /** Seconds to fade after the note's end. */
  release: number;
  level: number;
  /** Cents between two voices that play together; 0 is one voice. */
  detune?: number;
  /** Depth in cents and speed in Hz. */
  vibrato?: readonly [cents: number, hertz: number];
}

const voices: Record<Instrument, Voice> = {
  piano: {
    harmonics: [1, 0.55, 0.32, 0.2, 0.13, 0.08, 0.06, 0.035, 0.02],
    attack: 0.004,
    decay: 0.75,
    release: 0.22,
    level: 0.62,
    detune: 2,
  },
  pluck: {
    harmonics: [1, 0.62, 0.4, 0.12, 0.2, 0.08, 0.05, 0.03],
    attack: 0.003,
    decay: 0.42,
    release: 0.14,
    level: 0.6,
  },
  bell: { harmonics: [1, 0.06, 0.32, 0.02, 0.12, 0, 0.06], attack: 0.005, decay: 1.3, release: 0.9, level: 0.5 },
  pad: {
    harmonics: [1, 0.42, 0.26, 0.16, 0.1, 0.06, 0.03],
    attack: 0.5,
    decay: Number.POSITIVE_INFINITY,
    release: 0.8,
    level: 0.36,
    detune: 9,
  },
  strings: {
    harmonics: [1, 0.62, 0.44, 0.3, 0.22, 0.15, 0.1, 0.07, 0.04],
    attack: 0.22,
    decay: Number.POSITIVE_INFINITY,
    release: 0.45,
    level: 0.34,
    detune: 7,
    vibrato: [7, 5.2],
  },
  flute: {
    harmonics: [1, 0.28, 0.1, 0.03],
    attack: 0.06,
    decay: Number.POSITIVE_INFINITY,
    release: 0.14,
    level: 0.5,
    vibrato: [9, 5],
  },
  synth: {
    harmonics: [1, 0.5, 0.36, 0.25, 0.2, 0.14, 0.1, 0.07, 0.05],
    attack: 0.012,
    decay: 1.6,
    release: 0.18,
    level: 0.36,
    detune: 8,
    vibrato: [4, 4.6],
  },
  voice: {
    harmonics: [1, 0.72, 0.62, 0.3, 0.12, 0.1, 0.05, 0.03],
    attack: 0.07,
    decay: Number.POSITIVE_INFINITY,
    release: 0.2,
    level: 0.42,
    detune: 4,
    vibrato: [16, 5.4],
  },
  bass: { harmonics: [1, 0.45, 0.18, 0.07, 0.03], attack: 0.008, decay: 1.1, release: 0.12, level: 0.5 },
};

const TABLE = 2048;

function waveTable(harmonics: readonly number[]): Float32Array {
  const table = new Float32Array(TABLE + 1);
  const total = harmonics.reduce((sum, each) => sum + each, 0);
  for (let i = 0; i <= TABLE; i++) {
    let sum = 0;
    for (const [index, strength] of harmonics.entries())
      sum += strength * Math.sin((2 * Math.PI * (index + 1) * i) / TABLE);
    table[i] = (sum / total) * 1.7;
  }
  return table;
}

export interface Mixer {
  note(note: Note): void;
  hit(hit: Hit): void;
  /** A tone of a soft bell without the hall's colour: frequency in Hz. */
  sting(hertz: number, start: number, length: number, strength: number): void;
  /** Adds the hall, fades the end, levels the whole to a peak of -1.5 dB. */
  finish(reverb: number, check: () => void): Promise<[left: Float32Array, right: Float32Array]>;
}

export function createMixer(seconds: number, seed: string): Mixer {
  const total = Math.round(seconds * SAMPLE_RATE);
  const left = new Float32Array(total);
  const right = new Float32Array(total);
  const tables = new Map<Instrument, Float32Array>();
  const random = createRandom(`drums ${seed}`);
  const noise = Float32Array.from({ length: 8192 }, () => random.next() * 2 - 1);

  const tone = (note: Note, cents: number, share: number, side: number): void => {
    const voice = voices[note.instrument];
    const table = tables.get(note.instrument) ?? waveTable(voice.harmonics);
    tables.set(note.instrument, table);
    const hertz = 440 * 2 ** ((note.pitch - 69 + cents / 100) / 12);
    const increment = (hertz * TABLE) / SAMPLE_RATE;
    const begin = Math.round(note.start * SAMPLE_RATE);
    const held = note.length * SAMPLE_RATE;
    const release = voice.release * SAMPLE_RATE;
    const end = Math.min(total, begin + Math.round(held + release));
    const attack = Math.max(1, voice.attack * SAMPLE_RATE);
    // High tones die away sooner, as on real strings.
    const fall = Number.isFinite(voice.decay)
      ? Math.exp(-1.1 / (voice.decay * SAMPLE_RATE * 2 ** ((60 - note.pitch) / 30)))
      : 1;
    const pan = Math.max(-1, Math.min(1, note.pan + side));
    const gainLeft = Math.cos(((pan + 1) * Math.PI) / 4) * note.strength * voice.level * share;
    const gainRight = Math.sin(((pan + 1) * Math.PI) / 4) * note.strength * voice.level * share;
    const [depth, speed] = voice.vibrato ?? [0, 0];
    const swing = depth / 1731;
    const turn = (2 * Math.PI * speed) / SAMPLE_RATE;
    let phase = 0;
    let body = 1;
    for (let at = Math.max(0, begin), age = at - begin; at < end; at++, age++) {
      const index = phase | 0;
      const one = table[index] ?? 0;
      const value = one + ((table[index + 1] ?? 0) - one) * (phase - index);
      let envelope = body;
      if (age < attack) envelope *= age / attack;
      if (age > held) {
        const left01 = 1 - (age - held) / release;
        envelope *= left01 * left01;
      }
      left[at] = (left[at] ?? 0) + value * envelope * gainLeft;
      right[at] = (right[at] ?? 0) + value * envelope * gainRight;
      body *= fall;
      phase += swing > 0 && age > 6000 ? increment * (1 + swing * Math.sin(turn * age)) : increment;
      if (phase >= TABLE) phase -= TABLE;
    }
  };

  const drum = (hit: Hit, length: number, sound: (age: number, index: number) => number, pan: number): void => {
    const begin = Math.round(hit.start * SAMPLE_RATE);
    const end = Math.min(total, begin + Math.round(length * SAMPLE_RATE));
    for (let at = Math.max(0, begin); at < end; at++) {
      const value = sound((at - begin) / SAMPLE_RATE, at - begin) * hit.strength;
      left[at] = (left[at] ?? 0) + value * (1 - pan);
      right[at] = (right[at] ?? 0) + value * (1 + pan);
    }
  };
  const hiss = (index: number) => (noise[index & 8191] ?? 0) - (noise[(index + 8191) & 8191] ?? 0) * 0.9;

  return {
    note(note) {
      const { detune = 0 } = voices[note.instrument];
      if (detune === 0) tone(note, 0, 1, 0);
      else {
        tone(note, -detune / 2, 0.55, -0.18);
        tone(note, detune / 2, 0.55, 0.18);
      }
    },
    hit(hit) {
      const offset = Math.floor(random.next() * 8192);
      switch (hit.drum) {
        case 'kick':
          return drum(
            hit,
            0.32,
            (age) => 0.55 * Math.sin(2 * Math.PI * (46 * age + 5.2 * (1 - Math.exp(-age * 26)))) * Math.exp(-age * 11),
            0,
          );
        case 'snare':
          return drum(
            hit,
            0.2,
            (age, index) =>
              (0.3 * (noise[(index + offset) & 8191] ?? 0) + 0.22 * Math.sin(1150 * age)) * Math.exp(-age * 22),
            0.06,
          );
        case 'rim':
          return drum(hit, 0.06, (age) => 0.3 * Math.sin(10600 * age) * Math.exp(-age * 90), 0.2);
        case 'hat':
          return drum(hit, 0.07, (age, index) => 0.22 * hiss(index + offset) * Math.exp(-age * 70), -0.25);
        case 'shaker':
          return drum(
            hit,
            0.09,
            (age, index) => 0.22 * hiss(index + offset) * Math.min(1, age * 60) * Math.exp(-age * 38),
            0.35,
          );
      }
    },
    sting(hertz, start, length, strength) {
      const hit: Hit = { drum: 'rim', start, strength };
      const swell = (age: number) =>
        Math.min(1, age * 90) * Math.exp(-age * 5.5) * Math.min(1, Math.max(0, (length - age) * 30));
      drum(
        hit,
        length,
        (age) => (Math.sin(2 * Math.PI * hertz * age) + 0.22 * Math.sin(6 * Math.PI * hertz * age)) * swell(age),
        0,
      );
    },
    async finish(reverb, check) {
      await addHall(left, right, reverb, check);
      await level(left, right);
      return [left, right];
    },
  };
}

/** Four damped echoes a side, with lengths that share no divisor, then two that smear them. Source: Schroeder, 1962. */
async function addHall(left: Float32Array, right: Float32Array, amount: number, check: () => void): Promise<void> {
  const side = (channel: Float32Array, spread: number) => {
    const combs = [1557, 1617, 1491, 1422].map((size) => ({ buffer: new Float32Array(size + spread), at: 0, low: 0 }));
    const passes = [225, 556].map((size) => ({ buffer: new Float32Array(size + spread), at: 0 }));
    const back = 0.74 + 0.18 * amount;
    const wet = 0.11 + 0.2 * amount;
    return (from: number, to: number) => {
      for (let i = from; i < to; i++) {
        const dry = channel[i] ?? 0;
        let sum = 0;
        for (const comb of combs) {
          const echo = comb.buffer[comb.at] ?? 0;
          comb.low = echo * 0.72 + comb.low * 0.28;
          comb.buffer[comb.at] = dry * 0.25 + comb.low * back;
          comb.at = comb.at + 1 === comb.buffer.length ? 0 : comb.at + 1;
          sum += echo;
        }
        for (const pass of passes) {
          const echo = pass.buffer[pass.at] ?? 0;
          const fed = sum + echo * 0.5;
          pass.buffer[pass.at] = fed;
          sum = echo - fed * 0.5;
          pass.at = pass.at + 1 === pass.buffer.length ? 0 : pass.at + 1;
        }
        channel[i] = dry * (1 - amount * 0.25) + sum * wet;
      }
    };
  };
  const sides = [side(left, 0), side(right, 23)];
  const slice = 32768;
  for (let from = 0; from < left.length; from += slice) {
    for (const run of sides) run(from, Math.min(left.length, from + slice));
    await breathe();
    check();
  }
}

/** A gentle fade at the end, soft limiting, and a peak of -1.5 dB. */
async function level(left: Float32Array, right: Float32Array): Promise<void> {
  const total = left.length;
  const fade = Math.min(Math.round(SAMPLE_RATE * 2.5), Math.floor(total / 3));
  let peak = 0.05;
  const slice = 65536;
  for (let from = 0; from < total; from += slice) {
    for (let i = from; i < Math.min(total, from + slice); i++) {
      const ending = i > total - fade ? Math.cos(((i - (total - fade)) / fade) * (Math.PI / 2)) : 1;
      const one = (left[i] ?? 0) * ending;
      const two = (right[i] ?? 0) * ending;
      left[i] = one / (1 + Math.abs(one) * 0.35);
      right[i] = two / (1 + Math.abs(two) * 0.35);
      peak = Math.max(peak, Math.abs(left[i] ?? 0), Math.abs(right[i] ?? 0));
    }
    await breathe();
  }
  const gain = 0.84 / peak;
  for (let from = 0; from < total; from += slice) {
    for (let i = from; i < Math.min(total, from + slice); i++) {
      left[i] = (left[i] ?? 0) * gain;
      right[i] = (right[i] ?? 0) * gain;
    }
    await breathe();
  }
}
