import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Registry } from './registry.js';
import { type Bench, completed, createBench, newJob, output } from './testing.js';

let bench: Bench;
let registry: Registry;
beforeEach(() => {
  bench = createBench();
  registry = bench.open();
});
afterEach(() => bench.dispose());

function make(id: string, cached = false) {
  registry.jobs.insert(newJob(id));
  const outputs = [output(`${cached ? 'a' : id}.png`, { cached })];
  const [asset] = registry.jobs.finish(id, completed(outputs, { finished_ms: bench.clock.time }))?.assets ?? [];
  if (asset === undefined) throw new Error('nothing was made');
  return asset;
}

const found = (filter: Parameters<Registry['assets']['list']>[0] | object = {}) =>
  registry.assets.list({ limit: 10, ...filter }).assets.map(({ filename }) => filename);
const day = 24 * 3_600_000;

describe('several at once', () => {
  it('are changed in one transaction: all of them, or none', () => {
    const ids = ['a', 'b', 'c'].map((name) => make(name).asset_id);
    const [first = '', second = ''] = ids;
    registry.curation.curate(first, { tags: ['old', 'sea'], albums: ['Best'] });
    bench.events.length = 0;
    const patch = { rating: 3, add_tags: ['sea', 'new'], remove_tags: ['old', 'never had'], add_albums: ['Best'] };
    const after = registry.curation.curateAll([...ids, first, 'nothing'], patch);
    expect(after.map(({ asset_id }) => asset_id)).toEqual(ids);
    for (const asset of after) {
      expect(asset).toMatchObject({ rating: 3, albums: ['Best'], expires_at: null });
      expect([...asset.tags].sort()).toEqual(['new', 'sea']);
    }
    expect(bench.events.map(({ type }) => type)).toEqual(['collections.changed', ...ids.map(() => 'asset.updated')]);
    expect(found({ tag: 'old' })).toEqual([]);
    expect(found({ query: 'new' })).toHaveLength(3);

    bench.events.length = 0;
    // What can't be stored of one is stored of none.
    expect(() => registry.curation.curateAll([second, first], { add_tags: ['lost'], rating: 9 })).toThrow();
    expect(bench.events).toEqual([]);
    expect(found({ tag: 'lost' })).toEqual([]);
    expect(registry.assets.get(second)).toMatchObject({ rating: 3 });
    registry = bench.open();
    expect(registry.assets.getMany(ids).map(({ rating }) => rating)).toEqual([3, 3, 3]);
  });

  it('keep their places in albums they stay in, and leave those they are taken from', () => {
    const { asset_id } = make('a');
    registry.curation.curate(asset_id, { albums: ['Best', 'Foxes'] });
    const [after] = registry.curation.curateAll([asset_id], { remove_albums: ['Best'], add_albums: ['Later'] });
    expect([...(after?.albums ?? [])].sort()).toEqual(['Foxes', 'Later']);
    bench.events.length = 0;
    registry.curation.curateAll([asset_id], { remove_albums: ['Best'] });
    expect(bench.events.map(({ type }) => type)).toEqual(['asset.updated']);
  });
});

describe('stars and tags', () => {
  it('are stored, told, searched and filtered by, and outlive a restart', async () => {
    const { asset_id } = make('a');
    make('b');
    bench.events.length = 0;
    const after = registry.curation.curate(asset_id, { rating: 4, tags: ['sea', 'Für später'] });
    expect(after).toMatchObject({ rating: 4, tags: expect.arrayContaining(['sea', 'Für später']) });
    expect(bench.events).toEqual([{ type: 'asset.updated', asset: after }]);
    registry = bench.open();
    expect(registry.assets.get(asset_id)).toEqual(after);
    for (const filter of [{ tag: 'sea' }, { min_rating: 4 }, { query: 'spater' }, { query: 'fox sea' }]) {
      expect(found(filter), JSON.stringify(filter)).toEqual(['a.png']);
      expect(registry.assets.count(filter)).toBe(1);
    }
    expect(found({ min_rating: 5 })).toEqual([]);
    registry.curation.curate(asset_id, { tags: [] });
    expect(found({ query: 'sea' })).toEqual([]);
    // What was known before is still found.
    expect(found({ query: 'fox' })).toHaveLength(2);
  });

  it('change nothing of an asset that is not there', () => {
    expect(registry.curation.curate('nothing', { rating: 1 })).toBeUndefined();
    expect(bench.events).toEqual([]);
  });
});

