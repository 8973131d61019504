/** A city after sunset: blocks in depth with lit windows, perhaps mirrored in water. */
import { n } from '../canvas.js';
import { type Colour, hex, lch, lighten, mix } from '../colour.js';
import type { Moment, Scene } from './scene.js';
import { drawClouds, drawSky, drawStars, drawSun } from './sky.js';

export const city: Scene = async (moment) => {
  const { canvas, brief, time } = moment;
  const { width, height } = canvas;
  const { palette } = brief;
  const random = brief.random('city');
  const water = !brief.refuses('water') && (brief.wants('river', 'water', 'harbour', 'bay') || random.chance(0.45));
  const street = height * (water ? random.between(0.7, 0.78) : 1);
  const horizon = street * random.between(0.72, 0.84);
  drawSky(moment, horizon);
  if (palette.dark || brief.mood === 'dusk') drawStars(moment, horizon * 0.7, palette.dark ? 160 : 70);
  await drawClouds(moment, 0, horizon, random.between(0.2, 0.7), lighten(palette.skyLow, 0.02));
  if (!brief.refuses('moon', 'sun')) {
    drawSun(
      moment,
      {
        x: width * random.between(0.15, 0.85),
        y: horizon * random.between(0.18, 0.62),
        radius: random.between(30, 62),
      },
      0.75,
    );
  }
  const rows = 4;
  for (let row = 0; row < rows; row++) drawRow(moment, row / (rows - 1), street);
  if (water) drawReflection(moment, street, random.int(1, 1000));
  if (brief.wants('rain', 'rainy', 'storm')) drawRain(moment, time);
};

function drawRow({ canvas, brief, time }: Moment, depth: number, street: number): void {
  const { width } = canvas;
  const { palette } = brief;
  const random = brief.random(`row ${depth}`);
  const neon = brief.wants('neon', 'cyberpunk', 'futuristic', 'synthwave', 'tokyo');
  const far = mix(palette.haze, palette.skyLow, 0.3);
  const tone = mix(far, mix(palette.near, lch(0.14, 0.02, 280), 0.4), 0.3 + 0.7 * depth);
  const drift = time * (14 + 60 * depth);
  const windows: string[][] = [[], [], []];
  const lights: [Colour, Colour, Colour] = neon
    ? [lch(0.86, 0.11, 85), lch(0.72, 0.2, 335), lch(0.83, 0.13, 200)]
    : [lch(0.88, 0.11, 82), lch(0.8, 0.13, 65), lch(0.93, 0.05, 95)];
  const shade = canvas.linear([
    [0, lighten(tone, 0.015)],
    [0.7, tone],
    [1, mix(tone, mix(far, lch(0.7, 0.1, 60), 0.3), 0.35 * (1 - depth * 0.7))],
  ]);
  const edges: string[] = [];
  for (let x = -70 - drift; x < width + 70; ) {
    const w = random.between(46, 92) * (0.75 + depth * 0.75);
    const tall = street * (0.58 - 0.34 * depth) * random.between(0.42, 1.1) * (random.chance(0.14) ? 1.35 : 1);
    const top = street - tall;
    edges.push(roof(x, top, w, street, random.next()));
    const cell = 9 + 7 * depth;
    const lit = random.between(0.1, 0.46);
    const columns = Math.floor((w - cell) / cell);
    const inset = (w - columns * cell) / 2;
    for (let y = top + cell * 1.4; y < street - cell; y += cell * 1.25) {
      for (let column = 0; column < columns; column++) {
        if (!random.chance(lit)) continue;
        const flicker = time > 0 && Math.sin(time * 9 + x + y * 3 + column) > 0.985;
        const kind = random.next() ** 1.6 * 3;
        if (!flicker) {
          windows[Math.floor(kind)]?.push(
            `M${n(x + inset + column * cell + cell * 0.22)} ${n(y)}h${n(cell * 0.52)}v${n(cell * 0.62)}h${n(-cell * 0.52)}z`,
          );
        }
      }
    }
    x += w + (random.chance(0.2) ? random.between(4, 26) : random.between(-6, 3));
  }
  canvas.add(`<path d="${edges.join('')}" fill="${shade}"/>`);
  const strength = 0.28 + 0.62 * depth;
  for (const [index, light] of lights.entries()) {
    const d = windows[index]?.join('') ?? '';
    if (d === '') continue;
    if (depth > 0.5) {
      const glow = `fill="none" stroke="${hex(light)}" stroke-linejoin="round"`;
      canvas.add(
        `<path d="${d}" ${glow} stroke-width="7" opacity=".1"/><path d="${d}" ${glow} stroke-width="3" opacity=".2"/>`,
      );
    }
    canvas.add(`<path d="${d}" fill="${hex(light)}" opacity="${n(strength)}"/>`);
  }
  const glow = canvas.linear([
    [0, palette.haze, 0],
    [1, mix(palette.haze, lch(0.75, 0.12, 60), 0.4), 0.4 * (1 - depth)],
  ]);
  canvas.add(`<rect y="${n(street * 0.6)}" width="${n(width)}" height="${n(street * 0.4)}" fill="${glow}"/>`);
}

