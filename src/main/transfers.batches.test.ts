/** Batches, contact sheets and the files that jobs were given, through exports, backups and restores of real libraries. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BatchPlan } from '../shared/batch.js';
import { parseJson, stringifyJson } from '../shared/exact-json.js';
import { completed, newJob, output } from './registry/testing.js';
import { sharp } from './sharp.js';
import { assetsOf, createTransferBench, type Library, type TransferBench } from './transfers.testing.js';

let bench: TransferBench;
beforeEach(() => {
  bench = createTransferBench();
});
afterEach(() => bench.dispose());

const zip = () => path.join(bench.dir, 'backup.zip');
const plan: BatchPlan = {
  axes: [
    { name: 'cfg', values: [4, 7] },
    { name: 'scheduler', values: ['karras', 'simple'] },
  ],
};

/** Four cells, one of them made twice and one that failed, all from an uploaded picture, and their contact sheet. */
async function fillBatch({ registry, media, files, clock }: Library): Promise<{ photo: string; sheet: string }> {
  const who = { session_id: 's1', client_name: 'agent' };
  files.set('photo.png', Buffer.from('a photo'));
  const photo = registry.inputs.add({
    backend: 'demo',
    subfolder: '',
    filename: 'photo.png',
    ...who,
    parent_asset_id: null,
  }).asset_id;
  const cell = (number: number, id: string) =>
    newJob(id, { batch_id: 'b1', cell: number, inputs: { image: photo }, parent_asset_id: photo });
  registry.jobs.insertBatch(
    { batch_id: 'b1', title: 'a fox', workflow_id: 'generate_image', ...who, plan, sheet_wanted: true },
    [0, 1, 2, 3].map((number) => cell(number, `cell ${number}`)),
  );
  const make = (id: string) => {
    clock.time += 1000;
    files.set(`${id}.png`, Buffer.from(`bytes of ${id}`));
    registry.jobs.finish(id, completed([output(`${id}.png`)], { finished_ms: clock.time }));
  };
  for (const number of [0, 1, 2]) make(`cell ${number}`);
  registry.jobs.finish(
    'cell 3',
    completed([], { status: 'error', error: { code: 'EXECUTION_FAILED', message: 'no' } }),
  );
  registry.jobs.insert(cell(1, 'cell 1 again'));
  make('cell 1 again');
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .webp()
    .toBuffer();
  const sheet = { asset_id: 'the-sheet', filename: 'contact-sheet-b1.webp' };
  registry.batches.noteSheet(sheet);
  await media.keep(sheet, Readable.from([picture]), picture.byteLength);
  clock.time += 1000;
  registry.batches.addSheet({
    ...sheet,
    batch_id: 'b1',
    mime_type: 'image/webp',
    width: 8,
    height: 8,
    bytes_size: picture.byteLength,
    parameters: { prompt: 'a fox' },
    // Not in the order of their rows.
    parts: ['cell 2', 'cell 0'].map((id) => registry.assets.byJob(id)[0]?.asset_id ?? ''),
  });
  return { photo, sheet: sheet.asset_id };
}

/** Everything that the grid, the gallery and the lineage tell of the batch. */
async function toldOf({ registry }: Library, photo: string, sheet: string) {
  const { asset_ids, jobs, batches } = await registry.reader.ask('index', { include_expired: true });
  const ids = registry.batches.jobs('b1').map(({ prompt_id }) => prompt_id);
  return {
    batch: registry.batches.get('b1'),
    recent: registry.batches.recent(5),
    cells: registry.batches.jobs('b1').map(({ prompt_id, cell, batch_id, asset_ids: made }) => ({
      prompt_id,
      cell,
      batch_id,
      made,
    })),
    sheet: registry.batches.sheet('b1'),
    stacks: { batches, jobs: asset_ids.map((id, at) => [id, (jobs[at] ?? 0) < 0]) },
    inputs: ids.map((id) => registry.inputs.ofJob(id)),
    ofPhoto: await registry.reader.ask('lineage', photo),
    ofSheet: await registry.reader.ask('lineage', sheet),
  };
}

