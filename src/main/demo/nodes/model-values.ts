/** What model nodes hand to each other: names and settings instead of weights, and latents that know how to be drawn. */
import { attributeError, type Mask, type Picture } from './values.js';

export interface Lora {
  name: string;
  strength: number;
}

/** MODEL: which file, which LoRAs. */
export class Model {
  constructor(
    readonly name: string,
    readonly loras: readonly Lora[] = [],
  ) {}
}

/** CLIP. */
export class Clip {
  constructor(
    readonly name: string,
    readonly loras: readonly Lora[] = [],
    readonly lastLayer = -1,
  ) {}
}

/** VAE. */
export class Vae {
  constructor(readonly name: string) {}
}

/** CONDITIONING: the words, and for music the lyrics. */
export class Conditioning {
  constructor(
    readonly text: string,
    readonly extra: { readonly guidance?: number; readonly lyrics?: string } = {},
  ) {}
}

/** What a latent will be once decoded. */
export type LatentKind =
  | { readonly media: 'image'; readonly width: number; readonly height: number; readonly batch: number }
  | {
      readonly media: 'video';
      readonly width: number;
      readonly height: number;
      readonly batch: number;
      /** Number of frames. */
      readonly length: number;
    }
  | { readonly media: 'audio'; readonly seconds: number; readonly batch: number };

/** Draws frame `index` of all frames of a latent, RGB, at the given size in pixels. */
export type DrawFrame = (index: number, width: number, height: number) => Promise<Uint8Array>;

/** LATENT. Pixels and samples are made when it is decoded, so a latent is small however large its picture. */
export class Latent {
  constructor(
    readonly kind: LatentKind,
    readonly content: {
      /** An encoded picture. */
      readonly source?: Picture;
      /** Where a picture is made anew: white is, black stays. */
      readonly mask?: Mask;
      /** A film's first frame, of the film's size. */
      readonly start?: Picture;
      /** A sampled picture or video. */
      readonly draw?: DrawFrame;
      /** A sampled piece of music: what it was asked for. */
      readonly tune?: { readonly tags: string; readonly lyrics: string; readonly seed: string };
    } = {},
  ) {}

  /** How many pictures a decoder makes of it. */
  get frameCount(): number {
    const { kind } = this;
    return kind.media === 'video' ? kind.length * kind.batch : kind.batch;
  }
}

/** NOISE, GUIDER, SAMPLER and SIGMAS of the custom sampler nodes. */
export class Noise {
  constructor(readonly seed: string) {}
}
export class Guider {
  constructor(
    readonly model: Model,
    readonly positive: Conditioning,
  ) {}
}
export class Sampler {
  constructor(readonly name: string) {}
}
export class Sigmas {
  constructor(
    readonly scheduler: string,
    readonly steps: number,
    readonly denoise: number,
  ) {}
}

type Kind<T> = abstract new (...parts: never[]) => T;

/** Finds `name` among the inputs as an instance of `kind`; else the error that Python would raise over `attribute`. */
export function modelInput<T>(inputs: Record<string, unknown>, name: string, kind: Kind<T>, attribute: string): T {
  const value = inputs[name];
  if (value instanceof kind) return value;
  throw attributeError(value, attribute);
}
