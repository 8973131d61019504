import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../../shared/contract.js';
import { sd, sdValues } from '../../shared/graph-params.testing.js';
import { type CoreBench, callContext as context, createCoreBench, smallImage } from '../core.testing.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

const withSeed = (seed: unknown) => ({ ...smallImage, overrides: { ...smallImage.overrides, seed } });

describe('count', () => {
  it('makes that many with different seeds: a given one counts up', async () => {
    const { args } = await bench.server();
    const { handlers } = await bench.open(args);
    const told: number[] = [];
    const progress = ({ value }: { value: number }) => told.push(value);
    const answer = await handlers.run_workflow({ ...withSeed('41'), count: 3 }, context({ progress }));
    expect(contract.run_workflow.output.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({
      status: 'completed',
      seed: 41,
      asset_id: answer.assets[0]?.asset_id,
      prompt_id: answer.jobs?.[0]?.prompt_id,
      elapsed_ms: expect.any(Number),
      jobs: [41, 42, 43].map((seed) => ({ status: 'completed', seed, asset_ids: [expect.any(String)] })),
    });
    expect(answer.assets.map(({ asset_id }) => asset_id)).toEqual(answer.jobs?.flatMap(({ asset_ids }) => asset_ids));
    expect(answer).not.toHaveProperty('message');
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect((await handlers.list_assets({}, context())).total).toBe(3);
  });

  it('draws each seed when none is given', async () => {
    const { args } = await bench.server();
    const { handlers } = await bench.open(args);
    const answer = await handlers.run_workflow({ ...withSeed(-1), count: 4, wait_seconds: 0 }, context());
    expect(['queued', 'running']).toContain(answer.status);
    expect(new Set(answer.jobs?.map(({ seed }) => seed)).size).toBe(4);
    expect(answer.message).toMatch(/^0 of 4 are done\. Ask get_job/);
    for (const { prompt_id = '' } of answer.jobs ?? []) {
      expect(await handlers.get_job({ prompt_id, wait_seconds: 30 }, context())).toMatchObject({ status: 'completed' });
    }
  });

  it('tells what failed beside what came', async () => {
    const { args, engine } = await bench.server();
    const { handlers } = await bench.open(args);
    let decoded = 0;
    engine.faults.failNode = (_id, classType) => {
      if (classType !== 'VAEDecode') return undefined;
      decoded += 1;
      return decoded === 2 ? { exceptionType: 'RuntimeError', message: 'out of paint' } : undefined;
    };
    const answer = await handlers.run_workflow({ ...withSeed(7), count: 3 }, context());
    expect(answer).toMatchObject({
      status: 'completed',
      jobs: [
        { seed: 7, status: 'completed' },
        { seed: 8, status: 'error', asset_ids: [], error_code: 'EXECUTION_FAILED' },
        { seed: 9, status: 'completed' },
      ],
    });
    expect(answer.assets).toHaveLength(2);
    expect(answer.message).toMatch(/^2 of 3 are done\. 1 failed: /);
  });

  it('is refused where there is no seed to vary, before anything is sent', async () => {
    const folder = path.join(bench.home, 'mine');
    mkdirSync(folder);
    const graph = {
      '1': { class_type: 'EmptyImage', inputs: { width: 'PARAM_INT_WIDTH', height: 8, batch_size: 1, color: 0 } },
      '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
    };
    writeFileSync(path.join(folder, 'plain.json'), JSON.stringify(graph));
    const { args } = await bench.server();
    const { handlers } = await bench.open([...args, '--workflow-dir', folder]);
    await expect(handlers.run_workflow({ workflow_id: 'plain', count: 2 }, context())).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      message: expect.stringContaining('no seed'),
    });
    expect((await handlers.get_snapshot({}, context({ door: 'ipc' }))).jobs).toEqual([]);
  });
});

describe('run_workflow', () => {
  it('records what the workflow leaves fixed as well, so that it is found and can be changed', async () => {
    const folder = path.join(bench.home, 'mine');
    mkdirSync(folder);
    const words = { ...sd.pos, inputs: { ...sd.pos?.inputs, text: 'PARAM_STR_WORDS' } };
    const small = { ...sd.latent, inputs: { width: 64, height: 64, batch_size: 1 } };
    const model = { ...sd.ckpt, inputs: { ckpt_name: 'sd_xl_base_1.0.safetensors' } };
    writeFileSync(path.join(folder, 'fixed.json'), JSON.stringify({ ...sd, pos: words, latent: small, ckpt: model }));
    const { args } = await bench.server();
    const { handlers } = await bench.open([...args, '--workflow-dir', folder]);
    const call = { workflow_id: 'fixed', overrides: { words: 'a cat on a wall' } };
    const made = await handlers.run_workflow(call, context());
    // The text has the name that the workflow gave it, and no second one.
    const { prompt: _, ...others } = sdValues;
    const parameters = {
      ...others,
      words: 'a cat on a wall',
      width: 64,
      height: 64,
      model: 'sd_xl_base_1.0.safetensors',
    };
    expect(made).toMatchObject({ status: 'completed', seed: 7, parameters });
    expect(made.parameters).not.toHaveProperty('prompt');
    const found = await handlers.list_assets({ query: 'sd_xl_base' }, context());
    expect(found.assets).toMatchObject([{ asset_id: made.asset_id }]);
    const again = { asset_id: made.asset_id ?? '', param_overrides: { steps: 3, prompt: 'a dog' }, seed: 8 };
    expect((await handlers.regenerate(again, context())).parameters).toEqual({
      ...made.parameters,
      words: 'a dog',
      steps: 3,
      seed: 8,
    });
  });

  it('names overrides that had no effect, and only then', async () => {
    const { args } = await bench.server();
    const { handlers } = await bench.open(args);
    const overrides = { ...smallImage.overrides, cfg: null };
    const answer = await handlers.run_workflow({ ...smallImage, overrides, options: { later: 1 } }, context());
    expect(answer).toMatchObject({
      overrides_applied: ['prompt', 'width', 'height', 'steps'],
      overrides_dropped: ['cfg'],
      parameters: { cfg: 8 },
    });
    expect(await handlers.run_workflow(smallImage, context())).not.toHaveProperty('overrides_dropped');
  });

  it('says when ComfyUI answered from its cache', async () => {
    const { args } = await bench.server();
    const { handlers } = await bench.open(args);
    const first = await handlers.run_workflow(withSeed(5), context());
    const again = await handlers.run_workflow(withSeed(5), context());
    expect(again).toMatchObject({ asset_id: first.asset_id, message: expect.stringContaining('the same asset') });
    expect(again.prompt_id).not.toBe(first.prompt_id);
  });

  it.each([
    ['an unknown workflow', { workflow_id: 'generate_imag' }, 'WORKFLOW_NOT_FOUND', 'generate_image'],
    ['an unknown parameter', { ...smallImage, overrides: { prompt: 'x', step: 2 } }, 'VALIDATION_ERROR', 'steps'],
    ['a missing one', { workflow_id: 'generate_image' }, 'VALIDATION_ERROR', 'prompt'],
  ])('refuses %s', async (_what, input, code, hint) => {
    const { handlers } = await bench.open(['--comfyui-url', 'http://127.0.0.1:9']);
    await expect(handlers.run_workflow(input, context())).rejects.toMatchObject({
      code,
      hint: expect.stringContaining(hint),
    });
  });
});