it('a backup brings a batch back whole: its grid, its contact sheet, and what its jobs were given', async () => {
  const library = bench.library();
  const { photo, sheet } = await fillBatch(library);
  const before = await toldOf(library, photo, sheet);
  expect(before.cells.map(({ prompt_id }) => prompt_id)).toEqual(['cell 0', 'cell 1 again', 'cell 2', 'cell 3']);
  expect(before.inputs[0]).toEqual({ image: photo });
  expect(before.ofSheet?.nodes.filter(({ generation }) => generation === -1)).toHaveLength(2);
  await library.transfer.backUp(zip());

  const fresh = bench.library();
  expect(await fresh.transfer.restore(zip())).toMatchObject({ problems: [], jobs: 6, files: 6 });
  expect(fresh.records()).toEqual(library.records());
  expect(await toldOf(fresh, photo, sheet)).toEqual(before);
  expect(await fresh.bytesOf({ asset_id: sheet })).toEqual(await library.bytesOf({ asset_id: sheet }));
  // The same once more changes nothing.
  expect(await fresh.transfer.restore(zip())).toMatchObject({ assets: 0, jobs: 0, files: 0 });
  expect(await toldOf(fresh, photo, sheet)).toEqual(before);
});

it('a cell that was made again since stays the one that counts, and the newest batch the first', async () => {
  const library = bench.library();
  const { photo, sheet } = await fillBatch(library);
  const [again] = library.registry.assets.byJob('cell 1 again');
  const { path: folder } = await library.transfer.exportAssets(
    [again?.asset_id ?? ''],
    { to: 'folder', path: bench.dir },
    'keep',
  );
  await library.transfer.backUp(zip());
  const fresh = bench.library();
  // What is newest comes in first and so has the lowest number.
  await fresh.transfer.restore(folder);
  expect(fresh.registry.batches.jobs('b1').map(({ cell, prompt_id }) => [cell, prompt_id])).toEqual([
    [1, 'cell 1 again'],
  ]);
  await fresh.transfer.restore(zip());
  expect((await toldOf(fresh, photo, sheet)).cells).toEqual((await toldOf(library, photo, sheet)).cells);
});

it('a backup of an older version comes in without them, and a newer one brings them after it', async () => {
  const library = bench.library();
  const { photo, sheet } = await fillBatch(library);
  const ids = assetsOf(library).map(({ asset_id }) => asset_id);
  const { path: folder } = await library.transfer.exportAssets(ids, { to: 'folder', path: bench.dir }, 'keep');
  await library.transfer.backUp(zip());
  rewrite(folder, (record) => {
    const { batch_id, cell, inputs, parts, ...older } = record;
    return record.kind === 'batch' ? undefined : older;
  });
  const fresh = bench.library();
  expect(await fresh.transfer.restore(folder)).toMatchObject({ assets: ids.length, problems: [] });
  expect(fresh.registry.batches.get('b1')).toBeUndefined();
  expect(fresh.registry.inputs.ofJob('cell 0')).toEqual({});
  await fresh.transfer.restore(zip());
  const { cells, stacks, inputs, ofSheet, sheet: found } = await toldOf(fresh, photo, sheet);
  const before = await toldOf(library, photo, sheet);
  expect({ cells, inputs, ofSheet, found }).toEqual({
    cells: before.cells,
    inputs: before.inputs,
    ofSheet: before.ofSheet,
    found: before.sheet,
  });
  expect(stacks.jobs).toEqual(before.stacks.jobs);
});

it('jobs come in without a batch that is broken or too large, which is named', async () => {
  const library = bench.library();
  await fillBatch(library);
  const ids = assetsOf(library).map(({ asset_id }) => asset_id);
  const { path: folder } = await library.transfer.exportAssets(ids, { to: 'folder', path: bench.dir }, 'keep');
  const values = Array.from({ length: 100 }, (_, at) => at);
  const axes = ['a', 'b', 'c'].map((name) => ({ name, values }));
  rewrite(folder, (record) => (record.kind === 'batch' ? { ...record, plan: { axes } } : record));
  const fresh = bench.library();
  expect(await fresh.transfer.restore(folder)).toMatchObject({
    assets: ids.length,
    problems: [{ what: 'batch b1', reason: expect.stringContaining('plan') }],
  });
  expect(fresh.registry.batches.recent(5)).toEqual([]);
  expect(fresh.registry.jobs.get('cell 0')).toMatchObject({ batch_id: null, cell: null });
});

/** Changes every record of an export's manifest, or takes it out. */
function rewrite(
  folder: string,
  change: (record: Record<string, unknown>) => Record<string, unknown> | undefined,
): void {
  const file = path.join(folder, 'manifest.json');
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const records = lines.slice(1, -1).flatMap((line) => {
    const record = change(parseJson(line.replace(/,$/, '')) as Record<string, unknown>);
    return record === undefined ? [] : [stringifyJson(record)];
  });
  writeFileSync(file, `${lines[0]}\n${records.join(',\n')}\n]}\n`);
}
