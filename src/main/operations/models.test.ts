import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CoreBench, callContext as context, createCoreBench, smallImage } from '../core.testing.js';
import { sharp } from '../sharp.js';

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

describe('describe_models', () => {
  const own = 'sd_xl_base_1.0.safetensors';
  const made = 'v1-5-pruned-emaonly.safetensors';
  const loras = ['film-grain-xl.safetensors', 'paper-cutout.safetensors', 'soft-light-v2.safetensors'];

  it('tells folder, size, family and what was made with each, rejected ones aside', async () => {
    const { args } = await bench.server();
    const { handlers } = await bench.open(args);
    const run = async () => {
      const { asset_id = '' } = await handlers.run_workflow(
        { ...smallImage, overrides: { ...smallImage.overrides, model: made } },
        context(),
      );
      return asset_id;
    };
    const first = await run();
    const second = await run();
    const about = async (names: string[]) => (await handlers.describe_models({ names }, context())).models;
    expect(await about([own, made, 'gone.safetensors'])).toMatchObject([
      { name: own, folder: 'checkpoints', family: 'stable-diffusion-xl-v1-base', made: 0, asset_id: null },
      { name: made, folder: 'checkpoints', size: expect.any(Number), made: 2, asset_id: second },
      { name: 'gone.safetensors', folder: null, size: null, family: null, made: 0, last_made: null },
    ]);
    await handlers.update_asset({ asset_id: second, rating: -1 }, context());
    expect(await about([made])).toMatchObject([{ made: 2, asset_id: first }]);
    await handlers.delete_assets({ asset_ids: [first] }, context());
    expect(await about([made])).toMatchObject([{ made: 1, asset_id: null }]);
  });

  it('tells what was made while the engine is away', async () => {
    const { handlers } = await bench.open(['--comfyui-url', 'http://127.0.0.1:9']);
    const { models } = await handlers.describe_models({ names: [own] }, context());
    expect(models).toMatchObject([{ name: own, folder: null, size: null, made: 0 }]);
  });

  it('brings pictures that lie beside a file or in its metadata, small and once', async () => {
    const { args } = await bench.server();
    const { assets } = await bench.open(args);
    const { path, mime_type } = await assets.modelPicture('checkpoints', own);
    expect(mime_type).toBe('image/webp');
    expect(await sharp(await readFile(path)).metadata()).toMatchObject({ format: 'webp', width: 256, height: 256 });
    expect((await assets.modelPicture('checkpoints', own)).path).toBe(path);
    const [, paper = '', none = ''] = loras;
    expect((await assets.modelPicture('loras', paper)).path).not.toBe(path);
    for (const [folder, name] of [
      ['loras', none],
      ['loras', '../../settings.json'],
      ['nowhere', own],
    ] as const) {
      await expect(assets.modelPicture(folder, name)).rejects.toMatchObject({ code: 'MEDIA_UNAVAILABLE' });
    }
  });

  it('a server without those routes has no folders to tell', async () => {
    const { args } = await bench.server({ profile: '2023-08' });
    const { handlers, assets } = await bench.open(args);
    const { models } = await handlers.describe_models({ names: [own] }, context());
    expect(models).toMatchObject([{ folder: null, made: 0 }]);
    await expect(assets.modelPicture('checkpoints', own)).rejects.toMatchObject({ code: 'MEDIA_UNAVAILABLE' });
  });
});
