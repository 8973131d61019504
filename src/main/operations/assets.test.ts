import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../../shared/contract.js';
import { type CoreBench, callContext as context, createCoreBench, smallImage } from '../core.testing.js';
import { systemClock } from '../system.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

describe('get_asset_metadata', () => {
  it('tells where an asset came from', async () => {
    const { args } = await bench.server();
    const { handlers } = await bench.open(args);
    const made = await handlers.run_workflow(smallImage, context());
    const asset_id = made.asset_id ?? '';
    const told = await handlers.get_asset_metadata({ asset_id }, context());
    expect(contract.get_asset_metadata.output.parse(told)).toEqual(told);
    expect(told).toMatchObject({
      asset_id,
      asset_url: made.asset_url,
      filename: made.filename,
      workflow_id: 'generate_image',
      prompt_id: made.prompt_id,
      expires_at: expect.any(String),
      parameters: { prompt: 'a lake', negative_prompt: 'text, watermark', seed: made.seed },
      submitted_workflow: {
        '3': { class_type: 'KSampler', inputs: { seed: made.seed, positive: ['6', 0] } },
        '6': { inputs: { text: 'a lake' } },
      },
      comfy_history: [
        { status: { status_str: 'success' }, outputs: { '9': { images: [{ filename: made.filename }] } } },
      ],
      lineage: { parent_asset_id: null, children: [], children_count: 0 },
    });
    expect(JSON.stringify(told.comfy_history)).not.toContain('class_type');
  });

  it('does not know what never was', async () => {
    const { handlers } = await bench.open(['--comfyui-url', 'http://127.0.0.1:9']);
    await expect(handlers.get_asset_metadata({ asset_id: 'x' }, context())).rejects.toMatchObject({
      code: 'ASSET_NOT_FOUND',
    });
  });
});

describe('an expired asset', () => {
  it('is ASSET_EXPIRED for agents and left out of lists, but stays there for the person', async () => {
    const { args } = await bench.server();
    let later = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + later };
    const { handlers } = await bench.open(args, { clock, env: { COMFY_MCP_ASSET_TTL_HOURS: '2' } });
    const { asset_id = '' } = await handlers.run_workflow(smallImage, context());
    expect(await handlers.view_image({ asset_id, mode: 'metadata' }, context())).toMatchObject({ asset_id });
    later = 2.1 * 3_600_000;
    for (const call of [
      handlers.view_image({ asset_id, mode: 'metadata' }, context()),
      handlers.view_image({ asset_id }, context()),
      handlers.get_asset_metadata({ asset_id }, context()),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'ASSET_EXPIRED', hint: expect.stringContaining('list_assets') });
    }
    expect(await handlers.list_assets({}, context())).toMatchObject({ assets: [], total: 0 });
    expect(await handlers.list_assets({ include_expired: true }, context())).toMatchObject({ assets: [{ asset_id }] });
    const window = context({ door: 'ipc' });
    expect((await handlers.get_assets({ asset_ids: [asset_id] }, window)).assets).toHaveLength(1);
    expect(await handlers.get_asset_metadata({ asset_id }, window)).toMatchObject({ asset_id });
  });
});
