/** Plain walls in strong sun: an arcade, stairs, a pool and a ball. */
import type { Random } from '../../random.js';
import { type Canvas, n } from '../canvas.js';
import { type Colour, hex, lighten, mix, saturate } from '../colour.js';
import type { Moment, Scene } from './scene.js';

const black: Colour = { l: 0.08, a: 0, b: 0 };
const white: Colour = { l: 0.99, a: 0, b: 0.01 };

interface Look {
  wall: Colour;
  shade: Colour;
  floor: Colour;
  sky: readonly [Colour, Colour];
  ball: Colour;
}

export const arches: Scene = (moment) => {
  const { canvas, brief, time } = moment;
  const { width, height } = canvas;
  const { palette } = brief;
  const random = brief.random('arches');
  const wall = mix(palette.accent, palette.ground, random.between(0.25, 0.55));
  const lit = wall.l < 0.55 ? lighten(wall, 0.6 - wall.l) : wall;
  const look: Look = {
    wall: palette.dark ? mix(lit, palette.near, 0.45) : lit,
    shade: mix(saturate(lit, 1.15), mix(palette.near, black, 0.3), palette.dark ? 0.75 : 0.5),
    floor: mix(palette.ground, lit, 0.3),
    sky: [palette.skyTop, mix(palette.skyLow, palette.skyMid, 0.3)],
    ball: random.pick([mix(palette.third, palette.sun, 0.25), palette.second, mix(palette.skyLow, palette.sun, 0.6)]),
  };
  const floor = height * random.between(0.66, 0.76);
  const pan = time > 0 ? (time - 0.5) * 60 : 0;
  const roof = height * random.between(0.08, 0.2);
  drawWall(canvas, look, roof, floor);
  const layout = random.next();
  if (layout < 0.45) drawArcade(moment, look, random, roof, floor, pan);
  else if (layout < 0.75) drawStairs(moment, look, random, roof, floor, pan);
  else drawRound(moment, look, random, floor, pan);
  if (!brief.refuses('water', 'pool') && (brief.wants('pool', 'water', 'mediterranean') || random.chance(0.35))) {
    drawPool(canvas, look, floor, random);
  }
  if (!brief.refuses('ball', 'sphere') && !brief.wants('church', 'cathedral')) {
    const size = random.between(60, 105);
    const side = layout < 0.75 ? random.between(0.16, 0.84) : random.between(0.12, 0.3);
    drawBall(canvas, width * side + pan * 1.6, floor + (height - floor) * random.between(0.22, 0.5), size, look);
  }
};

/** Sky strip, wall and floor. */
function drawWall(canvas: Canvas, { wall, shade, floor: ground, sky }: Look, roof: number, floor: number): void {
  const { width, height } = canvas;
  canvas.fill(
    canvas.linear([
      [0, sky[0]],
      [0.5, sky[1]],
    ]),
  );
  canvas.add(
    `<rect y="${n(roof)}" width="${n(width)}" height="${n(floor - roof)}" fill="${canvas.linear(
      [
        [0, lighten(wall, 0.05)],
        [0.6, wall],
        [1, mix(wall, shade, 0.3)],
      ],
      [0, 0],
      [1, 0.6],
    )}"/>`,
  );
  canvas.add(
    `<rect y="${n(floor)}" width="${n(width)}" height="${n(height - floor)}" fill="${canvas.linear(
      [
        [0, lighten(ground, -0.03)],
        [0.4, lighten(ground, 0.05)],
        [1, lighten(ground, -0.08)],
      ],
      [0, 0],
      [0.7, 1],
    )}"/>`,
  );
  canvas.add(
    `<rect y="${n(floor - 26)}" width="${n(width)}" height="26" fill="${canvas.linear([
      [0, black, 0],
      [1, black, 0.16],
    ])}"/>`,
  );
}

/** The outline of an arched opening standing on `foot`. */
function arch(x: number, foot: number, w: number, h: number): string {
  const r = w / 2;
  return `M${n(x - r)} ${n(foot)}V${n(foot - h + r)}A${n(r)} ${n(r)} 0 0 1 ${n(x + r)} ${n(foot - h + r)}V${n(foot)}Z`;
}

