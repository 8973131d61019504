/** Pines before hills in morning haze. */
import { n } from '../canvas.js';
import { lighten, mix } from '../colour.js';
import { ridgeLine } from './ridge-line.js';
import type { Moment, Scene } from './scene.js';
import { drawClouds, drawSky, drawStars, drawSun } from './sky.js';

export const forest: Scene = async (moment) => {
  const { canvas, brief, noise, time } = moment;
  const { width, height } = canvas;
  const { palette } = brief;
  const random = brief.random('forest');
  const horizon = height * random.between(0.34, 0.46);
  drawSky(moment, horizon * 1.25);
  if (palette.dark) drawStars(moment, horizon, 240);
  await drawClouds(moment, 0, horizon * 1.1, random.between(0.25, 0.8), lighten(palette.skyLow, 0.05));
  if (!brief.refuses('sun', 'moon')) {
    drawSun(
      moment,
      { x: width * random.between(0.2, 0.8), y: horizon * random.between(0.5, 0.95), radius: random.between(30, 52) },
      0.9,
    );
  }
  const hills = random.int(2, 3);
  for (let layer = 0; layer < hills; layer++) {
    const depth = layer / hills;
    const line = ridgeLine(canvas, noise, {
      base: horizon + height * 0.09 * layer,
      relief: 85,
      length: 620,
      rough: 0.6,
      offset: 40 + layer * 6 + time * (0.05 + 0.05 * layer),
    });
    const tone = mix(mix(palette.haze, palette.skyLow, 0.3), palette.near, 0.08 + depth * 0.2);
    canvas.add(
      `<path d="${line.path}" fill="${canvas.linear([
        [0, tone],
        [0.5, mix(tone, palette.haze, 0.7)],
        [1, palette.haze],
      ])}"/>`,
    );
  }
  const rows = 5;
  for (let row = 0; row < rows; row++) drawPines(moment, row, rows, horizon);
};

/** One row of pines on uneven ground; far rows are small, pale and swim in haze. */
function drawPines({ canvas, brief, noise, time }: Moment, row: number, rows: number, horizon: number): void {
  const { width, height } = canvas;
  const { palette } = brief;
  const random = brief.random(`pines ${row}`);
  const depth = row / (rows - 1);
  const base = horizon + (height - horizon) * (0.3 + 0.62 * depth ** 1.2);
  const tall = height * (0.075 + 0.2 * depth ** 1.3) * random.between(0.9, 1.15);
  const drift = time * (30 + 130 * depth);
  const ground = (x: number) => base + noise.fractal((x + drift) / 420 + row * 9, row * 4.3, 3) * (40 + 45 * depth);
  const trees: string[] = [];
  const gap = tall * (0.3 + 0.12 * (1 - depth));
  for (let x = -tall - drift; x < width + tall + 140; x += gap * random.between(0.55, 1.75)) {
    const size = tall * random.between(0.5, 1.12) * (random.chance(0.12) ? 1.35 : 1);
    if (x > -tall && x < width + tall) trees.push(pine(x, ground(x) + size * 0.06, size, random.next, brief.detail));
  }
  const steps: string[] = [];
  for (let x = -20; x <= width + 20; x += 12) steps.push(`${n(x)} ${n(ground(x))}`);
  const floor = `M${steps.join('L')}V${n(height + 20)}H-20Z`;
  const tone = mix(mix(palette.haze, palette.skyLow, 0.2), palette.near, 0.2 + 0.8 * depth ** 0.9);
  const foot = mix(tone, palette.haze, 0.75 * (1 - depth) ** 0.8);
  const top = base - tall * 1.2;
  const span = Math.max(1, height + 20 - top);
  const paint = canvas.linear([
    [0, lighten(tone, 0.02)],
    [Math.min(0.95, (tall * 1.15) / span), tone],
    [1, foot],
  ]);
  canvas.add(`<path d="${trees.join('')}${floor}" fill="${paint}"/>`);
  if (depth < 0.9) {
    const mist = canvas.linear([
      [0, palette.haze, 0],
      [0.55, palette.haze, 0.5 * (1 - depth * 0.8)],
      [1, palette.haze, 0],
    ]);
    const y = base - tall * 0.3;
    canvas.add(`<rect x="0" y="${n(y)}" width="${n(width)}" height="${n(tall * 1.1)}" fill="${mist}"/>`);
  }
}

/** The outline of a pine: tiers of hanging branches, narrower toward the top. */
function pine(x: number, foot: number, size: number, next: () => number, detail: number): string {
  const tiers = Math.max(4, Math.round(5 + 5 * detail));
  const half = size * (0.16 + 0.06 * next());
  const left: string[] = [];
  const right: string[] = [];
  for (let tier = 0; tier < tiers; tier++) {
    const lower = (tier + 1) / tiers;
    const y = foot - size + size * 0.95 * lower;
    const reach = half * lower ** 0.85;
    const inner = reach * 0.52;
    right.push(
      `L${n(x + reach * (0.85 + 0.3 * next()))} ${n(y + size * 0.012)}L${n(x + inner)} ${n(y - size * 0.018)}`,
    );
    left.unshift(
      `L${n(x - inner)} ${n(y - size * 0.018)}L${n(x - reach * (0.85 + 0.3 * next()))} ${n(y + size * 0.012)}`,
    );
  }
  const trunk = size * 0.018;
  return `M${n(x)} ${n(foot - size)}${right.join('')}L${n(x + trunk)} ${n(foot + size * 0.06)}L${n(x - trunk)} ${n(foot + size * 0.06)}${left
    .map((pair) => {
      const [, inner = '', outer = ''] = pair.split('L');
      return `L${inner}L${outer}`;
    })
    .join('')}Z`;
}
