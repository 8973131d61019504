/** Which assets a caller may see: agents no longer see what has expired, the person at the window does. */
import type { Asset } from '../../shared/asset.js';
import type { CallContext } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import type { Rooms } from './rooms.js';

/** @throws AppError ASSET_NOT_FOUND, or ASSET_EXPIRED for an agent. */
export function visibleAsset(rooms: Rooms, assetId: string, { door }: Pick<CallContext, 'door'>): Asset {
  const asset = rooms.registry.assets.get(assetId);
  if (!asset) throw missingAsset(rooms, assetId);
  if (door === 'ipc' || !rooms.registry.assets.isExpired(asset)) return asset;
  throw new AppError('ASSET_EXPIRED', `The asset ${assetId} expired at ${asset.expires_at}.`, {
    hint: 'update_asset with keep: true brings it back; list_assets with include_expired finds others.',
    details: { asset_id: assetId, expires_at: asset.expires_at },
  });
}

/** Why there is no asset of that id to work with. */
export function missingAsset({ registry }: Rooms, assetId: string): AppError {
  if (registry.curation.isInBin(assetId)) {
    return new AppError('ASSET_NOT_FOUND', `The asset ${assetId} was deleted.`, {
      hint: 'It lies in the bin: restore_assets brings it back.',
      details: { asset_id: assetId, in_bin: true },
    });
  }
  return new AppError('ASSET_NOT_FOUND', `There is no asset ${assetId}.`, {
    hint: 'list_assets tells which there are.',
    details: { asset_id: assetId },
  });
}
