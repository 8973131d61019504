/** Tells the person once that the data directory can't be written or the library is damaged, and when that is over. */
import { AppError } from '../shared/errors.js';
import type { Notice } from '../shared/notice.js';
import type { Clock } from './ports.js';

/** Milliseconds in which the same is not told again: on a disk that is nearly full small things succeed now and then. */
const quietMs = 600_000;

export interface Trouble {
  /** Something could not be stored or read: only DATA_DIR_UNWRITABLE and LIBRARY_DAMAGED are told. */
  failed(error: unknown): void;
  /** Something was stored. */
  written(): void;
}

const hints = {
  DATA_DIR_UNWRITABLE:
    'Make room on its disk, or check its permissions. What ComfyUI made meanwhile is taken in by itself then.',
  LIBRARY_DAMAGED: 'Start the app again: it keeps the damaged file and restores the library from its newest copy.',
} as const;

export function createTrouble(notify: (notice: Notice) => void, clock: Pick<Clock, 'monotonic'>): Trouble {
  const toldAt = new Map<keyof typeof hints, number>();
  let unwritable = false;
  return {
    failed(error) {
      if (!(error instanceof AppError)) return;
      const { code, message } = error;
      if (code !== 'DATA_DIR_UNWRITABLE' && code !== 'LIBRARY_DAMAGED') return;
      if (code === 'DATA_DIR_UNWRITABLE') unwritable = true;
      const now = clock.monotonic();
      if (now - (toldAt.get(code) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
      toldAt.set(code, now);
      const restart = code === 'LIBRARY_DAMAGED' ? { remedy: 'restart' as const } : {};
      notify({ level: 'error', message, hint: hints[code], ...restart });
    },
    written() {
      if (!unwritable) return;
      unwritable = false;
      notify({ level: 'info', message: 'The data directory can be written again.' });
    },
  };
}
