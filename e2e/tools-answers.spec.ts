/** What tools answer when things are not plain: every documented error, waiting, giving up; both protocol generations. */
import fs from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import sharp from 'sharp';
import { type Generation, generations, type Progress } from './support/agent.js';
import { startEngine } from './support/faults/engine-process.js';
import { expect, list, record, test, type World, withWorld } from './support/world.js';

const size = { width: 64, height: 64, steps: 2 };
const picture = { prompt: 'a lake', ...size };

/** Saves one picture, then fails: the order is that of the nodes' numbers. */
const failsLate = {
  1: { class_type: 'EmptyImage', inputs: { width: 32, height: 32, batch_size: 1, color: 'PARAM_INT_COLOUR' } },
  2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'early' } },
  3: { class_type: 'EmptyAudio', inputs: { duration: 1, sample_rate: 44_100, channels: 2 } },
  4: { class_type: 'TrimAudioDuration', inputs: { audio: ['3', 0], start_index: 0, duration: 0 } },
  5: { class_type: 'SaveAudio', inputs: { audio: ['4', 0], filename_prefix: 'late' } },
};
const says = {
  1: { class_type: 'StringConcatenate', inputs: { string_a: 'PARAM_TEXT', string_b: 'said', delimiter: ' was ' } },
  2: { class_type: 'PreviewAny', inputs: { source: ['1', 0] } },
};

const moves = {
  1: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'ltx-video-2b-v0.9.5.safetensors' } },
  2: { class_type: 'CLIPTextEncode', inputs: { text: 'PARAM_PROMPT', clip: ['1', 1] } },
  3: { class_type: 'CLIPTextEncode', inputs: { text: 'blurry', clip: ['1', 1] } },
  4: { class_type: 'EmptyLTXVLatentVideo', inputs: { width: 96, height: 64, length: 17, batch_size: 1 } },
  5: {
    class_type: 'KSampler',
    inputs: {
      ...{ model: ['1', 0], positive: ['2', 0], negative: ['3', 0], latent_image: ['4', 0] },
      ...{ seed: 'PARAM_INT_SEED', steps: 2, cfg: 3, sampler_name: 'euler', scheduler: 'normal', denoise: 1 },
    },
  },
  6: { class_type: 'VAEDecode', inputs: { samples: ['5', 0], vae: ['1', 2] } },
  7: {
    class_type: 'SaveAnimatedWEBP',
    inputs: {
      ...{ images: ['6', 0], filename_prefix: 'moves', fps: 8 },
      ...{ lossless: false, quality: 80, method: 'default' },
    },
  },
};

/** Puts a workflow into the folder and waits until it can be run. */
async function addWorkflow(world: World, name: string, graph: object): Promise<void> {
  fs.writeFileSync(path.join(world.workflows, `${name}.json`), JSON.stringify(graph));
  await expect
    .poll(async () => list((await world.ok('list_workflows', { query: name })).workflows).map(({ id }) => id))
    .toContain(name);
}

async function untilRunning(world: World, promptId: unknown): Promise<void> {
  await expect.poll(async () => (await world.ok('get_job', { prompt_id: promptId })).status).toBe('running');
}

/** An HTTP server that answers everything in the same way. */
async function serve(answer: Parameters<typeof createServer>[1]): Promise<{ url: string; server: Server }> {
  const server = createServer({}, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, server };
}

