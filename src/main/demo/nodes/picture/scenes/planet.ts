/** A world in space: banded or cloudy, perhaps ringed, before dust and stars. */
import { n } from '../canvas.js';
import { type Colour, hex, lch, lighten, mix, rgb } from '../colour.js';
import { ridgeLine } from './ridge-line.js';
import type { Moment, Scene } from './scene.js';
import { drawStars } from './sky.js';

export const planet: Scene = async (moment) => {
  const { canvas, brief, noise, time } = moment;
  const { width, height } = canvas;
  const { palette } = brief;
  const random = brief.random('planet');
  const deep = mix(lch(0.13, 0.035, 275), palette.skyTop, 0.18);
  canvas.fill(hex(mix(deep, { l: 0.08, a: 0, b: -0.01 }, 0.3)));
  await drawNebula(moment, deep);
  drawStars(moment, height * 1.3, 640);
  const far = brief.wants('nebula', 'galaxy', 'stars', 'milky', 'cosmos');
  const radius = far ? random.between(90, 150) : random.between(225, 330);
  const x = width * random.between(0.36, 0.64) - time * 30;
  const y = height * random.between(0.4, 0.52);
  const ringed = !brief.refuses('ring', 'rings') && (brief.wants('saturn', 'ring', 'rings') || random.chance(0.5));
  const tilt = random.between(-24, 24);
  if (ringed) drawRing(moment, x, y, radius, tilt, 'back');
  await drawGlobe(moment, x, y, radius);
  if (ringed) drawRing(moment, x, y, radius, tilt, 'front');
  if (!brief.refuses('moon', 'moons')) drawMoon(moment, x, y, radius);
  if (brief.wants('landscape', 'alien', 'mars', 'mountains', 'surface') || random.chance(0.3)) {
    for (const [index, base] of [0.84, 0.92].entries()) {
      const line = ridgeLine(canvas, noise, {
        base: height * base,
        relief: 90,
        length: 380,
        rough: 0.9,
        offset: 60 + index * 9 + time * 0.2,
      });
      const tone = mix(lch(0.12, 0.02, 275), palette.accent, index === 0 ? 0.16 : 0.05);
      canvas.add(`<path d="${line.path}" fill="${hex(tone)}"/>`);
    }
  }
};

/** A band of glowing dust across the whole canvas, over a sky as dark as `deep`. */
export async function drawNebula({ canvas, brief, noise, time }: Moment, deep: Colour): Promise<void> {
  const { accent, second, third } = brief.palette;
  const glow = [mix(deep, second, 0.7), mix(deep, accent, 0.75), mix(accent, third, 0.5)].map(rgb);
  const offset = brief.random('nebula').between(0, 40);
  const aspect = canvas.width / canvas.height;
  await canvas.raster(140, Math.round(140 / Math.max(0.5, Math.min(2, aspect))), (u, v) => {
    const x = u * 2.2 * aspect + offset + time * 0.1;
    const y = v * 2.2 + offset;
    const bend = noise.fractal(x * 0.7, y * 0.7, 3);
    const dust = noise.fractal(x + bend * 1.6, y + bend * 1.2, 5);
    const band = Math.exp(-(((v - 0.5 + (u - 0.5) * 0.55 + bend * 0.35) / 0.34) ** 2));
    const density = Math.max(0, dust * 1.1 + 0.42) * band * 1.25;
    const heat = Math.min(2, Math.max(0, (dust + 0.3) * 2.1));
    const low = glow[Math.floor(heat)] ?? [0, 0, 0];
    const high = glow[Math.min(2, Math.floor(heat) + 1)] ?? low;
    const part = heat % 1;
    const colour = [0, 1, 2].map((index) => (low[index] ?? 0) + ((high[index] ?? 0) - (low[index] ?? 0)) * part);
    return [[colour[0] ?? 0, colour[1] ?? 0, colour[2] ?? 0], Math.min(0.85, density)];
  });
}

