/** How copies of assets are called in the cache. */
import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import type { Asset } from '../../shared/asset.js';
import { AppError } from '../../shared/errors.js';
import type { ThumbnailSize } from '../../shared/thumbnail.js';

/** What names the copies of an asset. */
export type NamedAsset = Pick<Asset, 'asset_id' | 'filename' | 'folder_type'>;

export function thumbnailKey(asset: NamedAsset, size: ThumbnailSize): string {
  return `${safeId(asset)}-${size}.webp`;
}

export function posterKey(asset: NamedAsset): string {
  return `${safeId(asset)}-poster.webp`;
}

export function peaksKey(asset: NamedAsset): string {
  return `${safeId(asset)}-peaks.json`;
}

/** `name` tells the model and its version apart from all others. */
export function modelPictureKey(name: string): string {
  return `${createHash('sha256').update(name).digest('hex').slice(0, 40)}-model-256.webp`;
}

export function originalKey(asset: Pick<Asset, 'asset_id' | 'filename'>): string {
  const extension = extname(asset.filename).slice(1).toLowerCase();
  return `${safeId(asset)}.${/^[a-z0-9]{1,8}$/.test(extension) ? extension : 'bin'}`;
}

/** An original's file, and the id in its name. */
export const storedName = /^([\w-]{2,64})\.[a-z0-9]{1,8}$/;

/** The id as a part of a file name. */
function safeId({ asset_id }: Pick<Asset, 'asset_id'>): string {
  if (!/^[\w-]{2,64}$/.test(asset_id)) throw new AppError('ASSET_NOT_FOUND', `No asset has the id ${asset_id}.`);
  return asset_id;
}
