/** Vessels, fruit and simple solids, each lit from the upper left, with the shadows they cast. */
import { type Canvas, n } from '../canvas.js';
import { type Colour, hex, lch, mix, saturate } from '../colour.js';

export interface Thing {
  /** Centre of the foot, and size, in drawing units. */
  x: number;
  y: number;
  width: number;
  height: number;
  colour: Colour;
  draw(canvas: Canvas, thing: Thing): void;
}

export const black: Colour = { l: 0.05, a: 0, b: 0 };
export const white: Colour = { l: 0.99, a: 0, b: 0.01 };

/** Light across a round body: lit edge, highlight, own colour, core shadow, light thrown back by the table. */
function roundShade(canvas: Canvas, colour: Colour, gloss: number): string {
  const shadow = mix(saturate(colour, 1.05), black, 0.62);
  return canvas.linear(
    [
      [0, mix(colour, black, 0.22)],
      [0.1, mix(colour, black, 0.04)],
      [0.27, mix(colour, white, 0.2 + gloss * 0.25)],
      [0.48, colour],
      [0.74, mix(colour, shadow, 0.75)],
      [0.9, shadow],
      [1, mix(shadow, colour, 0.35)],
    ],
    [0, 0],
    [1, 0.06],
  );
}

/** A body turned on a lathe: half widths (fractions of the width) at heights (0 foot, 1 top), joined smoothly. */
function lathe(profile: readonly (readonly [half: number, height: number])[]) {
  return (canvas: Canvas, { x, y, width, height, colour }: Thing): void => {
    const at = (half: number, up: number, side: 1 | -1) => [x + (side * half * width) / 2, y - up * height] as const;
    const right = profile.map(([half, up]) => at(half, up, 1));
    const left = profile.map(([half, up]) => at(half, up, -1)).reverse();
    const [footHalf] = profile[0] ?? [0, 0];
    const [rimHalf, rimUp] = profile.at(-1) ?? [0, 1];
    const footX = (footHalf * width) / 2;
    const rimX = (rimHalf * width) / 2;
    const rimY = y - rimUp * height;
    const tilt = 0.17;
    const foot = `A${n(footX)} ${n(footX * tilt)} 0 0 1`;
    const start = right[0] ?? [x, y];
    const outline =
      `M${n(start[0])} ${n(start[1])}${smooth(right)}` +
      `A${n(rimX)} ${n(rimX * tilt)} 0 0 0 ${n(x - rimX)} ${n(rimY)}${smooth(left)}${foot} ${n(start[0])} ${n(start[1])}Z`;
    // The lower lip of the foot belongs to the body, so the arc runs below.
    const body = outline.replace(/0 0 1 ([\d.-]+ [\d.-]+)Z$/, '0 0 0 $1Z');
    canvas.add(`<path d="${body}" fill="${roundShade(canvas, colour, 0.5)}"/>`);
    canvas.add(
      `<path d="${body}" fill="${canvas.linear([
        [0, white, 0.08],
        [0.3, white, 0],
        [0.7, black, 0],
        [1, black, 0.34],
      ])}"/>`,
    );
    const opening = canvas.linear(
      [
        [0, mix(colour, black, 0.75)],
        [1, mix(colour, black, 0.35)],
      ],
      [0, 0],
      [1, 0],
    );
    canvas.add(
      `<ellipse cx="${n(x)}" cy="${n(rimY)}" rx="${n(rimX)}" ry="${n(rimX * tilt)}" fill="${opening}" stroke="${hex(mix(colour, white, 0.35))}" stroke-width="2.5" stroke-opacity=".8"/>`,
    );
    const cut = canvas.clip(`<path d="${body}"/>`);
    canvas.add(`<g ${cut}>`);
    highlight(canvas, x - width * 0.2, y - height * 0.5, width * 0.045, height * 0.24, 0.5);
    canvas.add('</g>');
  };
}

