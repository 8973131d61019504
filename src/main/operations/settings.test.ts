/** Settings on whole cores: folders switch over at once, resets are taken back. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Handlers } from '../../shared/contract.js';
import type { Core } from '../core.js';
import { type CoreBench, callContext, createCoreBench } from '../core.testing.js';

const asWindow = callContext({ door: 'ipc', sessionId: 'window' });
const fixtures = path.join(import.meta.dirname, '..', 'embedded', 'fixtures');
let bench: CoreBench;
let core: Core;
beforeEach(async () => {
  bench = createCoreBench();
  core = await bench.open(['--demo'], { program: 'desktop' });
});
afterEach(() => bench.dispose());

const call = <K extends keyof Handlers>(name: K, input: Parameters<Handlers[K]>[0]) =>
  core.handlers[name](input as never, asWindow) as ReturnType<Handlers[K]>;
const folderNamed = (name: string) => {
  const folder = path.join(bench.home, name);
  mkdirSync(folder);
  return folder;
};
const names = async () => {
  const { asset_ids } = await call('get_gallery_index', {});
  return (await call('get_assets', { asset_ids })).assets.map(({ filename }) => filename).sort();
};
const workflowIds = async () => (await call('get_snapshot', {})).workflows.map(({ id }) => id);
const putWorkflow = (folder: string, name: string) =>
  writeFileSync(
    path.join(folder, `${name}.json`),
    JSON.stringify({ '1': { class_type: 'A', inputs: { text: 'PARAM_PROMPT' } } }),
  );

describe('the workflow folder', () => {
  it('is another one at once: its workflows, its watch, and where copies are written', async () => {
    const [first, second] = [path.join(bench.home, 'data', 'workflows'), folderNamed('flows')];
    putWorkflow(second, 'elsewhere');
    putWorkflow(first, 'here');
    await vi.waitFor(async () => expect(await workflowIds()).toContain('here'), { timeout: 20_000 });
    const view = await call('update_settings', { values: { workflow_dir: second } });
    expect(view).toMatchObject({ workflow_dir: second, sources: { workflow_dir: 'file' } });
    expect(await workflowIds()).toContain('elsewhere');
    expect(await workflowIds()).not.toContain('here');
    putWorkflow(second, 'later');
    await vi.waitFor(async () => expect(await workflowIds()).toContain('later'), { timeout: 20_000 });
    const copy = await call('duplicate_workflow', { workflow_id: 'elsewhere' });
    expect((await call('get_workflow', { workflow_id: copy.workflow_id })).file.startsWith(second)).toBe(true);

    expect(await call('update_settings', { values: {}, reset: ['workflow_dir'] })).toMatchObject({
      workflow_dir: first,
    });
    expect(await workflowIds()).toContain('here');
    expect(await workflowIds()).not.toContain('later');
  });

  it('that is not there, or is a file, is refused and changes nothing', async () => {
    const file = path.join(bench.home, 'a file');
    writeFileSync(file, '');
    for (const workflow_dir of [path.join(bench.home, 'none'), file]) {
      await expect(call('update_settings', { values: { workflow_dir, port: 1 } })).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
        details: { path: workflow_dir },
      });
    }
    expect((await call('get_snapshot', {})).settings.sources).toMatchObject({ workflow_dir: 'built-in' });
  });
});

describe('the watched folder', () => {
  it('is taken in, and another one takes its place; what came from the first stays', async () => {
    const [first, second] = [folderNamed('first'), folderNamed('second')];
    const put = (folder: string, name: string) => copyFileSync(path.join(fixtures, name), path.join(folder, name));
    put(first, 'comfyui.png');
    await call('update_settings', { values: { import_dir: first } });
    await vi.waitFor(async () => expect(await names()).toEqual(['comfyui.png']), { timeout: 20_000 });
    put(second, 'audio.m4a');
    await call('update_settings', { values: { import_dir: second } });
    await vi.waitFor(async () => expect(await names()).toEqual(['audio.m4a', 'comfyui.png']), { timeout: 20_000 });
    const watched = async () =>
      (await call('get_import', {})).folders.map((folder) => [path.basename(folder.path), folder.watched]).sort();
    expect(await watched()).toEqual([
      ['first', false],
      ['second', true],
    ]);
    await call('update_settings', { values: {}, reset: ['import_dir'] });
    expect(await watched()).toEqual([
      ['first', false],
      ['second', false],
    ]);
    expect(await names()).toEqual(['audio.m4a', 'comfyui.png']);
  });

  it("is never the app's own", async () => {
    const own = path.join(bench.home, 'data', 'cache');
    mkdirSync(own, { recursive: true });
    await expect(call('update_settings', { values: { import_dir: own } })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
  });
});

describe('a reset', () => {
  const file = () => JSON.parse(readFileSync(path.join(bench.home, 'data', 'settings.json'), 'utf8')) as unknown;

  it('of all takes the file back to nothing and is taken back, but for what was set since', async () => {
    await call('update_settings', {
      values: { asset_ttl_hours: 5, comfyui_url: 'http://gpu:8188', token: 'open sesame' },
    });
    await call('set_engine_header', { name: 'X-Key', value: 'hush' });
    const done = await call('reset_settings', {});
    expect(done.reset.sort()).toEqual(['asset_ttl_hours', 'comfyui_headers', 'comfyui_url', 'token']);
    expect(file()).toEqual({});
    expect((await call('get_snapshot', {})).settings.values).toMatchObject({
      asset_ttl_hours: 24,
      has_token: false,
      comfyui_header_names: [],
    });
    await call('update_settings', { values: { asset_ttl_hours: 7 } });
    await call('undo_reset_settings', { undo_id: done.undo_id ?? '' });
    expect(file()).toEqual({
      asset_ttl_hours: 7,
      comfyui_url: 'http://gpu:8188',
      token: 'open sesame',
      comfyui_headers: { 'X-Key': 'hush' },
    });
    await expect(call('undo_reset_settings', { undo_id: done.undo_id ?? '' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('of some leaves the others, and of nothing says so', async () => {
    expect(await call('reset_settings', {})).toEqual({ reset: [], undo_id: null });
    await call('update_settings', { values: { asset_ttl_hours: 5, cache_limit_bytes: 1 } });
    expect(await call('reset_settings', { names: ['asset_ttl_hours', 'token'] })).toMatchObject({
      reset: ['asset_ttl_hours'],
    });
    expect(file()).toEqual({ cache_limit_bytes: 1 });
  });
});

it('what fixes a setting is told by its name', async () => {
  const { settings } = await call('get_snapshot', {});
  expect(settings.fixed_by).toMatchObject({ demo: '--demo', data_dir: '--data-dir', port: '--port' });
  expect(settings.fixed_by).not.toHaveProperty('host');
});
