/** Light and colour of a scene: a mood gives the anchors, words and seed tint them. */
import type { Random } from '../random.js';
import { type Colour, chromaOf, hueOf, lch, mix, turn } from './colour.js';

/** The colours every scene draws with. */
export interface Palette {
  skyTop: Colour;
  skyMid: Colour;
  skyLow: Colour;
  sun: Colour;
  /** What far things fade into. */
  haze: Colour;
  /** The nearest, darkest things. */
  near: Colour;
  /** Ground, table, wall. */
  ground: Colour;
  /** The thing that catches the eye. */
  accent: Colour;
  second: Colour;
  third: Colour;
  dark: boolean;
}

export type MoodName =
  | 'dawn'
  | 'day'
  | 'sunset'
  | 'dusk'
  | 'night'
  | 'storm'
  | 'autumn'
  | 'winter'
  | 'pastel'
  | 'desert'
  | 'tropic'
  | 'mono';

type Anchor = readonly [lightness: number, chroma: number, hue: number];

/** skyTop, skyMid, skyLow, sun, haze, near, ground, accent, second, third. */
const anchors: Record<MoodName, readonly Anchor[]> = {
  dawn: [
    [0.62, 0.07, 265],
    [0.8, 0.06, 330],
    [0.92, 0.06, 65],
    [0.97, 0.05, 85],
    [0.88, 0.04, 50],
    [0.3, 0.05, 275],
    [0.82, 0.05, 60],
    [0.68, 0.14, 35],
    [0.72, 0.08, 240],
    [0.88, 0.09, 90],
  ],
  day: [
    [0.62, 0.1, 245],
    [0.8, 0.07, 235],
    [0.94, 0.03, 210],
    [0.99, 0.03, 100],
    [0.9, 0.03, 225],
    [0.33, 0.06, 245],
    [0.88, 0.03, 85],
    [0.66, 0.15, 45],
    [0.6, 0.1, 240],
    [0.85, 0.12, 92],
  ],
  sunset: [
    [0.42, 0.12, 290],
    [0.66, 0.14, 20],
    [0.86, 0.12, 70],
    [0.96, 0.1, 92],
    [0.74, 0.11, 40],
    [0.22, 0.05, 300],
    [0.6, 0.1, 45],
    [0.7, 0.17, 50],
    [0.5, 0.13, 350],
    [0.85, 0.13, 85],
  ],
  dusk: [
    [0.36, 0.09, 275],
    [0.55, 0.11, 320],
    [0.78, 0.1, 25],
    [0.95, 0.06, 60],
    [0.64, 0.08, 330],
    [0.2, 0.05, 285],
    [0.5, 0.06, 320],
    [0.68, 0.15, 20],
    [0.5, 0.1, 280],
    [0.8, 0.1, 60],
  ],
  night: [
    [0.15, 0.04, 268],
    [0.27, 0.065, 268],
    [0.47, 0.08, 262],
    [0.96, 0.03, 100],
    [0.42, 0.065, 260],
    [0.1, 0.02, 270],
    [0.22, 0.03, 265],
    [0.8, 0.13, 80],
    [0.5, 0.1, 250],
    [0.65, 0.14, 30],
  ],
  storm: [
    [0.38, 0.03, 240],
    [0.55, 0.025, 230],
    [0.76, 0.02, 200],
    [0.93, 0.03, 100],
    [0.68, 0.02, 215],
    [0.2, 0.025, 235],
    [0.55, 0.02, 200],
    [0.72, 0.1, 85],
    [0.5, 0.06, 230],
    [0.62, 0.06, 180],
  ],
  autumn: [
    [0.66, 0.06, 225],
    [0.82, 0.05, 80],
    [0.91, 0.07, 78],
    [0.97, 0.06, 90],
    [0.8, 0.07, 65],
    [0.27, 0.05, 40],
    [0.66, 0.09, 60],
    [0.62, 0.16, 42],
    [0.55, 0.12, 30],
    [0.78, 0.14, 80],
  ],
  winter: [
    [0.7, 0.04, 240],
    [0.84, 0.03, 240],
    [0.95, 0.02, 250],
    [0.99, 0.015, 80],
    [0.91, 0.02, 245],
    [0.36, 0.04, 250],
    [0.94, 0.012, 240],
    [0.6, 0.12, 25],
    [0.62, 0.07, 240],
    [0.85, 0.04, 220],
  ],
  pastel: [
    [0.8, 0.06, 290],
    [0.87, 0.06, 350],
    [0.94, 0.05, 80],
    [0.98, 0.04, 95],
    [0.9, 0.04, 350],
    [0.48, 0.07, 300],
    [0.91, 0.04, 60],
    [0.78, 0.11, 20],
    [0.8, 0.08, 190],
    [0.9, 0.09, 95],
  ],
  desert: [
    [0.6, 0.08, 220],
    [0.82, 0.05, 90],
    [0.92, 0.06, 78],
    [0.98, 0.05, 92],
    [0.86, 0.06, 70],
    [0.36, 0.08, 40],
    [0.76, 0.09, 62],
    [0.64, 0.15, 40],
    [0.62, 0.09, 200],
    [0.84, 0.09, 80],
  ],
  tropic: [
    [0.58, 0.1, 230],
    [0.78, 0.09, 200],
    [0.93, 0.06, 160],
    [0.99, 0.05, 100],
    [0.84, 0.07, 190],
    [0.28, 0.07, 185],
    [0.85, 0.06, 85],
    [0.7, 0.16, 40],
    [0.65, 0.12, 185],
    [0.86, 0.13, 95],
  ],
  mono: [
    [0.55, 0.004, 80],
    [0.76, 0.004, 80],
    [0.93, 0.004, 80],
    [0.99, 0.003, 90],
    [0.84, 0.004, 80],
    [0.16, 0.004, 80],
    [0.78, 0.004, 80],
    [0.5, 0.005, 80],
    [0.32, 0.005, 80],
    [0.9, 0.004, 80],
  ],
};

/**
 * The palette of a mood. The named colours take over accent, second and ground in their order and tint the light a
 * little; the seed turns all hues by a few degrees so that no two pictures are dyed alike.
 */
export function createPalette(mood: MoodName, colours: readonly Colour[], random: Random): Palette {
  const shift = random.between(-9, 9);
  const chroma = random.between(0.9, 1.12);
  const anchor = (index: number): Colour => {
    const [lightness, amount, hue] = anchors[mood][index] ?? [0.5, 0, 0];
    return lch(lightness, amount * chroma, hue + shift * (index < 6 ? 1 : 0.6));
  };
  const [first, second, third] = colours;
  const tint = (base: Colour, amount: number): Colour => {
    if (!first || chromaOf(first) < 0.03) return base;
    const toned = lch(base.l, Math.max(chromaOf(base), 0.05), hueOf(first));
    return mix(base, toned, amount);
  };
  return {
    skyTop: tint(anchor(0), 0.75),
    skyMid: tint(anchor(1), 0.5),
    skyLow: tint(anchor(2), 0.3),
    sun: anchor(3),
    haze: tint(anchor(4), 0.6),
    near: tint(anchor(5), 0.7),
    ground: tint(anchor(6), 0.22),
    accent: first ?? turn(anchor(7), random.between(-14, 14)),
    second: second ?? anchor(8),
    third: third ?? anchor(9),
    dark: mood === 'night',
  };
}
