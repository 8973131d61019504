/** Pixel work on raw frames through sharp: it runs in native threads, so the event loop stays free. */
import type { Sharp } from 'sharp';
import { sharp } from '../../sharp.js';
import { breathe } from './chunks.js';
import { Mask, Picture, reserve } from './values.js';

export type ScaleMethod = 'nearest-exact' | 'bilinear' | 'area' | 'bicubic' | 'lanczos';

const kernels: Record<string, 'nearest' | 'linear' | 'cubic' | 'lanczos3'> = {
  'nearest-exact': 'nearest',
  bilinear: 'linear',
  area: 'linear',
  bicubic: 'cubic',
  lanczos: 'lanczos3',
};

export const scaleMethods = ['nearest-exact', 'bilinear', 'area', 'bicubic', 'lanczos'];

/** A sharp pipeline that reads one raw frame. */
export function rawImage(frame: Uint8Array, width: number, height: number, channels: 1 | 3 | 4): Sharp {
  return sharp(frame, { raw: { width, height, channels }, limitInputPixels: false });
}

/** Runs a pipeline to raw bytes of the given number of channels. */
export async function toRaw(pipeline: Sharp, channels: 1 | 3 | 4): Promise<Uint8Array> {
  const shaped = channels === 4 ? pipeline.ensureAlpha() : pipeline.removeAlpha();
  const coloured = channels === 1 ? shaped.extractChannel(0) : shaped.toColourspace('srgb');
  return coloured.raw().toBuffer();
}

/** Every frame through `change`, one after the other so that a batch never holds more than one copy in the works. */
export async function mapFrames(
  frames: readonly Uint8Array[],
  change: (frame: Uint8Array, index: number) => Promise<Uint8Array> | Uint8Array,
): Promise<Uint8Array[]> {
  const changed: Uint8Array[] = [];
  const known = new Map<Uint8Array, Uint8Array>();
  for (const [index, frame] of frames.entries()) {
    const result = known.get(frame) ?? (await change(frame, index));
    known.set(frame, result);
    changed.push(result);
    await breathe();
  }
  return changed;
}

/**
 * The picture at another size. `center` keeps the proportions and cuts what is too much, else it is stretched.
 * Source: comfy.utils.common_upscale().
 */
export async function scalePicture(
  picture: Picture,
  method: string,
  width: number,
  height: number,
  crop: 'disabled' | 'center' = 'disabled',
): Promise<Picture> {
  reserve(width * height * picture.channels * picture.frames.length);
  if (width === picture.width && height === picture.height) return picture;
  const kernel = kernels[method] ?? 'linear';
  const frames = await mapFrames(picture.frames, (frame) =>
    toRaw(
      rawImage(frame, picture.width, picture.height, picture.channels).resize(width, height, {
        kernel,
        fit: crop === 'center' ? 'cover' : 'fill',
        fastShrinkOnLoad: false,
      }),
      picture.channels,
    ),
  );
  return new Picture(width, height, picture.channels, frames);
}

/** The same picture with the given number of channels; a new alpha is opaque. */
export async function withChannels(picture: Picture, channels: 3 | 4): Promise<Picture> {
  if (picture.channels === channels) return picture;
  const frames = await mapFrames(picture.frames, (frame) =>
    toRaw(rawImage(frame, picture.width, picture.height, picture.channels), channels),
  );
  return new Picture(picture.width, picture.height, channels, frames);
}

export async function extractRegion(
  picture: Picture,
  left: number,
  top: number,
  width: number,
  height: number,
): Promise<Picture> {
  const frames = await mapFrames(picture.frames, (frame) =>
    toRaw(
      rawImage(frame, picture.width, picture.height, picture.channels).extract({ left, top, width, height }),
      picture.channels,
    ),
  );
  return new Picture(width, height, picture.channels, frames);
}

/** One colour channel (0 red … 3 alpha) as a mask; a missing alpha is opaque. */
export async function channelMask(picture: Picture, channel: number): Promise<Mask> {
  if (channel === 3 && picture.channels === 3) {
    const opaque = new Uint8Array(picture.width * picture.height).fill(255);
    return new Mask(
      picture.width,
      picture.height,
      picture.frames.map(() => opaque),
    );
  }
  const index = channel === 0 || channel === 1 || channel === 2 ? channel : 3;
  const frames = await mapFrames(picture.frames, (frame) =>
    rawImage(frame, picture.width, picture.height, picture.channels).extractChannel(index).raw().toBuffer(),
  );
  return new Mask(picture.width, picture.height, frames);
}

/** Any picture's frame as RGB of the given size; used to see a latent small. */
export async function sourceFrame(picture: Picture, index: number, width: number, height: number): Promise<Uint8Array> {
  const frame = picture.frames[index % picture.frames.length] ?? new Uint8Array(picture.width * picture.height * 3);
  const raw = rawImage(frame, picture.width, picture.height, picture.channels);
  return toRaw(raw.resize(width, height, { fit: 'fill' }), 3);
}
