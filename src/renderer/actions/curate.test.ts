import { describe, expect, it } from 'vitest';
import type { Asset } from '../../shared/asset.js';
import type { Client } from '../bridge.js';
import { assetFixture } from '../store/test-data.js';
import { neighbourOf, putLists, putRatings } from './curate.js';

interface Update {
  asset_ids: string[];
  rating?: number;
  add_tags?: string[];
  remove_tags?: string[];
  add_albums?: string[];
  remove_albums?: string[];
}

/** The operations that curating uses, on assets in memory. */
function library(...assets: Asset[]) {
  const calls: string[][] = [];
  const byId = new Map(assets.map((asset) => [asset.asset_id, asset]));
  const operations: Record<string, (input: never) => unknown> = {
    get_assets: ({ asset_ids }: { asset_ids: string[] }) => ({
      assets: asset_ids.flatMap((id) => byId.get(id) ?? []),
    }),
    update_asset: ({ asset_ids, rating, ...lists }: Update) => {
      calls.push(asset_ids);
      for (const asset_id of asset_ids) {
        const before = byId.get(asset_id);
        if (before === undefined) continue;
        const { add_tags = [], remove_tags = [], add_albums = [], remove_albums = [] } = lists;
        const put = (list: readonly string[], add: readonly string[], remove: readonly string[]) => [
          ...new Set([...list.filter((one) => !remove.includes(one)), ...add]),
        ];
        byId.set(asset_id, {
          ...before,
          rating: rating ?? before.rating,
          tags: put(before.tags, add_tags, remove_tags),
          albums: put(before.albums, add_albums, remove_albums),
        });
      }
    },
  };
  const invoke = (async (name: string, input: never) => operations[name]?.(input)) as Client['invoke'];
  return { client: { invoke }, calls, get: (id: string) => byId.get(id) };
}

describe('taking back', () => {
  it('stars: only where they are still what was given', async () => {
    const { client, get } = library(
      assetFixture({ asset_id: 'mine', rating: 4 }),
      assetFixture({ asset_id: 'others', rating: 1 }),
    );
    const edits = ['mine', 'others', 'gone'].map((assetId) => ({ assetId, from: 4, to: 2 }));
    await putRatings(client, edits);
    expect(get('mine')?.rating).toBe(2);
    expect(get('others')?.rating).toBe(1);
  });

  it.each(['tags', 'albums'] as const)('%s: what others put there stays', async (list) => {
    const { client, get } = library(assetFixture({ asset_id: 'a', [list]: ['old', 'mine', 'theirs'] }));
    await putLists(client, list, [{ assetId: 'a', added: ['before', 'old'], taken: ['mine'] }]);
    expect(get('a')?.[list]).toEqual(['old', 'theirs', 'before']);
  });
});

it('goes in one call for all that are to be changed alike', async () => {
  const all = Array.from({ length: 12 }, (_, at) => assetFixture({ asset_id: `${at}`, rating: 5 }));
  const { client, calls, get } = library(...all);
  await putRatings(
    client,
    all.map(({ asset_id: assetId }, at) => ({ assetId, from: 5, to: at % 2 })),
  );
  expect(calls.map(({ length }) => length)).toEqual([6, 6]);
  expect([get('0')?.rating, get('1')?.rating]).toEqual([0, 1]);
  await putLists(
    client,
    'tags',
    all.map(({ asset_id: assetId }) => ({ assetId, added: ['new'], taken: [] })),
  );
  expect(calls.at(-1)).toHaveLength(12);
  expect(get('7')?.tags).toEqual(['new']);
});

const ids = ['d', 'c', 'b', 'a'];

it.each([
  [['c'], 'b'],
  [['a'], 'b'],
  [['d'], 'c'],
  [['c', 'b'], 'a'],
  [['b', 'a'], 'c'],
  [['d', 'a'], 'b'],
  [ids, null],
  [['unknown'], 'd'],
])('the neighbour of %s is %s', (leaving, neighbour) => expect(neighbourOf(ids, leaving)).toBe(neighbour));
