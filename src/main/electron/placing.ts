/** Where a window may stand: screens come and go between two starts. */
import type { Bounds } from './window-state.js';

interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Pixels of the window's upper edge that must be in sight, so that it can be taken and moved. */
const graspable = { width: 120, height: 32 };

/** The bounds of last time; without a place, for the system to choose, when no screen shows their upper edge any more. */
export function placed(bounds: Bounds, screens: readonly Area[]): Bounds {
  const { x, y, ...rest } = bounds;
  if (x === undefined || y === undefined) return rest;
  const inSight = screens.some((area) => {
    const width = Math.min(x + bounds.width, area.x + area.width) - Math.max(x, area.x);
    const height = Math.min(y + graspable.height, area.y + area.height) - Math.max(y, area.y);
    return width >= graspable.width && height >= graspable.height;
  });
  return inSight ? bounds : rest;
}
