import { expect, it } from 'vitest';
import type { Asset } from '../shared/asset.js';
import { plainAsset } from '../shared/asset.testing.js';
import { thumbnailsSchema } from '../shared/thumbnail.js';
import { createAtHand } from './at-hand.js';

const named = (values: Partial<Asset> & { asset_id: string }) =>
  plainAsset({ filename: `${values.asset_id}.png`, ...values });

it('answers in the order of the ids what was made before, as large as it has to be', async () => {
  const assets = [
    named({ asset_id: 'square', width: 512, height: 512 }),
    named({ asset_id: 'wide', width: 1600, height: 400 }),
    named({ asset_id: 'sound', media_kind: 'audio' }),
    named({ asset_id: 'new', width: 512, height: 512 }),
  ];
  const read: string[] = [];
  const atHand = createAtHand({
    assets: { getMany: (ids) => assets.filter(({ asset_id }) => ids.includes(asset_id)) },
    media: {
      async thumbnailAtHand({ asset_id }, size) {
        read.push(asset_id);
        return asset_id === 'new' ? undefined : Buffer.from(`${asset_id} ${size}`);
      },
    },
  });
  const found = thumbnailsSchema.parse(await atHand(['sound', 'wide', 'gone', 'new', 'square'], 168));
  expect(found.map((one) => one && [one.size, Buffer.from(one.data, 'base64').toString()])).toEqual([
    null,
    [768, 'wide 768'],
    null,
    null,
    [256, 'square 256'],
  ]);
  expect(read).toEqual(['wide', 'new', 'square']);
});
