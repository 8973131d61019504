/** Joins what exports, backups and restores need of the library: its records, and the bytes that belong to them. */
import { AppError } from '../shared/errors.js';
import type { Bus } from './bus.js';
import type { Media } from './media/index.js';
import type { Clock } from './ports.js';
import type { Registry } from './registry/index.js';
import { createTransferRoom, type Strip, type TransferRoom } from './transfer/index.js';

export interface TransfersPorts {
  registry: Registry;
  media: Media;
  bus: Pick<Bus, 'emit'>;
  clock: Clock;
  dataDir: string;
  /** Version of the program. */
  version: string;
  /** Writes copies without metadata. */
  strip?: Strip;
}

export function createTransfers({
  registry,
  media,
  bus,
  clock,
  dataDir,
  version,
  strip,
}: TransfersPorts): TransferRoom {
  const assetOf = (assetId: string) => {
    const asset = registry.transfer.asset(assetId);
    if (asset === undefined) throw new AppError('ASSET_NOT_FOUND', 'It was deleted for good meanwhile.');
    return asset;
  };
  return createTransferRoom({
    records: registry.transfer,
    bytes: {
      original: (assetId, signal) => media.original(assetOf(assetId), signal),
      has: async ({ asset_id }, size) => (await media.local(assetOf(asset_id)))?.size === size,
      keep: (asset, body, size) => media.keep(asset, body, size),
    },
    dataDir,
    program: version,
    tell: (transfer) => bus.emit({ type: 'transfer.progress', transfer }),
    clock,
    ...(strip === undefined ? {} : { strip }),
  });
}
