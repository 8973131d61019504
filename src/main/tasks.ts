/** What the program can be started for besides serving: backing up the library, restoring one. No engine, no endpoint. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Handlers } from '../shared/contract.js';
import { AppError } from '../shared/errors.js';
import type { AppEvent } from '../shared/events.js';
import type { TransferStatus } from '../shared/transfer.js';
import { exportWords, progressWords, restoreWords } from '../shared/transfer-words.js';
import { ownCall } from './own-call.js';
import type { Task } from './settings.js';

export interface TaskPorts {
  handlers: Pick<Handlers, 'back_up_library' | 'restore_library' | 'cancel_transfer'>;
  listen(listener: (event: AppEvent) => void): () => void;
  /** Where progress goes. */
  stderr: { write(text: string): unknown; isTTY?: boolean };
  /** Aborted when the person gives up. */
  signal: AbortSignal;
}

/** Does it and answers the one line that tells what came of it. Throws what the operation threw. */
export async function runTask(task: Task, { handlers, listen, stderr, signal }: TaskPorts): Promise<string> {
  const show = createShow(stderr);
  const stop = listen((event) => {
    if (event.type === 'transfer.progress') show.status(event.transfer);
  });
  signal.addEventListener('abort', () => void handlers.cancel_transfer({}, ownCall), { once: true });
  try {
    if (task.kind === 'backup') {
      const result = await handlers.back_up_library({ path: task.path }, ownCall);
      show.list(result.left_out.map(({ filename, reason }) => `${filename}: ${reason}`));
      return exportWords('Backed up', result);
    }
    const result = await handlers.restore_library({ path: task.path }, ownCall);
    show.list(result.problems.map(({ what, reason }) => `${what}: ${reason}`));
    return restoreWords(result);
  } finally {
    stop();
  }
}

/** Percents between two lines where there is no terminal that could overwrite them. */
const step = 10;

function createShow(stderr: TaskPorts['stderr']) {
  let next = 0;
  let open = false;
  const close = () => {
    if (open) stderr.write('\n');
    open = false;
  };
  return {
    status(status: TransferStatus) {
      if (status.task === null) return close();
      const left = status.seconds_left === null ? '' : `, ${Math.max(1, Math.ceil(status.seconds_left / 60))} min left`;
      const words = `${progressWords(status)}${left}`;
      if (stderr.isTTY) {
        stderr.write(`\r\u001b[K${words}`);
        open = true;
        return;
      }
      const percent = status.total > 0 ? (100 * status.done) / status.total : 0;
      if (percent < next) return;
      next = percent - (percent % step) + step;
      stderr.write(`${words}\n`);
    },
    list(lines: readonly string[]) {
      close();
      for (const line of lines) stderr.write(`  ${line}\n`);
    },
  };
}

/** @throws AppError CONFIG_INVALID where there is nothing to back up: a backup of nothing would look like one. */
export function checkTask(task: Task, dataDir: string): void {
  if (task.kind !== 'backup' || existsSync(path.join(dataDir, 'library.db'))) return;
  throw new AppError('CONFIG_INVALID', `There is no library in ${dataDir}.`, {
    hint: 'Give its folder with --data-dir.',
  });
}

/** What keeps the task from being done, with what to do about it. */
export function taskFailure(task: Task, error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'DATA_DIR_IN_USE') return error;
  const row = task.kind === 'backup' ? '"Back up library…"' : '"Restore from backup…"';
  return new AppError(error.code, error.message, {
    hint: `Stop that program first, or use ${row} in its window: Settings, Storage.`,
    cause: error,
  });
}
