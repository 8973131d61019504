/** A small writer of SVG: shapes go in order, gradients and filters are kept once. librsvg draws it in a native thread. */
import { sharp } from '../../../sharp.js';
import { inSlices } from '../chunks.js';
import { type Colour, hex, rgb } from './colour.js';

/** Position 0…1 along the gradient, colour, opacity 0…1 (1 when left out). */
export type Stop = readonly [offset: number, colour: Colour, opacity?: number];

/** A number with at most two decimals: SVG text stays short. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export interface Canvas {
  /** Size in drawing units: the shorter side is 1000. */
  readonly width: number;
  readonly height: number;
  add(markup: string): void;
  /** A gradient from one point to another, in fractions of the shape's box; returns a paint. */
  linear(stops: readonly Stop[], from?: readonly [number, number], to?: readonly [number, number]): string;
  /** A round gradient in drawing units. */
  radial(stops: readonly Stop[], x: number, y: number, radius: number, focus?: readonly [number, number]): string;
  /** An ellipse that fades from its middle to nothing at its edge: soft light and contact shadows, cheaper than a blur. */
  soft(x: number, y: number, rx: number, ry: number, colour: Colour, opacity: number): void;
  /** A blur of the given deviation in drawing units; returns a `filter` attribute. Costly: one or two a scene. */
  blur(deviation: number): string;
  /** A clip path of the given shapes; returns a `clip-path` attribute. */
  clip(shapes: string): string;
  /** Covers everything with one paint. */
  fill(paint: string): void;
  /**
   * A picture of few pixels, drawn smooth and large: `shade` gives colour and opacity for a point in 0…1 × 0…1.
   * Runs in slices.
   */
  raster(
    columns: number,
    rows: number,
    shade: (u: number, v: number) => readonly [colour: Colour | readonly [number, number, number], opacity: number],
    box?: { x: number; y: number; width: number; height: number; attributes?: string },
  ): Promise<void>;
  /** The whole document at the given size in pixels. */
  svg(pixelWidth: number, pixelHeight: number): Buffer;
}

export function createCanvas(pixelWidth: number, pixelHeight: number): Canvas {
  const unit = 1000 / Math.min(pixelWidth, pixelHeight);
  const width = pixelWidth * unit;
  const height = pixelHeight * unit;
  const known = new Map<string, string>();
  const body: string[] = [];

  const define = (markup: (id: string) => string): string => {
    const key = markup('');
    const id = known.get(key) ?? `d${known.size}`;
    known.set(key, id);
    return id;
  };
  const stopList = (stops: readonly Stop[]) =>
    stops
      .map(([offset, colour, opacity = 1]) => {
        const fade = opacity === 1 ? '' : ` stop-opacity="${n(opacity)}"`;
        return `<stop offset="${n(offset)}" stop-color="${hex(colour)}"${fade}/>`;
      })
      .join('');

  return {
    width,
    height,
    add: (markup) => void body.push(markup),
    linear(stops, [x1, y1] = [0, 0], [x2, y2] = [0, 1]) {
      const ends = `x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}"`;
      return `url(#${define((id) => `<linearGradient id="${id}" ${ends}>${stopList(stops)}</linearGradient>`)})`;
    },
    radial(stops, x, y, radius, focus) {
      const place =
        `gradientUnits="userSpaceOnUse" cx="${n(x)}" cy="${n(y)}" r="${n(radius)}"` +
        (focus ? ` fx="${n(focus[0])}" fy="${n(focus[1])}"` : '');
      return `url(#${define((id) => `<radialGradient id="${id}" ${place}>${stopList(stops)}</radialGradient>`)})`;
    },
    soft(x, y, rx, ry, colour, opacity) {
      const bell = [1, 0.86, 0.6, 0.32, 0.11, 0];
      const stops = bell.map((strength, index): Stop => [index / 5, colour, strength * opacity]);
      const id = define((name) => `<radialGradient id="${name}">${stopList(stops)}</radialGradient>`);
      body.push(`<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(rx)}" ry="${n(ry)}" fill="url(#${id})"/>`);
    },
    blur(deviation) {
      const room = 'x="-25%" y="-25%" width="150%" height="150%"';
      const id = define(
        (name) => `<filter id="${name}" ${room}><feGaussianBlur stdDeviation="${n(deviation)}"/></filter>`,
      );
      return `filter="url(#${id})"`;
    },
    clip: (shapes) => `clip-path="url(#${define((id) => `<clipPath id="${id}">${shapes}</clipPath>`)})"`,
    fill: (paint) => void body.push(`<rect width="${n(width)}" height="${n(height)}" fill="${paint}"/>`),
    async raster(columns, rows, shade, { x, y, width: w, height: h, attributes = '' } = { x: 0, y: 0, width, height }) {
      const pixels = new Uint8Array(columns * rows * 4);
      await inSlices(rows, 4, (from, to) => {
        for (let row = from; row < to; row++) {
          for (let column = 0; column < columns; column++) {
            const [colour, opacity] = shade((column + 0.5) / columns, (row + 0.5) / rows);
            const [red, green, blue] = 'l' in colour ? rgb(colour) : colour;
            const at = (row * columns + column) * 4;
            pixels[at] = red;
            pixels[at + 1] = green;
            pixels[at + 2] = blue;
            pixels[at + 3] = Math.round(Math.min(1, Math.max(0, opacity)) * 255);
          }
        }
      });
      const png = await sharp(pixels, { raw: { width: columns, height: rows, channels: 4 } })
        .png({ compressionLevel: 1 })
        .toBuffer();
      const place = `x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}"`;
      body.push(
        `<image ${place} preserveAspectRatio="none" ${attributes} href="data:image/png;base64,${png.toString('base64')}"/>`,
      );
    },
    svg(pixelsAcross, pixelsDown) {
      const defs = [...known].map(([markup, id]) => markup.replace('id=""', `id="${id}"`)).join('');
      return Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="${pixelsAcross}" height="${pixelsDown}" ` +
          `viewBox="0 0 ${n(width)} ${n(height)}" preserveAspectRatio="none"><defs>${defs}</defs>${body.join('')}</svg>`,
      );
    },
  };
}
