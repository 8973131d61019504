/** Smooth seeded noise in one and two dimensions, for ridges, clouds, water and marble. */
import { hashText } from '../random.js';

export interface Noise {
  /** Smooth noise, about -1…1, with features of size 1. */
  at(x: number, y: number): number;
  /** `octaves` layers of noise, each half as large and half as strong. About -1…1. */
  fractal(x: number, y: number, octaves: number): number;
}

/** Gradient noise over a shuffled table of 256 directions. */
export function createNoise(seed: string): Noise {
  const table = new Uint8Array(512);
  let state = hashText(seed) || 1;
  const order = Array.from({ length: 256 }, (_, index) => index);
  for (let i = 255; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = state % (i + 1);
    const swap = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = swap;
  }
  for (let i = 0; i < 512; i++) table[i] = order[i & 255] ?? 0;
  const directionX = new Float64Array(256);
  const directionY = new Float64Array(256);
  for (let i = 0; i < 256; i++) {
    directionX[i] = Math.cos((i / 256) * 2 * Math.PI);
    directionY[i] = Math.sin((i / 256) * 2 * Math.PI);
  }
  const corner = (column: number, row: number, x: number, y: number): number => {
    const index = table[(table[column & 255] ?? 0) + (row & 255)] ?? 0;
    return (directionX[index] ?? 0) * x + (directionY[index] ?? 0) * y;
  };
  const at = (x: number, y: number): number => {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const fx = x - column;
    const fy = y - row;
    const sx = fx * fx * fx * (fx * (fx * 6 - 15) + 10);
    const sy = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
    const top = corner(column, row, fx, fy);
    const topRight = corner(column + 1, row, fx - 1, fy);
    const bottom = corner(column, row + 1, fx, fy - 1);
    const bottomRight = corner(column + 1, row + 1, fx - 1, fy - 1);
    const upper = top + (topRight - top) * sx;
    const lower = bottom + (bottomRight - bottom) * sx;
    return (upper + (lower - upper) * sy) * 1.4;
  };
  return {
    at,
    fractal(x, y, octaves) {
      let sum = 0;
      let strength = 0.5;
      let scale = 1;
      for (let octave = 0; octave < octaves; octave++) {
        sum += at(x * scale + octave * 17.3, y * scale - octave * 9.1) * strength;
        strength /= 2;
        scale *= 2;
      }
      return sum;
    },
  };
}
