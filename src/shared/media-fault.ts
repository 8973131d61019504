/** Why a file can't be drawn: told with MEDIA_UNSUPPORTED under `details.fault`, and shown in place of its picture. */
import type { Asset } from './asset.js';

export const mediaFaults = [
  'damaged', // cut short, garbage, or something else under the name of a picture
  'too_large', // more pixels, or more work, than is spent on one picture
  'vector', // SVG: it can hold scripts and addresses, so it is never drawn
  'format', // a picture in a format that is not drawn here
  'no_decoder', // a film that this computer's decoder does not know
] as const;
export type MediaFault = (typeof mediaFaults)[number];

/** Pixels of the largest picture that is drawn, about 11,500 × 11,500: some decoders hold 4 bytes for every pixel. */
export const mostPixels = 2 ** 27;

export function isMediaFault(value: unknown): value is MediaFault {
  return mediaFaults.some((fault) => fault === value);
}

/** What the record alone tells: then nobody has to try. */
export function faultOf(asset: Pick<Asset, 'media_kind' | 'mime_type' | 'width' | 'height'>): MediaFault | undefined {
  if (asset.media_kind !== 'image') return undefined;
  if (asset.mime_type === 'image/svg+xml') return 'vector';
  return (asset.width ?? 0) * (asset.height ?? 0) > mostPixels ? 'too_large' : undefined;
}
