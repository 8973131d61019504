/** Colours in OKLab, where mixing and lightening look even to the eye. Source of the matrices: Björn Ottosson, 2020. */

export interface Colour {
  /** Lightness, 0 black to 1 white. */
  readonly l: number;
  readonly a: number;
  readonly b: number;
}

/** Lightness 0…1, chroma 0…about 0.3, hue in degrees (25 red, 60 orange, 100 yellow, 145 green, 250 blue, 310 purple). */
export function lch(lightness: number, chroma: number, hue: number): Colour {
  const angle = (hue * Math.PI) / 180;
  return { l: lightness, a: chroma * Math.cos(angle), b: chroma * Math.sin(angle) };
}

export function mix(one: Colour, other: Colour, amount: number): Colour {
  const part = (from: number, to: number) => from + (to - from) * amount;
  return { l: part(one.l, other.l), a: part(one.a, other.a), b: part(one.b, other.b) };
}

/** Lighter (positive) or darker by `amount` of lightness, with a little less chroma toward both ends. */
export function lighten({ l, a, b }: Colour, amount: number): Colour {
  const lightness = Math.min(1, Math.max(0, l + amount));
  const keep = lightness > 0.9 ? (1 - lightness) * 8 + 0.2 : 1;
  return { l: lightness, a: a * Math.min(1, keep), b: b * Math.min(1, keep) };
}

/** Chroma times `factor`. */
export function saturate({ l, a, b }: Colour, factor: number): Colour {
  return { l, a: a * factor, b: b * factor };
}

/** Hue turned by `degrees`. */
export function turn({ l, a, b }: Colour, degrees: number): Colour {
  const angle = (degrees * Math.PI) / 180;
  return { l, a: a * Math.cos(angle) - b * Math.sin(angle), b: a * Math.sin(angle) + b * Math.cos(angle) };
}

export function hueOf({ a, b }: Colour): number {
  return ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360;
}

export function chromaOf({ a, b }: Colour): number {
  return Math.hypot(a, b);
}

function linear({ l, a, b }: Colour): [number, number, number] {
  const x = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const y = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const z = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ];
}

/** 8-bit sRGB; a colour outside of what a screen can show loses chroma until it fits. */
export function rgb(colour: Colour): [number, number, number] {
  let fitting = colour;
  for (let tries = 0; tries < 12; tries++) {
    if (linear(fitting).every((part) => part >= -0.001 && part <= 1.001)) break;
    fitting = saturate(fitting, 0.88);
  }
  const encode = (part: number) => {
    const value = Math.min(1, Math.max(0, part));
    return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
  };
  const [red, green, blue] = linear(fitting);
  return [encode(red), encode(green), encode(blue)];
}

/** `#rrggbb` */
export function hex(colour: Colour): string {
  return `#${rgb(colour)
    .map((part) => part.toString(16).padStart(2, '0'))
    .join('')}`;
}
