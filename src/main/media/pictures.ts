/** Pictures through sharp: only formats known by their first bytes, within limits of size and time. */
import { access, open } from 'node:fs/promises';
import type { Sharp } from 'sharp';
import { AppError } from '../../shared/errors.js';
import { sharp } from '../sharp.js';

/** About 11,500 × 11,500: some decoders hold 4 bytes for every pixel. */
const maxPixels = 2 ** 27;
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
async function openPicture(path: string): Promise<Sharp> {
  const format = sniff(await firstBytes(path, 16));
  if (format === undefined) throw unsupported('The file is not a picture that can be read.');
  return sharp(path, { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true }).timeout({
    seconds: timeoutSeconds,
  });
}

async function decode<T>(path: string, work: (picture: Sharp) => Promise<T>): Promise<T> {
  const picture = await openPicture(path);
  try {
    return await work(picture);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw await unreadable(path, 'The picture is damaged or too large to be read.', error);
  }
}

/** Dimensions from the file's header; nothing is decoded. */
export function pictureFacts(path: string): Promise<PictureFacts> {
  return decode(path, async (picture) => {
    const { autoOrient, pages = 1, delay } = await picture.metadata();
    const animated = pages > 1 && delay !== undefined;
    return {
      ...autoOrient,
      animated,
      duration_seconds: animated ? delay.reduce((sum, ms) => sum + ms, 0) / 1000 : null,
    };
  });
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

export function unsupported(message: string, cause?: unknown): AppError {
  return new AppError('MEDIA_UNSUPPORTED', message, {
    hint: 'Give the person the asset_url instead.',
    ...(cause === undefined
      ? {}
      : { cause, details: { reason: cause instanceof Error ? cause.message : String(cause) } }),
  });
}

/** The same for a file that failed halfway. Throws ENOENT for one that went away meanwhile: it is not damaged. */
export async function unreadable(path: string, message: string, cause: unknown): Promise<AppError> {
  await access(path);
  return unsupported(message, cause);
}

async function firstBytes(path: string, length: number): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Raster formats by their signatures. */
function sniff(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1');
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (text.startsWith('GIF8')) return 'gif';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp';
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return 'tiff';
  if (text.slice(4, 8) === 'ftyp' && ['avif', 'avis', 'mif1'].includes(text.slice(8, 12))) return 'avif';
  return undefined;
}
