import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../../shared/contract.js';
import { type CoreBench, callContext as context, createCoreBench, smallImage } from '../core.testing.js';
import { sharp } from '../sharp.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

const workflow_id = 'generate_image';
const small = smallImage.overrides;
const slow = { ...small, steps: 60 };

describe('run_batch', () => {
  it('runs every combination of a grid with one seed, and tells each picture its values', async () => {
    const { handlers } = await bench.open();
    const heard: number[] = [];
    const answer = await handlers.run_batch(
      {
        workflow_id,
        grid: { cfg: [4, '7'], steps: [2, 3, 4] },
        overrides: { prompt: 'a lake', width: 64, height: 64 },
        wait_seconds: 50,
      },
      context({ progress: ({ value }) => heard.push(value) }),
    );
    expect(contract.run_batch.output.parse(answer)).toMatchObject({
      status: 'completed',
      total: 6,
      summary: { completed: 6, failed: 0, cancelled: 0, running: 0, queued: 0 },
      failures: [],
      contact_sheet: null,
      session_id: 'a-session',
      seed: expect.any(Number),
    });
    expect(answer.assets.map(({ values }) => values)).toEqual([
      { cfg: 4, steps: 2 },
      { cfg: 7, steps: 2 },
      { cfg: 4, steps: 3 },
      { cfg: 7, steps: 3 },
      { cfg: 4, steps: 4 },
      { cfg: 7, steps: 4 },
    ]);
    expect(new Set(answer.assets.map(({ asset_id }) => asset_id)).size).toBe(6);
    expect(heard.length).toBeGreaterThan(0);
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
    const [first] = answer.assets;
    const asset = await handlers.get_asset_metadata({ asset_id: first?.asset_id ?? '' }, context());
    expect(asset).toMatchObject({
      batch_id: answer.batch_id,
      tool: 'run_batch',
      parameters: { cfg: 4, steps: 2, seed: answer.seed, width: 64 },
    });
    const index = await handlers.get_gallery_index({}, context());
    expect(index.batches).toEqual([answer.batch_id]);
    expect(index.jobs).toEqual([-1, -1, -1, -1, -1, -1]);
  });

  it('takes a list of sets, and draws a seed for each -1', async () => {
    const { handlers } = await bench.open();
    const answer = await handlers.run_batch(
      {
        workflow_id,
        list: [{ steps: 3 }, { cfg: 2, seed: 5 }, { seed: -1 }],
        overrides: small,
        seed: 9,
        wait_seconds: 50,
      },
      context(),
    );
    expect(answer).toMatchObject({ status: 'completed', total: 3 });
    expect(answer).not.toHaveProperty('seed');
    expect(answer.assets.map(({ values }) => values)).toEqual([
      { steps: 3 },
      { cfg: 2, seed: 5 },
      { seed: expect.any(Number) },
    ]);
    const seeds = await Promise.all(
      answer.assets.map(
        async ({ asset_id }) => (await handlers.get_asset_metadata({ asset_id }, context())).parameters.seed,
      ),
    );
    expect(seeds.slice(0, 2)).toEqual([9, 5]);
  });

  it.each([
    [{}, 'VALIDATION_ERROR', /either grid or list/],
    [{ grid: { cfg: [1] }, list: [{}] }, 'VALIDATION_ERROR', /either grid or list/],
    [{ grid: {} }, 'VALIDATION_ERROR', /names no parameter/],
    [{ grid: { cfg: [] } }, 'VALIDATION_ERROR', /grid\.cfg has no values/],
    [{ list: [] }, 'VALIDATION_ERROR', /list is empty/],
    [{ grid: { cfg: [4, 7, '4'] } }, 'VALIDATION_ERROR', /grid\.cfg has 4 twice/],
    [{ list: [{ cfg: 4 }, { cfg: 5 }, { cfg: '4' }] }, 'VALIDATION_ERROR', /set 3 is the same as set 1/],
    [{ grid: { cfgg: [4] } }, 'VALIDATION_ERROR', /no parameter "cfgg"/],
    [{ list: [{ cfg: 4 }, { nothing: 4 }] }, 'VALIDATION_ERROR', /set 2: .*no parameter "nothing"/],
    [{ grid: { cfg: [4, 'high'] } }, 'VALIDATION_ERROR', /grid\.cfg, value 2: cfg must be a number/],
    [{ grid: { cfg: [4, null] } }, 'VALIDATION_ERROR', /grid\.cfg, value 2: cfg must be a number/],
    [{ grid: { steps: [2, 0] } }, 'INVALID_VALUE', /grid\.steps, value 2: steps is 0/],
    [
      { grid: { sampler_name: ['euler', 'eulr'], cfg: [1, 2] } },
      'INVALID_VALUE',
      /Combination 2 of 4 \(sampler_name eulr, cfg 1\)/,
    ],
    [
      { grid: { model: ['v1-5-pruned-emaonly.ckpt', 'gone.ckpt'] } },
      'MODEL_NOT_FOUND',
      /Combination 2 of 2 \(model gone\)/,
    ],
    [{ grid: { a: [1], b: [1], c: [1], d: [1] } }, 'VALIDATION_ERROR', /at most 3/],
    [{ grid: { width: [64, 128], cfg: [1, 2] } }, 'VALIDATION_ERROR', /width stands in grid and in overrides/],
  ])('refuses %j as a whole: nothing is written down', async (wanted, code, message) => {
    const { handlers } = await bench.open();
    const refusal = expect(
      handlers.run_batch({ workflow_id, overrides: { prompt: 'x', width: 64 }, ...wanted }, context()),
    );
    await refusal.rejects.toMatchObject({ code, message: expect.stringMatching(message), hint: expect.any(String) });
    const { jobs, batches } = await handlers.get_snapshot({}, context());
    expect({ jobs, batches }).toEqual({ jobs: [], batches: [] });
  });

  it('refuses ten thousand combinations by their number, and more than a hundred unless told', async () => {
    const { handlers } = await bench.open();
    const hundred = Array.from({ length: 100 }, (_, at) => at + 1);
    await expect(
      handlers.run_batch(
        { workflow_id, grid: { steps: hundred, cfg: hundred }, overrides: { prompt: 'x' } },
        context(),
      ),
    ).rejects.toMatchObject({
      code: 'BATCH_TOO_LARGE',
      message: expect.stringContaining('10000 jobs (steps 100 × cfg 100)'),
      hint: expect.stringContaining('1000'),
      details: { total: 10_000, limit: 100 },
    });
    await expect(
      handlers.run_batch({ workflow_id, grid: { steps: hundred, cfg: [1, 2] }, overrides: { prompt: 'x' } }, context()),
    ).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE', hint: expect.stringContaining('limit: 200') });
  });

  it('sends a few at a time, so that what comes later need not wait for all of it', async () => {
    const { handlers } = await bench.open();
    const { batch_id } = await handlers.run_batch(
      { workflow_id, grid: { cfg: [1, 2, 3, 4, 5, 6] }, overrides: slow },
      context(),
    );
    const queue = await handlers.get_queue_status({}, context());
    expect(queue.running_count + queue.pending_count).toBe(2);
    expect(queue.held_count).toBe(4);
    const single = await handlers.run_workflow({ ...smallImage, wait_seconds: 0 }, context());
    const one = await handlers.get_job({ prompt_id: single.prompt_id, wait_seconds: 50 }, context());
    expect(one.status).toBe('completed');
    const { summary } = await handlers.get_batch({ batch_id }, context());
    expect(summary.completed).toBeLessThan(4);
    await handlers.cancel_job({ batch_id }, context());
  });

  it('is cancelled as a whole: what was made stays, nothing more begins, twice is fine', async () => {
    const { handlers } = await bench.open();
    const { batch_id } = await handlers.run_batch(
      { workflow_id, grid: { cfg: [1, 2, 3, 4, 5, 6] }, overrides: { ...small, steps: 60 } },
      context(),
    );
    await expect
      .poll(async () => (await handlers.get_batch({ batch_id }, context())).summary.completed, { timeout: 30_000 })
      .toBeGreaterThan(0);
    expect(await handlers.cancel_job({ batch_id }, context())).toMatchObject({ success: true });
    const after = await handlers.get_batch({ batch_id }, context());
    const { completed, cancelled } = after.summary;
    expect(after).toMatchObject({ status: 'partial', summary: { running: 0, queued: 0, failed: 0 } });
    expect(completed + cancelled).toBe(6);
    expect(cancelled).toBeGreaterThan(0);
    expect(after.assets).toHaveLength(completed);
    expect(await handlers.cancel_job({ batch_id }, context())).toMatchObject({
      message: expect.stringContaining('already ended'),
    });
    const queue = await handlers.get_queue_status({}, context());
    expect(queue).toMatchObject({ running_count: 0, pending_count: 0 });
    await expect(handlers.cancel_job({ batch_id: 'x' }, context())).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND' });
    await expect(handlers.cancel_job({}, context())).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  });

  it('goes on after a restart in its middle with what was not sent', async () => {
    const first = await bench.open();
    const { batch_id } = await first.handlers.run_batch(
      { workflow_id, grid: { cfg: [1, 2, 3, 4, 5] }, overrides: slow },
      context(),
    );
    await bench.close();
    const { handlers } = await bench.open();
    const { batches } = await handlers.get_snapshot({}, context());
    expect(batches).toMatchObject([{ batch_id, plan: { axes: [{ name: 'cfg', values: [1, 2, 3, 4, 5] }] } }]);
    // What the demo engine had died with it; the rest was never sent, and is made now.
    await expect
      .poll(async () => (await handlers.get_batch({ batch_id }, context())).summary, { timeout: 60_000 })
      .toEqual({ completed: 3, failed: 2, cancelled: 0, running: 0, queued: 0 });
    const after = await handlers.get_batch({ batch_id }, context());
    expect(after.status).toBe('partial');
    expect(after.failures.map(({ error_code, values }) => [error_code, values])).toEqual([
      ['JOB_LOST', { cfg: 1 }],
      ['JOB_LOST', { cfg: 2 }],
    ]);
  }, 90_000);

  it('tells what failed beside what came, and makes a cell again in its place', async () => {
    writeFailingWorkflow(bench.home);
    const { handlers } = await bench.open();
    const answer = await handlers.run_batch(
      { workflow_id: 'trimmed', grid: { length: [2, 3], kept: [1, 0] }, wait_seconds: 50 },
      context(),
    );
    expect(answer).toMatchObject({ status: 'partial', summary: { completed: 2, failed: 2 } });
    expect(answer.failures).toMatchObject([
      { values: { length: 2, kept: 0 }, error_code: 'EXECUTION_FAILED' },
      { values: { length: 3, kept: 0 }, error_code: 'EXECUTION_FAILED' },
    ]);
    const { prompt_id } = await handlers.retry_job(
      { prompt_id: answer.failures[0]?.prompt_id ?? '', param_overrides: { kept: 1 } },
      context(),
    );
    await handlers.get_job({ prompt_id, wait_seconds: 30 }, context());
    const grid = contract.get_batch_grid.output.parse(
      await handlers.get_batch_grid({ batch_id: answer.batch_id }, context()),
    );
    expect(grid.jobs.map(({ cell, status }) => [cell, status])).toEqual([
      [0, 'completed'],
      [1, 'completed'],
      [2, 'completed'],
      [3, 'error'],
    ]);
    expect(grid.jobs[2]?.prompt_id).toBe(prompt_id);
  });

  it('waits in the app while sending is paused', async () => {
    const { handlers } = await bench.open();
    await handlers.pause_queue({}, context());
    const held = await handlers.run_batch(
      { workflow_id, grid: { cfg: [1, 2, 3] }, overrides: small, wait_seconds: 50 },
      context(),
    );
    expect(held).toMatchObject({ status: 'queued', message: expect.stringContaining('paused') });
    await handlers.resume_queue({}, context());
    const done = await handlers.get_batch({ batch_id: held.batch_id, wait_seconds: 50 }, context());
    expect(done.status).toBe('completed');
  });
});

