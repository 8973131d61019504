/** Vessels, fruit and simple solids on a table in light from the left. */
import type { Random } from '../../random.js';
import { n } from '../canvas.js';
import { type Colour, hex, lch, lighten, mix } from '../colour.js';
import type { Moment, Scene } from './scene.js';
import {
  apple,
  ball,
  black,
  block,
  bowlOfFruit,
  cone,
  drawShadows,
  orange,
  pear,
  type Thing,
  vessels,
  white,
} from './things.js';

interface Kind {
  width: number;
  height: number;
  draw: Thing['draw'];
  /** Words that ask for it; with `refuses` any of them keeps it away. */
  nouns: readonly string[];
  /** How readily it comes unasked. */
  weight: number;
}

function kindsFor({ brief }: Moment): Kind[] {
  const { accent, second, third } = brief.palette;
  const bowl = bowlOfFruit([accent, mix(accent, third, 0.55), mix(accent, second, 0.3)]);
  return [
    { width: 210, height: 350, draw: vessels.vase, nouns: ['vase', 'vases', 'vessel', 'vessels'], weight: 2 },
    {
      width: 150,
      height: 410,
      draw: vessels.bottle,
      nouns: ['bottle', 'bottles', 'wine', 'perfume', 'glass'],
      weight: 2,
    },
    { width: 210, height: 390, draw: vessels.gourd, nouns: ['jug', 'teapot', 'carafe'], weight: 2 },
    { width: 190, height: 190, draw: vessels.cup, nouns: ['cup', 'cups', 'mug', 'mugs', 'coffee', 'tea'], weight: 1 },
    { width: 230, height: 280, draw: vessels.jar, nouns: ['jar', 'pot', 'pottery', 'ceramic', 'ceramics'], weight: 2 },
    { width: 150, height: 140, draw: apple, nouns: ['apple', 'apples'], weight: 1 },
    { width: 150, height: 215, draw: pear, nouns: ['pear', 'pears'], weight: 1 },
    {
      width: 135,
      height: 135,
      draw: orange,
      nouns: ['orange', 'oranges', 'lemon', 'lemons', 'peach', 'peaches'],
      weight: 1,
    },
    { width: 330, height: 130, draw: bowl, nouns: ['bowl', 'bowls', 'fruit', 'fruits', 'food'], weight: 0.6 },
    { width: 210, height: 210, draw: ball, nouns: ['sphere', 'spheres', 'ball', 'shapes', 'geometric'], weight: 0 },
    { width: 230, height: 250, draw: block, nouns: ['cube', 'cubes', 'box', 'shapes', 'geometric'], weight: 0 },
    { width: 210, height: 280, draw: cone, nouns: ['cone', 'cones', 'shapes', 'geometric'], weight: 0 },
  ];
}

/** What stands on the table: what was asked for first, then company until there are `count`. */
function choose(moment: Moment, random: Random, count: number): Kind[] {
  const { brief } = moment;
  const kinds = kindsFor(moment).filter(({ nouns }) => !brief.refuses(...nouns));
  const asked = kinds.filter(({ nouns }) => brief.wants(...nouns)).slice(0, 4);
  const rest = kinds
    .filter((kind) => !asked.includes(kind) && kind.weight > 0)
    .map((kind) => ({ kind, rank: random.next() ** (1 / kind.weight) }))
    .sort((one, two) => two.rank - one.rank)
    .map(({ kind }) => kind);
  // Two of a kind when the word is plural.
  const several = asked.flatMap((kind) =>
    kind.nouns.some((noun) => noun.endsWith('s') && brief.wants(noun)) && kind.width < 260 ? [kind, kind] : [kind],
  );
  const wanted = several.slice(0, 4);
  return [...wanted, ...rest.slice(0, Math.max(0, count - wanted.length))];
}