/** Catmull-Rom through the points, as cubic curves; the first point is where the pen is. */
function smooth(points: readonly (readonly [number, number])[]): string {
  const parts: string[] = [];
  for (let index = 0; index + 1 < points.length; index++) {
    const one = points[index] ?? [0, 0];
    const two = points[index + 1] ?? one;
    const before = points[index - 1] ?? one;
    const after = points[index + 2] ?? two;
    const control = [
      one[0] + (two[0] - before[0]) / 6,
      one[1] + (two[1] - before[1]) / 6,
      two[0] - (after[0] - one[0]) / 6,
      two[1] - (after[1] - one[1]) / 6,
    ].map(n);
    parts.push(`C${control[0]} ${control[1]} ${control[2]} ${control[3]} ${n(two[0])} ${n(two[1])}`);
  }
  return parts.join('');
}

function highlight(canvas: Canvas, x: number, y: number, rx: number, ry: number, opacity: number): void {
  canvas.soft(x, y, rx * 1.7, ry * 1.5, white, opacity);
}

/** A ball; `y` is where it touches the table. */
export function ball(canvas: Canvas, { x, y, width, colour }: Thing): void {
  const r = width / 2;
  const cy = y - r;
  const shade = canvas.radial(
    [
      [0, mix(colour, white, 0.5)],
      [0.22, mix(colour, white, 0.14)],
      [0.5, colour],
      [0.78, mix(colour, black, 0.42)],
      [0.93, mix(colour, black, 0.66)],
      [1, mix(colour, black, 0.5)],
    ],
    x - r * 0.12,
    cy - r * 0.12,
    r * 1.24,
    [x - r * 0.42, cy - r * 0.46],
  );
  canvas.add(`<circle cx="${n(x)}" cy="${n(cy)}" r="${n(r)}" fill="${shade}"/>`);
  highlight(canvas, x - r * 0.42, cy - r * 0.46, r * 0.16, r * 0.12, 0.55);
}

export function orange(canvas: Canvas, thing: Thing): void {
  ball(canvas, thing);
  const { x, y, width, colour } = thing;
  canvas.add(
    `<ellipse cx="${n(x + width * 0.06)}" cy="${n(y - width * 0.88)}" rx="${n(width * 0.05)}" ry="${n(width * 0.025)}" fill="${hex(mix(lch(0.45, 0.1, 130), colour, 0.2))}"/>`,
  );
}

export function apple(canvas: Canvas, thing: Thing): void {
  const { x, y, width: w, colour } = thing;
  const h = w * 0.92;
  const body =
    `M${n(x)} ${n(y - h * 0.86)}C${n(x + w * 0.2)} ${n(y - h * 1.06)} ${n(x + w * 0.54)} ${n(y - h * 0.94)} ${n(x + w * 0.5)} ${n(y - h * 0.55)}` +
    `C${n(x + w * 0.47)} ${n(y - h * 0.2)} ${n(x + w * 0.24)} ${n(y + h * 0.02)} ${n(x + w * 0.1)} ${n(y)}Q${n(x)} ${n(y - h * 0.05)} ${n(x - w * 0.1)} ${n(y)}` +
    `C${n(x - w * 0.24)} ${n(y + h * 0.02)} ${n(x - w * 0.47)} ${n(y - h * 0.2)} ${n(x - w * 0.5)} ${n(y - h * 0.55)}` +
    `C${n(x - w * 0.54)} ${n(y - h * 0.94)} ${n(x - w * 0.2)} ${n(y - h * 1.06)} ${n(x)} ${n(y - h * 0.86)}Z`;
  const shade = canvas.radial(
    [
      [0, mix(colour, white, 0.42)],
      [0.25, mix(colour, lch(0.85, 0.14, 95), 0.2)],
      [0.55, colour],
      [0.85, mix(colour, black, 0.5)],
      [1, mix(colour, black, 0.62)],
    ],
    x - w * 0.06,
    y - h * 0.54,
    w * 0.66,
    [x - w * 0.22, y - h * 0.68],
  );
  canvas.add(`<path d="${body}" fill="${shade}"/>`);
  stem(canvas, x, y - h * 0.86, w * 0.2);
  highlight(canvas, x - w * 0.22, y - h * 0.66, w * 0.07, w * 0.09, 0.55);
}

