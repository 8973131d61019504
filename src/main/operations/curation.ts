/** Rating, tagging, keeping; the bin. */
import type { Handlers } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import type { Rooms } from './rooms.js';
import { missingAsset } from './visible.js';

export type CurationHandlers = Pick<Handlers, 'update_asset' | 'delete_assets' | 'restore_assets'>;

export function createCurationHandlers(rooms: Rooms): CurationHandlers {
  const { curation } = rooms.registry;
  return {
    async update_asset({ asset_id, rating, tags, keep }) {
      const patch = {
        ...(rating === undefined ? {} : { rating }),
        ...(tags === undefined ? {} : { tags }),
        ...(keep === undefined ? {} : { keep }),
      };
      if (Object.keys(patch).length === 0) {
        throw new AppError('VALIDATION_ERROR', 'There is nothing to change.', {
          hint: 'Give rating, tags or keep.',
          details: { asset_id },
        });
      }
      const asset = curation.curate(asset_id, patch);
      if (asset === undefined) throw missingAsset(rooms, asset_id);
      return { asset_id, rating: asset.rating, tags: asset.tags, expires_at: asset.expires_at };
    },

    async delete_assets({ asset_ids }) {
      const { done: deleted, not_found } = sorted(rooms, asset_ids, curation.remove(asset_ids));
      return { deleted, not_found };
    },

    async restore_assets({ asset_ids }) {
      const { done: restored, not_found } = sorted(rooms, asset_ids, curation.restore(asset_ids));
      return { restored, not_found };
    },
  };
}

/** In the order asked for. @throws AppError ASSET_NOT_FOUND when none of them is known. */
function sorted(rooms: Rooms, asked: readonly string[], found: readonly string[]) {
  const known = new Set(found);
  const [first = ''] = asked;
  if (known.size === 0) throw missingAsset(rooms, first);
  const ids = [...new Set(asked)];
  return { done: ids.filter((id) => known.has(id)), not_found: ids.filter((id) => !known.has(id)) };
}
