import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { contract } from '../../shared/contract.js';
import { type CoreBench, callContext, createCoreBench, smallImage } from '../core.testing.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

const context = () => callContext({ door: 'ipc' });

it('exports what a filter finds, backs up and restores, as the contract says', async () => {
  const { args } = await bench.server();
  const { handlers } = await bench.open(args);
  const { assets } = await handlers.run_workflow({ ...smallImage, count: 2 }, context());
  await handlers.update_asset({ asset_id: assets[0]?.asset_id ?? '', rating: 5 }, context());
  const folder = path.join(bench.home, 'exports');
  mkdirSync(folder);
  const target = { to: 'folder', path: folder, metadata: 'keep' } as const;
  const made = await handlers.export_assets({ ...target, filter: { query: 'rating:5' } }, context());
  expect(contract.export_assets.output.parse(made)).toEqual(made);
  expect(made).toMatchObject({ files: 1, jobs: 1, left_out: [] });
  expect(readdirSync(made.path)).toHaveLength(2);
  await expect(handlers.export_assets({ ...target, filter: { query: 'rating:4' } }, context())).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
    message: 'There is nothing to export.',
  });

  const file = path.join(folder, 'library.zip');
  const backup = await handlers.back_up_library({ path: file }, context());
  expect(contract.back_up_library.output.parse(backup)).toEqual(backup);
  const restored = await handlers.restore_library({ path: file }, context());
  expect(contract.restore_library.output.parse(restored)).toEqual(restored);
  expect(restored).toMatchObject({ assets: 0, known: 2 });
  expect(await handlers.cancel_transfer({}, context())).toEqual({ cancelled: false });
  const told = await handlers.get_transfer({}, context());
  expect(contract.get_transfer.output.parse(told)).toMatchObject({ transfer: { task: null } });
  const progress = bench.events.filter(({ type }) => type === 'transfer.progress');
  expect(progress.length).toBeGreaterThan(3);
});

it('belongs to the window alone', () => {
  for (const name of [
    'get_transfer',
    'export_assets',
    'back_up_library',
    'restore_library',
    'cancel_transfer',
  ] as const)
    expect(contract[name].doors).toEqual({ mcp: false, ipc: true });
});
