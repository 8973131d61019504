/** The tools as agents get them: through the endpoint, with the bundled workflows, arguments as models send them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CoreBench, createCoreBench } from './core.testing.js';
import { connectModern, type TestClient } from './mcp/testing.js';

describe('the tools', () => {
  let bench: CoreBench;
  let client: TestClient;
  beforeAll(async () => {
    bench = createCoreBench();
    const { args } = await bench.server();
    const { endpoint } = await bench.open(args);
    client = await connectModern(endpoint().url ?? '');
  });
  afterAll(async () => {
    await client.close();
    await bench.dispose();
  });

  it('are those of the contract, each told in full, in a small list', async () => {
    const tools = await client.list();
    expect(tools.map(({ name }) => name)).toEqual([
      'generate_image',
      'generate_song',
      'generate_video',
      'image_to_image',
      'inpaint',
      'upscale_image',
      'run_workflow',
      'regenerate',
      'upload_image',
      'run_batch',
      'get_batch',
      'get_job',
      'get_queue_status',
      'cancel_job',
      'pause_queue',
      'resume_queue',
      'list_assets',
      'view_image',
      'get_asset_metadata',
      'update_asset',
      'delete_assets',
      'restore_assets',
      'get_library_stats',
      'list_models',
      'list_workflows',
      'get_workflow',
      'save_workflow',
      'delete_workflow',
      'restore_workflow',
      'import_workflow',
      'get_defaults',
      'set_defaults',
      'publish_asset',
      'get_publish_info',
      'set_comfyui_output_root',
      'get_server_status',
    ]);
    for (const tool of tools) {
      expect(tool, tool.name).toMatchObject({
        title: expect.stringMatching(/\S/),
        description: expect.stringMatching(/\S/),
        inputSchema: { type: 'object' },
        outputSchema: { type: 'object' },
        annotations: {
          readOnlyHint: expect.any(Boolean),
          destructiveHint: expect.any(Boolean),
          idempotentHint: expect.any(Boolean),
          openWorldHint: expect.any(Boolean),
        },
      });
    }
    // The limit of the whole list, with the tools of every workflow that comes with the app.
    expect(JSON.stringify(tools).length).toBeLessThan(40_000);
  });

  it('take numbers and objects given as texts', async () => {
    const made = await client.call('generate_image', {
      prompt: 'a boat',
      width: '64',
      height: '64',
      steps: '2',
      seed: '10',
      count: '2',
      wait_seconds: '40',
    });
    expect(made.structuredContent).toMatchObject({
      status: 'completed',
      width: 64,
      jobs: [{ seed: 10 }, { seed: 11 }],
    });
    const asset_id = (made.structuredContent as { asset_id: string }).asset_id;
    const again = await client.call('regenerate', { asset_id, param_overrides: '{"steps": "3"}', seed: '-1' });
    expect(again.structuredContent).toMatchObject({ status: 'completed', parameters: { steps: 3 } });
    const set = await client.call('set_defaults', { image: '{"steps": "9"}', persist: 'false' });
    expect(set.structuredContent).toMatchObject({ updated: { image: { updated: { steps: 9 } } } });
    const defaults = await client.call('get_defaults', { with_sources: 'true' });
    expect(defaults.structuredContent).toMatchObject({ image: { steps: 9 }, sources: { image: { steps: 'runtime' } } });
  });

  it('run a batch out of texts, tell its progress, and cancel it', async () => {
    const made = await client.call('run_batch', {
      workflow_id: 'generate_image',
      grid: '{"cfg": ["4", 7], "steps": [2, 3]}',
      overrides: '{"prompt": "a boat", "width": "64", "height": 64}',
      contact_sheet: 'true',
      wait_seconds: '40',
    });
    expect(made.structuredContent).toMatchObject({
      status: 'completed',
      total: 4,
      assets: [
        { values: { cfg: 4, steps: 2 } },
        { values: { cfg: 7, steps: 2 } },
        {},
        { values: { cfg: 7, steps: 3 } },
      ],
      contact_sheet: { asset_url: expect.stringContaining('/a/') },
    });
    const { batch_id } = made.structuredContent as { batch_id: string };
    const twice = await client.call('cancel_job', { batch_id });
    expect(twice.structuredContent).toMatchObject({ success: false, status: 'completed' });
    const told = await client.call('get_batch', { batch_id });
    expect(told.structuredContent).toMatchObject({ summary: { completed: 4 } });
  });

  it.each([
    ['regenerate', { asset_id: 'x', param_override: {} }, 'param_overrides'],
    ['list_models', { folders: 'loras' }, 'folder'],
    ['set_defaults', { images: {} }, 'image'],
    ['list_workflows', { querry: 'x' }, 'query'],
    ['get_queue_status', { limit: 3 }, 'none'],
    ['generate_image', { prompt: 'x', counts: 2 }, 'count'],
    ['generate_song', { tags: 'x', lyrics: 'y', count: 2 }, 'tags'],
  ])('%s refuses %j and names %s', async (name, args, near) => {
    const answer = await client.call(name, args);
    expect(answer.isError).toBe(true);
    expect(answer.structuredContent).toMatchObject({
      error_code: 'VALIDATION_ERROR',
      hint: expect.stringContaining(near),
    });
  });

  it.each([
    ['get_asset_metadata', { asset_id: 'x' }, 'ASSET_NOT_FOUND'],
    ['regenerate', { asset_id: 'x' }, 'ASSET_NOT_FOUND'],
    ['cancel_job', { prompt_id: 'x' }, 'JOB_NOT_FOUND'],
    ['cancel_job', { batch_id: 'x' }, 'BATCH_NOT_FOUND'],
    ['get_batch', { batch_id: 'x' }, 'BATCH_NOT_FOUND'],
    ['run_batch', { workflow_id: 'generate_image', grid: { cfg: [] } }, 'VALIDATION_ERROR'],
    ['run_batch', { workflow_id: 'generate_image', grid: 'cfg' }, 'VALIDATION_ERROR'],
    ['list_models', { folder: 'nothing' }, 'VALIDATION_ERROR'],
    ['set_defaults', { image: { model: 'gone.ckpt' } }, 'MODEL_NOT_FOUND'],
    ['generate_image', { prompt: 'x', count: 9 }, 'VALIDATION_ERROR'],
  ])('%s with %j answers %s as text, too', async (name, args, code) => {
    const answer = await client.call(name, args);
    expect(answer).toMatchObject({ isError: true, structuredContent: { error: expect.any(String), error_code: code } });
    const [text] = answer.content as { text: string }[];
    expect(JSON.parse(text?.text ?? '')).toEqual(answer.structuredContent);
  });
});
