import { describe, expect, it } from 'vitest';
import type { ThumbnailAtHand } from '../../shared/thumbnail.js';
import { createThumbnails } from './thumbnails.js';

function stage(limits?: { pictures: number; characters: number }) {
  const calls: { ids: readonly string[]; give(found: (ThumbnailAtHand | null)[]): void; refuse(): void }[] = [];
  const soon: (() => void)[] = [];
  const thumbnails = createThumbnails({
    fetch: (ids) => new Promise((give, refuse) => calls.push({ ids, give, refuse: () => refuse(new Error('down')) })),
    soon: (run) => soon.push(run),
    limits,
  });
  return {
    thumbnails,
    calls,
    async turn() {
      for (const run of soon.splice(0)) run();
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

const named = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `a${from + at}`);
const picture = (data: string): ThumbnailAtHand => ({ size: 256, data });

describe('thumbnails', () => {
  it('asks for everything wanted in one turn together, in its order, and tells who waits', async () => {
    const { thumbnails, calls, turn } = stage();
    let told = 0;
    thumbnails.subscribe('b', () => {
      told += 1;
    });
    thumbnails.want(['a', 'b'], 168);
    thumbnails.want(['b', 'c'], 168);
    await turn();
    expect(calls.map(({ ids }) => ids)).toEqual([['a', 'b', 'c']]);
    expect(thumbnails.get('a')).toBeUndefined();
    calls[0]?.give([picture('AAAA'), picture('BBBB'), null]);
    await turn();
    expect(thumbnails.get('a')).toEqual({ size: 256, address: 'data:image/webp;base64,AAAA' });
    expect(thumbnails.get('c')).toBeNull();
    expect(told).toBe(1);
    thumbnails.want(['a', 'b', 'c'], 168);
    await turn();
    expect(calls).toHaveLength(1);
  });

  it('leaves what could not be asked for to the tiles', async () => {
    const { thumbnails, calls, turn } = stage();
    thumbnails.want(['a'], 168);
    await turn();
    calls[0]?.refuse();
    await turn();
    expect(thumbnails.get('a')).toBeNull();
  });

  it('reads the place where the person is before the one that was left', async () => {
    const { thumbnails, calls, turn } = stage();
    thumbnails.want(named(0, 192), 168);
    await turn();
    thumbnails.want(named(500, 510), 168);
    await turn();
    expect(calls.map(({ ids }) => ids[0])).toEqual(['a0', 'a48']);
    calls[0]?.give([]);
    await turn();
    expect(calls[2]?.ids).toEqual(named(500, 510));
    calls[1]?.give([]);
    await turn();
    expect(calls[3]?.ids[0]).toBe('a96');
  });

  it('gives up places that were left, but for what is still drawn there', async () => {
    const { thumbnails, calls, turn } = stage();
    thumbnails.want(['x', 'y'], 168);
    await turn();
    thumbnails.want(['z'], 168);
    await turn();
    thumbnails.subscribe('drawn', () => {});
    thumbnails.want(['drawn', 'left'], 168);
    await turn();
    for (let place = 0; place < 12; place += 1) {
      thumbnails.want([`place${place}`], 168);
      await turn();
    }
    const asked = new Set<string>();
    for (let call = 0; call < calls.length; call += 1) {
      for (const id of calls[call]?.ids ?? []) asked.add(id);
      calls[call]?.give([]);
      await turn();
    }
    expect(asked.has('drawn')).toBe(true);
    expect(asked.has('left')).toBe(false);
    thumbnails.want(['left'], 168);
    await turn();
    expect(calls.at(-1)?.ids).toEqual(['left']);
  });

  it('forgets the longest unwanted beyond either limit, and never what is shown', async () => {
    for (const limits of [
      { pictures: 2, characters: 1e6 },
      { pictures: 100, characters: 70 },
    ]) {
      const { thumbnails, calls, turn } = stage(limits);
      thumbnails.subscribe('shown', () => {});
      thumbnails.want(['shown', 'a', 'b'], 168);
      await turn();
      calls[0]?.give([picture('AAAA'), picture('BBBB'), picture('CCCC')]);
      await turn();
      expect([thumbnails.get('shown'), thumbnails.get('a'), thumbnails.get('b')].map(Boolean)).toEqual([
        true,
        false,
        true,
      ]);
    }
  });
});
