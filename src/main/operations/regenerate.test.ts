import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../../shared/contract.js';
import { type CoreBench, callContext as context, createCoreBench, smallImage } from '../core.testing.js';
import { systemClock } from '../system.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

async function openWithPicture() {
  const { args } = await bench.server();
  const core = await bench.open(args);
  const made = await core.handlers.run_workflow(smallImage, context({ tool: 'generate_image' }));
  const asset_id = made.asset_id ?? '';
  const graphOf = async (id: string | undefined) =>
    (await core.handlers.get_asset_metadata({ asset_id: id ?? '' }, context())).submitted_workflow;
  return { ...core, made, asset_id, graphOf };
}

describe('regenerate', () => {
  it('changes what it is told and nothing else, and records the parent', async () => {
    const { handlers, asset_id, made, graphOf } = await openWithPicture();
    const answer = await handlers.regenerate(
      { asset_id, param_overrides: { prompt: 'a wood', steps: '3' } },
      context({ sessionId: 'later' }),
    );
    expect(contract.regenerate.output.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({
      status: 'completed',
      parent_asset_id: asset_id,
      workflow_id: 'generate_image',
      tool: 'regenerate',
      session_id: 'later',
      seed: made.seed,
      parameters: { ...made.parameters, prompt: 'a wood', steps: 3 },
    });
    expect(answer.asset_id).not.toBe(asset_id);
    const before = await graphOf(asset_id);
    const after = await graphOf(answer.asset_id);
    expect(after).toMatchObject({
      '6': { inputs: { text: 'a wood' } },
      '7': { inputs: { text: 'text, watermark' } },
      '3': { inputs: { steps: 3, seed: made.seed } },
    });
    expect(Object.keys(after ?? {})).toEqual(Object.keys(before ?? {}));
    expect(await handlers.get_asset_metadata({ asset_id }, context())).toMatchObject({
      lineage: { parent_asset_id: null, children: [answer.asset_id], children_count: 1 },
    });
    expect(await handlers.list_assets({ parent_asset_id: asset_id }, context())).toMatchObject({
      assets: [{ asset_id: answer.asset_id }],
    });
  });

  it('draws a new seed for -1, takes a given one, and keeps the stored one otherwise', async () => {
    const { handlers, asset_id, made } = await openWithPicture();
    const seedOf = async (input: object) => (await handlers.regenerate({ asset_id, ...input }, context())).seed;
    const drawn = await seedOf({ seed: -1 });
    expect(drawn).not.toBe(made.seed);
    expect(await seedOf({ seed: 5 })).toBe(5);
    expect(await seedOf({ param_overrides: { seed: 6 } })).toBe(6);
    expect(await seedOf({ seed: 8, param_overrides: { seed: 7 } })).toBe(8);
    expect(await seedOf({ param_overrides: { cfg: 3 } })).toBe(made.seed);
  });

  it('says that an unchanged one is the same asset', async () => {
    const { handlers, asset_id } = await openWithPicture();
    expect(await handlers.regenerate({ asset_id }, context())).toMatchObject({
      status: 'completed',
      asset_id,
      parent_asset_id: asset_id,
      message: expect.stringContaining('the same asset'),
    });
    expect((await handlers.list_assets({}, context())).total).toBe(1);
  });

  it('changes values that the workflow does not expose', async () => {
    const { handlers, asset_id, graphOf } = await openWithPicture();
    const answer = await handlers.regenerate({ asset_id, param_overrides: { batch_size: 2 } }, context());
    expect(answer.assets).toHaveLength(2);
    expect(await graphOf(answer.asset_id)).toMatchObject({ '5': { inputs: { batch_size: 2 } } });
  });

  it.each([
    ['an unknown name', { param_overrides: { promt: 'x' } }, 'VALIDATION_ERROR', /what can be is prompt/],
    [
      'a model that is not there',
      { param_overrides: { model: 'gone.ckpt' } },
      'MODEL_NOT_FOUND',
      /gone\.ckpt.*the call/,
    ],
    ['a sampler that is not there', { param_overrides: { sampler_name: 'eulr' } }, 'INVALID_VALUE', /euler/],
    ['a value out of range', { param_overrides: { width: 8 } }, 'INVALID_VALUE', /64/],
  ])('refuses %s, and sends nothing', async (_what, input, code, message) => {
    const { handlers, asset_id } = await openWithPicture();
    await expect(handlers.regenerate({ asset_id, ...input }, context())).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect((await handlers.get_snapshot({}, context({ door: 'ipc' }))).jobs).toHaveLength(1);
  });

  it('does not know what never was, and no longer what has expired', async () => {
    const { args } = await bench.server();
    let later = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + later };
    const { handlers } = await bench.open(args, { clock });
    await expect(handlers.regenerate({ asset_id: 'x' }, context())).rejects.toMatchObject({ code: 'ASSET_NOT_FOUND' });
    const { asset_id = '' } = await handlers.run_workflow(smallImage, context());
    later = 25 * 3_600_000;
    await expect(handlers.regenerate({ asset_id }, context())).rejects.toMatchObject({ code: 'ASSET_EXPIRED' });
    expect(await handlers.regenerate({ asset_id, seed: 3 }, context({ door: 'ipc' }))).toMatchObject({ seed: 3 });
  });
});
