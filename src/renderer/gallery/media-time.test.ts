import { describe, expect, it } from 'vitest';
import { frameLength, holdSeconds, nextSpeed, stepTo } from './media-time.js';

describe('speed', () => {
  it('goes by steps and stops at both ends', () => {
    expect(nextSpeed(1, 1)).toBe(1.25);
    expect(nextSpeed(1, -1)).toBe(0.75);
    expect(nextSpeed(2, 1)).toBe(2);
    expect(nextSpeed(0.25, -1)).toBe(0.25);
  });
});

describe('frames', () => {
  it('learns their length from the closest two', () => {
    expect(frameLength(null, 0, 0.08)).toBeCloseTo(0.08);
    expect(frameLength(0.08, 0.08, 0.12)).toBeCloseTo(0.04);
    expect(frameLength(0.04, 0.12, 0.12)).toBe(0.04);
  });

  it('walks one by one, there and back, and stops at both ends', () => {
    const frame = 1 / 24;
    let time = 0;
    for (let count = 0; count < 10; count += 1) time = stepTo(time, frame, 1, 2);
    expect(Math.floor(time / frame)).toBe(10);
    for (let count = 0; count < 4; count += 1) time = stepTo(time, frame, -1, 2);
    expect(Math.floor(time / frame)).toBe(6);
    expect(Math.floor(stepTo(0, frame, -1, 2) / frame)).toBe(0);
    expect(Math.floor(stepTo(2, frame, 1, 2) / frame)).toBe(47);
  });
});

describe('slides', () => {
  it('stay for their time, and films to their end', () => {
    expect(holdSeconds(null, 3)).toBe(3);
    expect(holdSeconds({ media_kind: 'video', duration_seconds: 8 }, 5)).toBe(8);
    expect(holdSeconds({ media_kind: 'video', duration_seconds: 1 }, 5)).toBe(5);
    expect(holdSeconds({ media_kind: 'audio', duration_seconds: 100 }, 5)).toBe(5);
  });
});
