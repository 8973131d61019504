/** The bytes to publish: as they are, in another format, or as a WebP within a limit. */
import type { Sharp } from 'sharp';
import { AppError } from '../../shared/errors.js';
import type { PublishedEnding } from '../../shared/publishing.js';
import { sharp } from '../sharp.js';

/** As in the seed: every quality at full size before the picture is made smaller. */
export const qualities = [85, 75, 65, 55, 45, 35] as const;
export const scales = [1, 0.9, 0.75, 0.6, 0.5] as const;
/** For JPEG, where nobody asked for a size. */
const jpegQuality = 90;

/** As the gallery's: about 11,500 × 11,500 pixels, 30 seconds for one step. */
const maxPixels = 2 ** 27;
const timeoutSeconds = 30;

/** Raster formats only: SVG can hold scripts and is never drawn. */
const readable = new Set(['png', 'jpeg', 'webp', 'gif', 'tiff', 'heif']);

export interface SourcePicture {
  bytes: Buffer;
  /** As told by the bytes: png, jpeg, webp … */
  format: string;
  /** Pixels, turned as the file asks for. */
  width: number;
  height: number;
  animated: boolean;
}

export interface PublishedPicture {
  bytes: Uint8Array;
  mime_type: string;
  width: number;
  height: number;
  quality: number | null;
  scale: number;
  /** False: byte for byte the source. */
  compressed: boolean;
}

/** @throws AppError PUBLISH_FAILED when the bytes are no picture that can be read. */
export async function readPicture(bytes: Buffer): Promise<SourcePicture> {
  try {
    const { format, autoOrient, pages = 1, delay } = await open(bytes, false).metadata();
    if (format !== undefined && readable.has(format)) {
      return { bytes, format, ...autoOrient, animated: pages > 1 && delay !== undefined };
    }
  } catch (error) {
    throw unreadable(error);
  }
  throw unreadable(undefined);
}

/** The picture in the format of `ending`: copied when it has it already, else without its metadata and turned upright. */
export async function convert(source: SourcePicture, ending: PublishedEnding): Promise<PublishedPicture> {
  const format = ending === 'jpg' ? 'jpeg' : ending;
  const { bytes, width, height } = source;
  const base = { mime_type: `image/${format}`, quality: null, scale: 1, width, height };
  if (format === source.format) return { ...base, bytes, compressed: false };
  const made = async (quality: number | null, encode: (picture: Sharp) => Sharp) => {
    const done = await encode(upright(source, format === 'webp')).toBuffer();
    return { ...base, bytes: done, quality, compressed: true };
  };
  try {
    if (format === 'png') return await made(null, (picture) => picture.png());
    if (format === 'webp') return await made(null, (picture) => picture.webp({ lossless: true }));
    const onWhite = (picture: Sharp) => picture.flatten({ background: 'white' }).jpeg({ quality: jpegQuality });
    return await made(jpegQuality, onWhite);
  } catch (error) {
    throw unreadable(error);
  }
}

/** The first rung that fits. @throws AppError VALIDATION_ERROR with the smallest size there is when none does. */
export async function optimize(source: SourcePicture, maxBytes: number): Promise<PublishedPicture> {
  let smallest = Number.POSITIVE_INFINITY;
  for (const scale of scales) {
    const [width, height] = [scaled(source.width, scale), scaled(source.height, scale)];
    const encode = await encoderAt(source, width, height);
    for (const quality of qualities) {
      const bytes = await encode(quality);
      if (bytes.byteLength <= maxBytes) {
        return { bytes, mime_type: 'image/webp', width, height, quality, scale, compressed: true };
      }
      smallest = Math.min(smallest, bytes.byteLength);
    }
  }
  throw new AppError('VALIDATION_ERROR', `The picture can't be made as small as ${maxBytes} bytes.`, {
    hint: `Give max_bytes of at least ${smallest}.`,
    details: { max_bytes: maxBytes, smallest_bytes: smallest },
  });
}

function scaled(side: number, scale: number): number {
  return Math.max(1, Math.floor(side * scale));
}

/** Decodes a still once for all qualities; of an animation every frame would have to be held. */
async function encoderAt(source: SourcePicture, width: number, height: number) {
  try {
    const small = upright(source, true).resize({ width, height, fit: 'fill' });
    if (source.animated) return async (quality: number) => small.clone().webp({ quality }).toBuffer();
    const { data, info } = await small.raw().toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels };
    return (quality: number) => sharp(data, { raw }).webp({ quality }).toBuffer();
  } catch (error) {
    throw unreadable(error);
  }
}

/** Turned as its metadata says, which then stay behind. An animation is never turned: none of its formats asks for it. */
function upright({ bytes, animated }: SourcePicture, keepFrames: boolean): Sharp {
  const moving = animated && keepFrames;
  const picture = open(bytes, moving);
  return (moving ? picture : picture.autoOrient()).toColourspace('srgb');
}

function open(bytes: Buffer, animated: boolean): Sharp {
  return sharp(bytes, { animated, limitInputPixels: maxPixels, failOn: 'error' }).timeout({ seconds: timeoutSeconds });
}

function unreadable(cause: unknown): AppError {
  return new AppError('PUBLISH_FAILED', 'The file is no picture that can be read.', {
    hint: 'It is damaged, too large, or of a kind that is not published: PNG, JPEG, WebP, GIF, TIFF and AVIF are.',
    ...(cause === undefined ? {} : { cause, details: { reason: String(cause) } }),
  });
}