function suite(generation: Generation): void {
  test.use({ generation });

  test('a call that waits tells progress, and answers before its client gives up', async ({ world }) => {
    const progress: Progress[] = [];
    const args = { ...picture, steps: 60, wait_seconds: 1 };
    const answer = await world.agent.call('generate_image', args, (update) => progress.push(update));
    expect(answer.isError).toBe(false);
    expect(answer.structured).toMatchObject({
      status: 'running',
      assets: [],
      message: expect.stringContaining('get_job'),
      progress: { node_title: 'Sampler', max: 60 },
    });
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)?.message).toMatch(/^Sampler \d+ of 60/);
    const { prompt_id } = answer.structured;
    const done = await world.ok('get_job', { prompt_id, wait_seconds: 40 });
    expect(done).toMatchObject({ status: 'completed', outputs: [expect.objectContaining({ folder_type: 'output' })] });
  });

  test('links to what was made stand beside the text', async ({ world }) => {
    const answer = await world.agent.call('generate_image', { ...picture, count: 2 });
    const links = answer.content.filter(({ type }) => type === 'resource_link');
    expect(links).toHaveLength(2);
    expect(links).toMatchObject(list(answer.structured.assets).map(({ asset_url }) => ({ uri: asset_url })));
  });

  test('a client that gives up only stops waiting', async ({ world }) => {
    const caller = new AbortController();
    const giving = world.agent.call('generate_image', { ...picture, steps: 40 }, undefined, caller.signal);
    giving.catch(() => undefined);
    await expect.poll(async () => (await world.ok('get_queue_status')).running_count).toBe(1);
    const { running } = await world.ok('get_queue_status');
    caller.abort();
    await expect(giving).rejects.toThrow();
    const { prompt_id } = list(running)[0] ?? {};
    expect(await world.ok('get_job', { prompt_id, wait_seconds: 40 })).toMatchObject({ status: 'completed' });
  });

  test('a job that is cancelled ends the call that waits for it', async ({ world }) => {
    const waiting = world.agent.call('generate_image', { ...picture, steps: 400 });
    await expect.poll(async () => (await world.ok('get_queue_status')).running_count).toBe(1);
    const { running } = await world.ok('get_queue_status');
    const other = await world.connect();
    const { prompt_id } = list(running)[0] ?? {};
    expect((await other.call('cancel_job', { prompt_id })).structured).toMatchObject({ success: true });
    expect((await waiting).structured).toMatchObject({ error_code: 'JOB_CANCELLED', details: { prompt_id } });
    await other.close();
  });

  test('what a failed job made before it failed is kept, and said so', async ({ world }) => {
    await addWorkflow(world, 'fails_late', failsLate);
    const refused = await world.refused('EXECUTION_FAILED', 'run_workflow', {
      workflow_id: 'fails_late',
      overrides: { colour: 255 },
    });
    expect(String(refused.hint)).toContain('One output came before and was kept.');
    const { partial_asset_ids, prompt_id } = record(refused.details);
    const job = await world.ok('get_job', { prompt_id });
    expect(job).toMatchObject({ status: 'error', message: expect.stringContaining('kept') });
    expect(list(job.assets).map(({ asset_id }) => asset_id)).toEqual(partial_asset_ids);
    await world.ok('view_image', { asset_id: list(job.assets)[0]?.asset_id });
  });

  test('a clip moves, and tells what it was made with', async ({ world }) => {
    await addWorkflow(world, 'moves', moves);
    const made = await world.ok('moves', { prompt: 'waves', seed: 3 });
    expect(made).toMatchObject({
      status: 'completed',
      mime_type: 'image/webp',
      parameters: { prompt: 'waves', seed: 3, length: 17, fps: 8, model: 'ltx-video-2b-v0.9.5.safetensors' },
    });
    const file = await (await fetch(String(made.asset_url))).arrayBuffer();
    const { pages, width, height, delay = [] } = await sharp(Buffer.from(file)).metadata();
    expect({ pages, width, height }).toEqual({ pages: 17, width: 96, height: 64 });
    expect(delay[0]).toBe(125);
    const facts = await world.ok('get_asset_metadata', { asset_id: made.asset_id });
    expect(facts).toMatchObject({ animated: true, duration_seconds: 17 / 8, demo: true });
    expect((await world.agent.call('view_image', { asset_id: made.asset_id })).content).toContainEqual(
      expect.objectContaining({ type: 'image' }),
    );
  });

  test('words of a node are an asset, and found by their words', async ({ world }) => {
    await addWorkflow(world, 'says', says);
    const made = await world.ok('run_workflow', { workflow_id: 'says', overrides: { text: 'nothing' } });
    expect(made).toMatchObject({ mime_type: 'text/plain', assets: [{ media_kind: 'text', text: 'nothing was said' }] });
    expect(await (await fetch(String(made.asset_url))).text()).toBe('nothing was said');
    const found = await world.ok('list_assets', { query: '"was said"', media_kind: 'text' });
    expect(list(found.assets).map(({ asset_id }) => asset_id)).toEqual([made.asset_id]);
    expect(await world.ok('list_assets', { query: 'said -nothing' })).toMatchObject({ count: 0 });
  });

  test('what another conversation made first belongs to whoever asks for it too', async ({ world }) => {
    const args = { ...picture, seed: 5 };
    const first = await world.ok('generate_image', { ...args, session_id: 'first' });
    const second = await world.ok('generate_image', { ...args, session_id: 'second' });
    expect(second).toMatchObject({ asset_id: first.asset_id, message: expect.stringContaining('cache') });
    expect(list((await world.ok('list_assets', { session_id: 'second' })).assets)).toHaveLength(1);
    // A name of one's own connection, not a conversation of that name.
    const own = { ...picture, session_id: 'current' };
    if (generation === '2025-11-25') {
      const made = await world.ok('generate_image', own);
      expect(made.session_id).not.toBe('current');
      const { assets } = await world.ok('list_assets', { session_id: 'current' });
      expect(list(assets).map(({ asset_id }) => asset_id)).toEqual([made.asset_id]);
    } else {
      await world.refused('VALIDATION_ERROR', 'generate_image', own);
    }
  });

  test('values that are dropped are named', async ({ world }) => {
    const overrides = { ...picture, cfg: null };
    const made = await world.ok('run_workflow', { workflow_id: 'generate_image', overrides });
    expect(made).toMatchObject({
      overrides_dropped: ['cfg'],
      overrides_applied: ['prompt', 'width', 'height', 'steps'],
    });
  });

  test('a graph that the engine can not run: which node, and why', async ({ world }) => {
    const { 2: save, ...parts } = failsLate;
    await addWorkflow(world, 'unknown_node', { ...failsLate, 2: { ...save, class_type: 'SaveImageNicely' } });
    const unknown = await world.refused('NODE_NOT_FOUND', 'run_workflow', {
      workflow_id: 'unknown_node',
      overrides: { colour: 1 },
    });
    expect(unknown.details).toMatchObject({ node_id: '2', class_type: 'SaveImageNicely' });
    expect(list((await world.ok('list_workflows', { query: 'unknown_node' })).workflows)).toMatchObject([
      { missing_nodes: ['SaveImageNicely'] },
    ]);
    await addWorkflow(world, 'saves_nothing', { 1: parts[1] });
    await world.refused('WORKFLOW_INVALID', 'run_workflow', { workflow_id: 'saves_nothing', overrides: { colour: 1 } });
    // A mask where a picture is wanted.
    await addWorkflow(world, 'wrong_link', {
      1: { class_type: 'SolidMask', inputs: { value: 1, width: 'PARAM_INT_SIDE', height: 32 } },
      2: save,
    });
    const wrong = await world.refused('WORKFLOW_INVALID', 'run_workflow', {
      workflow_id: 'wrong_link',
      overrides: { side: 32 },
    });
    expect(JSON.stringify(wrong)).toContain('images');
  });

  test('a file that is gone, and defaults that can not be kept', async ({ world }) => {
    const made = await world.ok('generate_image', picture);
    fs.rmSync(path.join(world.data, 'demo', 'output', String(made.filename)));
    fs.rmSync(path.join(world.data, 'cache', 'originals'), { recursive: true });
    const gone = await world.refused('MEDIA_UNAVAILABLE', 'view_image', { asset_id: made.asset_id });
    expect(gone.hint).toBeTruthy();
    // Facts and graph are still there.
    await world.ok('view_image', { asset_id: made.asset_id, mode: 'metadata' });
    expect(await world.ok('regenerate', { asset_id: made.asset_id, seed: -1 })).toMatchObject({ status: 'completed' });

    fs.mkdirSync(path.dirname(world.config), { recursive: true });
    fs.writeFileSync(world.config, '{ broken');
    await world.refused('CONFIG_INVALID', 'set_defaults', { image: { steps: 3 }, persist: true });
    expect(fs.readFileSync(world.config, 'utf8')).toBe('{ broken');
    expect(await world.ok('get_defaults')).toMatchObject({ image: { steps: 20 } });
  });

  test('defaults that nothing takes are refused, and names that nobody knows are doubted', async ({ world }) => {
    const refused = await world.refused('INVALID_VALUE', 'set_defaults', { image: { width: 9000 } });
    expect(String(refused.error)).toContain('image.width is 9000');
    const { warnings } = await world.ok('set_defaults', { image: { stepps: 5 } });
    expect(String(warnings)).toContain('Did you mean steps?');
    await world.ok('set_defaults', { image: { stepps: null } });
  });

  test.describe('an asset that has expired', () => {
    test.use({ start: { args: ['--demo'], env: { COMFY_MCP_ASSET_TTL_HOURS: String(1 / 3600) } } });

    test('is out of sight until it is asked for', async ({ world }) => {
      const args = { ...picture, seed: 5 };
      const made = await world.ok('generate_image', args);
      await expect.poll(async () => (await world.ok('list_assets')).count).toBe(0);
      for (const [name, more] of [
        ['view_image', {}],
        ['get_asset_metadata', {}],
        ['regenerate', { seed: -1 }],
      ] as const) {
        const refused = await world.refused('ASSET_EXPIRED', name, { asset_id: made.asset_id, ...more });
        expect(refused.hint).toContain('update_asset');
      }
      expect(await world.ok('list_assets', { include_expired: true })).toMatchObject({ count: 1 });
      // Made again by ComfyUI's cache it is as good as new.
      expect(await world.ok('generate_image', args)).toMatchObject({ asset_id: made.asset_id });
      await world.ok('view_image', { asset_id: made.asset_id });
      // Kept, it stays.
      await world.ok('update_asset', { asset_id: made.asset_id, keep: true });
      await new Promise((resolve) => setTimeout(resolve, 1100));
      await world.ok('view_image', { asset_id: made.asset_id });
    });
  });

  test.describe('without an engine', () => {
    test.use({ start: { args: ['--comfyui-url', 'http://127.0.0.1:9'] } });

    test('what needs one says so at once, the rest goes on', async ({ world }) => {
      for (const [name, args] of [
        ['generate_image', picture],
        ['generate_song', { tags: 'piano', lyrics: 'la' }],
        ['run_workflow', { workflow_id: 'generate_image', overrides: picture }],
        ['list_models', {}],
        ['get_queue_status', {}],
      ] as const) {
        const refused = await world.refused('COMFYUI_UNREACHABLE', name, args);
        expect(String(refused.error), name).toContain('127.0.0.1:9');
      }
      expect(await world.ok('get_job', { prompt_id: 'unknown' })).toMatchObject({ status: 'not_found' });
      await world.refused('JOB_NOT_FOUND', 'cancel_job', { prompt_id: 'unknown' });
      expect(await world.ok('list_assets')).toMatchObject({ total: 0 });
      expect(await world.ok('get_defaults')).toMatchObject({ image: { width: 512 } });
      const { workflows, message } = await world.ok('list_workflows');
      expect(list(workflows).length).toBeGreaterThan(1);
      expect(message).toContain('could not be told');
      const { warnings } = await world.ok('set_defaults', { image: { model: 'whatever.safetensors' } });
      expect(String(warnings)).toContain('not checked');
      expect(await world.ok('get_server_status')).toMatchObject({ engine: { state: 'unreachable' } });
    });
  });
}

