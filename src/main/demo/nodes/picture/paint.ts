/** From a brief to pixels: the scene as SVG through librsvg, then tone, canvas texture and grain, all in native threads. */
import type { Matrix3x3, OverlayOptions } from 'sharp';
import { sharp } from '../../../sharp.js';
import { createRandom } from '../random.js';
import type { Brief } from './brief.js';
import { createCanvas } from './canvas.js';
import { createNoise } from './noise.js';
import { scenes } from './scenes/index.js';

export interface PaintOptions {
  /** Size in pixels. */
  width: number;
  height: number;
  /** 0…1 over a video; a still is 0. */
  time?: number;
  /** Film grain and canvas texture; videos go without, since moving grain can't be compressed. Default true. */
  texture?: boolean;
}

/** Draws the brief: interleaved RGB of the given size. The same brief and size give the same bytes. */
export async function paint(brief: Brief, options: PaintOptions): Promise<Uint8Array> {
  const { width, height, time = 0, texture = true } = options;
  const canvas = createCanvas(width, height);

  await scenes[brief.scene]({ brief, canvas, noise: createNoise(brief.key), time });
  vignette(canvas);
  // Contrast turns around a middle grey.
  const offset = 122 * (1 - brief.contrast);
  return sharp(canvas.svg(width, height), { limitInputPixels: false, unlimited: true })
    .removeAlpha()
    .recomb(toneMatrix(brief.saturation, brief.hueShift))
    .linear(brief.contrast, offset)
    .composite(texture ? textures(brief, width, height) : [])
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();
}

function vignette(canvas: ReturnType<typeof createCanvas>): void {
  const { width, height } = canvas;
  const black = { l: 0, a: 0, b: 0 };
  const shade = canvas.radial(
    [
      [0.62, black, 0],
      [1, black, 0.2],
    ],
    width / 2,
    height / 2,
    Math.hypot(width, height) / 2,
  );
  canvas.fill(shade);
}

/** White noise as a tile, and a coarse mottle as of canvas; both around the grey that changes nothing. */
function textures(brief: Brief, width: number, height: number): OverlayOptions[] {
  const random = createRandom(`${brief.key}/grain`);
  // A tile must not be larger than what it covers.
  const size = Math.min(192, width, height);
  const strength = 4 + 12 * brief.grain;
  const grain = Buffer.alloc(size * size * 3);
  for (let at = 0; at < grain.length; at += 3) {
    grain.fill(Math.round(127.5 + (random.next() + random.next() - 1) * strength), at, at + 3);
  }
  return [
    {
      input: grain,
      raw: { width: size, height: size, channels: 3 },
      tile: true,
      blend: 'overlay',
    },
  ];
}

/** Saturation and a turn of hue as one colour matrix, with the weights of the SVG colour filters. */
function toneMatrix(saturation: number, hue: number): Matrix3x3 {
  const cos = Math.cos((hue * Math.PI) / 180) * saturation;
  const sin = Math.sin((hue * Math.PI) / 180) * saturation;
  return [
    [0.213 + cos * 0.787 - sin * 0.213, 0.715 - cos * 0.715 - sin * 0.715, 0.072 - cos * 0.072 + sin * 0.928],
    [0.213 - cos * 0.213 + sin * 0.143, 0.715 + cos * 0.285 + sin * 0.14, 0.072 - cos * 0.072 - sin * 0.283],
    [0.213 - cos * 0.213 - sin * 0.787, 0.715 - cos * 0.715 + sin * 0.715, 0.072 + cos * 0.928 + sin * 0.072],
  ];
}
