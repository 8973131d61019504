import { describe, expect, it } from 'vitest';
import { columnsFor, filled, pannedBy, placed, type Seen, whole, wholeScales, within, zoomedBy } from './together.js';

const pane = { width: 600, height: 600 };
const picture = { width: 1000, height: 500 };
const seen: Seen = { picture, pane, scale: 0.6 };

describe('sizes', () => {
  it('shows an enlargement and its origin equally large', () => {
    expect(wholeScales([picture, { width: 4000, height: 2000 }], pane)).toEqual([0.6, 0.15]);
  });

  it('blows nothing up beyond the largest of them', () => {
    const small = { width: 64, height: 64 };
    expect(wholeScales([small, { width: 128, height: 128 }], pane)).toEqual([2, 1]);
    expect(wholeScales([small, small], pane)).toEqual([1, 1]);
    expect(wholeScales([{ width: 300, height: 150 }], pane, true)).toEqual([2]);
  });
});

describe('the same part of each', () => {
  it('keeps what lies under the pointer where it is', () => {
    const point = { x: 120, y: -40 };
    const under = (view: typeof whole) => {
      const { left, width } = placed(view, seen);
      return (point.x + pane.width / 2 - left) / width;
    };
    expect(under(zoomedBy(whole, 3, point, seen))).toBeCloseTo(under(whole));
  });

  it('stays between the whole and sixteen pixels for one', () => {
    expect(zoomedBy(whole, 0.1, { x: 0, y: 0 }, seen).zoom).toBe(1);
    expect(zoomedBy(whole, 1000, { x: 0, y: 0 }, seen).zoom * seen.scale).toBeCloseTo(16);
  });

  it('leaves no gap while it is larger than its pane, and is centred while it is smaller', () => {
    const far = pannedBy({ ...whole, zoom: 2 }, { x: 9999, y: 0 }, seen);
    expect(placed(far, seen)).toEqual({ width: 1200, height: 600, left: 0, top: 0 });
    expect(within({ zoom: 1, x: 0.9, y: 0.1 }, seen)).toEqual(whole);
  });

  it('tells which part of the pane is filled', () => {
    expect(filled(whole, seen)).toEqual({ left: 0, top: 150, right: 0, bottom: 150 });
    expect(filled({ ...whole, zoom: 4 }, seen)).toEqual({ left: 0, top: 0, right: 0, bottom: 0 });
  });

  it('is the same part in panes and pictures of other sizes', () => {
    const other: Seen = { picture: { width: 2000, height: 1000 }, pane, scale: 0.3 };
    const view = zoomedBy(whole, 4, { x: 100, y: 50 }, seen);
    expect(placed(view, other)).toEqual(placed(view, seen));
  });
});

describe('panes', () => {
  it('stand where the pictures come out largest', () => {
    const window = { width: 1280, height: 560 };
    expect(columnsFor(2, 1, window)).toBe(2);
    expect(columnsFor(3, 1.5, window)).toBe(3);
    expect(columnsFor(4, 0.6, window)).toBe(4);
    expect(columnsFor(4, 1.8, window)).toBe(2);
  });
});
