/** Small pictures of many assets in one answer: asking for each costs a message, a look at the registry and a stream. */
import type { ThumbnailAtHand } from '../shared/thumbnail.js';
import { thumbnailFor } from '../shared/thumbnail.js';
import type { Media } from './media/index.js';
import type { Registry } from './registry/index.js';

export interface AtHandPorts {
  assets: Pick<Registry['assets'], 'getMany'>;
  media: Pick<Media, 'thumbnailAtHand'>;
}

/**
 * Answers, for each id, its small picture for a square of so many pixels, or null: unknown, not made yet, or none can be.
 * Draws and fetches nothing.
 */
export function createAtHand({ assets, media }: AtHandPorts) {
  return async (assetIds: readonly string[], pixels: number): Promise<(ThumbnailAtHand | null)[]> => {
    const known = new Map(assets.getMany(assetIds, { binned: true }).map((asset) => [asset.asset_id, asset]));
    const one = async (assetId: string) => {
      const asset = known.get(assetId);
      if (asset?.media_kind !== 'image' && asset?.media_kind !== 'video') return null;
      const size = thumbnailFor(asset, pixels);
      const bytes = await media.thumbnailAtHand(asset, size);
      return bytes === undefined
        ? null
        : { size, data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') };
    };
    return Promise.all(assetIds.map(one));
  };
}
