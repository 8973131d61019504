/** Small pictures of assets: how large they are, and how many travel together. */
import { z } from 'zod';
import type { Asset } from './asset.js';

/** Longest sides in pixels. */
export const thumbnailSizes = [256, 768] as const;
export type ThumbnailSize = (typeof thumbnailSizes)[number];

/** The smaller one where its short side fills a square of so many pixels: a square crop shows the short side. */
export function thumbnailFor({ width, height }: Pick<Asset, 'width' | 'height'>, pixels: number): ThumbnailSize {
  const share = width === null || height === null ? 1 : Math.min(width, height) / Math.max(width, height, 1);
  return 256 * share >= pixels * 0.9 ? 256 : 768;
}

/** Assets that may be asked for at once. */
export const mostThumbnails = 100;

/** One for each id that was asked for, in that order; null where there is none at hand. */
export const thumbnailsSchema = z.array(z.object({ size: z.literal(thumbnailSizes), data: z.string() }).nullable());
/** `data` is the WebP in base64. */
export type ThumbnailAtHand = NonNullable<z.infer<typeof thumbnailsSchema>[number]>;
