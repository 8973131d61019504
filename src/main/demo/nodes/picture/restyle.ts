/** Image to image: the input keeps its forms and takes on the brief's light, the more the higher denoise is. */
import { inSlices } from '../chunks.js';
import type { Brief } from './brief.js';
import { mix, rgb } from './colour.js';

/**
 * Blends two RGB frames of one size. Up to denoise 0.6 the input is toned in the brief's palette; beyond that the
 * drawn picture shows through, until at 1 nothing of the input is left.
 */
export async function restyle(
  base: Uint8Array,
  drawn: Uint8Array,
  brief: Brief,
  { width, height, denoise }: { width: number; height: number; denoise: number },
): Promise<Uint8Array> {
  const tones = toneTable(brief);
  const toning = Math.min(0.85, denoise * 0.9);
  const showing = denoise <= 0.35 ? 0 : ((denoise - 0.35) / 0.65) ** 1.7;
  const result = new Uint8Array(width * height * 3);
  await inSlices(width * height, 32768, (from, to) => {
    for (let pixel = from; pixel < to; pixel++) {
      const at = pixel * 3;
      const red = base[at] ?? 0;
      const green = base[at + 1] ?? 0;
      const blue = base[at + 2] ?? 0;
      const tone = Math.round(red * 0.3 + green * 0.59 + blue * 0.11) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const own = base[at + channel] ?? 0;
        const toned = own + ((tones[tone + channel] ?? 0) - own) * toning;
        result[at + channel] = toned + ((drawn[at + channel] ?? 0) - toned) * showing;
      }
    }
  });
  return result;
}

/** 256 colours from the palette's darkest to its lightest. */
function toneTable({ palette }: Brief): Uint8Array {
  const stops = [
    mix(palette.near, { l: 0.05, a: 0, b: 0 }, 0.5),
    palette.near,
    palette.accent,
    palette.skyMid,
    palette.skyLow,
    palette.sun,
  ].sort((one, two) => one.l - two.l);
  const table = new Uint8Array(256 * 3);
  for (let tone = 0; tone < 256; tone++) {
    const place = (tone / 255) * (stops.length - 1);
    const low = stops[Math.floor(place)] ?? palette.near;
    const high = stops[Math.min(stops.length - 1, Math.floor(place) + 1)] ?? low;
    const colour = mix(low, high, place % 1);
    // Lightness is the input's own, so its forms stay.
    table.set(rgb({ ...colour, l: 0.12 + (tone / 255) ** 0.9 * 0.87 }), tone * 3);
  }
  return table;
}
