/** Questions that look at the whole library: orders, fields, facets, families, numbers. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sort } from '../../shared/library.js';
import type { Registry } from './registry.js';
import { type Bench, completed, createBench, newJob, output } from './testing.js';

let bench: Bench;
let registry: Registry;
beforeEach(() => {
  bench = createBench();
  registry = bench.open();
});
afterEach(() => bench.dispose());

const make = (filename: string, more: Parameters<typeof newJob>[1] = {}, bytes_size?: number) => {
  bench.clock.time += 1000;
  registry.jobs.insert(newJob(filename, more));
  const made = registry.jobs.finish(filename, completed([output(filename)], { finished_ms: bench.clock.time }));
  const asset_id = made?.assets[0]?.asset_id ?? '';
  if (bytes_size !== undefined) registry.assets.setFacts(asset_id, { bytes_size });
  return asset_id;
};
const names = async (query: object) =>
  (await registry.reader.ask('list', { limit: 100, ...query })).assets.map(({ filename }) => filename);

describe('orders', () => {
  const orders: [Sort, string[]][] = [
    ['newest', ['d.png', 'B.png', 'c.png', 'a.png']],
    ['oldest', ['a.png', 'c.png', 'B.png', 'd.png']],
    ['name', ['a.png', 'B.png', 'c.png', 'd.png']],
    ['largest', ['c.png', 'd.png', 'a.png', 'B.png']],
    ['rating', ['c.png', 'B.png', 'd.png', 'a.png']],
  ];
  beforeEach(() => {
    make('a.png', {}, 10);
    registry.curation.curate(make('c.png', {}, 300), { rating: 5 });
    registry.curation.curate(make('B.png'), { rating: 5 });
    make('d.png', {}, 20);
    const c = registry.assets.list({ limit: 9 }).assets.find(({ filename }) => filename === 'B.png');
    registry.curation.curate(c?.asset_id ?? '', { rating: 4 });
  });

  it.each(orders)('%s, in one page and one by one', async (sort, order) => {
    expect(await names({ sort })).toEqual(order);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await registry.reader.ask('list', { limit: 1, sort, cursor });
      seen.push(...page.assets.map(({ filename }) => filename));
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(order);
    const index = await registry.reader.ask('index', { sort });
    expect(registry.assets.getMany(index.asset_ids).map(({ filename }) => filename)).toEqual(order);
  });

  it('refuse the cursor of another order', async () => {
    const { next_cursor: cursor } = await registry.reader.ask('list', { limit: 1, sort: 'name' });
    await expect(registry.reader.ask('list', { limit: 1, sort: 'rating', cursor })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
  });
});

describe('fields of a query', () => {
  beforeEach(() => {
    registry.curation.curate(
      make('fox.png', {
        parameters: { prompt: 'a fox', model: 'flux1-dev.safetensors', seed: 7 },
        client_name: 'Claude',
      }),
      { rating: 4, tags: ['best of'], albums: ['Animals'] },
    );
    make('cat.png', {
      parameters: { prompt: 'a cat, no fox', negative_prompt: 'flux', seed: '18446744073709551615' },
      session_id: 's2',
    });
    make('song.mp3', { workflow_id: 'song', parameters: { tags: 'piano' }, client_name: null });
  });

  it.each([
    ['model:flux', ['fox.png']],
    ['-model:flux', ['song.mp3', 'cat.png']],
    ['negative:flux', ['cat.png']],
    ['prompt:fox -prompt:cat', ['fox.png']],
    ['seed:7', ['fox.png']],
    ['seed:18446744073709551615', ['cat.png']],
    ['-seed:7', ['song.mp3', 'cat.png']],
    ['agent:claude', ['fox.png']],
    ['-agent:claude', ['song.mp3', 'cat.png']],
    ['session:s2', ['cat.png']],
    ['workflow:song', ['song.mp3']],
    ['file:fox', ['fox.png']],
    ['kind:AUDIO', ['song.mp3']],
    ['rating:>=4', ['fox.png']],
    ['-rating:4', ['song.mp3', 'cat.png']],
    ['tag:"best of"', ['fox.png']],
    ['album:animals', ['fox.png']],
    ['-album:animals kind:image', ['cat.png']],
    ['before:2025-01-01', []],
    ['after:2024-12-01', ['song.mp3', 'cat.png', 'fox.png']],
  ])('%s', async (query, found) => expect(await names({ query })).toEqual(found));

  it('expired ones alone are found', async () => {
    expect(await names({ expired: true, include_expired: true })).toEqual([]);
    bench.clock.time += 25 * 3_600_000;
    expect(await names({ expired: true, include_expired: true })).toEqual(['song.mp3', 'cat.png']);
  });

  it('that make no sense are told', () =>
    expect(registry.reader.ask('count', { query: 'rating:many' })).rejects.toMatchObject({ code: 'VALIDATION_ERROR' }));
});

it('counts what there is to filter by, under the filter', async () => {
  for (const name of ['a.png', 'b.png']) make(name, { parameters: { model: 'flux' } });
  const c = make('c.mp3', { parameters: { model: 'ace' }, workflow_id: 'song', client_name: null });
  registry.curation.curate(c, { rating: 3, tags: ['x'], albums: ['Songs'] });
  registry.curation.remove([make('gone.png')]);
  expect(await registry.reader.ask('facets', {})).toEqual({
    kind: [
      { value: 'image', count: 2 },
      { value: 'audio', count: 1 },
    ],
    model: [
      { value: 'flux', count: 2 },
      { value: 'ace', count: 1 },
    ],
    workflow: [
      { value: 'generate_image', count: 2 },
      { value: 'song', count: 1 },
    ],
    agent: [
      { value: 'agent', count: 2 },
      { value: '', count: 1 },
    ],
    session: [{ value: 's1', count: 3 }],
    rating: [
      { value: '0', count: 2 },
      { value: '3', count: 1 },
    ],
    tag: [{ value: 'x', count: 1 }],
    album: [{ value: 'Songs', count: 1 }],
  });
  // What is chosen of a facet narrows the others, and not itself.
  const chosen = await registry.reader.ask('facets', { any: { kind: ['audio'] } });
  expect(chosen.kind.map(({ count }) => count)).toEqual([2, 1]);
  expect(chosen.model).toEqual([{ value: 'ace', count: 1 }]);
  const found = (any: object) => registry.reader.ask('count', { any });
  expect(await found({ kind: ['audio', 'image'] })).toBe(3);
  expect(await found({ agent: [''] })).toBe(1);
  expect(await found({ agent: ['', 'agent'], rating: ['0', '3'] })).toBe(3);
  expect(await found({ tag: ['x'], album: ['songs'] })).toBe(1);
  expect(await found({ tag: ['x', 'y'], model: ['flux'] })).toBe(0);
  expect((await registry.reader.ask('facets', { query: 'flux' })).kind).toEqual([{ value: 'image', count: 2 }]);
});

it('follows a family up and down', async () => {
  const first = make('1.png');
  const second = make('2.png', { parent_asset_id: first });
  const third = make('3.png', { parent_asset_id: second });
  const other = make('4.png', { parent_asset_id: second });
  registry.curation.remove([make('5.png', { parent_asset_id: second })]);
  const lineage = await registry.reader.ask('lineage', second);
  expect(lineage?.nodes.map(({ asset_id, generation }) => [asset_id, generation])).toEqual([
    [first, -1],
    [second, 0],
    [third, 1],
    [other, 1],
  ]);
  expect(await registry.reader.ask('lineage', 'unknown')).toBeUndefined();
});

it('tells how much there is', async () => {
  make('a.png', {}, 100);
  make('b.mp3', {}, 50);
  registry.curation.remove([make('c.png', {}, 7)]);
  expect(await registry.reader.ask('stats', null)).toMatchObject({
    assets: 2,
    bytes: 150,
    kinds: [
      { media_kind: 'image', count: 1, bytes: 100 },
      { media_kind: 'audio', count: 1, bytes: 50 },
    ],
    in_bin: 1,
    oldest: '2025-01-01T00:00:01.000Z',
    newest: '2025-01-01T00:00:02.000Z',
  });
});

describe('albums and saved searches', () => {
  it('are made by putting something in, renamed whatever the case, and deleted without their assets', () => {
    const a = make('a.png');
    expect(registry.curation.curate(a, { albums: ['Foxes', 'foxes', 'Best'] })?.albums.sort()).toEqual([
      'Best',
      'Foxes',
    ]);
    expect(registry.collections.albums()).toEqual([
      { name: 'Best', count: 1 },
      { name: 'Foxes', count: 1 },
    ]);
    expect(registry.collections.renameAlbum('foxes', 'best')).toBe(false);
    expect(registry.collections.renameAlbum('nothing', 'else')).toBe(false);
    expect(registry.collections.renameAlbum('Foxes', 'FOXES')).toBe(true);
    expect(registry.collections.removeAlbum('foxes')).toBe(true);
    expect(registry.collections.removeAlbum('foxes')).toBe(false);
    expect(registry.assets.get(a)?.albums).toEqual(['Best']);
    registry.curation.remove([a]);
    expect(registry.collections.albums()).toEqual([{ name: 'Best', count: 0 }]);
    expect(bench.events.some(({ type }) => type === 'collections.changed')).toBe(true);
  });

  it('searches are kept and replaced by name', () => {
    registry.collections.saveSearch({ name: 'Foxes', query: 'fox rating:5', sort: 'newest' });
    registry.collections.saveSearch({ name: 'foxes', query: 'fox', sort: 'name' });
    expect(bench.open().collections.savedSearches()).toEqual([{ name: 'foxes', query: 'fox', sort: 'name' }]);
  });
});
