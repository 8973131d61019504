/** Every tool through the official clients of both protocol generations, against the demo engine. */
import fs from 'node:fs';
import path from 'node:path';
import { generations } from './support/agent.js';
import { expect, list, record, test } from './support/world.js';

const size = { width: 64, height: 64, steps: 2 };

/** Two texts, so that what a job did can be told apart, and a node that fails on demand. */
const trimAudio = {
  1: { class_type: 'EmptyAudio', inputs: { duration: 1, sample_rate: 44_100, channels: 2 } },
  2: {
    class_type: 'TrimAudioDuration',
    inputs: { audio: ['1', 0], start_index: 0, duration: 'PARAM_FLOAT_LENGTH' },
    _meta: { title: 'Cut' },
  },
  3: { class_type: 'SaveAudio', inputs: { audio: ['2', 0], filename_prefix: 'audio/cut' } },
};
const noiseBatch = {
  1: {
    class_type: 'EmptyImage',
    inputs: { width: 32, height: 32, batch_size: 'PARAM_INT_COUNT_OF_FRAMES', color: 4_473_924 },
  },
  2: { class_type: 'ImageAddNoise', inputs: { image: ['1', 0], seed: 'PARAM_INT_SEED', strength: 0.5 } },
  3: { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'noise' } },
};

