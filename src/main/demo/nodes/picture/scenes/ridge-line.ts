/** The outline of a ridge: large forms, crags and fine breaks of seeded noise. */
import { type Canvas, n } from '../canvas.js';
import type { Noise } from '../noise.js';

export interface RidgeLine {
  /** Height of the ridge at a horizontal position, in drawing units from the top. */
  at(x: number): number;
  /** The closed path down to the bottom of the canvas. */
  path: string;
}

/** A ridge around `base`; `rough` 0 is a dune, 1 a rock face. */
export function ridgeLine(
  canvas: Canvas,
  noise: Noise,
  {
    base,
    relief,
    length,
    rough,
    offset,
  }: { base: number; relief: number; length: number; rough: number; offset: number },
): RidgeLine {
  const at = (x: number) => {
    const position = x / length + offset;
    const large = noise.fractal(position, offset * 3.1, 2);
    const crag = 0.5 - Math.abs(noise.fractal(position * 2.3, offset + 7, 4));
    const fine = noise.fractal(position * 9, offset + 3, 4);
    return base - relief * (large * 1.1 + rough * (crag * 0.5 + fine * 0.16));
  };
  const step = rough > 0.2 ? 3 : 8;
  const points: string[] = [];
  for (let x = -10; x <= canvas.width + 10; x += step) points.push(`${n(x)} ${n(at(x))}`);
  return {
    at,
    path: `M${points.join('L')}L${n(canvas.width + 10)} ${n(canvas.height + 10)}L-10 ${n(canvas.height + 10)}Z`,
  };
}
