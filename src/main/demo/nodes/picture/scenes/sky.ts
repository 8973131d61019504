/** Sky, sun and clouds, shared by everything under the open air. */
import { n } from '../canvas.js';
import { type Colour, lighten, mix } from '../colour.js';
import type { Moment } from './scene.js';

export interface Sun {
  x: number;
  y: number;
  radius: number;
}

/** Fills the canvas down to `horizon` (drawing units) and beyond with the gradient of the sky. */
export function drawSky({ canvas, brief }: Moment, horizon: number): void {
  const { skyTop, skyMid, skyLow } = brief.palette;
  const end = horizon / canvas.height;
  canvas.fill(
    canvas.linear([
      [0, skyTop],
      [end * 0.28, mix(skyTop, skyMid, 0.55)],
      [end * 0.58, skyMid],
      [end * 0.82, mix(skyMid, skyLow, 0.6)],
      [end, skyLow],
    ]),
  );
}

/** A glowing disc: wide halo, near halo, disc. */
export function drawSun({ canvas, brief }: Moment, { x, y, radius }: Sun, strength = 1): void {
  const { sun, skyLow } = brief.palette;
  const glow = mix(sun, skyLow, 0.35);
  const halo = canvas.radial(
    [
      [0, sun, 0.75 * strength],
      [0.12, glow, 0.5 * strength],
      [0.4, glow, 0.16 * strength],
      [1, glow, 0],
    ],
    x,
    y,
    radius * 9,
  );
  canvas.add(`<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius * 9)}" fill="${halo}"/>`);
  const disc = canvas.radial(
    [
      [0, lighten(sun, 0.02)],
      [0.85, sun],
      [0.97, mix(sun, skyLow, 0.2), 0.9],
      [1, mix(sun, skyLow, 0.3), 0],
    ],
    x,
    y,
    radius,
  );
  canvas.add(`<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" fill="${disc}"/>`);
}

/** Stars, more of them higher up, twinkling with time. */
export function drawStars({ canvas, brief, time }: Moment, until: number, count: number): void {
  const random = brief.random('stars');
  const marks: string[] = [];
  for (let index = 0; index < count; index++) {
    const x = random.next() * canvas.width;
    const y = random.next() ** 1.4 * until;
    const size = 0.8 + random.next() ** 7 * 3;
    const phase = random.next() * 6.28;
    const opacity = (0.35 + 0.6 * random.next()) * (0.8 + 0.2 * Math.sin(phase + time * 20)) * (1 - y / until) ** 0.4;
    marks.push(`<circle cx="${n(x)}" cy="${n(y)}" r="${n(size)}" opacity="${n(opacity)}"/>`);
  }
  canvas.add(`<g fill="#fff6e4">${marks.join('')}</g>`);
}

/**
 * Streaky clouds between `top` and `bottom`, lit from below near the horizon.
 * `amount` 0 is a clear sky, 1 an overcast one.
 */
export async function drawClouds(
  { canvas, brief, noise, time }: Moment,
  top: number,
  bottom: number,
  amount: number,
  light: Colour,
): Promise<void> {
  const { skyTop, skyMid } = brief.palette;
  const random = brief.random('clouds');
  const stretch = random.between(2.4, 4.5);
  const offset = random.between(0, 50);
  const shadow = mix(skyTop, skyMid, 0.5);
  const aspect = canvas.width / canvas.height;
  const tones = Array.from({ length: 17 }, (_, index) => mix(shadow, light, index / 16));
  await canvas.raster(
    150,
    90,
    (u, v) => {
      const depth = 0.55 + v * 1.5;
      const x = (u * aspect * 2.2) / depth + offset + time * 0.25;
      const y = (v * stretch * 1.8) / depth + offset;
      const warp = noise.at(x * 0.8, y * 0.8) * 0.5;
      const body = noise.fractal(x + warp, y * 1.6 + warp, 5);
      const cover = (body + 0.55 * amount - 0.22) * 2.1;
      const density = Math.min(1, Math.max(0, cover));
      const lit = Math.min(16, Math.max(0, Math.round((0.75 - body * 0.7 + (v - 0.5) * 0.5) * 16)));
      const edge = Math.min(1, v * 6) * Math.min(1, (1 - v) * 3);
      return [tones[lit] ?? light, density * density * (3 - 2 * density) * 0.8 * edge];
    },
    { x: 0, y: top, width: canvas.width, height: bottom - top },
  );
}