/** An opening with the depth of its wall in shadow at the left, and a far view of sky and sea. */
function drawOpening(canvas: Canvas, look: Look, path: string, foot: number, top: number, x: number, w: number): void {
  const cut = canvas.clip(`<path d="${path}"/>`);
  const depth = w * 0.2;
  const inside = canvas.linear(
    [
      [0, mix(look.shade, black, 0.25)],
      [1, look.shade],
    ],
    [0, 0],
    [1, 0],
  );
  const view = canvas.linear([
    [0, look.sky[0]],
    [0.7, look.sky[1]],
    [0.72, mix(look.sky[0], look.shade, 0.35)],
    [1, mix(look.sky[0], look.sky[1], 0.35)],
  ]);
  canvas.add(
    `<g ${cut}><path d="${path}" fill="${inside}"/><g transform="translate(${n(depth)} ${n(depth * 0.35)})"><path d="${path}" fill="${view}"/></g>` +
      `<rect x="${n(x - w / 2)}" y="${n(foot - (foot - top) * 0.06)}" width="${n(w)}" height="${n((foot - top) * 0.06)}" fill="${hex(mix(look.floor, look.shade, 0.45))}"/></g>`,
  );
}

function drawArcade(moment: Moment, look: Look, random: Random, roof: number, floor: number, pan: number): void {
  const { canvas } = moment;
  const { width, height } = canvas;
  const count = Math.max(2, Math.round((width / 1000) * random.int(2, 4)));
  const pitch = width / count;
  const w = pitch * random.between(0.5, 0.64);
  const h = Math.min((floor - roof) * 0.86, Math.max(w * 1.15, (floor - roof) * random.between(0.62, 0.82)));
  for (let index = -1; index <= count; index++) {
    const x = (index + 0.5) * pitch + pan;
    drawOpening(canvas, look, arch(x, floor, w, h), floor, floor - h, x, w);
    // The light that falls through onto the floor.
    const long = (height - floor) * 0.8;
    const patch = `M${n(x - w * 0.3)} ${n(floor)}H${n(x + w / 2)}L${n(x + w * 0.5 - long * 0.9)} ${n(floor + long)}H${n(x - w * 0.3 - long * 0.9)}Z`;
    const light = canvas.linear([
      [0, white, 0.42],
      [1, white, 0.05],
    ]);
    canvas.add(`<path d="${patch}" fill="${light}"/>`);
  }
  const cornice = (floor - roof) * 0.045;
  canvas.add(
    `<rect y="${n(roof)}" width="${n(width)}" height="${n(cornice)}" fill="${hex(lighten(look.wall, 0.08))}"/>` +
      `<rect y="${n(roof + cornice)}" width="${n(width)}" height="${n(cornice * 0.8)}" fill="${canvas.linear([
        [0, black, 0.28],
        [1, black, 0],
      ])}"/>`,
  );
}

/** A flight of stairs rising along the wall to an arch, with its shadow. */
function drawStairs(moment: Moment, look: Look, random: Random, roof: number, floor: number, pan: number): void {
  const { canvas } = moment;
  const { width } = canvas;
  const steps = random.int(7, 10);
  const rise = ((floor - roof) * random.between(0.42, 0.55)) / steps;
  const run = rise * random.between(1.25, 1.6);
  const start = width * random.between(0.12, 0.26) + pan;
  const landing = start + steps * run;
  const top = floor - steps * rise;
  const w = Math.min((width - landing) * 0.55, (top - roof) * 0.62);
  if (w > 60) {
    const x = landing + (width - landing) * 0.48;
    drawOpening(canvas, look, arch(x, top, w, Math.min(w * 1.9, (top - roof) * 0.86)), top, roof, x, w);
  }
  const side: string[] = [`M${n(start)} ${n(floor)}`];
  const treads: string[] = [];
  const risers: string[] = [];
  for (let step = 0; step < steps; step++) {
    const x = start + step * run;
    const y = floor - (step + 1) * rise;
    side.push(`V${n(y)}H${n(x + run)}`);
    treads.push(`M${n(x)} ${n(y)}H${n(x + run)}v${n(rise * 0.2)}H${n(x)}Z`);
    risers.push(`M${n(x)} ${n(y)}h${n(run * 0.09)}v${n(rise)}h${n(-run * 0.09)}Z`);
  }
  side.push(`H${n(width + 80)}V${n(floor)}Z`);
  // The shadow of the flight on the wall behind it.
  canvas.add(
    `<g transform="translate(${n(run * 1.1)} ${n(-rise * 1.1)})"><path d="${side.join('')}" fill="${hex(look.shade)}" opacity=".35"/></g>`,
  );
  const body = canvas.linear(
    [
      [0, lighten(mix(look.floor, look.wall, 0.45), 0.06)],
      [1, mix(look.wall, look.shade, 0.42)],
    ],
    [0, 0],
    [1, 1],
  );
  canvas.add(
    `<path d="${side.join('')}" fill="${body}"/><path d="${treads.join('')}" fill="${hex(lighten(look.floor, 0.12))}"/><path d="${risers.join('')}" fill="${hex(mix(look.wall, look.shade, 0.55))}"/>`,
  );
}

