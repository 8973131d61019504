import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../../shared/contract.js';
import type { Core } from '../core.js';
import { type CoreBench, callContext as context, createCoreBench, smallImage } from '../core.testing.js';
import { sharp } from '../sharp.js';
import { systemClock } from '../system.js';

let bench: CoreBench;
let project: string;
beforeEach(() => {
  bench = createCoreBench();
  project = path.join(bench.home, 'site');
  mkdirSync(project);
});
afterEach(() => bench.dispose());

const window = context({ door: 'ipc' });
const inProject = (...names: string[]) => path.join(project, ...names);
const cacheOf = () => path.join(bench.home, 'data', 'cache', 'originals');

async function made({ handlers }: Core): Promise<string> {
  const { asset_id = '' } = await handlers.run_workflow(smallImage, context());
  return asset_id;
}

describe('publish_asset', () => {
  it('puts a picture into the project the program was started in', async () => {
    const { args } = await bench.server();
    const core = await bench.open(args, { cwd: project });
    const asset_id = await made(core);
    const told = await core.handlers.publish_asset({ asset_id, target_filename: 'hero.png' }, context());
    expect(contract.publish_asset.output.parse(told)).toEqual(told);
    expect(told).toMatchObject({ dest_url: '/gen/hero.png', mime_type: 'image/png', width: 64, height: 64 });
    expect(path.basename(path.dirname(told.dest_path))).toBe('gen');
    expect((await sharp(inProject('public', 'gen', 'hero.png')).metadata()).width).toBe(64);

    const library = await core.handlers.publish_asset(
      { asset_id, manifest_key: 'hero', web_optimize: true },
      context(),
    );
    const filename = `asset_${asset_id.slice(0, 8)}.webp`;
    expect(library).toMatchObject({ dest_url: `/gen/${filename}`, mime_type: 'image/webp', manifest_key: 'hero' });
    expect(JSON.parse(readFileSync(inProject('public', 'gen', 'manifest.json'), 'utf8'))).toEqual({ hero: filename });
  });

  it('has one code for what an agent no longer sees; the window publishes what has expired', async () => {
    const { args } = await bench.server();
    const hour = 3_600_000;
    let now = Date.now();
    const clock = { ...systemClock, now: () => now };
    const core = await bench.open([...args, '--publish-root', project], { clock });
    const asset_id = await made(core);
    const request = { asset_id, target_filename: 'a.png' };
    now += 25 * hour;
    await expect(core.handlers.publish_asset(request, context())).rejects.toMatchObject({
      code: 'ASSET_NOT_FOUND_OR_EXPIRED',
      hint: expect.stringContaining('keep: true'),
    });
    await core.handlers.publish_asset(request, window);
    await core.handlers.delete_assets({ asset_ids: [asset_id] }, context());
    for (const [call, hint] of [
      [core.handlers.publish_asset(request, context()), 'restore_assets'],
      [core.handlers.publish_asset(request, window), 'restore_assets'],
      [core.handlers.publish_asset({ ...request, asset_id: 'x' }, context()), 'list_assets'],
    ] as const) {
      await expect(call).rejects.toMatchObject({
        code: 'ASSET_NOT_FOUND_OR_EXPIRED',
        hint: expect.stringContaining(hint),
      });
    }
  });

  it('works from the cache while ComfyUI is away, and from its folder when the cache was lost', async () => {
    const { args, engine } = await bench.server();
    const core = await bench.open(args, { cwd: project });
    const asset_id = await made(core);
    const [asset] = (await core.handlers.get_assets({ asset_ids: [asset_id] }, window)).assets;
    await expect.poll(() => existsSync(cacheOf())).toBe(true);
    await engine.stop();
    await core.handlers.publish_asset({ asset_id, target_filename: 'a.png' }, context());

    rmSync(cacheOf(), { recursive: true });
    const output = path.join(bench.home, 'server-0', 'output');
    await expect(core.handlers.publish_asset({ asset_id, target_filename: 'b.png' }, context())).rejects.toMatchObject({
      code: 'COMFYUI_OUTPUT_ROOT_NOT_FOUND',
    });
    expect(await core.handlers.get_publish_info({}, context())).toMatchObject({
      status: 'needs_comfyui_root',
      error_code: 'COMFYUI_OUTPUT_ROOT_NOT_FOUND',
    });
    await core.handlers.set_comfyui_output_root({ path: output }, context());
    await core.handlers.publish_asset({ asset_id, target_filename: 'b.png' }, context());
    expect(readFileSync(inProject('public', 'gen', 'b.png'))).toEqual(
      readFileSync(path.join(output, asset?.filename ?? '')),
    );
  });
});

