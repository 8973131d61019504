import { describe, expect, it } from 'vitest';
import type { Asset } from '../../shared/asset.js';
import type { Client } from '../bridge.js';
import { assetFixture } from '../store/test-data.js';
import { neighbourOf, putLists, putRatings } from './curate.js';

/** The operations that curating uses, on assets in memory. */
function library(...assets: Asset[]) {
  const byId = new Map(assets.map((asset) => [asset.asset_id, asset]));
  const operations: Record<string, (input: never) => unknown> = {
    get_assets: ({ asset_ids }: { asset_ids: string[] }) => ({
      assets: asset_ids.flatMap((id) => byId.get(id) ?? []),
    }),
    update_asset: ({ asset_id, ...change }: { asset_id: string } & Partial<Asset>) => {
      const before = byId.get(asset_id);
      if (before !== undefined) byId.set(asset_id, { ...before, ...change });
    },
  };
  const invoke = (async (name: string, input: never) => operations[name]?.(input)) as Client['invoke'];
  return { client: { invoke }, get: (id: string) => byId.get(id) };
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
