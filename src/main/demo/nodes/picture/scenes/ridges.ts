/** Ridge behind ridge in haze: mountains with broken edges, or dunes with smooth ones. */
import { n } from '../canvas.js';
import { hex, lighten, mix } from '../colour.js';
import { drawNebula } from './planet.js';
import { type RidgeLine, ridgeLine } from './ridge-line.js';
import type { Moment, Scene } from './scene.js';
import { drawClouds, drawSky, drawStars, drawSun } from './sky.js';
import { drawVessel } from './things.js';

export const ridges: Scene = async (moment) => {
  const { canvas, brief, noise, time } = moment;
  const { width, height } = canvas;
  const { palette } = brief;
  const random = brief.random('ridges');
  const dunes =
    brief.wants('dune', 'dunes', 'desert', 'sand', 'sahara') || (brief.mood === 'desert' && random.chance(0.7));
  const rough = dunes ? 0.03 : random.between(0.55, 1);
  const horizon = height * random.between(0.4, 0.52);
  const sun = {
    x: width * random.between(0.2, 0.8),
    y: horizon * random.between(0.35, 0.78),
    radius: random.between(28, 58),
  };
  drawSky(moment, horizon * 1.15);
  if (brief.wants('galaxy', 'nebula', 'milky', 'cosmic', 'aurora')) await drawNebula(moment, palette.skyTop);
  if (palette.dark) drawStars(moment, horizon, 320);
  if (!brief.refuses('cloud', 'clouds')) {
    await drawClouds(moment, 0, horizon, random.between(0.1, 0.7), lighten(palette.skyLow, 0.04));
  }
  if (!brief.refuses('sun', 'moon')) drawSun(moment, sun, palette.dark ? 0.6 : 1);

  const count = random.int(5, 7);
  const steep = random.between(0.8, 1.75);
  for (let layer = 0; layer < count; layer++) {
    const depth = layer / (count - 1);
    const base = horizon + (height - horizon) * (0.02 + 0.92 * depth ** 1.35);
    const line = ridgeLine(canvas, noise, {
      base,
      relief: (dunes ? 70 : 90 * steep) * (0.75 + depth * 0.75),
      length: (dunes ? 620 : 480) * (0.7 + depth * 0.6),
      rough: rough * (0.5 + depth * 0.5),
      offset: layer * 5.7 + random.between(0, 3) + time * (0.06 + depth * 0.22),
    });
    drawRidge(moment, line, depth, base, dunes, sun.x);
  }
  const vessel = brief.wants('bottle', 'bottles')
    ? 'bottle'
    : brief.wants('vase', 'vases')
      ? 'vase'
      : brief.wants('cup', 'mug')
        ? 'cup'
        : undefined;
  if (vessel) {
    const colour = brief.colourOf('bottle', 'bottles', 'vase', 'cup', 'mug') ?? palette.accent;
    const place = { x: width * random.between(0.38, 0.62) + time * 40, y: height * 0.93, height: height * 0.46 };
    drawVessel(canvas, vessel, place, lighten(colour, 0.06), palette.near);
  }
  if (brief.wants('balloon', 'balloons')) drawBalloons(moment, horizon);
  else if (!brief.refuses('bird', 'birds') && random.chance(0.4)) drawBirds(moment, horizon);
};

function drawRidge(
  { canvas, brief }: Moment,
  line: RidgeLine,
  depth: number,
  base: number,
  dunes: boolean,
  sunX: number,
): void {
  const { haze, near, ground, skyLow, sun } = brief.palette;
  const far = mix(haze, skyLow, 0.35);
  const body = dunes
    ? mix(far, mix(ground, near, 0.25 + 0.55 * depth ** 2), 0.25 + 0.75 * depth)
    : mix(far, near, 0.14 + 0.86 * depth ** 1.15);
  const foot = mix(body, haze, 0.62 * (1 - depth * 0.75));
  const fade = (base - 120) / canvas.height;
  canvas.add(
    `<path d="${line.path}" fill="${canvas.linear([
      [0, lighten(body, dunes ? 0.05 : 0.015)],
      [Math.min(0.9, 0.22 + (1 - fade) * 0.15), body],
      [1, foot],
    ])}"/>`,
  );
  // A rim of light toward the sun.
  const rim = canvas.linear(
    [
      [0, sun, 0],
      [Math.min(0.98, Math.max(0.02, sunX / canvas.width)), sun, dunes ? 0.5 : 0.28 * (1 - depth * 0.6)],
      [1, sun, 0],
    ],
    [0, 0],
    [1, 0],
  );
  canvas.add(`<path d="${line.path}" fill="none" stroke="${rim}" stroke-width="${dunes ? 3 : 2}"/>`);
}

