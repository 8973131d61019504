/** The mark on every picture the demo engine saves: small, in a corner, readable on any ground, drawn without a font. */
import { rawImage, toRaw } from '../pixels.js';

/** The letters D E M O as strokes, each in a box of width 0.72 and height 1. */
const letters = [
  'M0 0V1H.24C.86 1 .86 0 .24 0Z',
  'M.62 0H0V1H.62M0 .5H.54',
  'M0 1V0L.37 .62L.74 0V1',
  'M.38 0C-.13 0-.13 1 .38 1C.89 1 .89 0 .38 0Z',
];

export interface Mark {
  svg: Buffer;
  left: number;
  top: number;
}

/** The mark for a picture of this size in pixels: at the lower right, never larger than the picture. */
export function demoMark(width: number, height: number): Mark {
  const wanted = Math.max(7, Math.round(Math.min(width, height) * 0.018));
  // The pill is 5.5 letter heights wide and 2 high; very small pictures get a smaller one.
  const letter = Math.max(2, Math.min(wanted, Math.floor(width / 5.6), Math.floor(height / 2.2)));
  const pillWidth = Math.min(width, Math.round(letter * 5.5));
  const pillHeight = Math.min(height, Math.round(letter * 2));
  const margin = Math.min(Math.round(letter * 0.9), width - pillWidth, height - pillHeight);
  const advance = letter * 1.09;
  const start = (pillWidth - advance * 3 - letter * 0.74) / 2;
  const strokes = letters
    .map((path, index) => {
      const x = start + index * advance;
      return `<path transform="translate(${x} ${(pillHeight - letter) / 2}) scale(${letter})" d="${path}"/>`;
    })
    .join('');
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pillWidth}" height="${pillHeight}">` +
    `<rect width="100%" height="100%" rx="${pillHeight * 0.28}" fill="#000" fill-opacity=".5"/>` +
    `<g fill="none" stroke="#fff" stroke-width=".15" stroke-linejoin="round" stroke-linecap="round">${strokes}</g></svg>`;
  return {
    svg: Buffer.from(svg),
    left: width - pillWidth - margin,
    top: height - pillHeight - margin,
  };
}

/** One frame with the mark on it. */
export function markFrame(frame: Uint8Array, width: number, height: number, channels: 3 | 4): Promise<Uint8Array> {
  const { svg, left, top } = demoMark(width, height);
  return toRaw(rawImage(frame, width, height, channels).composite([{ input: svg, left, top }]), channels);
}