export function pear(canvas: Canvas, thing: Thing): void {
  const { x, y, width: w, height: h, colour } = thing;
  const body =
    `M${n(x + w * 0.02)} ${n(y - h)}C${n(x + w * 0.2)} ${n(y - h)} ${n(x + w * 0.18)} ${n(y - h * 0.72)} ${n(x + w * 0.32)} ${n(y - h * 0.54)}` +
    `C${n(x + w * 0.5)} ${n(y - h * 0.36)} ${n(x + w * 0.54)} ${n(y - h * 0.02)} ${n(x + w * 0.08)} ${n(y)}H${n(x - w * 0.1)}` +
    `C${n(x - w * 0.54)} ${n(y - h * 0.02)} ${n(x - w * 0.52)} ${n(y - h * 0.36)} ${n(x - w * 0.32)} ${n(y - h * 0.54)}` +
    `C${n(x - w * 0.16)} ${n(y - h * 0.72)} ${n(x - w * 0.18)} ${n(y - h)} ${n(x + w * 0.02)} ${n(y - h)}Z`;
  canvas.add(`<path d="${body}" fill="${roundShade(canvas, colour, 0.35)}"/>`);
  canvas.add(
    `<path d="${body}" fill="${canvas.linear([
      [0, white, 0.1],
      [0.5, black, 0],
      [1, black, 0.35],
    ])}"/>`,
  );
  stem(canvas, x + w * 0.02, y - h * 0.98, h * 0.17);
  highlight(canvas, x - w * 0.2, y - h * 0.34, w * 0.07, h * 0.1, 0.45);
}

function stem(canvas: Canvas, x: number, y: number, length: number): void {
  canvas.add(
    `<path d="M${n(x)} ${n(y + length * 0.2)}Q${n(x + length * 0.05)} ${n(y - length * 0.5)} ${n(x + length * 0.32)} ${n(y - length)}" fill="none" stroke="#4a3524" stroke-width="${n(length * 0.2)}" stroke-linecap="round"/>`,
  );
}

/** A block seen from a little above: lit front, dark side, bright top. */
export function block(canvas: Canvas, { x, y, width, height, colour }: Thing): void {
  const half = width / 2;
  const side = width * 0.3;
  const rise = width * 0.1;
  const front = canvas.linear([
    [0, mix(colour, white, 0.12)],
    [1, mix(colour, black, 0.14)],
  ]);
  const flank = canvas.linear([
    [0, mix(colour, black, 0.4)],
    [1, mix(colour, black, 0.58)],
  ]);
  canvas.add(
    `<path d="M${n(x - half)} ${n(y)}V${n(y - height)}H${n(x + half - side)}V${n(y)}Z" fill="${front}"/>` +
      `<path d="M${n(x + half - side)} ${n(y)}V${n(y - height)}L${n(x + half)} ${n(y - height - rise)}V${n(y - rise)}Z" fill="${flank}"/>` +
      `<path d="M${n(x - half)} ${n(y - height)}L${n(x - half + side)} ${n(y - height - rise)}H${n(x + half)}L${n(x + half - side)} ${n(y - height)}Z" fill="${hex(mix(colour, white, 0.34))}"/>`,
  );
}

export function cone(canvas: Canvas, { x, y, width, height, colour }: Thing): void {
  const half = width / 2;
  canvas.add(
    `<path d="M${n(x - half)} ${n(y)}L${n(x)} ${n(y - height)}L${n(x + half)} ${n(y)}A${n(half)} ${n(half * 0.2)} 0 0 1 ${n(x - half)} ${n(y)}Z" fill="${roundShade(canvas, colour, 0.3)}"/>`,
  );
}

