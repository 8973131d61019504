/**
 * Pictures through sharp: only formats known by their first bytes, within limits of size and time. libvips runs in this
 * process: held to these limits it refuses bombs by their header, reads the rest row by row and gives up on what is damaged
 * (pictures.limits.test.ts has the cases), and another process would cost 40 MB and a copy of each picture. Its less used
 * loaders, where faults are likelier, are never reached.
 */
import type { Sharp } from 'sharp';
import { AppError } from '../../shared/errors.js';
import { type MediaFault, mostPixels } from '../../shared/media-fault.js';
import { sharp } from '../sharp.js';
import { animationOf } from './apng.js';
import { unreadable, unsupported } from './faults.js';
import { type Signature, signatureOf } from './signatures.js';

const timeoutSeconds = 30;

export interface PictureFacts {
  /** Pixels, turned as the file asks for. */
  width: number;
  height: number;
  animated: boolean;
  /** Of one round of an animation; null for a still. */
  duration_seconds: number | null;
}

export interface Preview {
  bytes: Uint8Array;
  mime_type: 'image/webp';
  /** Pixels. */
  width: number;
  height: number;
}

export interface PreviewLimits {
  /** Longest side in pixels. */
  maxDim: number;
  /** Longest base64 text of the bytes. */
  maxB64Chars: number;
}

/**
 * A picture file, ready to be worked on. Throws MEDIA_UNSUPPORTED when its bytes are no raster picture: SVG can hold
 * scripts and is never drawn, and a wrong file name deceives nobody.
 */
async function openPicture(path: string, limitInputPixels: number | false): Promise<[Sharp, Signature]> {
  const format = await signatureOf(path);
  if (format === 'svg') throw unsupported('SVG can hold scripts and is never drawn.', { fault: 'vector' });
  if (format === 'undrawn') throw unsupported('Pictures of this format are not drawn.', { fault: 'format' });
  if (format === undefined) throw unsupported('The file is not a picture that can be read.', { fault: 'damaged' });
  const picture = sharp(path, { limitInputPixels, failOn: 'error', sequentialRead: true });
  return [picture.timeout({ seconds: timeoutSeconds }), format];
}

async function decode<T>(
  path: string,
  work: (picture: Sharp, format: Signature) => Promise<T>,
  limitInputPixels: number | false = mostPixels,
): Promise<T> {
  const [picture, format] = await openPicture(path, limitInputPixels);
  try {
    return await work(picture, format);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const fault = faultIn(error);
    const words = fault === 'too_large' ? 'too large to be drawn' : 'damaged';
    throw await unreadable(path, `The picture is ${words}.`, { fault, cause: error });
  }
}

/** libvips tells by words only. */
function faultIn(error: unknown): MediaFault {
  const message = error instanceof Error ? error.message : '';
  return /exceeds pixel limit|^timeout/i.test(message) ? 'too_large' : 'damaged';
}

/** Dimensions from the file's header, of any size: nothing is decoded. */
export function pictureFacts(path: string): Promise<PictureFacts> {
  const read = async (picture: Sharp, format: Signature): Promise<PictureFacts> => {
    const { autoOrient, pages = 1, delay } = await picture.metadata();
    if (format === 'png') {
      const animation = await animationOf(path);
      const duration_seconds = animation?.duration_seconds ?? null;
      return { ...autoOrient, animated: animation !== undefined, duration_seconds };
    }
    const animated = pages > 1 && delay !== undefined;
    const duration_seconds = animated ? delay.reduce((sum, ms) => sum + ms, 0) / 1000 : null;
    return { ...autoOrient, animated, duration_seconds };
  };
  return decode(path, read, false);
}

/** A WebP whose longest side is at most `size` pixels; of an animation its first frame. */
export function thumbnailOf(path: string, size: number): Promise<Uint8Array> {
  return decode(path, (picture) => resized(picture, size).webp({ quality: 75, effort: 3 }).toBuffer());
}

/**
 * The first rung of the ladder that fits the budget: longest sides max_dim, 384 and 256 px at qualities 70, 55 and 40,
 * then 256 px at 35. Throws VALIDATION_ERROR when not even the last one fits.
 */
export function previewOf(path: string, { maxDim, maxB64Chars }: PreviewLimits): Promise<Preview> {
  return decode(path, async (picture) => {
    let smallest = Number.POSITIVE_INFINITY;
    for (const { side, qualities } of ladder(maxDim)) {
      const { data, info } = await resized(picture.clone(), side).raw().toBuffer({ resolveWithObject: true });
      const { width, height, channels } = info;
      for (const quality of qualities) {
        const bytes = await sharp(data, { raw: { width, height, channels } }).webp({ quality }).toBuffer();
        const chars = base64Length(bytes.byteLength);
        if (chars <= maxB64Chars) return { bytes, mime_type: 'image/webp', width, height };
        smallest = Math.min(smallest, chars);
      }
    }
    throw new AppError('VALIDATION_ERROR', `max_b64_chars: no preview fits ${maxB64Chars} characters.`, {
      hint: `Give at least ${smallest}, or a smaller max_dim.`,
      details: { smallest_b64_chars: smallest },
    });
  });
}

export function ladder(maxDim: number): { side: number; qualities: number[] }[] {
  const sides = [...new Set([maxDim, 384, 256].filter((side) => side <= maxDim))];
  const last = Math.min(256, maxDim);
  return sides.map((side) => ({ side, qualities: side === last ? [70, 55, 40, 35] : [70, 55, 40] }));
}

/** Characters of base64 text, with padding. */
export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

function resized(picture: Sharp, side: number): Sharp {
  return picture
    .autoOrient()
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb');
}