describe('contact sheets', () => {
  it('are made when the batch ends, once, as an asset that names what it shows', async () => {
    const { handlers, assets } = await bench.open();
    const made = await handlers.run_batch(
      {
        workflow_id,
        grid: { prompt: ['a <b>fox</b> & a hare', '日本の狐'], steps: [2, 3] },
        overrides: { width: 64, height: 64 },
        contact_sheet: true,
        wait_seconds: 50,
      },
      context(),
    );
    expect(made).toMatchObject({ status: 'completed', contact_sheet: { asset_id: expect.any(String) } });
    const asset_id = made.contact_sheet?.asset_id ?? '';
    const sheet = await handlers.get_asset_metadata({ asset_id }, context());
    expect(sheet).toMatchObject({
      batch_id: made.batch_id,
      tool: 'contact_sheet',
      media_kind: 'image',
      mime_type: 'image/webp',
      submitted_workflow: null,
      imported: false,
      lineage: { ancestors: expect.arrayContaining(made.assets.map((asset) => asset.asset_id)) },
    });
    const file = await assets.original(asset_id);
    const { width, height, format, exif } = await sharp(file.path).metadata();
    expect({ width, height, format }).toEqual({ width: sheet.width, height: sheet.height, format: 'webp' });
    expect(exif?.toString('latin1')).toContain('ComfyUI MCP Desktop');
    expect((await assets.thumbnail(asset_id, 256)).mime_type).toBe('image/webp');
    // It is not one of the batch's own pictures, and asked for again it is the same.
    expect(made.assets).toHaveLength(4);
    const again = await handlers.get_batch({ batch_id: made.batch_id, contact_sheet: true }, context());
    expect(again.contact_sheet?.asset_id).toBe(asset_id);
    const found = await handlers.list_assets({ query: 'fox' }, context());
    expect(found.assets.map((asset) => asset.asset_id)).toContain(asset_id);
  });

  it('are made after a restart when the batch ended before', async () => {
    const first = await bench.open();
    const { batch_id } = await first.handlers.run_batch(
      { workflow_id, grid: { cfg: [1, 2] }, overrides: slow, contact_sheet: true },
      context(),
    );
    await bench.close();
    const { handlers } = await bench.open();
    await expect
      .poll(async () => (await handlers.get_batch({ batch_id }, context())).contact_sheet, { timeout: 60_000 })
      .not.toBeNull();
  }, 90_000);
});

/** A workflow that fails when it runs, not before: a sound of no length. */
function writeFailingWorkflow(home: string): void {
  const folder = path.join(home, 'data', 'workflows');
  mkdirSync(folder, { recursive: true });
  const graph = {
    '1': { class_type: 'EmptyAudio', inputs: { duration: 'PARAM_FLOAT_LENGTH', sample_rate: 8000, channels: 1 } },
    '2': { class_type: 'TrimAudioDuration', inputs: { audio: ['1', 0], start_index: 0, duration: 'PARAM_FLOAT_KEPT' } },
    '3': { class_type: 'SaveAudio', inputs: { audio: ['2', 0], filename_prefix: 'audio/trimmed' } },
  };
  writeFileSync(path.join(folder, 'trimmed.json'), JSON.stringify(graph));
}
