/** How far a transfer has come, told at most five times a second. */
import { idleTransfer, type TransferStatus, type TransferTask } from '../../shared/transfer.js';
import type { Clock } from '../ports.js';

/** Milliseconds between two tellings. */
const pace = 200;
/** Milliseconds before there is a rate worth telling. */
const settle = 1000;

export interface Progress {
  readonly status: TransferStatus;
  /** How much there is to do, as far as known. */
  expect(total: number, bytes: number): void;
  /** So many records or files more are done. */
  done(count: number): void;
  moved(bytes: number): void;
  /** Tells that nothing runs any more. */
  end(): void;
}

export function createProgress(
  task: TransferTask,
  clock: Pick<Clock, 'monotonic'>,
  tell: (status: TransferStatus) => void,
): Progress {
  const began = clock.monotonic();
  let toldAt = Number.NEGATIVE_INFINITY;
  let status: TransferStatus = { ...idleTransfer, task };
  const change = (patch: Partial<TransferStatus>) => {
    status = { ...status, ...patch };
    const now = clock.monotonic();
    if (now - toldAt < pace) return;
    toldAt = now;
    status = { ...status, ...rates(status, now - began) };
    tell(status);
  };
  return {
    get status() {
      return status;
    },
    expect: (total, bytes) => change({ total, bytes_total: bytes }),
    done: (count) => change({ done: status.done + count }),
    moved: (bytes) => change({ bytes_done: status.bytes_done + bytes }),
    end() {
      status = idleTransfer;
      tell(status);
    },
  };
}

function rates({ total, done, bytes_total, bytes_done }: TransferStatus, elapsed: number) {
  if (elapsed < settle) return { bytes_per_second: null, seconds_left: null };
  // Sizes may not be known, and files may be many and small: whichever is further from its end counts.
  const shares = [total > 0 ? done / total : 0, bytes_total > 0 ? bytes_done / bytes_total : 1];
  const share = Math.min(1, ...shares);
  return {
    bytes_per_second: Math.round((bytes_done / elapsed) * 1000),
    seconds_left: share > 0.005 ? Math.max(0, Math.round((elapsed / share - elapsed) / 1000)) : null,
  };
}