describe('get_publish_info', () => {
  it('tells the project, its folder, and where ComfyUI writes', async () => {
    const { args } = await bench.server();
    mkdirSync(inProject('static'));
    const { handlers } = await bench.open(args, { cwd: project });
    const told = await handlers.get_publish_info({}, context());
    expect(contract.get_publish_info.output.parse(told)).toEqual(told);
    expect(told).toMatchObject({
      project_root: { detection_method: 'cwd' },
      publish_root: { exists: false, writable: true },
      comfyui_output_root: { configured: false },
      comfyui_tried_paths: expect.arrayContaining([expect.objectContaining({ source: 'usual place' })]),
      config_file: path.join(bench.home, 'data', 'settings.json'),
      status: 'ready',
      warnings: [],
    });
    expect(told.publish_root.path?.endsWith(path.join('site', 'static', 'gen'))).toBe(true);
    expect(existsSync(inProject('static', 'gen'))).toBe(false);
  });

  it('says what to do where there is no project, or where its folder leads elsewhere', async () => {
    const { args } = await bench.server();
    const desktop = await bench.open(args, { cwd: project, program: 'desktop' });
    const unknown = await desktop.handlers.get_publish_info({}, window);
    expect(contract.get_publish_info.output.parse(unknown)).toEqual(unknown);
    expect(unknown).toMatchObject({
      project_root: { path: null, detection_method: 'not_found' },
      publish_root: { path: null, exists: false, writable: false },
      status: 'error',
      error_code: 'PUBLISH_ROOT_NOT_WRITABLE',
      hint: expect.stringContaining('Settings'),
    });
    await desktop.handlers.update_settings({ values: { publish_root: project } }, window);
    expect(await desktop.handlers.get_publish_info({}, window)).toMatchObject({
      project_root: { detection_method: 'configured' },
      status: 'ready',
    });
    symlinkSync(bench.home, inProject('public'));
    expect(await desktop.handlers.get_publish_info({}, window)).toMatchObject({
      status: 'error',
      error_code: 'PATH_TRAVERSAL_DETECTED',
    });
  });

  it('tells of a setting that names no folder', async () => {
    const { args } = await bench.server();
    const gone = path.join(bench.home, 'gone');
    const { handlers } = await bench.open([...args, '--comfyui-output-root', gone, '--publish-root', gone]);
    expect(await handlers.get_publish_info({}, context())).toMatchObject({
      comfyui_output_root: { path: gone, exists: false, configured: true, detection_method: 'configured' },
      warnings: [expect.stringContaining(gone)],
      status: 'error',
    });
  });
});

describe('set_comfyui_output_root', () => {
  it('is kept for later starts, and told to the window', async () => {
    const { args } = await bench.server();
    const output = path.join(bench.home, 'output');
    mkdirSync(output);
    writeFileSync(path.join(output, 'ComfyUI_00001_.png'), '');
    const first = await bench.open(args, { cwd: bench.home });
    const told = await first.handlers.set_comfyui_output_root({ path: 'output' }, context());
    expect(contract.set_comfyui_output_root.output.parse(told)).toEqual(told);
    expect(told).toMatchObject({ success: true, config_file: path.join(bench.home, 'data', 'settings.json') });
    expect(bench.events.at(-1)).toMatchObject({
      type: 'settings.changed',
      settings: { values: { comfyui_output_root: told.path } },
    });
    await bench.close();
    const second = await bench.open(args);
    expect((await second.handlers.get_publish_info({}, context())).comfyui_output_root).toEqual({
      path: told.path,
      exists: true,
      detection_method: 'configured',
      configured: true,
    });
  });

  it('changes nothing that is fixed, or that can not be written', async () => {
    const { args } = await bench.server();
    const output = path.join(bench.home, 'output');
    mkdirSync(output);
    writeFileSync(path.join(output, 'ComfyUI_00001_.png'), '');
    const fixed = await bench.open([...args, '--comfyui-output-root', project]);
    await expect(fixed.handlers.set_comfyui_output_root({ path: output }, context())).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      message: expect.stringContaining('--comfyui-output-root'),
    });
    await bench.close();
    const { handlers } = await bench.open(args);
    const file = path.join(bench.home, 'data', 'settings.json');
    writeFileSync(file, '{ broken');
    await expect(handlers.set_comfyui_output_root({ path: output }, context())).rejects.toMatchObject({
      code: 'CONFIG_SAVE_FAILED',
      details: { path: expect.any(String) },
    });
    expect(readFileSync(file, 'utf8')).toBe('{ broken');
  });
});
