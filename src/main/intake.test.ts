import { describe, expect, it } from 'vitest';
import type { Asset } from '../shared/asset.js';
import { plainAsset } from '../shared/asset.testing.js';
import { AppError } from '../shared/errors.js';
import type { AppEvent, AppEventBody } from '../shared/events.js';
import type { EngineStatus } from '../shared/status.js';
import { createIntake, type Facts } from './intake.js';
import { silentLogger } from './system.js';

const facts: Facts = { width: 1, height: 2, duration_seconds: null, bytes_size: 3, animated: false };
const never = new AbortController().signal;

function assetOf(asset_id: string): Asset {
  return plainAsset({ asset_id, filename: `${asset_id}.png` });
}

function engineIs(state: EngineStatus['state']): AppEventBody {
  const engine: EngineStatus = {
    kind: 'comfyui',
    state,
    url: 'http://localhost:8188',
    version: null,
    device: null,
    vram_total: null,
    vram_free: null,
    error: null,
    retry_at: null,
  };
  return { type: 'engine.changed', engine };
}

function setUp(adopt: (asset: Asset) => Promise<Facts> = async () => facts, unread: Asset[] = []) {
  let tell: (event: AppEvent) => void = () => {};
  const stored: string[] = [];
  const drawn: string[] = [];
  const slept: number[] = [];
  const failures: unknown[] = [];
  const intake = createIntake({
    listen(listener) {
      tell = listener;
      return () => {
        tell = () => {};
      };
    },
    unread: () => unread,
    adopt,
    prepare: async (asset) => drawn.push(asset.asset_id),
    setFacts(assetId) {
      stored.push(assetId);
      return undefined;
    },
    failed: (error) => failures.push(error),
    clock: {
      async sleep(ms, signal) {
        slept.push(ms);
        if (signal?.aborted) throw signal.reason;
      },
    },
    logger: silentLogger,
  });
  return { slept, failures, intake, stored, drawn, tell: (body: AppEventBody) => tell({ ...body, seq: 1 }) };
}

describe('intake', () => {
  it('stores the facts of what is added, before anybody waits in vain', async () => {
    const { intake, stored, drawn, tell } = setUp();
    tell({ type: 'asset.added', asset: assetOf('a') });
    await intake.settled(['a', 'unknown'], never);
    expect(stored).toEqual(['a']);
    expect(drawn).toEqual(['a']);
  });

  it('goes on after a file that can not be read', async () => {
    const { intake, stored, tell } = setUp(async ({ asset_id }) => {
      if (asset_id === 'bad') throw new Error('gone');
      return facts;
    });
    for (const id of ['bad', 'b', 'c', 'd', 'e']) tell({ type: 'asset.added', asset: assetOf(id) });
    await intake.settled(['bad', 'b', 'c', 'd', 'e'], never);
    expect(stored.sort()).toEqual(['b', 'c', 'd', 'e']);
  });

  it('asks again for a file that could not be had, a few times', async () => {
    let asked = 0;
    const { slept, stored, tell } = setUp(async ({ asset_id }) => {
      asked += 1;
      if (asset_id === 'gone' || asked < 3) throw new Error('cut off');
      return facts;
    });
    tell({ type: 'asset.added', asset: assetOf('late') });
    await expect.poll(() => stored).toEqual(['late']);
    expect(slept).toEqual([1000, 5000]);
    asked = 0;
    tell({ type: 'asset.added', asset: assetOf('gone') });
    await expect.poll(() => slept).toEqual([1000, 5000, 1000, 5000, 30_000]);
    await expect.poll(() => asked).toBe(4);
  });

  it('does not give up while the disk is full, and says why', async () => {
    let room = false;
    const full = new AppError('DATA_DIR_UNWRITABLE', 'The disk is full.');
    const { slept, stored, failures, tell } = setUp(async () => {
      // The test's clock waits for nothing.
      await new Promise((resolve) => setImmediate(resolve));
      if (!room) throw full;
      return facts;
    });
    tell({ type: 'asset.added', asset: assetOf('late') });
    await expect.poll(() => slept.length).toBeGreaterThan(6);
    expect(slept.slice(0, 5)).toEqual([1000, 5000, 30_000, 30_000, 30_000]);
    expect(failures[0]).toBe(full);
    room = true;
    await expect.poll(() => stored).toEqual(['late']);
  });

  it('stops waiting when the caller does', async () => {
    const { intake, tell } = setUp(() => new Promise(() => {}));
    tell({ type: 'asset.added', asset: assetOf('a') });
    const caller = new AbortController();
    const waiting = intake.settled(['a'], caller.signal);
    caller.abort();
    await waiting;
  });

  it('takes in what an earlier run left unread, once, when the engine comes', async () => {
    const { intake, stored, tell } = setUp(async () => facts, [assetOf('left')]);
    tell(engineIs('unreachable'));
    expect(stored).toEqual([]);
    tell(engineIs('ready'));
    tell(engineIs('ready'));
    await intake.settled(['left'], never);
    expect(stored).toEqual(['left']);
  });
});