function drawBirds({ canvas, brief, time }: Moment, horizon: number): void {
  const random = brief.random('birds');
  const x0 = canvas.width * random.between(0.2, 0.75) + time * 60;
  const y0 = horizon * random.between(0.25, 0.6);
  const marks: string[] = [];
  for (let index = random.int(4, 9); index > 0; index--) {
    const x = x0 + random.normal() * 70;
    const y = y0 + random.normal() * 26;
    const span = random.between(7, 14);
    const lift = span * (0.35 + 0.3 * Math.sin(time * 40 + index));
    marks.push(
      `<path d="M${n(x - span)} ${n(y - lift)}Q${n(x - span * 0.4)} ${n(y - lift * 1.1)} ${n(x)} ${n(y)}` +
        `Q${n(x + span * 0.4)} ${n(y - lift * 1.1)} ${n(x + span)} ${n(y - lift)}"/>`,
    );
  }
  const tone = hex(brief.palette.near);
  canvas.add(
    `<g fill="none" stroke="${tone}" stroke-opacity=".7" stroke-width="2.4" stroke-linecap="round">${marks.join('')}</g>`,
  );
}

function drawBalloons({ canvas, brief, time }: Moment, horizon: number): void {
  const random = brief.random('balloons');
  const { accent, second, third, near, sun } = brief.palette;
  for (let index = 0; index < 5; index++) {
    const size = index === 0 ? 85 : random.between(18, 46);
    const x = canvas.width * (index === 0 ? random.between(0.3, 0.7) : random.between(0.06, 0.94));
    const y = horizon * random.between(0.28, 0.85) - time * 50;
    const tone = [accent, second, third][index % 3] ?? accent;
    const skin = canvas.linear(
      [
        [0, mix(tone, sun, 0.3)],
        [0.45, tone],
        [1, mix(tone, near, 0.55)],
      ],
      [0, 0],
      [1, 0],
    );
    const r = n(size);
    const envelope = `M${-size} 0C${-size} ${-size * 1.3} ${r} ${-size * 1.3} ${r} 0C${r} ${size * 0.7} ${size * 0.28} ${size} ${size * 0.2} ${size * 1.35}H${-size * 0.2}C${-size * 0.28} ${size} ${-size} ${size * 0.7} ${-size} 0Z`;
    const stripe = canvas.linear([
      [0, mix(third, sun, 0.3), 0.85],
      [1, mix(third, near, 0.2), 0.85],
    ]);
    canvas.add(
      `<g transform="translate(${n(x)} ${n(y)})"><path d="${envelope}" fill="${skin}"/>` +
        `<path d="M0 ${n(-size * 0.97)}C${n(size * 0.5)} ${n(-size)} ${n(size * 0.5)} ${n(size * 0.8)} ${n(size * 0.08)} ${n(size * 1.35)}H${n(-size * 0.08)}C${n(-size * 0.5)} ${n(size * 0.8)} ${n(-size * 0.5)} ${n(-size)} 0 ${n(-size * 0.97)}Z" fill="${stripe}" opacity=".55"/>` +
        `<rect x="${n(-size * 0.14)}" y="${n(size * 1.5)}" width="${n(size * 0.28)}" height="${n(size * 0.22)}" rx="${n(size * 0.04)}" fill="#3b2a20"/></g>`,
    );
  }
}
