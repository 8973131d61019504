import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { contract } from '../../shared/contract.js';
import { type CoreBench, callContext as context, createCoreBench, smallImage } from '../core.testing.js';
import { connectModern } from '../mcp/testing.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

const away = ['--comfyui-url', 'http://127.0.0.1:9'];

/** Source: the seed project's README and reference. */
const builtIn = {
  image: {
    width: 512,
    height: 512,
    model: 'v1-5-pruned-emaonly.ckpt',
    steps: 20,
    cfg: 8.0,
    sampler_name: 'euler',
    scheduler: 'normal',
    denoise: 1.0,
    negative_prompt: 'text, watermark',
  },
  audio: { steps: 50, cfg: 5.0, model: 'ace_step_v1_3.5b.safetensors', seconds: 60, lyrics_strength: 0.99 },
  video: { width: 1280, height: 720, steps: 20, cfg: 8.0, duration: 5, fps: 16 },
};

/** Source: the config file example of the seed project's README, as it stands there. */
const exampleFile = `{
  "defaults": {
    "image": {
      "model": "sd_xl_base_1.0.safetensors",
      "width": 1024,
      "height": 1024,
      "steps": 30
    },
    "audio": {
      "seconds": 30,
      "steps": 60
    }
  }
}
`;

const configFile = () => path.join(bench.home, 'config.json');

describe('get_defaults', () => {
  it('answers the values built in, and nothing else', async () => {
    const { handlers } = await bench.open(away);
    expect(await handlers.get_defaults({}, context())).toEqual(builtIn);
  });

  it('reads the example file, which wins over the environment', async () => {
    writeFileSync(configFile(), exampleFile);
    const env = {
      COMFY_MCP_DEFAULT_IMAGE_MODEL: 'env-image.ckpt',
      COMFY_MCP_DEFAULT_AUDIO_MODEL: 'env-audio.ckpt',
      COMFY_MCP_DEFAULT_VIDEO_MODEL: 'env-video.ckpt',
    };
    const { handlers } = await bench.open(away, { env });
    const told = await handlers.get_defaults({ with_sources: true }, context());
    expect(contract.get_defaults.output.parse(told)).toEqual(told);
    expect(told).toMatchObject({
      image: { ...builtIn.image, model: 'sd_xl_base_1.0.safetensors', width: 1024, height: 1024, steps: 30 },
      audio: { ...builtIn.audio, seconds: 30, steps: 60, model: 'env-audio.ckpt' },
      video: { ...builtIn.video, model: 'env-video.ckpt' },
      sources: {
        image: { model: 'config', width: 'config', cfg: 'built-in' },
        audio: { seconds: 'config', model: 'environment', lyrics_strength: 'built-in' },
        video: { model: 'environment', fps: 'built-in' },
      },
    });
  });
});

