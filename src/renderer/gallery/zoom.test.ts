import { describe, expect, it } from 'vitest';
import { bounded, fitScale, fitted, largestScale, zoomAt } from './zoom.js';

const stage = { width: 1128, height: 708 };
const picture = { width: 2000, height: 1400 };

describe('fitting', () => {
  it('shows a large picture whole, clear of the arrows, and a small one pixel for pixel', () => {
    expect(fitScale(picture, stage)).toBe(0.5);
    expect(fitScale({ width: 64, height: 64 }, stage)).toBe(1);
  });

  it('copes with a stage or a picture that has no size yet', () => {
    expect(fitScale({ width: 0, height: 0 }, stage)).toBe(1);
    expect(fitScale(picture, { width: 0, height: 0 })).toBeGreaterThan(0);
  });
});

describe('zooming', () => {
  it('keeps what lies under the pointer where it is', () => {
    const from = { scale: 1, x: 0, y: 0 };
    const point = { x: 200, y: -100 };
    const to = zoomAt(from, 2, point, picture, stage);
    const under = (placing: typeof from) => (point.x - placing.x) / placing.scale;
    expect(under(to)).toBeCloseTo(under(from));
  });

  it('stays between the whole and the largest scale', () => {
    const from = fitted(picture, stage);
    expect(zoomAt(from, 0.01, { x: 0, y: 0 }, picture, stage).scale).toBe(from.scale);
    expect(zoomAt(from, 99, { x: 0, y: 0 }, picture, stage).scale).toBe(largestScale);
  });
});

describe('panning', () => {
  it('stops at the picture’s edges', () => {
    expect(bounded({ scale: 1, x: 9999, y: -9999 }, picture, stage)).toEqual({ scale: 1, x: 436, y: -346 });
  });

  it('centres what is smaller than the stage', () => {
    expect(bounded({ scale: 0.5, x: 50, y: 50 }, picture, stage)).toEqual({ scale: 0.5, x: 0, y: 0 });
  });
});
