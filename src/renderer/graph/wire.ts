/** The way of a wire as an SVG path. Pure. */
import type { Lane } from './layout.js';

interface Point {
  x: number;
  y: number;
}

/** From the right of one box to the left of another, level in every lane; or straight down to the box below. */
export function wirePath(from: Point, to: Point, way: 'down' | readonly Lane[]): string {
  const start = `M${round(from.x)},${round(from.y)}`;
  if (way === 'down') return `${start} L${round(to.x)},${round(to.y)}`;
  let here = from;
  const parts = [start];
  for (const { x, y, width } of way) {
    parts.push(curve(here, { x, y }), `L${round(x + width)},${round(y)}`);
    here = { x: x + width, y };
  }
  return [...parts, curve(here, to)].join(' ');
}

/** Leaves and arrives level. Wires that lead back, as circles have them, swing out further. */
function curve(from: Point, to: Point): string {
  const reach = to.x > from.x ? Math.max(18, (to.x - from.x) / 2) : 60;
  return `C${round(from.x + reach)},${round(from.y)} ${round(to.x - reach)},${round(to.y)} ${round(to.x)},${round(to.y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
