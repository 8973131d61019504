/** One great bloom seen from above: rings of petals by the golden angle, each lit from its tip. */
import { n } from '../canvas.js';
import { type Colour, hex, lch, lighten, mix, saturate, turn } from '../colour.js';
import type { Moment, Scene } from './scene.js';

const black: Colour = { l: 0.04, a: 0, b: 0 };
const white: Colour = { l: 0.99, a: 0, b: 0.01 };

export const flower: Scene = (moment) => {
  const { canvas, brief, time } = moment;
  const { width, height } = canvas;
  const { palette } = brief;
  const random = brief.random('flower');
  const colour =
    brief.colourOf('flower', 'flowers', 'dahlia', 'rose', 'roses', 'tulip', 'lotus', 'petals', 'bloom') ??
    palette.accent;
  const bright = colour.l < 0.35 ? lighten(colour, 0.15) : colour;
  const light = brief.wants('white', 'bright', 'pastel', 'light') || brief.mood === 'pastel';
  const back = light
    ? mix(palette.skyLow, turn(bright, 40), 0.16)
    : mix(mix(palette.near, black, 0.62), turn(bright, 150), 0.1);
  canvas.fill(
    canvas.radial(
      [
        [0, lighten(back, light ? 0.03 : 0.09)],
        [1, lighten(back, light ? -0.1 : -0.05)],
      ],
      width * 0.45,
      height * 0.4,
      Math.hypot(width, height) * 0.6,
    ),
  );
  const x = width * random.between(0.44, 0.56);
  const y = height * random.between(0.45, 0.54);
  const radius = random.between(400, 480) * Math.min(1.25, Math.max(width, height) / 1000) ** 0.5;
  drawLeaves(moment, x, y, radius, light);
  const spin = random.between(0, 360) + time * 14;
  const slim = brief.wants('daisy', 'sunflower') ? 0.75 : random.between(0.85, 1.25);
  const pointed = random.between(0.15, 0.75);
  const rings = random.int(8, 11);
  const inner = turn(mix(bright, lch(0.9, 0.1, 95), random.between(0.15, 0.5)), random.between(-22, 22));
  const open = 1 + 0.05 * Math.sin(time * Math.PI);
  canvas.soft(x + radius * 0.06, y + radius * 0.1, radius * 1.22, radius * 1.2, black, light ? 0.25 : 0.5);
  for (let ring = 0; ring < rings; ring++) {
    const progress = ring / (rings - 1);
    const reach = radius * open * (1 - progress) ** 0.86 + radius * 0.06;
    const count = Math.round(21 - progress * 11);
    const own = mix(lighten(bright, 0.05 * (1 - bright.l)), inner, progress ** 1.25 * 0.85);
    drawRing(moment, {
      x,
      y,
      reach,
      count,
      slim: slim * (1 + progress * 0.25),
      pointed,
      colour: own,
      turnBy: spin + ring * 137.5,
      ring,
    });
  }
  canvas.soft(x, y, radius * 0.13, radius * 0.13, mix(inner, lch(0.55, 0.12, 70), 0.5), 0.7);
};

interface Ring {
  x: number;
  y: number;
  reach: number;
  count: number;
  slim: number;
  pointed: number;
  colour: Colour;
  turnBy: number;
  ring: number;
}

/** A ring of like petals: shadow at the root, light at the tip and along one side, a fold in the middle. */
function drawRing({ canvas, brief }: Moment, { x, y, reach, count, slim, pointed, colour, turnBy, ring }: Ring): void {
  const random = brief.random(`ring ${ring}`);
  const half = ((reach * Math.PI) / count) * 1.05 * slim;
  const tip = reach;
  const neck = n(half * 0.34);
  const shape =
    `M0 0C${neck} ${n(-tip * 0.22)} ${n(half)} ${n(-tip * 0.42)} ${n(half * 0.92)} ${n(-tip * 0.72)}` +
    `C${n(half * (0.8 - pointed * 0.4))} ${n(-tip * 0.92)} ${n(half * 0.2)} ${n(-tip * 0.97)} 0 ${n(-tip)}` +
    `C${n(-half * 0.2)} ${n(-tip * 0.97)} ${n(-half * (0.8 - pointed * 0.4))} ${n(-tip * 0.92)} ${n(-half * 0.92)} ${n(-tip * 0.72)}` +
    `C${n(-half)} ${n(-tip * 0.42)} -${neck} ${n(-tip * 0.22)} 0 0Z`;
  const root = mix(saturate(turn(colour, colour.l > 0.75 ? -18 : 8), 1.25), black, colour.l > 0.75 ? 0.45 : 0.6);
  const paint = canvas.linear(
    [
      [0, mix(colour, white, 0.34)],
      [0.16, mix(colour, white, 0.14)],
      [0.42, colour],
      [0.72, mix(colour, root, 0.6)],
      [1, root],
    ],
    [0.5, 0],
    [0.5, 1],
  );
  const side = canvas.linear(
    [
      [0, black, 0.3],
      [0.48, black, 0],
      [0.52, { l: 1, a: 0, b: 0 }, 0.16],
      [1, { l: 1, a: 0, b: 0 }, 0],
    ],
    [0, 0],
    [1, 0],
  );
  const edge = hex(mix(colour, black, 0.5));
  const petals: string[] = [];
  for (let index = 0; index < count; index++) {
    const angle = turnBy + (360 / count) * index + random.between(-2.5, 2.5);
    const size = random.between(0.93, 1.04);
    // Petals that look away from the light at the upper left are a little darker.
    const facing = Math.cos(((angle + 45) * Math.PI) / 180);
    const dim = n(0.16 - facing * 0.14);
    petals.push(
      `<g transform="translate(${n(x)} ${n(y)}) rotate(${n(angle)}) scale(${n(size)})">` +
        `<path d="${shape}" fill="${paint}" stroke="${edge}" stroke-opacity=".35" stroke-width="1.4"/><path d="${shape}" fill="${side}"/>` +
        `<path d="${shape}" fill="#000" opacity="${dim}"/></g>`,
    );
  }
  canvas.add(petals.join(''));
}

function drawLeaves({ canvas, brief }: Moment, x: number, y: number, radius: number, light: boolean): void {
  if (brief.refuses('leaf', 'leaves')) return;
  const random = brief.random('leaves');
  const green = light ? lch(0.6, 0.08, 150) : lch(0.32, 0.06, 155);
  for (let index = 0; index < 4; index++) {
    const angle = random.between(0, 360);
    const long = radius * random.between(1.12, 1.4);
    const wide = long * random.between(0.16, 0.22);
    const paint = canvas.linear(
      [
        [0, mix(green, black, 0.25)],
        [0.49, lighten(green, 0.06)],
        [0.51, mix(green, black, 0.1)],
        [1, mix(green, black, 0.5)],
      ],
      [0, 0],
      [1, 0],
    );
    canvas.add(
      `<path transform="translate(${n(x)} ${n(y)}) rotate(${n(angle)})" d="M0 0C${n(wide)} ${n(-long * 0.4)} ${n(wide)} ${n(-long * 0.75)} 0 ${n(-long)}C${n(-wide)} ${n(-long * 0.75)} ${n(-wide)} ${n(-long * 0.4)} 0 0Z" fill="${paint}"/>`,
    );
  }
}
