import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { contract } from '../../shared/contract.js';
import { type CoreBench, callContext as context, createCoreBench, smallImage } from '../core.testing.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

const window = context({ door: 'ipc', client: undefined, sessionId: 'window' });

it('tells the client’s version, when the conversation began, and where the file lies', async () => {
  const { handlers } = await bench.open(['--demo']);
  const { asset_id = '' } = await handlers.run_workflow(smallImage, context());
  const told = await handlers.get_asset_origin({ asset_id }, window);
  expect(contract.get_asset_origin.output.parse(told)).toEqual(told);
  expect(told).toMatchObject({ client_version: '1', session_began: expect.stringMatching(/^\d{4}-/) });
  const [asset] = (await handlers.get_assets({ asset_ids: [asset_id] }, window)).assets;
  const output = path.join(bench.home, 'data', 'demo', 'output', asset?.subfolder ?? '', asset?.filename ?? '');
  expect(told.file).toEqual({ path: output, copy: false });
  await expect(handlers.get_asset_origin({ asset_id: 'unknown' }, window)).rejects.toMatchObject({
    code: 'ASSET_NOT_FOUND',
  });
});

it('tells the folder of an imported file, and the app’s copy of one whose folder is not known', async () => {
  const { args } = await bench.server();
  const { handlers } = await bench.open(args, { program: 'desktop' });
  const { asset_id = '' } = await handlers.run_workflow(smallImage, context());
  expect(await handlers.get_asset_origin({ asset_id }, window)).toMatchObject({
    file: { path: expect.stringContaining('cache'), copy: true },
  });

  const folder = path.join(realpathSync(bench.home), 'pictures');
  mkdirSync(folder);
  const file = path.join(folder, 'old.png');
  const picture = sharp({ create: { width: 9, height: 9, channels: 3, background: 'teal' } });
  writeFileSync(file, await picture.png().toBuffer());
  await handlers.import_folder({ path: folder, watch: false }, window);
  const imported = async () => {
    const { asset_ids } = await handlers.get_gallery_index({}, window);
    return (await handlers.get_assets({ asset_ids }, window)).assets.find((one) => one.imported);
  };
  await expect.poll(imported, { timeout: 20_000 }).toBeDefined();
  const id = (await imported())?.asset_id ?? '';
  expect((await handlers.get_asset_origin({ asset_id: id }, window)).file).toEqual({ path: file, copy: false });
});

it('counts who made what on a day, under a filter as well', async () => {
  const { args } = await bench.server();
  const { handlers } = await bench.open(args);
  await handlers.run_workflow({ ...smallImage, count: 2 }, context());
  await handlers.run_workflow(smallImage, window);
  const now = Date.now();
  const makers = async (filter: object, from: number, to: number) =>
    (await handlers.get_makers({ ...filter, from, to }, window)).makers;
  expect(await makers({}, now - 3_600_000, now + 1000)).toEqual([
    { name: 'test', count: 2 },
    { name: '', count: 1 },
  ]);
  expect(await makers({ any: { agent: ['test'] } }, now - 3_600_000, now + 1000)).toEqual([{ name: 'test', count: 2 }]);
  expect(await makers({}, now - 7_200_000, now - 3_600_000)).toEqual([]);
});
