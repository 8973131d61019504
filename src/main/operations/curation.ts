/** Rating, tagging, keeping; the bin. */
import type { Handlers } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import { binDays } from '../../shared/library.js';
import { forgetFiles } from '../forgetting.js';
import type { Rooms } from './rooms.js';
import { missingAsset } from './visible.js';

export type CurationHandlers = Pick<
  Handlers,
  'update_asset' | 'delete_assets' | 'restore_assets' | 'get_bin' | 'restore_bin' | 'empty_bin'
>;

/** Assets of the bin that are worked on in one transaction, with the event loop free in between. */
const binSlice = 200;

export function createCurationHandlers(rooms: Rooms): CurationHandlers {
  const { curation, bin } = rooms.registry;
  // What is deleted while the bin is worked on stays out of it.
  const now = () => rooms.clock.now() + 1;
  const old = () => rooms.clock.now() - binDays * 86_400_000;
  return {
    async update_asset({ asset_id, asset_ids, ...patch }) {
      if ((asset_id === undefined) === (asset_ids === undefined)) {
        throw new AppError('VALIDATION_ERROR', 'It has to be told which assets are meant.', {
          hint: 'Give asset_id, or asset_ids for several.',
        });
      }
      if (Object.values(patch).every((value) => value === undefined)) {
        throw new AppError('VALIDATION_ERROR', 'There is nothing to change.', {
          hint: 'Give rating, tags, albums or keep.',
          details: { asset_id: asset_id ?? asset_ids },
        });
      }
      const ids = asset_ids ?? [asset_id ?? ''];
      const found = curation.curateAll(ids, patch);
      if (asset_ids !== undefined) {
        const known = found.map((asset) => asset.asset_id);
        const { done: updated, not_found } = sorted(rooms, asset_ids, known);
        return { updated, not_found };
      }
      const [asset] = found;
      if (asset === undefined) throw missingAsset(rooms, asset_id ?? '');
      const { rating, tags, albums, expires_at } = asset;
      return { asset_id: asset.asset_id, rating, tags, albums, expires_at };
    },

    async delete_assets({ asset_ids }) {
      const { done: deleted, not_found } = sorted(rooms, asset_ids, curation.remove(asset_ids));
      return { deleted, not_found };
    },

    async restore_assets({ asset_ids }) {
      const { done: restored, not_found } = sorted(rooms, asset_ids, curation.restore(asset_ids));
      return { restored, not_found };
    },

    get_bin: async () => ({ count: bin.count(now()), older: bin.count(old()) }),

    async restore_bin() {
      let restored = 0;
      for await (const ids of slices(rooms, now())) restored += curation.restore(ids).length;
      return { restored };
    },

    async empty_bin({ older = false }) {
      let emptied = 0;
      for await (const ids of slices(rooms, older ? old() : now())) {
        emptied += bin.purge(ids);
        await forgetFiles({ bin, media: rooms.media, logger: rooms.logger });
      }
      return { emptied };
    },
  };
}

/** What was deleted before a moment, in slices; whoever takes one has to take its assets out of the bin. */
async function* slices({ registry }: Rooms, before: number): AsyncGenerator<string[]> {
  for (;;) {
    const ids = registry.bin.ids(before, binSlice);
    if (ids.length === 0) return;
    yield ids;
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
