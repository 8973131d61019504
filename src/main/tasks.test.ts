import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '../shared/errors.js';
import type { AppEvent } from '../shared/events.js';
import { idleTransfer, type TransferStatus } from '../shared/transfer.js';
import { runTask, type TaskPorts, taskFailure } from './tasks.js';
import { createTransferBench, fill, type TransferBench } from './transfers.testing.js';

let bench: TransferBench;
beforeEach(() => {
  bench = createTransferBench();
});
afterEach(() => bench.dispose());

/** A library as a task sees it, and what the task wrote. */
async function stage(isTTY: boolean) {
  const library = bench.library();
  await fill(library);
  const { transfer } = library;
  const written: string[] = [];
  const listeners = new Set<(event: AppEvent) => void>();
  const controller = new AbortController();
  const ports: TaskPorts = {
    handlers: {
      back_up_library: ({ path: file }) => transfer.backUp(file),
      restore_library: ({ path: file }) => transfer.restore(file),
      cancel_transfer: async () => ({ cancelled: transfer.cancel() }),
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stderr: { write: (text) => written.push(text), isTTY },
    signal: controller.signal,
  };
  const tell = (status: Partial<TransferStatus>) => {
    for (const listener of listeners) {
      listener({ type: 'transfer.progress', seq: 1, transfer: { ...idleTransfer, ...status } });
    }
  };
  return { ports, written, tell, controller, listeners, file: path.join(bench.dir, 'x.zip') };
}

it('answers in a line, and lists what could not be had', async () => {
  const { ports, written, listeners, file } = await stage(false);
  expect(await runTask({ kind: 'backup', path: file }, ports)).toMatch(
    /^Backed up 8 files .* 1 file could not be had\.$/,
  );
  expect(written).toEqual([expect.stringMatching(/^ {2}gone\.png: .*it is not there/)]);
  expect(await runTask({ kind: 'restore', path: file }, ports)).toContain('Nothing was missing.');
  expect(listeners.size).toBe(0);
});

it('is given up by a signal, and leaves nothing', async () => {
  const { ports, controller, file } = await stage(false);
  const running = runTask({ kind: 'backup', path: file }, ports);
  controller.abort();
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(existsSync(file)).toBe(false);
});

it.each([
  [true, ['\r\u001b[K0 of 100', '\r\u001b[K5 of 100, 2 min left', '\r\u001b[K95 of 100', '\n']],
  [false, ['0 of 100\n', '95 of 100\n']],
])('tells how far it is, in one line of a terminal (%s) or in a few', async (isTTY, lines) => {
  const { ports, written, tell, file } = await stage(isTTY);
  const running = runTask({ kind: 'backup', path: file }, ports);
  tell({ task: 'backup', total: 100 });
  tell({ task: 'backup', total: 100, done: 5, seconds_left: 61 });
  tell({ task: 'backup', total: 100, done: 95 });
  tell({});
  expect(written).toEqual(lines);
  await running;
});

it('names the way where another program holds the library', () => {
  const inUse = new AppError('DATA_DIR_IN_USE', 'The desktop app uses it.', { hint: 'Connect to it.' });
  expect(taskFailure({ kind: 'restore', path: 'x' }, inUse)).toMatchObject({
    code: 'DATA_DIR_IN_USE',
    message: 'The desktop app uses it.',
    hint: expect.stringContaining('"Restore from backup…"'),
  });
  const other = new Error('something else');
  expect(taskFailure({ kind: 'restore', path: 'x' }, other)).toBe(other);
});
