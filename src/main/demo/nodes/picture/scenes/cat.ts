/** A cat on a wall, seen from behind, looking at a low sun over hills. */
import { n } from '../canvas.js';
import { type Colour, hex, lighten, mix } from '../colour.js';
import { ridgeLine } from './ridge-line.js';
import type { Moment, Scene } from './scene.js';
import { drawClouds, drawSky, drawStars, drawSun } from './sky.js';

const black: Colour = { l: 0.07, a: 0, b: 0 };

/** Sitting, from behind; the feet are at 0, about 400 units high. */
const BODY =
  'M-96 0C-128-40-122-120-84-178C-66-206-60-216-58-232C-86-252-94-290-86-322C-86-346-88-372-84-398C-66-388-46-370-36-358' +
  'C-14-366 14-366 36-358C46-370 66-388 84-398C88-372 86-346 86-322C94-290 86-252 58-232C60-216 66-206 84-178C122-120 128-40 96 0Z';

export const cat: Scene = async (moment) => {
  const { canvas, brief, noise, time } = moment;
  const { width, height } = canvas;
  const { palette } = brief;
  const random = brief.random('cat');
  const wall = height * random.between(0.8, 0.86);
  const horizon = height * random.between(0.56, 0.66);
  const size = random.between(1.05, 1.3) * Math.min(1.2, (height / 1000) ** 0.5);
  const x = width * random.between(0.36, 0.64);
  drawSky(moment, horizon * 1.1);
  if (palette.dark) drawStars(moment, horizon, 240);
  await drawClouds(moment, 0, horizon, random.between(0.2, 0.7), lighten(palette.skyLow, 0.04));
  drawSun(
    moment,
    {
      x: x + random.between(-60, 60),
      y: wall - 300 * size + random.between(-30, 40),
      radius: random.between(150, 200),
    },
    0.55,
  );
  for (let layer = 0; layer < 3; layer++) {
    const line = ridgeLine(canvas, noise, {
      base: horizon + layer * height * 0.07,
      relief: 75,
      length: 560,
      rough: 0.5,
      offset: 11 + layer * 5 + time * (0.05 + layer * 0.07),
    });
    const tone = mix(mix(palette.haze, palette.skyLow, 0.3), palette.near, 0.18 + layer * 0.22);
    canvas.add(
      `<path d="${line.path}" fill="${canvas.linear([
        [0, tone],
        [1, mix(tone, palette.haze, 0.6)],
      ])}"/>`,
    );
  }
  const stone = mix(palette.near, black, 0.3);
  canvas.add(
    `<rect y="${n(wall)}" width="${n(width)}" height="${n(height - wall)}" fill="${canvas.linear([
      [0, lighten(stone, 0.07)],
      [0.12, stone],
      [1, mix(stone, black, 0.6)],
    ])}"/><rect y="${n(wall - 2)}" width="${n(width)}" height="4" fill="${hex(mix(palette.sun, stone, 0.45))}" opacity=".7"/>`,
  );
  const kitten = brief.wants('kitten', 'kittens', 'kitty');
  drawCat(moment, x, wall + 6, size * (kitten ? 0.72 : 1), brief.colourOf('cat', 'cats', 'kitten', 'kitty'));
  if (brief.wants('cats', 'kittens') || random.chance(0.2)) {
    drawCat(moment, x + (x > width / 2 ? -1 : 1) * 250 * size, wall + 6, size * 0.74, undefined);
  }
};

function drawCat({ canvas, brief, time }: Moment, x: number, y: number, size: number, asked: Colour | undefined): void {
  const { near, sun, haze } = brief.palette;
  const fur = asked ? mix(asked, near, 0.12) : mix(near, black, 0.45);
  const paint = canvas.linear([
    [0, lighten(mix(fur, haze, 0.12), 0.03)],
    [0.4, fur],
    [1, mix(fur, black, 0.55)],
  ]);
  const wag = Math.sin(time * 12) * 16;
  const rim = mix(sun, haze, 0.2);
  const tail = `M78-14C150-6 196 ${n(14 + wag * 0.3)} 186 ${n(70 + wag)}C178 ${n(118 + wag)} 128 ${n(128 + wag)} 118 ${n(96 + wag)}`;
  canvas.soft(x, y, 190 * size, 26 * size, black, 0.6);
  canvas.add(
    `<g transform="translate(${n(x)} ${n(y)}) scale(${n(size)})"><path d="${BODY}" fill="${hex(rim)}" opacity=".75" stroke="${hex(rim)}" stroke-width="5" stroke-linejoin="round"/>` +
      `<path d="${BODY}" fill="${paint}"/><path d="${tail}" fill="none" stroke="${hex(mix(fur, black, 0.3))}" stroke-width="32" stroke-linecap="round"/>` +
      `<path d="M0-214C6-150 4-80 0-30" fill="none" stroke="${hex(mix(fur, black, 0.5))}" stroke-width="10" stroke-opacity=".35" stroke-linecap="round"/></g>`,
  );
}
