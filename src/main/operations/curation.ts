/** Rating, tagging, keeping; the bin. */
import type { Asset } from '../../shared/asset.js';
import type { Handlers } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import type { Rooms } from './rooms.js';
import { missingAsset } from './visible.js';

export type CurationHandlers = Pick<
  Handlers,
  'update_asset' | 'delete_assets' | 'restore_assets' | 'get_bin' | 'restore_bin' | 'empty_bin'
>;

/** Assets of the bin that are worked on in one transaction, with the event loop free in between. */
const binSlice = 200;

export function createCurationHandlers(rooms: Rooms): CurationHandlers {
  const { assets, curation } = rooms.registry;
  return {
    async update_asset({ asset_id, ...patch }) {
      if (Object.values(patch).every((value) => value === undefined)) {
        throw new AppError('VALIDATION_ERROR', 'There is nothing to change.', {
          hint: 'Give rating, tags, albums or keep.',
          details: { asset_id },
        });
      }
      const asset = curation.curate(asset_id, patch);
      if (asset === undefined) throw missingAsset(rooms, asset_id);
      const { rating, tags, albums, expires_at } = asset;
      return { asset_id, rating, tags, albums, expires_at };
    },

    async delete_assets({ asset_ids }) {
      const { done: deleted, not_found } = sorted(rooms, asset_ids, curation.remove(asset_ids));
      return { deleted, not_found };
    },

    async restore_assets({ asset_ids }) {
      const { done: restored, not_found } = sorted(rooms, asset_ids, curation.restore(asset_ids));
      return { restored, not_found };
    },

    get_bin: async () => ({ count: assets.count({ in_bin: true }) }),

    async restore_bin() {
      let restored = 0;
      for await (const slice of bin(rooms)) restored += curation.restore(idsOf(slice)).length;
      return { restored };
    },

    async empty_bin() {
      let emptied = 0;
      for await (const slice of bin(rooms)) {
        emptied += await rooms.media.forget(slice, () => curation.purge(idsOf(slice)));
      }
      return { emptied };
    },
  };
}

const idsOf = (assets: readonly Asset[]) => assets.map(({ asset_id }) => asset_id);

/** What lies in the bin now, in slices; whoever takes one has to take its assets out. */
async function* bin({ registry }: Rooms): AsyncGenerator<Asset[]> {
  let left = registry.assets.count({ in_bin: true });
  while (left > 0) {
    const { assets } = registry.assets.list({ in_bin: true, limit: Math.min(left, binSlice) });
    if (assets.length === 0) return;
    left -= assets.length;
    yield assets;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** In the order asked for. @throws AppError ASSET_NOT_FOUND when none of them is known. */
function sorted(rooms: Rooms, asked: readonly string[], found: readonly string[]) {
  const known = new Set(found);
  const [first = ''] = asked;
  if (known.size === 0) throw missingAsset(rooms, first);
  const ids = [...new Set(asked)];
  return { done: ids.filter((id) => known.has(id)), not_found: ids.filter((id) => !known.has(id)) };
}
