/** Deletes the app's copies of what was deleted for good; what a sudden end left over is deleted at the next start. */
import { toErrorValue } from '../shared/errors.js';
import type { Media } from './media/index.js';
import type { Logger } from './ports.js';
import type { Registry } from './registry/index.js';

const atOnce = 200;

export interface ForgettingPorts {
  bin: Registry['bin'];
  media: Pick<Media, 'forget'>;
  logger: Logger;
}

/** Never rejects: a copy that can't be deleted now costs room, and is tried again at the next start. */
export async function forgetFiles({ bin, media, logger }: ForgettingPorts): Promise<void> {
  let files = bin.forgotten('', atOnce);
  for (let last = files.at(-1); last !== undefined; last = files.at(-1)) {
    for (const file of files) {
      try {
        await media.forget(file);
        bin.forgot(file.asset_id);
      } catch (error) {
        logger.warn('a copy could not be deleted', { asset_id: file.asset_id, error: toErrorValue(error) });
      }
    }
    files = bin.forgotten(last.asset_id, atOnce);
  }
}