describe('keeping', () => {
  it.each([[{ keep: true }], [{ rating: 1 }], [{ tags: ['x'] }]])('%j brings back what has expired', (patch) => {
    const { asset_id } = make('a');
    bench.clock.time += 2 * day;
    expect(found()).toEqual([]);
    expect(registry.curation.curate(asset_id, patch)).toMatchObject({ expires_at: null });
    expect(found()).toEqual(['a.png']);
  });

  it('ends when it is asked to, a full term from now', () => {
    const { asset_id } = make('a');
    registry.curation.curate(asset_id, { keep: true });
    bench.clock.time += 9 * day;
    const until = new Date(bench.clock.time + day).toISOString();
    expect(registry.curation.curate(asset_id, { keep: false, rating: 5 })).toMatchObject({ expires_at: until });
    registry = bench.open({ assetTtlHours: () => 0 });
    expect(registry.curation.curate(asset_id, { keep: false })).toMatchObject({ expires_at: null });
  });

  it('is not what rejecting does', () => {
    const { asset_id, expires_at } = make('a');
    expect(registry.curation.curate(asset_id, { rating: -1 })).toMatchObject({ rating: -1, expires_at });
  });
});

describe('the bin', () => {
  it('takes assets out of every list and gives them back whole', async () => {
    const a = make('a');
    make('b');
    registry.curation.curate(a.asset_id, { tags: ['sea'] });
    const before = registry.assets.get(a.asset_id);
    bench.events.length = 0;
    expect(registry.curation.remove([a.asset_id, 'nothing'])).toEqual([a.asset_id]);
    expect(bench.events).toEqual([{ type: 'asset.removed', asset_id: a.asset_id }]);
    // Twice is as good as once, and tells nothing twice.
    expect(registry.curation.remove([a.asset_id])).toEqual([a.asset_id]);
    expect(bench.events).toHaveLength(1);
    registry = bench.open();
    expect(found()).toEqual(['b.png']);
    expect(found({ query: 'fox' })).toEqual(['b.png']);
    expect((await registry.reader.ask('index', {})).asset_ids).toHaveLength(1);
    expect(registry.assets.get(a.asset_id)).toBeUndefined();
    expect(registry.assets.getMany([a.asset_id])).toEqual([]);
    expect(registry.assets.getMany([a.asset_id], { binned: true })).toMatchObject([{ asset_id: a.asset_id }]);
    expect(registry.assets.byJob('a')).toEqual([]);
    expect(registry.jobs.get('a')?.asset_ids).toEqual([]);
    expect(registry.curation.isInBin(a.asset_id)).toBe(true);
    bench.clock.time += 100 * day;
    expect(found({ in_bin: true })).toEqual(['a.png']);
    bench.events.length = 0;
    expect(registry.curation.restore([a.asset_id, 'nothing'])).toEqual([a.asset_id]);
    expect(registry.assets.get(a.asset_id)).toEqual(before);
    expect(bench.events).toEqual([{ type: 'asset.added', asset: before }]);
    expect(found({ in_bin: true })).toEqual([]);
  });

  it('is emptied for good, of what lies in it and nothing else', () => {
    const a = make('a');
    const b = make('b');
    registry.curation.curate(a.asset_id, { tags: ['sea'] });
    registry.curation.remove([a.asset_id]);
    expect(registry.bin.purge([a.asset_id, b.asset_id, 'nothing'])).toBe(1);
    expect(registry.bin.forgotten('', 10)).toEqual([
      { asset_id: a.asset_id, folder_type: 'output', filename: 'a.png' },
    ]);
    registry = bench.open();
    // What is to be deleted of it is known until it is done, whatever happens in between.
    expect(registry.bin.forgotten('', 10)).toHaveLength(1);
    registry.bin.forgot(a.asset_id);
    expect(registry.bin.forgotten('', 10)).toEqual([]);
    expect(found({ in_bin: true })).toEqual([]);
    expect(found({ query: 'fox' })).toEqual(['b.png']);
    expect(registry.curation.isInBin(a.asset_id)).toBe(false);
    expect(registry.curation.restore([a.asset_id])).toEqual([]);
    // Its job stays, and the file may come into the library again.
    expect(registry.jobs.get('a')).toMatchObject({ status: 'completed', asset_ids: [] });
    expect(make('again', true)).toMatchObject({ filename: 'a.png', tags: [] });
  });

  it('is emptied of what the full-text index has had for long', () => {
    for (let number = 0; number < 300; number += 1) make(`m${number}`);
    const ids = registry.assets.list({ limit: 300 }).assets.map(({ asset_id }) => asset_id);
    registry.curation.remove(ids);
    registry = bench.open();
    // The index notes such deletions under numbers that no JavaScript number holds exactly.
    expect(registry.bin.purge(ids.slice(0, 5))).toBe(5);
    expect(registry.curation.restore(ids.slice(5, 10))).toHaveLength(5);
    expect(registry.bin.purge(ids)).toBe(290);
    expect(found({ query: 'fox' })).toHaveLength(5);
  });

  it('is left by what ComfyUI makes again from its cache', () => {
    const { asset_id } = make('a');
    registry.curation.remove([asset_id]);
    bench.events.length = 0;
    expect(make('again', true).asset_id).toBe(asset_id);
    expect(bench.events).toContainEqual(expect.objectContaining({ type: 'asset.added' }));
    expect(found()).toEqual(['a.png']);
  });
});