describe('set_defaults', () => {
  it('counts for the next generation, and is told', async () => {
    const { args } = await bench.server();
    const { handlers } = await bench.open(args);
    const set = await handlers.set_defaults({ image: { steps: '3', sampler_name: 'heun' } }, context());
    expect(set).toEqual({
      success: true,
      updated: { image: { success: true, updated: { steps: 3, sampler_name: 'heun' } } },
      persisted: false,
      warnings: [],
    });
    expect(bench.events.map(({ type }) => type)).toContain('defaults.changed');
    expect(existsSync(configFile())).toBe(false);
    const overrides = { prompt: 'x', width: 64, height: 64 };
    const made = await handlers.run_workflow({ ...smallImage, overrides }, context({ sessionId: 'another' }));
    expect(made.parameters).toMatchObject({ steps: 3, sampler_name: 'heun' });
    await handlers.set_defaults({ image: { steps: null } }, context());
    expect((await handlers.get_defaults({}, context())).image).toMatchObject({ steps: 20, sampler_name: 'heun' });
  });

  it.each([
    ['a model', { model: 'sd_xl_base.safetensors' }, 'MODEL_NOT_FOUND', 'sd_xl_base_1.0.safetensors'],
    ['a sampler', { sampler_name: 'eulr' }, 'INVALID_VALUE', 'euler'],
    ['a scheduler', { scheduler: 'karas' }, 'INVALID_VALUE', 'karras'],
    ['a size no workflow takes', { width: 100_000 }, 'INVALID_VALUE', 4096],
  ])('refuses %s that nothing takes, and changes nothing at all', async (_what, image, code, close) => {
    const { args } = await bench.server();
    const { handlers } = await bench.open(args);
    const call = handlers.set_defaults({ audio: { seconds: 9 }, image: { steps: 5, ...image } }, context());
    await expect(call).rejects.toMatchObject({ code, details: { namespace: 'image', nearest: expect.anything() } });
    const error = await call.catch((thrown: unknown) => thrown);
    expect((error as { details: { nearest: unknown[] } }).details.nearest).toContain(close);
    expect(await handlers.get_defaults({}, context())).toEqual(builtIn);
  });

  it('takes diffusion models as well as checkpoints', async () => {
    const { args } = await bench.server();
    const { handlers } = await bench.open(args);
    await handlers.set_defaults({ image: { model: 'flux1-schnell.safetensors' } }, context());
    expect((await handlers.get_defaults({}, context())).image.model).toBe('flux1-schnell.safetensors');
  });

  it('reads a stale list again before it refuses', async () => {
    const { args, port, engine } = await bench.server({ models: { checkpoints: ['v1-5-pruned-emaonly.ckpt'] } });
    const { handlers } = await bench.open(args);
    await handlers.set_defaults({ image: { model: 'v1-5-pruned-emaonly.ckpt' } }, context());
    await engine.stop();
    await bench.server({ port, models: { checkpoints: ['v1-5-pruned-emaonly.ckpt', 'just-installed.ckpt'] } });
    await handlers.get_server_status({}, context());
    await handlers.set_defaults({ image: { model: 'just-installed.ckpt' } }, context());
    expect((await handlers.get_defaults({}, context())).image.model).toBe('just-installed.ckpt');
  });

  it('keeps them in the file with persist, beside what it does not know', async () => {
    writeFileSync(configFile(), '{"comfyui_output_root": "/out", "defaults": {"image": {"steps": 7, "own": "x"}}}');
    const { args } = await bench.server();
    const { handlers } = await bench.open(args);
    const set = await handlers.set_defaults({ image: { width: 768 }, audio: { seconds: 9 }, persist: true }, context());
    expect(set).toMatchObject({ success: true, persisted: true, config_file: configFile(), warnings: [] });
    expect(JSON.parse(readFileSync(configFile(), 'utf8'))).toEqual({
      comfyui_output_root: '/out',
      defaults: { image: { steps: 7, own: 'x', width: 768 }, audio: { seconds: 9 } },
    });
    await bench.close();
    const again = await bench.open(away);
    expect((await again.handlers.get_defaults({}, context())).image).toMatchObject({ width: 768, steps: 7 });
  });

  it('works while ComfyUI is away, and says what was not checked', async () => {
    const { handlers } = await bench.open(away);
    const set = await handlers.set_defaults(
      { image: { model: 'unknown.ckpt', negative_prompt: 'blur', seed: 5 }, video: { fps: 24 } },
      context(),
    );
    expect(set.warnings).toEqual([expect.stringMatching(/image\.model, video\.fps\.$/)]);
    expect((await handlers.get_defaults({}, context())).image).toMatchObject({
      model: 'unknown.ckpt',
      negative_prompt: 'blur',
    });
    await expect(handlers.set_defaults({ image: { steps: 0 } }, context())).rejects.toMatchObject({
      code: 'INVALID_VALUE',
    });
    await expect(handlers.set_defaults({ image: {} }, context())).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  });

  it('changes what the tools publish, and tells clients only when something they see changed', async () => {
    const { handlers, endpoint } = await bench.open(away);
    const onToolsChanged = vi.fn();
    const client = await connectModern(endpoint().url ?? '', { onToolsChanged });
    try {
      const widthOf = async () => {
        const tool = z
          .object({ inputSchema: z.object({ properties: z.object({ width: z.object({ default: z.number() }) }) }) })
          .parse((await client.list()).find(({ name }) => name === 'generate_image'));
        return tool.inputSchema.properties.width.default;
      };
      expect(await widthOf()).toBe(512);
      await handlers.set_defaults({ video: { unseen: 30 } }, context());
      await handlers.set_defaults({ image: { width: 640 } }, context());
      await vi.waitFor(() => expect(onToolsChanged).toHaveBeenCalled());
      expect(onToolsChanged).toHaveBeenCalledTimes(1);
      expect(await widthOf()).toBe(640);
    } finally {
      await client.close();
    }
  });
});

describe('missing default models', () => {
  it('are told once the engine is there, and nothing fails', async () => {
    const { args } = await bench.server({ models: { checkpoints: ['sd_xl_base_1.0.safetensors'] } });
    const { handlers } = await bench.open(args, { env: { COMFY_MCP_DEFAULT_AUDIO_MODEL: 'gone.safetensors' } });
    const snapshot = () => handlers.get_snapshot({}, context({ door: 'ipc' }));
    await vi.waitFor(async () => expect((await snapshot()).notices).toHaveLength(2), { timeout: 20_000 });
    expect((await snapshot()).notices).toEqual([
      {
        level: 'info',
        message: 'ComfyUI does not have the default image model v1-5-pruned-emaonly.ckpt (from the built-in defaults).',
        hint: expect.stringContaining('set_defaults'),
      },
      {
        level: 'warning',
        message: 'ComfyUI does not have the default audio model gone.safetensors (from the environment).',
        hint: expect.stringContaining('will fail'),
      },
    ]);
    expect(bench.events.filter(({ type }) => type === 'notice')).toHaveLength(2);
    const made = await handlers.run_workflow(smallImage, context());
    expect(made.model_substituted).toEqual({ wanted: 'v1-5-pruned-emaonly.ckpt', used: 'sd_xl_base_1.0.safetensors' });
  });
});