export const still: Scene = (moment) => {
  const { canvas, brief, time } = moment;
  const { width, height } = canvas;
  const { palette } = brief;
  const random = brief.random('still');
  const edge = height * random.between(0.54, 0.66);
  drawRoom(moment, edge, random);
  const alone = brief.wants('single', 'one', 'minimal', 'product') || random.chance(0.1);
  const kinds = choose(moment, random, alone ? 1 : random.int(2, 4)).sort(() => random.next() - 0.5);
  const count = kinds.length;
  const colours = [palette.accent, palette.second, palette.third, mix(palette.ground, white, 0.55)];
  const total = kinds.reduce((sum, kind) => sum + kind.width, 0);
  const fit = Math.min(count === 1 ? 1.5 : 1.25, (width * 0.8) / total);
  const pan = time > 0 ? (time - 0.5) * 46 : 0;
  let left = width / 2 - (total * fit * 1.06) / 2 + pan;
  const things = kinds.map((kind, index): Thing => {
    const scale = fit * random.between(0.9, 1.06);
    const own = brief.colourOf(...kind.nouns);
    const slot = kind.width * fit * 1.06;
    left += slot;
    return {
      draw: kind.draw,
      width: kind.width * scale,
      height: kind.height * scale,
      x: left - slot / 2 + random.between(-10, 10),
      y: edge + (height - edge) * random.between(0.26, 0.6),
      colour: own ?? natural(kind.draw, colours[index % colours.length] ?? palette.accent),
    };
  });
  things.sort((one, two) => one.y - two.y);
  drawShadows(canvas, things, palette.ground);
  for (const thing of things) thing.draw(canvas, thing);
};

/** Fruit keeps near its own colour. */
function natural(draw: Thing['draw'], colour: Colour): Colour {
  if (draw === apple) return mix(colour, lch(0.58, 0.19, 27), 0.65);
  if (draw === pear) return mix(colour, lch(0.77, 0.14, 110), 0.6);
  return draw === orange ? mix(colour, lch(0.73, 0.17, 58), 0.65) : colour;
}

/** Wall and table with light falling from the upper left. */
function drawRoom({ canvas, brief }: Moment, edge: number, random: Random): void {
  const { width, height } = canvas;
  const { ground, skyLow, near, dark } = { ...brief.palette, dark: brief.palette.dark };
  const base = dark ? mix(ground, near, 0.5) : ground;
  const wall = mix(base, skyLow, 0.3);
  canvas.fill(
    canvas.linear(
      [
        [0, lighten(wall, 0.05)],
        [0.55, lighten(wall, -0.05)],
        [1, lighten(wall, -0.17)],
      ],
      [0, 0],
      [1, 0.75],
    ),
  );
  if (random.chance(0.45) && !brief.refuses('window')) {
    const slant = random.between(0.25, 0.5);
    const x = width * random.between(0.05, 0.35);
    const w = width * random.between(0.16, 0.24);
    const pane = (left: number) =>
      `<path d="M${n(left)} -20L${n(left + w)} -20L${n(left + w + edge * slant)} ${n(edge)}H${n(left + edge * slant)}Z"/>`;
    canvas.add(
      `<g fill="${hex(lighten(skyLow, 0.08))}" opacity=".3" ${canvas.blur(16)}>${pane(x)}${pane(x + w * 1.25)}</g>`,
    );
  }
  const table = mix(base, { l: 0.95, a: 0, b: 0.02 }, dark ? 0.05 : 0.24);
  canvas.add(
    `<rect y="${n(edge)}" width="${n(width)}" height="${n(height - edge)}" fill="${canvas.linear(
      [
        [0, lighten(table, 0.05)],
        [0.5, table],
        [1, lighten(table, -0.14)],
      ],
      [0, 0],
      [0.85, 1],
    )}"/>`,
  );
  const seam = canvas.linear([
    [0, black, 0],
    [0.5, black, 0.2],
    [1, black, 0],
  ]);
  canvas.add(`<rect y="${n(edge - 14)}" width="${n(width)}" height="28" fill="${seam}"/>`);
}