/** A round window with the sun in it, and plinths before the wall. */
function drawRound(moment: Moment, look: Look, random: Random, floor: number, pan: number): void {
  const { canvas, brief } = moment;
  const { width } = canvas;
  const r = Math.min(width, floor) * random.between(0.24, 0.31);
  const x = width * random.between(0.45, 0.6) + pan;
  const y = floor * random.between(0.44, 0.54);
  const circle = `M${n(x - r)} ${n(y)}A${n(r)} ${n(r)} 0 1 1 ${n(x + r)} ${n(y)}A${n(r)} ${n(r)} 0 1 1 ${n(x - r)} ${n(y)}Z`;
  drawOpening(canvas, look, circle, y + r, y - r, x, r * 2);
  const cut = canvas.clip(`<path d="${circle}"/>`);
  canvas.add(`<g ${cut}>`);
  canvas.soft(x + r * 0.4, y - r * 0.1, r * 0.5, r * 0.5, brief.palette.sun, 0.8);
  canvas.add(
    `<circle cx="${n(x + r * 0.4)}" cy="${n(y - r * 0.1)}" r="${n(r * 0.16)}" fill="${hex(brief.palette.sun)}"/></g>`,
  );
  const { second, third } = brief.palette;
  for (const [index, colour] of [second, mix(third, look.wall, 0.3)].entries()) {
    const w = random.between(90, 150);
    const h = random.between(110, 260) * (index === 0 ? 1.2 : 0.8);
    const left = width * (index === 0 ? random.between(0.72, 0.82) : random.between(0.1, 0.26)) + pan * 1.4;
    const foot = floor + 40 + index * 26;
    const face = canvas.linear(
      [
        [0, mix(colour, white, 0.25)],
        [0.35, colour],
        [1, mix(colour, black, 0.5)],
      ],
      [0, 0],
      [1, 0],
    );
    canvas.soft(left + w * 1.0, foot, w * 1.2, 34, black, 0.45);
    canvas.add(
      `<path d="M${n(left)} ${n(foot - h)}V${n(foot)}A${n(w / 2)} ${n(w * 0.12)} 0 0 0 ${n(left + w)} ${n(foot)}V${n(foot - h)}Z" fill="${face}"/>` +
        `<ellipse cx="${n(left + w / 2)}" cy="${n(foot - h)}" rx="${n(w / 2)}" ry="${n(w * 0.12)}" fill="${hex(mix(colour, white, 0.35))}"/>`,
    );
  }
}

function drawPool(canvas: Canvas, look: Look, floor: number, random: Random): void {
  const { width, height } = canvas;
  const top = floor + (height - floor) * random.between(0.52, 0.66);
  const water = canvas.linear([
    [0, mix(look.sky[0], { l: 0.75, a: -0.08, b: -0.03 }, 0.5)],
    [1, mix(look.sky[0], { l: 0.6, a: -0.09, b: -0.06 }, 0.6)],
  ]);
  canvas.add(
    `<rect y="${n(top - 10)}" width="${n(width)}" height="12" fill="${hex(lighten(look.floor, 0.1))}"/>` +
      `<rect y="${n(top)}" width="${n(width)}" height="${n(height - top)}" fill="${water}"/>` +
      `<rect y="${n(top)}" width="${n(width)}" height="16" fill="${canvas.linear([
        [0, black, 0.3],
        [1, black, 0],
      ])}"/>`,
  );
  const ripples: string[] = [];
  for (let index = 0; index < 26; index++) {
    const y = top + 20 + (height - top) * random.next();
    const x = random.next() * width;
    const half = random.between(20, 80);
    ripples.push(`M${n(x - half)} ${n(y)}Q${n(x - half / 2)} ${n(y - 5)} ${n(x)} ${n(y)}T${n(x + half)} ${n(y)}`);
  }
  canvas.add(
    `<path d="${ripples.join('')}" fill="none" stroke="#fff" stroke-opacity=".3" stroke-width="2.5" stroke-linecap="round"/>`,
  );
}

function drawBall(canvas: Canvas, x: number, y: number, r: number, look: Look): void {
  canvas.soft(x + r * 0.9, y + r * 0.02, r * 1.9, r * 0.36, mix(look.shade, black, 0.5), 0.55);
  canvas.soft(x + r * 0.1, y, r * 0.8, r * 0.2, black, 0.6);
  const cy = y - r * 0.96;
  const skin = canvas.radial(
    [
      [0, mix(look.ball, white, 0.6)],
      [0.3, look.ball],
      [0.7, mix(look.ball, look.shade, 0.6)],
      [1, mix(look.shade, black, 0.35)],
    ],
    x - r * 0.1,
    cy - r * 0.1,
    r * 1.25,
    [x - r * 0.4, cy - r * 0.45],
  );
  canvas.add(`<circle cx="${n(x)}" cy="${n(cy)}" r="${n(r)}" fill="${skin}"/>`);
}
