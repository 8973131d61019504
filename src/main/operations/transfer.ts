/** Exporting, backing up, restoring. */
import type { Handlers } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import type { Rooms } from './rooms.js';

export type TransferHandlers = Pick<
  Handlers,
  'get_transfer' | 'export_assets' | 'back_up_library' | 'restore_library' | 'cancel_transfer'
>;

export function createTransferHandlers({ transfer, registry }: Rooms): TransferHandlers {
  return {
    get_transfer: async () => ({ transfer: transfer.status, can_strip: transfer.canStrip }),

    async export_assets({ asset_ids, filter = {}, to, path, metadata }) {
      const ids = asset_ids ?? (await registry.reader.ask('index', filter)).asset_ids;
      if (ids.length === 0) {
        throw new AppError('VALIDATION_ERROR', 'There is nothing to export.', { hint: 'Choose something first.' });
      }
      return transfer.exportAssets([...new Set(ids)], { to, path }, metadata);
    },

    back_up_library: ({ path }) => transfer.backUp(path),
    restore_library: ({ path }) => transfer.restore(path),
    cancel_transfer: async () => ({ cancelled: transfer.cancel() }),
  };
}