/** The lit ball: bands or continents on a sphere, night side, blue rim of air. */
async function drawGlobe(
  { canvas, brief, noise, time }: Moment,
  cx: number,
  cy: number,
  radius: number,
): Promise<void> {
  const { accent, second, third, skyLow } = brief.palette;
  const random = brief.random('globe');
  const banded = brief.wants('jupiter', 'saturn', 'gas') || random.chance(0.55);
  const stops = banded
    ? [
        mix(accent, second, 0.5),
        third,
        accent,
        mix(third, skyLow, 0.6),
        mix(accent, { l: 0.3, a: 0, b: 0 }, 0.4),
        mix(skyLow, third, 0.4),
      ]
    : [
        mix(second, { l: 0.28, a: 0, b: -0.04 }, 0.45),
        second,
        mix(accent, second, 0.35),
        accent,
        mix(accent, third, 0.6),
        skyLow,
      ];
  const table = Array.from({ length: 64 }, (_, index) => {
    const place = (index / 63) * (stops.length - 1);
    const one = stops[Math.floor(place)] ?? accent;
    return rgb(mix(one, stops[Math.floor(place) + 1] ?? one, place % 1));
  });
  const lean = random.between(-0.5, 0.5);
  const cos = Math.cos(lean);
  const sin = Math.sin(lean);
  const halo = canvas.radial(
    [
      [0.78, lighten(skyLow, 0.02), 0.5],
      [0.86, mix(skyLow, second, 0.5), 0.2],
      [1, second, 0],
    ],
    cx - radius * 0.06,
    cy - radius * 0.06,
    radius * 1.25,
  );
  canvas.add(`<circle cx="${n(cx)}" cy="${n(cy)}" r="${n(radius * 1.25)}" fill="${halo}"/>`);
  const attributes = canvas.clip(`<circle cx="${n(cx)}" cy="${n(cy)}" r="${n(radius)}"/>`);
  await canvas.raster(
    200,
    200,
    (u, v) => {
      const x = u * 2 - 1;
      const y = v * 2 - 1;
      const flat = x * x + y * y;
      const z = Math.sqrt(Math.max(0, 1 - flat));
      const sx = x * cos + y * sin;
      const sy = y * cos - x * sin;
      const longitude = Math.atan2(sx, z + 0.0001) + time * 1.4;
      const latitude = Math.asin(Math.max(-1, Math.min(1, sy)));
      const swirl = noise.fractal(longitude * 1.5 + 20, latitude * 3, 4);
      const height = banded
        ? 0.5 + 0.5 * Math.sin(latitude * 11 + swirl * 2.2 + noise.at(latitude * 6, 3) * 2)
        : 0.5 + swirl * 0.85 + noise.fractal(longitude * 4, latitude * 6, 3) * 0.3;
      const [red, green, blue] = table[Math.min(63, Math.max(0, Math.round(height * 63)))] ?? [0, 0, 0];
      const light = Math.max(0, -0.56 * x - 0.44 * y + 0.7 * z);
      const shade = 0.035 + 1.06 * light ** 0.85;
      const air = (1 - z) ** 3 * light * 110;
      return [
        [
          Math.min(255, red * shade + air * 0.7),
          Math.min(255, green * shade + air * 0.85),
          Math.min(255, blue * shade + air),
        ],
        1,
      ];
    },
    { x: cx - radius - 1, y: cy - radius - 1, width: radius * 2 + 2, height: radius * 2 + 2, attributes },
  );
}

function drawRing(
  { canvas, brief }: Moment,
  x: number,
  y: number,
  radius: number,
  tilt: number,
  half: 'back' | 'front',
): void {
  const { third, accent, skyLow } = brief.palette;
  const random = brief.random('ring');
  const bands: string[] = [];
  for (let index = 0; index < 13; index++) {
    const r = radius * (1.38 + index * 0.062);
    const tone = hex(mix(mix(third, skyLow, 0.4), accent, random.next() * 0.7));
    bands.push(
      `<ellipse rx="${n(r)}" ry="${n(r * 0.24)}" stroke="${tone}" stroke-width="${n(radius * random.between(0.02, 0.062))}" stroke-opacity="${n(random.between(0.25, 0.85))}"/>`,
    );
  }
  const reach = radius * 3;
  const cut = canvas.clip(
    half === 'back'
      ? `<rect x="${n(-reach)}" y="${n(-reach)}" width="${n(reach * 2)}" height="${n(reach)}"/>`
      : `<rect x="${n(-reach)}" y="0" width="${n(reach * 2)}" height="${n(reach)}"/>`,
  );
  canvas.add(
    `<g transform="translate(${n(x)} ${n(y)}) rotate(${n(tilt)})"><g ${cut} fill="none">${bands.join('')}</g></g>`,
  );
}

function drawMoon({ canvas, brief, time }: Moment, x: number, y: number, radius: number): void {
  const random = brief.random('moon');
  const angle = random.between(0, 6.28) + time;
  const r = radius * random.between(0.09, 0.17);
  const mx = x + Math.cos(angle) * radius * 1.65;
  const my = y + Math.sin(angle) * radius * 1.15;
  const tone = mix(brief.palette.haze, lch(0.75, 0.02, 80), 0.6);
  const skin = canvas.radial(
    [
      [0, lighten(tone, 0.12)],
      [0.55, mix(tone, { l: 0.2, a: 0, b: 0 }, 0.35)],
      [1, { l: 0.1, a: 0, b: 0 }],
    ],
    mx,
    my,
    r * 1.3,
    [mx - r * 0.6, my - r * 0.5],
  );
  canvas.add(`<circle cx="${n(mx)}" cy="${n(my)}" r="${n(r)}" fill="${skin}"/>`);
}
