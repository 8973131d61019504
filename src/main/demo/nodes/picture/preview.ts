/** Previews of a picture in the making: the finished one, small, seen through less and less blur and noise. */
import { sharp } from '../../../sharp.js';
import { createRandom } from '../random.js';

/** Longer side of a preview in pixels, as the real server's `--preview-size`; smaller pictures are scaled up to it. */
const PREVIEW_SIDE = 512;
const QUALITY = 82;

export interface Previews {
  /** A JPEG of frame `frame` at `progress` 0…1. */
  at(progress: number, frame: number): Promise<Uint8Array>;
}

export function createPreviews({
  draw,
  width,
  height,
  seed,
}: {
  draw: (index: number, width: number, height: number) => Promise<Uint8Array>;
  width: number;
  height: number;
  seed: string;
}): Previews {
  const scale = PREVIEW_SIDE / Math.max(width, height);
  const across = Math.max(1, Math.round(width * scale));
  const down = Math.max(1, Math.round(height * scale));
  // Only the newest frame is kept: a still needs one, a video shows each once.
  let kept: { frame: number; pixels: Promise<Uint8Array> } | undefined;
  const noise = coarseNoise(seed);

  return {
    async at(progress, frame) {
      if (kept?.frame !== frame) kept = { frame, pixels: draw(frame, across, down) };
      const pixels = await kept.pixels;
      const left = 1 - Math.min(1, Math.max(0, progress));
      const picture = sharp(pixels, { raw: { width: across, height: down, channels: 3 } });
      if (left > 0.01) picture.blur(0.5 + 26 * left ** 1.6);
      const veil = noiseVeil(noise, left);
      if (veil) {
        const overlay = await sharp(veil, { raw: { width: 64, height: 64, channels: 4 } })
          .resize(across, down, { kernel: 'cubic', fit: 'cover' })
          .raw()
          .toBuffer();
        picture.composite([{ input: overlay, raw: { width: across, height: down, channels: 4 } }]);
      }
      return picture.removeAlpha().jpeg({ quality: QUALITY }).toBuffer();
    },
  };
}

/** 64 × 64 coloured noise, as large as latent pixels look. */
function coarseNoise(seed: string): Uint8Array {
  const random = createRandom(`preview ${seed}`);
  return Uint8Array.from({ length: 64 * 64 * 3 }, () => Math.max(0, Math.min(255, 128 + random.normal() * 46)));
}

/** The noise with an opacity for what is left to do; nothing near the end. */
function noiseVeil(noise: Uint8Array, left: number): Buffer | undefined {
  const opacity = Math.round(235 * left ** 1.3);
  if (opacity < 4) return undefined;
  const veil = Buffer.alloc(64 * 64 * 4);
  for (let pixel = 0; pixel < 64 * 64; pixel++) {
    for (let channel = 0; channel < 3; channel++) veil[pixel * 4 + channel] = noise[pixel * 3 + channel] ?? 128;
    veil[pixel * 4 + 3] = opacity;
  }
  return veil;
}