/** A tower: flat, stepped, slanted or with a mast. */
function roof(x: number, top: number, w: number, foot: number, kind: number): string {
  const right = x + w;
  if (kind < 0.5) return `M${n(x)} ${n(foot)}V${n(top)}H${n(right)}V${n(foot)}Z`;
  if (kind < 0.7) {
    const step = w * 0.2;
    return `M${n(x)} ${n(foot)}V${n(top)}H${n(x + step)}V${n(top - w * 0.35)}H${n(right - step)}V${n(top)}H${n(right)}V${n(foot)}Z`;
  }
  if (kind < 0.82) return `M${n(x)} ${n(foot)}V${n(top)}L${n(right)} ${n(top - w * 0.4)}V${n(foot)}Z`;
  const middle = x + w / 2;
  return `M${n(x)} ${n(foot)}V${n(top)}H${n(middle - 2)}V${n(top - w * 0.9)}H${n(middle + 2)}V${n(top)}H${n(right)}V${n(foot)}Z`;
}

/** Dark water with the lights drawn out in it. */
function drawReflection({ canvas, brief, time }: Moment, street: number, salt: number): void {
  const { width, height } = canvas;
  const { palette } = brief;
  const random = brief.random(`water ${salt}`);
  const dark = mix(palette.near, palette.skyTop, 0.35);
  const surface = canvas.linear([
    [0, mix(dark, palette.skyLow, 0.28)],
    [0.3, mix(dark, palette.skyMid, 0.15)],
    [1, dark],
  ]);
  canvas.add(`<rect y="${n(street)}" width="${n(width)}" height="${n(height - street)}" fill="${surface}"/>`);
  const colours = [lch(0.86, 0.12, 82), lch(0.78, 0.14, 60), mix(palette.skyLow, palette.sun, 0.4), palette.accent];
  for (let index = 0; index < 90; index++) {
    const x = random.next() * width;
    const long = (height - street) * random.between(0.15, 0.85);
    const tone = colours[index % colours.length] ?? palette.sun;
    const paint = canvas.linear([
      [0, tone, random.between(0.15, 0.5)],
      [1, tone, 0],
    ]);
    const sway = Math.sin(time * 15 + index) * 3;
    canvas.add(
      `<rect x="${n(x + sway)}" y="${n(street + 3)}" width="${n(random.between(2, 9))}" height="${n(long)}" fill="${paint}"/>`,
    );
  }
  const ripples: string[] = [];
  for (let index = 0; index < 130; index++) {
    const y = street + (height - street) * random.next() ** 1.3;
    const half = random.between(8, 50) * (0.5 + (y - street) / (height - street));
    const x = random.next() * width + Math.sin(time * 10 + index) * 8;
    ripples.push(`M${n(x - half)} ${n(y)}Q${n(x)} ${n(y + 2.5)} ${n(x + half)} ${n(y)}`);
  }
  canvas.add(
    `<path d="${ripples.join('')}" fill="none" stroke="${hex(dark)}" stroke-opacity=".75" stroke-width="3.2"/>`,
  );
  canvas.add(
    `<rect y="${n(street - 2)}" width="${n(width)}" height="5" fill="${hex(lch(0.1, 0.01, 280))}" opacity=".8"/>`,
  );
}

function drawRain({ canvas, brief }: Moment, time: number): void {
  const random = brief.random('rain');
  const drops: string[] = [];
  for (let index = 0; index < 320; index++) {
    const x = random.next() * canvas.width * 1.1;
    const y = ((random.next() + time * 6) % 1) * canvas.height;
    const long = random.between(14, 38);
    drops.push(`M${n(x)} ${n(y)}l${n(-long * 0.2)} ${n(long)}`);
  }
  canvas.add(`<path d="${drops.join('')}" stroke="#dfe8f5" stroke-opacity=".22" stroke-width="1.6"/>`);
}
