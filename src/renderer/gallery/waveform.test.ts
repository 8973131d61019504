import { describe, expect, it } from 'vitest';
import { wavePath } from './Wave.js';
import { loudness, thin } from './waveform.js';

describe('loudness', () => {
  it('measures each slice against the loudest', () => {
    const samples = new Float32Array([0, 0, 0.5, -0.5, 1, -1, 0.25, 0.25]);
    expect(loudness(samples, 4)).toEqual([0, 0.5, 1, 0.25]);
  });

  it('leaves silence silent', () => {
    expect(loudness(new Float32Array(8), 4)).toEqual([0, 0, 0, 0]);
  });

  it('copes with a sound shorter than the slices asked for', () => {
    expect(loudness(new Float32Array([1]), 3)).toHaveLength(3);
    expect(loudness(new Float32Array(), 2)).toEqual([0, 0]);
  });
});

describe('thin', () => {
  it('keeps the loudest of each share', () => {
    expect(thin([0.1, 0.9, 0.2, 0.3], 2)).toEqual([0.9, 0.3]);
    expect(thin([0.4], 2)).toEqual([0.4]);
  });
});

describe('wavePath', () => {
  it('draws a line of dots until the sound is known', () => {
    expect(wavePath([], 2)).toBe('M2 49.5V50.5M6 49.5V50.5');
  });

  it('draws full loudness over nearly the whole height', () => {
    expect(wavePath([1], 1)).toBe('M2 2.0V98.0');
  });
});