for (const generation of generations) {
  test.describe(`tools, protocol ${generation}`, () => {
    test.use({ generation });

    test('are listed small, described, and in the same order each time', async ({ world }) => {
      const tools = await world.agent.tools();
      expect(tools.map(({ name }) => name).slice(0, 2)).toEqual(['generate_image', 'generate_song']);
      expect(tools.map(({ name }) => name)).toEqual(
        expect.arrayContaining([
          ...['run_workflow', 'regenerate', 'view_image', 'get_queue_status', 'get_job', 'list_assets'],
          ...['get_asset_metadata', 'cancel_job', 'list_models', 'get_defaults', 'set_defaults', 'list_workflows'],
          ...['get_server_status', 'update_asset', 'delete_assets', 'restore_assets'],
          ...['publish_asset', 'get_publish_info', 'set_comfyui_output_root'],
        ]),
      );
      for (const tool of tools) {
        expect(tool.title, tool.name).toBeTruthy();
        expect(tool.description?.length, tool.name).toBeGreaterThan(20);
        expect(tool.outputSchema, tool.name).toBeTruthy();
        expect(tool.annotations, tool.name).toMatchObject({ readOnlyHint: expect.any(Boolean) });
      }
      expect(JSON.stringify(tools).length).toBeLessThan(40_000);
      const other = await world.connect();
      expect(await other.tools()).toEqual(tools);
      await other.close();
    });

    test('generate_image: values as sent, numbers as strings, the seed told', async ({ world }) => {
      const made = await world.ok('generate_image', {
        prompt: 'a lake',
        negative_prompt: 'boats',
        ...{ width: '96', height: 64, steps: '2', cfg: 7.5, seed: 11, denoise: 1 },
        ...{ sampler_name: 'dpmpp_2m', scheduler: 'karras', model: 'sd_xl_base_1.0.safetensors' },
        return_inline_preview: true,
      });
      expect(made).toMatchObject({ status: 'completed', seed: 11, width: 96, height: 64, tool: 'generate_image' });
      expect(made).toMatchObject({
        folder_type: 'output',
        subfolder: '',
        mime_type: 'image/png',
        image_url: made.asset_url,
      });
      expect(String(made.inline_preview_base64).length).toBeGreaterThan(50);
      // The seed project ignored negative_prompt: here it is in the graph, beside the prompt, not in its place.
      const { submitted_workflow: graph } = await world.ok('get_asset_metadata', { asset_id: made.asset_id });
      const texts = Object.values(record(graph)).flatMap((node) => record(record(node).inputs).text ?? []);
      expect(texts.sort()).toEqual(['a lake', 'boats']);
      const drawn = await world.ok('generate_image', { prompt: 'a lake', seed: -1, ...size });
      expect(drawn.seed).toBeGreaterThanOrEqual(0);
      expect(drawn.seed).toBeLessThan(2 ** 32);
    });

    test('generate_image: several at once', async ({ world }) => {
      const made = await world.ok('generate_image', { prompt: 'three lakes', count: 3, seed: 5, ...size });
      expect(list(made.assets)).toHaveLength(3);
      expect(made.seed).toBe(5);
    });

    test('generate_image: what it refuses, and why', async ({ world }) => {
      const model = await world.refused('MODEL_NOT_FOUND', 'generate_image', { prompt: 'x', model: 'sd_xl_base' });
      expect(record(model.details)).toMatchObject({ input: 'ckpt_name', nearest: ['sd_xl_base_1.0.safetensors'] });
      await world.refused('INVALID_VALUE', 'generate_image', { prompt: 'x', scheduler: 'karas' });
      await world.refused('INVALID_VALUE', 'generate_image', { prompt: 'x', steps: 0 });
      await world.refused('VALIDATION_ERROR', 'generate_image', {});
      await world.refused('VALIDATION_ERROR', 'generate_image', { prompt: 'x', wait_seconds: -1 });
    });

    test('generate_song and view_image', async ({ world }) => {
      const song = await world.ok('generate_song', { tags: 'piano', lyrics: 'la la', seconds: 2, steps: 2 });
      expect(song).toMatchObject({ status: 'completed', mime_type: 'audio/mpeg' });
      const refused = await world.refused('MEDIA_UNSUPPORTED', 'view_image', { asset_id: song.asset_id });
      expect(String(refused.hint)).toContain(String(song.asset_url));
      const picture = await world.ok('generate_image', { prompt: 'a lake', width: 256, height: 128, steps: 2 });
      const seen = await world.agent.call('view_image', { asset_id: picture.asset_id, max_dim: 64 });
      expect(seen.content.find((block) => block.type === 'image')).toMatchObject({ mimeType: 'image/webp' });
      expect(record(seen.structured.preview)).toMatchObject({ width: 64, height: 32 });
      const facts = await world.ok('view_image', { asset_id: picture.asset_id, mode: 'metadata' });
      expect(facts).toMatchObject({ width: 256, height: 128 });
      await world.refused('ASSET_NOT_FOUND', 'view_image', { asset_id: 'nothing' });
    });

    test('get_job, get_queue_status and cancel_job', async ({ world }) => {
      const long = await world.ok('generate_image', { prompt: 'long', ...size, steps: 400, wait_seconds: 0 });
      const next = await world.ok('generate_image', { prompt: 'next', ...size, wait_seconds: 0 });
      await expect.poll(async () => (await world.ok('get_job', { prompt_id: long.prompt_id })).status).toBe('running');
      expect(await world.ok('get_queue_status')).toMatchObject({
        running_count: 1,
        pending_count: 1,
        running: [{ prompt_id: long.prompt_id, status: 'running', workflow_id: 'generate_image', ours: true }],
        pending: [{ prompt_id: next.prompt_id, status: 'pending', position: 1 }],
      });
      expect(await world.ok('cancel_job', { prompt_id: next.prompt_id })).toMatchObject({ success: true });
      // The seed project never interrupted a running job, and called every cancelling an error.
      expect(await world.ok('cancel_job', { prompt_id: long.prompt_id })).toMatchObject({
        success: true,
        status: 'cancelled',
      });
      expect(await world.ok('cancel_job', { prompt_id: long.prompt_id })).toMatchObject({ status: 'cancelled' });
      expect(await world.ok('get_job', { prompt_id: long.prompt_id })).toMatchObject({
        status: 'cancelled',
        assets: [],
      });
      expect(await world.ok('get_queue_status')).toMatchObject({ running_count: 0, pending_count: 0 });
      const done = await world.ok('generate_image', { prompt: 'done', ...size });
      expect(await world.ok('cancel_job', { prompt_id: done.prompt_id })).toMatchObject({
        success: false,
        status: 'completed',
      });
      expect(await world.ok('get_job', { prompt_id: done.prompt_id })).toMatchObject({
        status: 'completed',
        outputs: [{ filename: done.filename }],
      });
      expect(await world.ok('get_job', { prompt_id: 'unknown' })).toMatchObject({ status: 'not_found' });
      await world.refused('JOB_NOT_FOUND', 'cancel_job', { prompt_id: 'unknown' });
    });

    test('list_assets and get_asset_metadata', async ({ world }) => {
      const made: Record<string, unknown>[] = [];
      for (const prompt of ['one', 'two', 'three']) made.push(await world.ok('generate_image', { prompt, ...size }));
      const page = await world.ok('list_assets', { limit: 2 });
      expect(list(page.assets).map(({ prompt }) => prompt)).toEqual(['three', 'two']);
      expect(page).toMatchObject({ count: 2, total: 3 });
      const rest = await world.ok('list_assets', { limit: 2, cursor: page.next_cursor });
      expect(list(rest.assets).map(({ prompt }) => prompt)).toEqual(['one']);
      expect(rest.next_cursor).toBeUndefined();
      // The seed project's session filter found nothing.
      const mine = await world.ok('list_assets', { session_id: String(made[0]?.session_id) });
      expect(mine.total).toBe(generation === '2025-11-25' ? 3 : 1);
      expect(await world.ok('list_assets', { workflow_id: 'generate_song' })).toMatchObject({ count: 0 });
      const everything = await world.ok('get_asset_metadata', { asset_id: made[0]?.asset_id });
      expect(everything).toMatchObject({ workflow_id: 'generate_image', parameters: { prompt: 'one', steps: 2 } });
      expect(JSON.stringify(everything.submitted_workflow)).not.toContain('PARAM_');
      expect(everything.comfy_history).toMatchObject([{ status: { status_str: 'success' } }]);
      await world.refused('ASSET_NOT_FOUND', 'get_asset_metadata', { asset_id: 'nothing' });
      await world.refused('VALIDATION_ERROR', 'list_assets', { cursor: 'nonsense' });
    });

    test('update_asset, delete_assets and restore_assets', async ({ world }) => {
      const { asset_id, asset_url } = await world.ok('generate_image', { prompt: 'one', ...size });
      expect(await world.ok('update_asset', { asset_id, rating: 4, tags: ['sea'] })).toEqual({
        asset_id,
        rating: 4,
        tags: ['sea'],
        albums: [],
        expires_at: null,
      });
      expect(await world.ok('list_assets', { query: 'sea', min_rating: 4 })).toMatchObject({ count: 1 });
      expect(await world.ok('delete_assets', { asset_ids: [asset_id] })).toEqual({
        deleted: [asset_id],
        not_found: [],
      });
      expect(await world.ok('list_assets')).toMatchObject({ count: 0, total: 0 });
      const gone = await world.refused('ASSET_NOT_FOUND', 'view_image', { asset_id });
      expect(gone.hint).toContain('restore_assets');
      expect((await fetch(String(asset_url))).status).toBe(404);
      expect(await world.ok('list_assets', { in_bin: true })).toMatchObject({ count: 1 });
      expect(await world.ok('restore_assets', { asset_ids: [asset_id] })).toMatchObject({ restored: [asset_id] });
      expect((await fetch(String(asset_url))).status).toBe(200);
      await world.refused('VALIDATION_ERROR', 'update_asset', { asset_id });
      await world.refused('VALIDATION_ERROR', 'update_asset', { asset_id, rating: 6 });
      await world.refused('ASSET_NOT_FOUND', 'delete_assets', { asset_ids: ['nothing'] });
      await world.refused('ASSET_NOT_FOUND', 'restore_assets', { asset_ids: ['nothing'] });
    });

    test('regenerate', async ({ world }) => {
      const first = await world.ok('generate_image', {
        prompt: 'a sunset',
        negative_prompt: 'people',
        seed: 3,
        ...size,
      });
      const finer = await world.ok('regenerate', { asset_id: first.asset_id, param_overrides: { steps: 3 } });
      expect(finer).toMatchObject({
        parent_asset_id: first.asset_id,
        seed: 3,
        parameters: { steps: 3, prompt: 'a sunset' },
      });
      // The seed project put a new prompt into the negative prompt too.
      const painted = await world.ok('regenerate', {
        asset_id: first.asset_id,
        param_overrides: { prompt: 'oil painting' },
      });
      const { submitted_workflow: graph } = await world.ok('get_asset_metadata', { asset_id: painted.asset_id });
      const texts = Object.values(record(graph)).flatMap((node) => record(record(node).inputs).text ?? []);
      expect(texts.sort()).toEqual(['oil painting', 'people']);
      const other = await world.ok('regenerate', { asset_id: first.asset_id, seed: -1 });
      expect(other.seed).not.toBe(3);
      const refused = await world.refused('VALIDATION_ERROR', 'regenerate', {
        asset_id: first.asset_id,
        param_overrides: { stepps: 3 },
      });
      expect(JSON.stringify(refused)).toContain('steps');
      await world.refused('ASSET_NOT_FOUND', 'regenerate', { asset_id: 'nothing' });
      const { assets } = await world.ok('list_assets', { parent_asset_id: first.asset_id });
      expect(list(assets)).toHaveLength(3);
    });

    test('list_models, get_defaults and set_defaults', async ({ world }) => {
      const models = await world.ok('list_models');
      expect(models).toMatchObject({ folder: 'checkpoints', default: 'v1-5-pruned-emaonly.ckpt' });
      expect(models.models).toEqual(expect.arrayContaining(['sd_xl_base_1.0.safetensors']));
      expect((await world.ok('list_models', { folder: 'loras' })).count).toBeGreaterThan(0);
      const unknown = await world.refused('VALIDATION_ERROR', 'list_models', { folder: 'nonsense' });
      expect(JSON.stringify(unknown)).toContain('checkpoints');

      expect(await world.ok('get_defaults')).toMatchObject({
        image: { width: 512, steps: 20, cfg: 8, sampler_name: 'euler' },
      });
      await world.ok('set_defaults', { image: { width: 96, height: 64, steps: 2 } });
      expect(await world.ok('get_defaults', { with_sources: true })).toMatchObject({
        image: { width: 96 },
        sources: { image: { width: 'runtime', cfg: 'built-in' } },
      });
      expect(await world.ok('generate_image', { prompt: 'by default' })).toMatchObject({ width: 96, height: 64 });
      await world.refused('MODEL_NOT_FOUND', 'set_defaults', { image: { model: 'sd_xl_bas' } });
      await world.refused('INVALID_VALUE', 'set_defaults', { image: { sampler_name: 'eulr' } });

      fs.mkdirSync(path.dirname(world.config), { recursive: true });
      fs.writeFileSync(world.config, JSON.stringify({ mine: 1, defaults: { audio: { seconds: 30 } } }));
      await world.ok('set_defaults', { image: { steps: 3 }, persist: true });
      expect(JSON.parse(fs.readFileSync(world.config, 'utf8'))).toMatchObject({
        mine: 1,
        defaults: { audio: { seconds: 30 }, image: { steps: 3 } },
      });
    });

    test('workflows: a file becomes a tool, a bad one is told, a gone one goes', async ({ world }) => {
      let changes = 0;
      const watcher = await world.connect(() => {
        changes += 1;
      });
      const names = async () => (await watcher.tools()).map(({ name }) => name);
      await names();
      fs.writeFileSync(path.join(world.workflows, 'noise_batch.json'), JSON.stringify(noiseBatch));
      await expect.poll(() => changes).toBeGreaterThan(0);
      expect(await names()).toContain('noise_batch');
      // The seed project kept the first output only, and sent the literal placeholder for an absent seed.
      const made = await world.ok('run_workflow', { workflow_id: 'noise_batch', overrides: { count_of_frames: 3 } });
      expect(list(made.assets)).toHaveLength(3);
      expect(made.seed).toBeGreaterThanOrEqual(0);

      fs.writeFileSync(
        path.join(world.workflows, 'editor.json'),
        JSON.stringify({ nodes: [], links: [], version: 0.4 }),
      );
      fs.writeFileSync(path.join(world.workflows, 'broken.json'), '{ "1": ');
      await expect
        .poll(async () => {
          const { workflows } = await world.ok('list_workflows');
          return list(workflows)
            .filter(({ problem }) => problem !== null)
            .map(({ id }) => id);
        })
        .toEqual(['broken', 'editor']);
      await world.refused('WORKFLOW_INVALID', 'run_workflow', { workflow_id: 'editor' });
      const missing = await world.refused('WORKFLOW_NOT_FOUND', 'run_workflow', { workflow_id: 'noise_bach' });
      expect(String(missing.hint)).toContain('noise_batch');
      fs.rmSync(path.join(world.workflows, 'noise_batch.json'));
      await expect.poll(names).not.toContain('noise_batch');
      await watcher.close();
    });

    test('a job that fails names its node, and is no longer "processing"', async ({ world }) => {
      fs.writeFileSync(path.join(world.workflows, 'cut.json'), JSON.stringify(trimAudio));
      await expect.poll(async () => (await world.agent.tools()).map(({ name }) => name)).toContain('cut');
      const refused = await world.refused('EXECUTION_FAILED', 'cut', { length: 0 });
      expect(refused).toMatchObject({ details: { node_id: '2', class_type: 'TrimAudioDuration' } });
      expect(String(refused.error)).toContain('Cut');
      const { prompt_id } = record(refused.details);
      expect(await world.ok('get_job', { prompt_id })).toMatchObject({
        status: 'error',
        error: { code: 'EXECUTION_FAILED', node_id: '2', class_type: 'TrimAudioDuration' },
      });
      expect(await world.ok('cut', { length: 0.5 })).toMatchObject({ status: 'completed', mime_type: 'audio/flac' });
    });

    test('get_server_status', async ({ world }) => {
      expect(await world.ok('get_server_status')).toMatchObject({
        engine: { kind: 'demo', state: 'ready' },
        endpoint: { state: 'on', url: world.url },
      });
    });
  });
}