for (const generation of generations) {
  test.describe(`answers, protocol ${generation}`, () => suite(generation));
}

for (const generation of generations) {
  test.describe(`engines in trouble, protocol ${generation}`, () => {
    test('what is no ComfyUI, and what never answers', async () => {
      const page = await serve((_request, response) => response.end('<html>Welcome</html>'));
      const silent = await serve(() => undefined);
      for (const [{ url, server }, code] of [
        [page, 'COMFYUI_BAD_RESPONSE'],
        [silent, 'COMFYUI_TIMEOUT'],
      ] as const) {
        await withWorld({ generation, start: { args: ['--comfyui-url', url] } }, async (world) => {
          const refused = await world.refused(code, 'generate_image', picture);
          expect(refused.hint).toBeTruthy();
        });
        server.closeAllConnections();
        server.close();
      }
    });

    test('a restart of ComfyUI: its jobs are lost, and said so', async () => {
      let engine = await startEngine({ stepMs: 30 });
      const { port } = new URL(engine.url);
      try {
        await withWorld({ generation, start: { args: ['--comfyui-url', engine.url] } }, async (world) => {
          const jobs = [1, 2].map(() => world.agent.call('generate_image', { ...picture, steps: 900 }));
          await expect.poll(async () => (await world.ok('get_queue_status')).pending_count).toBe(1);
          const { running, pending } = await world.ok('get_queue_status');
          await untilRunning(world, list(running)[0]?.prompt_id);
          await engine.stop();
          const { message } = await world.ok('get_job', { prompt_id: list(running)[0]?.prompt_id });
          expect(message).toMatch(/does not answer/);
          engine = await startEngine({ port });
          for (const answer of await Promise.all(jobs)) {
            expect(answer.structured).toMatchObject({
              error_code: 'JOB_LOST',
              hint: expect.stringContaining('restarted'),
            });
          }
          for (const { prompt_id } of [...list(running), ...list(pending)]) {
            expect(await world.ok('get_job', { prompt_id })).toMatchObject({ status: 'lost' });
          }
          expect(await world.ok('generate_image', picture)).toMatchObject({ status: 'completed' });
        });
      } finally {
        await engine.stop();
      }
    });
  });
}