describe('the editor of defaults', () => {
  const window = () => context({ door: 'ipc', client: undefined, sessionId: 'window' });

  it('gets every tier, what each field takes, and the model that stands in', async () => {
    writeFileSync(configFile(), '{"defaults": {"image": {"steps": 24, "my_lora": "a"}}}');
    const { args } = await bench.server({ models: { checkpoints: ['sd_xl_base_1.0.safetensors'] } });
    const { handlers } = await bench.open(args, { env: { COMFY_MCP_DEFAULT_VIDEO_MODEL: 'wan.safetensors' } });
    await handlers.get_server_status({}, window());
    await handlers.set_defaults({ image: { steps: 28 } }, context());
    const told = await handlers.get_default_details({ fresh: true }, window());
    expect(contract.get_default_details.output.parse(told)).toEqual(told);
    const row = (namespace: 'image' | 'audio' | 'video', name: string) =>
      told[namespace].rows.find((one) => one.name === name);
    expect(told.image.rows.map(({ name }) => name)).toEqual(
      'model width height steps cfg sampler_name scheduler denoise negative_prompt my_lora'.split(' '),
    );
    expect(row('image', 'steps')).toMatchObject({
      value: 28,
      source: 'runtime',
      tiers: { runtime: 28, config: 24, 'built-in': 20 },
      type: 'integer',
      min: 1,
    });
    expect(row('image', 'model')).toMatchObject({ choices: expect.arrayContaining(['sd_xl_base_1.0.safetensors']) });
    expect(row('image', 'sampler_name')?.choices).toContain('euler');
    expect(row('video', 'model')).toMatchObject({
      source: 'environment',
      variable: 'COMFY_MCP_DEFAULT_VIDEO_MODEL',
    });
    expect(told.image.model_substituted).toEqual({
      wanted: 'v1-5-pruned-emaonly.ckpt',
      used: 'sd_xl_base_1.0.safetensors',
    });
    expect(told.video.model_substituted).toBeNull();
    expect(told.config_file).toEqual({ path: configFile(), fault: null, unread: false });
  });

  it('checks as one types, and says when ComfyUI could not be asked', async () => {
    const { args, engine } = await bench.server();
    const { handlers } = await bench.open(args);
    const check = (name: string, value: string | number) =>
      handlers.check_default({ namespace: 'image', name, value }, window());
    expect(await check('steps', '12')).toEqual({ error: null, unchecked: false });
    expect(await check('steps', 0)).toMatchObject({ error: { code: 'INVALID_VALUE' } });
    expect(await check('model', 'sd_xl_base.safetensors')).toMatchObject({
      error: { code: 'MODEL_NOT_FOUND', details: { nearest: ['sd_xl_base_1.0.safetensors'] } },
    });
    await engine.stop();
    expect(await check('model', 'sd_xl_base.safetensors')).toEqual({ error: null, unchecked: true });
    expect(await handlers.get_default_changes({}, window())).toEqual({ changes: [] });
  });

  it('names the agent that changed a value, and takes its change back; the file’s changes outlive a restart', async () => {
    const first = await bench.open(away);
    await first.handlers.set_defaults({ image: { steps: 28 } }, context({ client: { name: 'Claude', version: '1' } }));
    await first.handlers.set_defaults({ image: { width: 768 }, persist: true }, window());
    const { changes } = await first.handlers.get_default_changes({}, window());
    expect(changes).toMatchObject([
      { name: 'width', by: { kind: 'person', name: null } },
      { name: 'steps', by: { kind: 'agent', name: 'Claude', session_id: 'a-session' }, after: { value: 28 } },
    ]);
    expect(contract.get_default_changes.output.parse({ changes })).toEqual({ changes });
    const told = bench.events.filter((event) => event.type === 'defaults.changed');
    expect(told.flatMap((event) => event.changes.map(({ name }) => name))).toEqual(['steps', 'width']);
    await bench.close();
    const { handlers } = await bench.open(away);
    const kept = await handlers.get_default_changes({}, window());
    expect(kept.changes).toMatchObject([{ name: 'width', undoable: true }]);
    const change_ids = kept.changes.map(({ change_id }) => change_id);
    expect(await handlers.undo_default_change({ change_ids }, window())).toEqual({ undone: 1 });
    expect((await handlers.get_defaults({}, context())).image).toEqual(builtIn.image);
    expect(JSON.parse(readFileSync(configFile(), 'utf8'))).toEqual({ defaults: { image: {} } });
  });

  it('tells of a config file that was broken at the start, and goes on without it', async () => {
    writeFileSync(configFile(), '{ "defaults": ');
    const { handlers } = await bench.open(away, { program: 'desktop' });
    expect((await handlers.get_default_details({}, window())).config_file).toMatchObject({
      path: configFile(),
      fault: { code: 'CONFIG_INVALID', message: expect.stringContaining(configFile()) },
      unread: true,
    });
    await expect(handlers.set_defaults({ image: { steps: 9 }, persist: true }, window())).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    await handlers.set_defaults({ image: { steps: 9 } }, window());
    expect(readFileSync(configFile(), 'utf8')).toBe('{ "defaults": ');
  });
});
