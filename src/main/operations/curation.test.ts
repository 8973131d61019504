import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { contract } from '../../shared/contract.js';
import { type CoreBench, callContext as context, createCoreBench, smallImage } from '../core.testing.js';
import { systemClock } from '../system.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

it('rates and tags, deletes and brings back', async () => {
  const { args } = await bench.server();
  const { handlers } = await bench.open(args);
  const { asset_id = '' } = await handlers.run_workflow(smallImage, context());
  const told = await handlers.update_asset({ asset_id, rating: 5, tags: ['lakes'] }, context());
  expect(contract.update_asset.output.parse(told)).toEqual(told);
  expect(told).toEqual({ asset_id, rating: 5, tags: ['lakes'], albums: [], expires_at: null });
  expect((await handlers.list_assets({ tag: 'lakes', min_rating: 3 }, context())).assets).toMatchObject([
    { asset_id, rating: 5, tags: ['lakes'] },
  ]);

  expect(await handlers.delete_assets({ asset_ids: [asset_id, 'other'] }, context())).toEqual({
    deleted: [asset_id],
    not_found: ['other'],
  });
  for (const call of [
    handlers.view_image({ asset_id }, context()),
    handlers.regenerate({ asset_id }, context()),
    handlers.update_asset({ asset_id, keep: true }, context()),
  ]) {
    await expect(call).rejects.toMatchObject({
      code: 'ASSET_NOT_FOUND',
      hint: expect.stringContaining('restore_assets'),
      details: { asset_id, in_bin: true },
    });
  }
  expect((await handlers.list_assets({ in_bin: true }, context())).assets).toMatchObject([{ asset_id }]);
  expect(await handlers.restore_assets({ asset_ids: [asset_id] }, context())).toEqual({
    restored: [asset_id],
    not_found: [],
  });
  await handlers.view_image({ asset_id }, context());
});

it('restores and empties the bin as a whole, copies included', async () => {
  const { args } = await bench.server();
  const { handlers } = await bench.open(args);
  const window = context({ door: 'ipc' });
  const made = await handlers.run_workflow({ ...smallImage, count: 3 }, context());
  const ids = made.assets.map(({ asset_id }) => asset_id);
  const copies = () => {
    const names = readdirSync(bench.home, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => name.includes('cache') && ids.some((id) => name.includes(id)));
  };
  for (const asset_id of ids) await handlers.view_image({ asset_id }, context());
  await expect.poll(() => copies().length).toBe(2 * ids.length);
  await handlers.delete_assets({ asset_ids: ids }, context());
  expect(await handlers.get_bin({}, window)).toEqual({ count: 3, older: 0 });
  expect(copies()).toHaveLength(2 * ids.length);
  expect(await handlers.restore_bin({}, window)).toEqual({ restored: 3 });
  expect(await handlers.empty_bin({}, window)).toEqual({ emptied: 0 });
  expect((await handlers.list_assets({}, context())).total).toBe(3);

  await handlers.delete_assets({ asset_ids: ids.slice(1) }, context());
  expect(await handlers.empty_bin({}, window)).toEqual({ emptied: 2 });
  expect(await handlers.get_bin({}, window)).toEqual({ count: 0, older: 0 });
  expect(copies()).toHaveLength(2);
  await expect(handlers.restore_assets({ asset_ids: ids.slice(1) }, context())).rejects.toMatchObject({
    code: 'ASSET_NOT_FOUND',
  });
  await handlers.view_image({ asset_id: ids[0] ?? '' }, context());
});

it('keeps what was deleted until it is emptied by hand, and tells what is there for long', async () => {
  const { args } = await bench.server();
  const days = (count: number) => count * 86_400_000;
  let ahead = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + ahead };
  const { handlers } = await bench.open(args, { clock });
  const window = context({ door: 'ipc' });
  const made = await handlers.run_workflow({ ...smallImage, count: 2 }, context());
  const [first = '', second = ''] = made.assets.map(({ asset_id }) => asset_id);
  await handlers.delete_assets({ asset_ids: [first] }, context());
  ahead = days(20);
  await handlers.delete_assets({ asset_ids: [second] }, context());
  expect(await handlers.get_bin({}, window)).toEqual({ count: 2, older: 0 });
  ahead = days(31);
  expect(await handlers.get_bin({}, window)).toEqual({ count: 2, older: 1 });
  expect(await handlers.empty_bin({ older: true }, window)).toEqual({ emptied: 1 });
  expect(await handlers.get_bin({}, window)).toEqual({ count: 1, older: 0 });
  expect(await handlers.restore_assets({ asset_ids: [second] }, context())).toMatchObject({ restored: [second] });
});

it('changes many assets in one call, and tells which there are not', async () => {
  const { args } = await bench.server();
  const { handlers } = await bench.open(args);
  const made = await handlers.run_workflow({ ...smallImage, count: 3 }, context());
  const { assets } = await handlers.list_assets({ limit: 10 }, context());
  const asset_ids = assets.map(({ asset_id }) => asset_id);
  expect(asset_ids.length).toBeGreaterThanOrEqual(made.assets.length);
  const told = await handlers.update_asset(
    { asset_ids: [...asset_ids, 'nothing'], rating: 4, add_tags: ['lakes'], add_albums: ['Best'] },
    context(),
  );
  expect(contract.update_asset.output.parse(told)).toEqual(told);
  expect(told).toEqual({ updated: asset_ids, not_found: ['nothing'] });
  const rated = await handlers.list_assets({ tag: 'lakes', album: 'Best', min_rating: 4 }, context());
  expect(rated.count).toBe(asset_ids.length);
  const [asset_id = ''] = asset_ids;
  expect(await handlers.update_asset({ asset_id, remove_tags: ['lakes'] }, context())).toMatchObject({
    asset_id,
    tags: [],
    albums: ['Best'],
  });
  for (const which of [{}, { asset_id, asset_ids }]) {
    await expect(handlers.update_asset({ ...which, rating: 1 }, context())).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      hint: expect.stringContaining('asset_ids'),
    });
  }
  await expect(handlers.update_asset({ asset_ids: ['x', 'y'], rating: 1 }, context())).rejects.toMatchObject({
    code: 'ASSET_NOT_FOUND',
  });
});

it('refuses what changes nothing and what is not there', async () => {
  const { args } = await bench.server();
  const { handlers } = await bench.open(args);
  await expect(handlers.update_asset({ asset_id: 'x' }, context())).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  const missing = { code: 'ASSET_NOT_FOUND', hint: 'list_assets tells which there are.' };
  await expect(handlers.update_asset({ asset_id: 'x', rating: 1 }, context())).rejects.toMatchObject(missing);
  await expect(handlers.delete_assets({ asset_ids: ['x'] }, context())).rejects.toMatchObject(missing);
  await expect(handlers.restore_assets({ asset_ids: ['x'] }, context())).rejects.toMatchObject(missing);
});
