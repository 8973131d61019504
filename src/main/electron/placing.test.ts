import { describe, expect, it } from 'vitest';
import { placed } from './placing.js';

const left = { x: 0, y: 0, width: 1920, height: 1080 };
const right = { x: 1920, y: 0, width: 1920, height: 1080 };

describe('placed', () => {
  it('keeps a place that a screen shows', () => {
    const bounds = { x: 2000, y: 100, width: 1280, height: 800, maximized: false };
    expect(placed(bounds, [left, right])).toEqual(bounds);
    expect(placed({ ...bounds, x: -1000 }, [left])).toEqual({ ...bounds, x: -1000 });
  });

  it('gives up a place on a screen that is gone, or above its edge, and keeps the size', () => {
    const bounds = { x: 2000, y: 100, width: 1280, height: 800, maximized: true };
    const size = { width: 1280, height: 800, maximized: true };
    expect(placed(bounds, [left])).toEqual(size);
    expect(placed({ ...bounds, x: 100, y: -400 }, [left])).toEqual(size);
    expect(placed({ ...bounds, x: 1850, y: 1070 }, [left])).toEqual(size);
  });

  it('has no place to keep before the first move', () => {
    expect(placed({ width: 1280, height: 800, maximized: false }, [left])).toEqual({
      width: 1280,
      height: 800,
      maximized: false,
    });
  });
});
