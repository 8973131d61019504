import { describe, expect, it } from 'vitest';
import type { Asset } from '../../shared/asset.js';
import { createDetails } from './details.js';
import { assetFixture } from './test-data.js';

function stage(limit?: number) {
  const calls: { ids: string[]; give(assets: Asset[]): void; refuse(error: unknown): void }[] = [];
  const soon: (() => void)[] = [];
  const errors: unknown[] = [];
  const details = createDetails({
    fetch: (ids) => new Promise((give, refuse) => calls.push({ ids, give, refuse })),
    soon: (run) => soon.push(run),
    onError: (error) => errors.push(error),
    limit,
  });
  return {
    details,
    calls,
    errors,
    turn() {
      for (const run of soon.splice(0)) run();
    },
    settle: () => new Promise((resolve) => setTimeout(resolve)),
  };
}

describe('details', () => {
  it('asks for everything wanted in one turn with one call', () => {
    const { details, calls, turn } = stage();
    details.want(['a', 'b']);
    details.want(['b', 'c']);
    turn();
    expect(calls.map((call) => call.ids)).toEqual([['a', 'b', 'c']]);
  });

  it('does not ask again for what is on its way or known', async () => {
    const { details, calls, turn, settle } = stage();
    details.want(['a']);
    turn();
    details.want(['a']);
    turn();
    calls[0]?.give([assetFixture({ asset_id: 'a' })]);
    await settle();
    details.want(['a']);
    turn();
    expect(calls).toHaveLength(1);
    expect(details.get('a')?.asset_id).toBe('a');
  });

  it('knows what is gone from what is not read', async () => {
    const { details, calls, turn, settle } = stage();
    expect(details.get('gone')).toBeUndefined();
    details.want(['gone']);
    turn();
    calls[0]?.give([]);
    await settle();
    expect(details.get('gone')).toBeNull();
  });

  it('asks anew for what went, where it is shown, once it may lie in the bin', async () => {
    const { details, calls, turn, settle } = stage();
    for (const asset_id of ['shown', 'hidden']) details.put(assetFixture({ asset_id }));
    details.subscribe('shown', () => {});
    details.remove('shown');
    details.remove('hidden');
    expect(details.get('shown')).toBeNull();
    details.doubtGone();
    expect(details.get('hidden')).toBeUndefined();
    turn();
    expect(calls.map(({ ids }) => ids)).toEqual([['shown']]);
    calls[0]?.give([assetFixture({ asset_id: 'shown' })]);
    await settle();
    expect(details.get('shown')?.asset_id).toBe('shown');
  });

  it('tells who waits, and asks again after a failure', async () => {
    const { details, calls, errors, turn, settle } = stage();
    let told = 0;
    const stop = details.subscribe('a', () => {
      told += 1;
    });
    details.want(['a']);
    turn();
    calls[0]?.refuse(new Error('down'));
    await settle();
    expect(errors).toHaveLength(1);
    details.want(['a']);
    turn();
    calls[1]?.give([assetFixture({ asset_id: 'a' })]);
    await settle();
    expect(told).toBe(1);
    stop();
    details.put(assetFixture({ asset_id: 'a' }));
    expect(told).toBe(1);
  });

  it('forgets the longest unwanted first, and never what is shown', () => {
    const { details } = stage(2);
    details.subscribe('shown', () => {});
    for (const asset_id of ['shown', 'a', 'b']) details.put(assetFixture({ asset_id }));
    expect(details.get('shown')).toBeDefined();
    expect(details.get('a')).toBeUndefined();
    expect(details.get('b')).toBeDefined();
  });
});