/** A bowl with fruit looking out of it. */
export function bowlOfFruit(fruit: readonly Colour[]) {
  const body = lathe([
    [0.36, 0],
    [0.4, 0.06],
    [0.72, 0.42],
    [0.93, 0.78],
    [1, 1],
  ]);
  return (canvas: Canvas, thing: Thing): void => {
    const { x, y, width, height } = thing;
    const rimY = y - height;
    body(canvas, thing);
    const size = width * 0.34;
    for (const [index, place] of [-0.27, 0.27, 0.02].entries()) {
      const colour = fruit[index % fruit.length] ?? fruit[0] ?? thing.colour;
      const lift = index === 2 ? size * 0.62 : size * 0.3;
      ball(canvas, { ...thing, x: x + place * width, y: rimY + size * 0.62 - lift, width: size, colour });
    }
    // The front wall of the bowl hides the lower halves.
    const rx = width / 2;
    const lip = canvas.clip(
      `<path d="M${n(x - rx - 4)} ${n(rimY)}A${n(rx + 4)} ${n(rx * 0.17)} 0 0 0 ${n(x + rx + 4)} ${n(rimY)}V${n(y + 60)}H${n(x - rx - 4)}Z"/>`,
    );
    canvas.add(`<g ${lip}>`);
    body(canvas, thing);
    canvas.add('</g>');
  };
}

export const vessels = {
  vase: lathe([
    [0.42, 0],
    [0.46, 0.03],
    [0.86, 0.3],
    [1, 0.5],
    [0.86, 0.7],
    [0.44, 0.84],
    [0.4, 0.92],
    [0.56, 1],
  ]),
  bottle: lathe([
    [0.94, 0],
    [0.99, 0.03],
    [1, 0.3],
    [0.86, 0.5],
    [0.34, 0.64],
    [0.27, 0.8],
    [0.26, 0.95],
    [0.34, 1],
  ]),
  gourd: lathe([
    [0.55, 0],
    [0.9, 0.1],
    [1, 0.26],
    [0.78, 0.44],
    [0.4, 0.56],
    [0.24, 0.78],
    [0.24, 0.96],
    [0.36, 1],
  ]),
  cup: lathe([
    [0.7, 0],
    [0.84, 0.04],
    [0.93, 0.4],
    [0.97, 0.75],
    [1, 1],
  ]),
  jar: lathe([
    [0.6, 0],
    [0.7, 0.03],
    [0.98, 0.28],
    [1, 0.55],
    [0.8, 0.8],
    [0.6, 0.88],
    [0.68, 1],
  ]),
};

/** Long soft shadows to the right, all under one blur, and a dark one where each thing touches the table. */
export function drawShadows(canvas: Canvas, things: readonly Thing[], ground: Colour): void {
  const tone = mix(ground, black, 0.8);
  const paths = things.map(({ x, y, width, height }) => {
    const reach = height * 0.85 + width * 0.3;
    const half = width * 0.4;
    return (
      `M${n(x - half)} ${n(y - 4)}L${n(x + reach * 0.72)} ${n(y - reach * 0.2)}` +
      `Q${n(x + reach * 1.06)} ${n(y - reach * 0.2)} ${n(x + reach * 0.95)} ${n(y - reach * 0.06)}` +
      `L${n(x + half)} ${n(y + width * 0.07)}Q${n(x)} ${n(y + width * 0.13)} ${n(x - half)} ${n(y - 4)}Z`
    );
  });
  canvas.add(`<path d="${paths.join('')}" fill="${hex(tone)}" opacity=".4" ${canvas.blur(13)}/>`);
  for (const { x, y, width } of things) {
    canvas.soft(x + width * 0.08, y + 3, width * 0.62, width * 0.13, tone, 0.75);
  }
}

/** A single vessel with its shadow, for scenes under the open sky. */
export function drawVessel(
  canvas: Canvas,
  kind: 'vase' | 'bottle' | 'cup',
  place: { x: number; y: number; height: number },
  colour: Colour,
  ground: Colour,
): void {
  const slim = { vase: 0.6, bottle: 0.37, cup: 1 }[kind];
  const thing: Thing = { ...place, width: place.height * slim, colour, draw: vessels[kind] };
  drawShadows(canvas, [thing], ground);
  thing.draw(canvas, thing);
}
