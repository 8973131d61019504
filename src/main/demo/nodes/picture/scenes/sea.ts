/** Open water under a low sun: swell in perspective, a path of light, perhaps a boat or an island. */
import { n } from '../canvas.js';
import { hex, lighten, mix } from '../colour.js';
import { ridgeLine } from './ridge-line.js';
import type { Moment, Scene } from './scene.js';
import { drawClouds, drawSky, drawStars, drawSun } from './sky.js';

export const sea: Scene = async (moment) => {
  const { canvas, brief, noise, time } = moment;
  const { width, height } = canvas;
  const { palette } = brief;
  const random = brief.random('sea');
  const horizon = height * random.between(0.44, 0.58);
  const sun = {
    x: width * random.between(0.25, 0.75),
    y: horizon - height * random.between(0.03, 0.16) + time * 20,
    radius: random.between(38, 66),
  };
  drawSky(moment, horizon);
  if (palette.dark) drawStars(moment, horizon, 260);
  await drawClouds(
    moment,
    0,
    horizon * 0.98,
    random.between(0.35, 0.9),
    lighten(mix(palette.skyLow, palette.sun, 0.25), 0.02),
  );
  const shining = !brief.refuses('sun', 'moon');
  if (shining) drawSun(moment, sun, palette.dark ? 0.7 : 1);
  if (brief.wants('island', 'coast', 'fjord', 'bay', 'lake', 'mountain', 'mountains') || random.chance(0.35)) {
    const line = ridgeLine(canvas, noise, { base: horizon + 4, relief: 52, length: 520, rough: 0.7, offset: 21 });
    const tone = mix(palette.haze, palette.near, 0.45);
    const cut = canvas.clip(`<rect width="${n(width)}" height="${n(horizon)}"/>`);
    canvas.add(`<g ${cut}><path d="${line.path}" fill="${hex(tone)}"/></g>`);
  }
  await drawWater(moment, horizon, sun.x, shining);
  if (
    !brief.refuses('boat', 'boats', 'ship') &&
    (brief.wants('boat', 'boats', 'sail', 'sailboat', 'ship', 'yacht') || random.chance(0.3))
  ) {
    drawBoat(moment, horizon);
  }
};

/** The water as a raster in perspective: rows near the horizon are squeezed, the sun breaks on facets of the swell. */
async function drawWater(
  { canvas, brief, noise, time }: Moment,
  horizon: number,
  sunX: number,
  shining: boolean,
): Promise<void> {
  const { width, height } = canvas;
  const { skyTop, skyMid, skyLow, sun, near } = brief.palette;
  const deep = mix(skyTop, near, 0.62);
  const middle = mix(mix(skyMid, skyTop, 0.4), near, 0.28);
  const bright = mix(skyLow, skyMid, 0.3);
  const tones = Array.from({ length: 33 }, (_, index) => {
    const tone = index / 32;
    return tone < 0.5 ? mix(deep, middle, tone * 2) : mix(middle, bright, (tone - 0.5) * 2);
  });
  const glint = lighten(mix(sun, skyLow, 0.15), 0.02);
  const aspect = width / (height - horizon);
  const centre = sunX / width;
  const glitter = Array.from({ length: 9 }, (_, index) => tones.map((tone) => mix(tone, glint, index / 8)));
  await canvas.raster(
    256,
    150,
    (u, v) => {
      const distance = 1 / (0.02 + v * 0.55);
      const x = (u - 0.5) * aspect * distance * 1.1;
      const z = distance * 3.4;
      const swell = noise.fractal(x * 0.9 + time * 1.2, z * 1.7 - time * 2, 4);
      const ripple = noise.fractal(x * 2.7 - time, z * 5.5 + 30 + time * 2.5, 3);
      const facet = swell * 0.75 + ripple * 0.5;
      const tone = 0.92 - v ** 0.7 * 0.85 + facet * (0.2 + 0.32 * v);
      const spread = 0.035 + 0.13 * v;
      const column = Math.exp(-(((u - centre) / spread) ** 2));
      const spark = shining ? Math.max(0, column * (0.85 - v * 0.35) + facet * 1.5 * column - 0.12) : 0;
      const sheet = glitter[Math.min(8, Math.max(0, Math.round(spark * 8)))] ?? tones;
      return [sheet[Math.min(32, Math.max(0, Math.round(tone * 32)))] ?? middle, 1];
    },
    { x: 0, y: horizon, width, height: height - horizon },
  );
  const line = canvas.linear([
    [0, skyLow, 0],
    [0.5, lighten(skyLow, 0.03), 0.55],
    [1, skyLow, 0],
  ]);
  canvas.add(`<rect y="${n(horizon - 7)}" width="${n(width)}" height="14" fill="${line}"/>`);
}

function drawBoat({ canvas, brief, time }: Moment, horizon: number): void {
  const random = brief.random('boat');
  const { near, sun, skyLow } = brief.palette;
  const size = random.between(46, 92);
  const x = canvas.width * random.between(0.14, 0.86) + time * 70;
  const y = horizon + size * random.between(0.25, 0.8);
  const hull = hex(mix(near, { l: 0.1, a: 0, b: 0 }, 0.4));
  const sail = canvas.linear(
    [
      [0, mix(mix(skyLow, sun, 0.6), near, 0.12)],
      [1, mix(skyLow, near, 0.45)],
    ],
    [0, 0],
    [1, 0.3],
  );
  const reflection = canvas.linear([
    [0, near, 0.45],
    [1, near, 0],
  ]);
  const roll = Math.sin(time * 12) * 2;
  canvas.add(
    `<g transform="translate(${n(x)} ${n(y)}) scale(${n(size / 100)})">` +
      `<path d="M-52 0C-30 40 30 40 56 0L20 110H-20Z" fill="${reflection}"/>` +
      `<g transform="rotate(${n(roll)})"><path d="M2 -8V-150" stroke="${hull}" stroke-width="4"/>` +
      `<path d="M6 -148C46 -96 58 -52 60 -22H6Z" fill="${sail}"/><path d="M-3 -132C-26 -92 -38 -50 -42 -22H-3Z" fill="${sail}" opacity=".85"/>` +
      `<path d="M-58 -12H64C54 10 44 18 30 18H-30C-44 18 -52 6 -58 -12Z" fill="${hull}"/></g></g>`,
  );
}
