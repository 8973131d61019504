import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../../shared/contract.js';
import { type CoreBench, callContext as context, createCoreBench, smallImage } from '../core.testing.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

async function open() {
  const { args } = await bench.server();
  return bench.open(args);
}

describe('get_form', () => {
  it('tells a workflow’s parameters and what the engine has to choose from', async () => {
    const { handlers } = await open();
    const form = await handlers.get_form({ workflow_id: 'generate_image' }, context());
    expect(contract.get_form.output.parse(form)).toEqual(form);
    expect(form.params.map(({ name }) => name)).toContain('prompt');
    expect(form.choices.sampler_name).toContain('euler');
    expect(form.choices.model?.length).toBeGreaterThan(0);
    expect(form.values).toEqual({});
    await expect(handlers.get_form({ workflow_id: 'nope' }, context())).rejects.toMatchObject({
      code: 'WORKFLOW_NOT_FOUND',
    });
  });

  it('tells of an asset what regenerate takes, with the values it was made with', async () => {
    const { handlers } = await open();
    const made = await handlers.run_workflow(smallImage, context());
    const asset_id = made.asset_id ?? '';
    const form = await handlers.get_form({ asset_id }, context());
    expect(form.values).toMatchObject({ prompt: 'a lake', width: 64, steps: 2, seed: made.seed });
    expect(form.choices.sampler_name).toContain('euler');
    expect(new Set(form.params.map(({ name }) => name)).size).toBe(form.params.length);
    const all = await handlers.regenerate({ asset_id, param_overrides: { ...form.values, steps: 3 } }, context());
    expect(all.parameters).toMatchObject({ prompt: 'a lake', steps: 3 });
  });
});

describe('retry_job', () => {
  it('sends the same graph again, or with another seed', async () => {
    const { handlers } = await open();
    const made = await handlers.run_workflow(smallImage, context());
    const { prompt_id } = await handlers.retry_job({ prompt_id: made.prompt_id, seed: -1 }, context());
    const again = await handlers.get_job({ prompt_id, wait_seconds: 20 }, context());
    expect(again.status).toBe('completed');
    expect(again.assets[0]?.asset_id).not.toBe(made.asset_id);
    const same = await handlers.retry_job({ prompt_id: made.prompt_id }, context());
    expect(same.prompt_id).not.toBe(made.prompt_id);
    const asset = await handlers.get_asset_metadata({ asset_id: again.assets[0]?.asset_id ?? '' }, context());
    expect(asset.parameters).toMatchObject({ prompt: 'a lake', steps: 2 });
  });

  it('puts a value at a node, and records it', async () => {
    const { handlers } = await open();
    const made = await handlers.run_workflow(smallImage, context());
    const { prompt_id } = await handlers.retry_job(
      { prompt_id: made.prompt_id, inputs: [{ node_id: '3', input: 'steps', value: 3 }] },
      context(),
    );
    const again = await handlers.get_job({ prompt_id, wait_seconds: 20 }, context());
    const asset = await handlers.get_asset_metadata({ asset_id: again.assets[0]?.asset_id ?? '' }, context());
    expect(asset.parameters).toMatchObject({ steps: 3 });
    await expect(handlers.retry_job({ prompt_id: 'nope' }, context())).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });
});

describe('pause_queue', () => {
  it('answers agents at once that their job waits, and makes it when sending goes on', async () => {
    const { handlers } = await open();
    expect(await handlers.pause_queue({}, context())).toEqual({ paused: true });
    const held = await handlers.run_workflow({ ...smallImage, wait_seconds: 40 }, context());
    expect(held).toMatchObject({ status: 'queued', message: expect.stringContaining('sending is paused') });
    expect((await handlers.run_workflow({ ...smallImage, count: 2 }, context())).status).toBe('queued');
    expect(await handlers.get_job({ prompt_id: held.prompt_id }, context())).toMatchObject({
      status: 'queued',
      error: null,
      message: expect.stringContaining('sending is paused'),
    });
    const queue = await handlers.get_queue_status({}, context());
    expect(contract.get_queue_status.output.parse(queue)).toMatchObject({ pending_count: 0, held_count: 3 });
    expect((await handlers.get_snapshot({}, context())).sending_paused).toBe(true);
    await handlers.resume_queue({}, context());
    expect((await handlers.get_job({ prompt_id: held.prompt_id, wait_seconds: 30 }, context())).status).toBe(
      'completed',
    );
    expect(await handlers.get_queue_status({}, context())).not.toHaveProperty('held_count');
  });
});
