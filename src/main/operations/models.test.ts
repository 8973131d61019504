import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CoreBench, callContext as context, createCoreBench } from '../core.testing.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

/** Before and after the models routes: the same answers, read from other places. */
describe.each(['2023-08', '0.38'] as const)('list_models at a server of %s', (profile) => {
  const open = async () => {
    const models = { checkpoints: ['sd_xl_base_1.0.safetensors', 'v1-5-pruned-emaonly.ckpt'] };
    const { args } = await bench.server({ profile, models });
    return bench.open(args);
  };

  it('lists checkpoints when no folder is named, with the default image model', async () => {
    const { handlers } = await open();
    expect(await handlers.list_models({}, context())).toMatchObject({
      models: ['sd_xl_base_1.0.safetensors', 'v1-5-pruned-emaonly.ckpt'],
      count: 2,
      default: 'v1-5-pruned-emaonly.ckpt',
      folder: 'checkpoints',
      folders: expect.arrayContaining(['checkpoints', 'loras', 'vae', 'diffusion_models', 'text_encoders']),
    });
  });

  it('knows the other folders, also by their older names, and finds by words', async () => {
    const { handlers } = await open();
    const list = (folder: string, query?: string) => handlers.list_models({ folder, query }, context());
    expect(await list('loras')).toMatchObject({ count: 3, default: null, folder: 'loras' });
    expect(await list('unet')).toMatchObject({ folder: 'diffusion_models', count: 3 });
    expect(await list('clip', 'FP8 t5')).toMatchObject({
      folder: 'text_encoders',
      models: ['t5xxl_fp8_e4m3fn.safetensors', 'umt5_xxl_fp8_e4m3fn_scaled.safetensors'],
    });
    expect(await list('loras', 'nothing like it')).toMatchObject({ models: [], count: 0 });
  });

  it('names the folders there are when asked for one there is not', async () => {
    const { handlers } = await open();
    await expect(handlers.list_models({ folder: 'lora' }, context())).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      hint: expect.stringMatching(/Did you mean loras.*checkpoints/),
      details: { folders: expect.arrayContaining(['checkpoints']) },
    });
  });
});

it('list_models says that ComfyUI is away', async () => {
  const { handlers } = await bench.open(['--comfyui-url', 'http://127.0.0.1:9']);
  await expect(handlers.list_models({}, context())).rejects.toMatchObject({ code: 'COMFYUI_UNREACHABLE' });
});
