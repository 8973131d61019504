/** The order of a move around the core: what is asked first, put away, copied, and taken up again. */
import { describe, expect, it } from 'vitest';
import type { MoveStatus } from '../../shared/data-move.js';
import { AppError } from '../../shared/errors.js';
import { createMoving, type DataFolder, type MovingPorts } from './moving.js';

const refused = (message: string) => new AppError('VALIDATION_ERROR', message);

function bench(patch: Partial<DataFolder> = {}, ports: Partial<MovingPorts> = {}) {
  const done: string[] = [];
  const folder: DataFolder = {
    async plan(chosen) {
      done.push('plan');
      return {
        from: '/old',
        to: chosen,
        library: null,
        files: 1,
        bytes: 1,
        free_bytes: null,
        other_volume: false,
        network: false,
      };
    },
    async move() {
      done.push('move');
    },
    async use() {
      done.push('use');
    },
    old: async () => undefined,
    removeOld: async () => undefined,
    keepOld() {},
    ...patch,
  };
  const moving = createMoving({
    folder,
    holdStill() {
      done.push('hold still');
      return { wasPaused: true, letGo: () => void done.push('let go') };
    },
    stopCore: async () => void done.push('stop'),
    startCore: async (paused) => void done.push(paused ? 'start, paused' : 'start'),
    restart: () => void done.push('restart'),
    ...ports,
  });
  return { done, moving, move: (use_library = false) => moving.handlers.move_data_dir({ path: '/new', use_library }) };
}

/** Waits until it is cancelled, telling that it copies. */
const untilCancelled: DataFolder['move'] = (_chosen, { signal, progress }) => {
  progress({ phase: 'copying', files: 2, files_done: 1, bytes: 20, bytes_done: 10 });
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
};

describe('a move', () => {
  it('looks first, then puts the core away, copies and starts anew', async () => {
    const { done, move } = bench();
    await move();
    expect(done).toEqual(['plan', 'hold still', 'stop', 'move', 'restart']);
  });

  it('that is refused, or has work in its way, leaves the core alone', async () => {
    const bad = bench({ plan: () => Promise.reject(refused('no such place')) });
    await expect(bad.move()).rejects.toThrow('no such place');
    const busy = bench(
      {},
      {
        holdStill: () => {
          throw refused('jobs are at work');
        },
      },
    );
    await expect(busy.move()).rejects.toThrow('jobs are at work');
    expect([bad.done, busy.done]).toEqual([[], ['plan']]);
    expect(bad.moving.busy).toBe(false);
  });

  it('whose core does not stop lets it go on', async () => {
    const { done, move } = bench({}, { stopCore: () => Promise.reject(new Error('stuck')) });
    await expect(move()).rejects.toThrow('stuck');
    expect(done).toEqual(['plan', 'hold still', 'let go']);
  });

  it('that fails takes the core up again as it was', async () => {
    const { done, move, moving } = bench({ move: () => Promise.reject(refused('the disk is full')) });
    await expect(move()).rejects.toThrow('the disk is full');
    expect(done).toEqual(['plan', 'hold still', 'stop', 'start, paused']);
    expect((await moving.handlers.get_data_move({})).phase).toBe('idle');
  });

  it('tells how far it is, runs alone, and is cancelled', async () => {
    const { done, move, moving } = bench({ move: untilCancelled });
    const first = move();
    const status = async (): Promise<MoveStatus> => moving.handlers.get_data_move({});
    while ((await status()).phase !== 'copying') await new Promise(setImmediate);
    expect(await status()).toMatchObject({ files_done: 1, bytes_done: 10 });
    await expect(move()).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    await moving.handlers.cancel_data_move({});
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(done.at(-1)).toBe('start, paused');
    expect(moving.busy).toBe(false);
  });

  it('ends with the program, which needs no core any more', async () => {
    const { done, move, moving } = bench({ move: untilCancelled });
    const first = move().catch((error: unknown) => error);
    while ((await moving.handlers.get_data_move({})).phase !== 'copying') await new Promise(setImmediate);
    await moving.stop();
    expect(await first).toMatchObject({ code: 'CANCELLED' });
    expect(done).toEqual(['plan', 'hold still', 'stop']);
  });
});

it('a library that is there is used without a copy', async () => {
  const { done, move } = bench();
  await move(true);
  expect(done).toEqual(['use', 'restart']);
});
