/** Poured colour: a field bent by itself twice, with veins of gold where it folds. */
import { type Colour, lch, lighten, mix, rgb } from '../colour.js';
import type { Scene } from './scene.js';

export const marble: Scene = async ({ canvas, brief, noise, time }) => {
  const { palette } = brief;
  const random = brief.random('marble');
  const scale = random.between(0.75, 1.35);
  const bend = random.between(0.9, 1.5);
  const offset = random.between(0, 80);
  const angle = random.between(0, Math.PI);
  const golden = !brief.refuses('gold') && (brief.wants('gold', 'golden', 'kintsugi', 'marble') || random.chance(0.5));
  const table = toneTable(palette, random.chance(0.35));
  const gold = rgb(mix(lch(0.76, 0.13, 82), palette.sun, 0.1));
  const aspect = canvas.width / canvas.height;
  const rows = Math.round(300 / Math.max(1, aspect ** 0.5));
  const columns = Math.round(rows * aspect);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const drift = time * 0.5;
  await canvas.raster(columns, rows, (u, v) => {
    const px = (u - 0.5) * aspect;
    const py = v - 0.5;
    const x = (px * cos - py * sin) * scale + offset;
    const y = (px * sin + py * cos) * scale * 0.8 + offset;
    const qx = noise.fractal(x + drift, y, 3);
    const qy = noise.fractal(x + 5.2, y + 1.3 - drift, 3);
    const rx = noise.fractal(x + bend * qx * 2 + 1.7, y + bend * qy * 2 + 9.2 + drift, 3);
    const ry = noise.at(x + bend * qx * 2 + 8.3, y + bend * qy * 2 + 2.8);
    const field = noise.fractal(x + bend * rx * 1.5, y + bend * ry * 0.8, 4);
    const tone = Math.min(1, Math.max(0, 0.5 + field * 0.62 + qx * 0.36));
    const at = Math.round(tone * 255) * 3;
    // Light as if the surface were raised where the field is high.
    const relief = 1 + (rx - qy) * 0.1;
    const fold = Math.abs(rx * 0.7 + field * 0.5);
    const vein = golden ? Math.max(0, 1 - fold / (0.008 + 0.016 * Math.max(0, qx + 0.3))) : 0;
    const part = (index: 0 | 1 | 2) => {
      const own = (table[at + index] ?? 0) * relief;
      return Math.min(255, Math.max(0, own + (gold[index] - own) * Math.min(1, vein * 1.4)));
    };
    return [[part(0), part(1), part(2)], 1];
  });
};

/** 256 colours through the palette, with one dark and one light band so that the forms read. */
function toneTable(
  palette: { near: Colour; accent: Colour; second: Colour; third: Colour; skyLow: Colour; haze: Colour },
  dark: boolean,
): Uint8Array {
  const { near, accent, second, third, skyLow, haze } = palette;
  const paper = mix(skyLow, { l: 0.98, a: 0, b: 0.01 }, 0.5);
  const stops = dark
    ? [near, mix(near, second, 0.6), second, mix(second, near, 0.5), accent, lighten(accent, 0.12), paper]
    : [mix(second, near, 0.55), second, haze, paper, paper, lighten(third, 0.03), accent, mix(accent, near, 0.35)];
  const table = new Uint8Array(256 * 3);
  for (let index = 0; index < 256; index++) {
    const place = (index / 255) * (stops.length - 1);
    const one = stops[Math.floor(place)] ?? paper;
    const two = stops[Math.min(stops.length - 1, Math.floor(place) + 1)] ?? one;
    const part = place % 1;
    table.set(rgb(mix(one, two, part * part * (3 - 2 * part))), index * 3);
  }
  return table;
}
