import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewBatch } from '../ports.js';
import { completed, createBench, newJob, output } from './testing.js';

const bench = createBench();
let registry: ReturnType<typeof bench.open>;
beforeEach(() => {
  registry = bench.open({ file: `${bench.dir}/${crypto.randomUUID()}.db` });
  bench.events.length = 0;
});
afterEach(() => registry.close());

const batch: NewBatch = {
  batch_id: 'b1',
  title: 'a fox',
  workflow_id: 'generate_image',
  session_id: 's1',
  client_name: 'agent',
  plan: { axes: [{ name: 'cfg', values: [4, 7] }] },
  sheet_wanted: true,
};
const cells = () => ['p0', 'p1'].map((id, cell) => newJob(id, { batch_id: 'b1', cell }));

describe('a batch', () => {
  it('is written down with all its jobs, and told after that, itself first', () => {
    const jobs = registry.jobs.insertBatch(batch, cells());
    expect(jobs).toMatchObject([
      { prompt_id: 'p0', batch_id: 'b1', cell: 0 },
      { prompt_id: 'p1', batch_id: 'b1', cell: 1 },
    ]);
    expect(bench.events.map(({ type }) => type)).toEqual(['batch.added', 'job.changed', 'job.changed']);
    const { sheet_wanted: _, ...told } = batch;
    expect(registry.batches.get('b1')).toMatchObject(told);
    expect(registry.batches.recent(5)).toMatchObject([{ batch_id: 'b1' }]);
  });

  it('is not there at all when one of its jobs can not be written', () => {
    registry.jobs.insert(newJob('p1'));
    bench.events.length = 0;
    expect(() => registry.jobs.insertBatch(batch, cells())).toThrow();
    expect(registry.batches.get('b1')).toBeUndefined();
    expect(registry.jobs.get('p0')).toBeUndefined();
    expect(bench.events).toEqual([]);
  });

  it('has of each cell the newest job, and counts what was sent', () => {
    registry.jobs.insertBatch(batch, cells());
    expect(registry.jobs.batchJobsSent('demo')).toBe(2);
    registry.jobs.finish('p0', completed([], { status: 'error' }));
    registry.jobs.insert(newJob('p2', { batch_id: 'b1', cell: 0 }));
    expect(registry.batches.jobs('b1').map(({ prompt_id }) => prompt_id)).toEqual(['p2', 'p1']);
    registry.jobs.update('p1', { error: { code: 'SENDING_LATER', message: 'waits' } });
    expect(registry.jobs.batchJobsSent('demo')).toBe(1);
    expect(registry.batches.withoutSheet()).toEqual([]);
    registry.jobs.finish('p1', completed([output('b.png')]));
    registry.jobs.finish('p2', completed([output('a.png')]));
    expect(registry.batches.withoutSheet()).toEqual(['b1']);
  });

  it('is told by the index of everything it made, whatever else was made then', async () => {
    registry.jobs.insertBatch(batch, cells());
    registry.jobs.insert(newJob('other'));
    for (const id of ['p0', 'other', 'p1']) {
      bench.clock.time += 1000;
      registry.jobs.finish(id, completed([output(`${id}.png`)], { finished_ms: bench.clock.time }));
    }
    const index = await registry.reader.ask('index', {});
    expect(index.batches).toEqual(['b1']);
    expect(index.jobs).toEqual([-1, 0, -1]);
    expect(registry.assets.byJob('p0')[0]?.batch_id).toBe('b1');
  });

  it('has a contact sheet as an asset whose parents are what it shows, and wants none then', async () => {
    registry.jobs.insertBatch(batch, cells());
    for (const id of ['p0', 'p1']) registry.jobs.finish(id, completed([output(`${id}.png`)]));
    const parts = ['p0', 'p1'].flatMap((id) => registry.assets.byJob(id).map(({ asset_id }) => asset_id));
    const file = { asset_id: 'sheet', filename: 'contact-sheet.webp' };
    registry.batches.noteSheet(file);
    expect(registry.bin.forgotten('', 5)).toMatchObject([file]);
    const sheet = registry.batches.addSheet({
      asset_id: 'sheet',
      batch_id: 'b1',
      filename: 'contact-sheet.webp',
      mime_type: 'image/webp',
      width: 10,
      height: 20,
      bytes_size: 30,
      parameters: { prompt: 'a fox' },
      parts,
    });
    expect(registry.bin.forgotten('', 5)).toEqual([]);
    expect(sheet).toMatchObject({ tool: 'contact_sheet', batch_id: 'b1', width: 10, imported: false });
    expect(registry.batches.sheet('b1')?.asset_id).toBe('sheet');
    expect(registry.batches.wantsSheet('b1')).toBe(false);
    expect(registry.batches.jobs('b1')).toHaveLength(2);
    expect(registry.jobs.recent(9).map(({ prompt_id }) => prompt_id)).toHaveLength(2);
    const lineage = await registry.reader.ask('lineage', 'sheet');
    expect(lineage?.nodes.filter(({ generation }) => generation === -1).map(({ asset_id }) => asset_id)).toEqual(parts);
  });

  it('has no contact sheet whose file was deleted before it was registered', () => {
    registry.jobs.insertBatch(batch, cells());
    const file = { asset_id: 'sheet', filename: 'contact-sheet.webp' };
    registry.batches.noteSheet(file);
    // As the next start or an emptied bin do.
    expect(registry.bin.forgotten('', 5)).toEqual([{ ...file, folder_type: 'output' }]);
    registry.bin.forgot('sheet');
    const facts = { mime_type: 'image/webp', width: 10, height: 20, bytes_size: 30, parameters: {}, parts: [] };
    expect(registry.batches.addSheet({ ...file, ...facts, batch_id: 'b1' })).toBeUndefined();
    expect(registry.batches.sheet('b1')).toBeUndefined();
    expect(registry.batches.wantsSheet('b1')).toBe(true);
    expect(bench.events.map(({ type }) => type)).not.toContain('asset.added');
  });
});
