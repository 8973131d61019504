import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../../shared/contract.js';
import type { Core } from '../core.js';
import { type CoreBench, callContext as context, createCoreBench } from '../core.testing.js';

const graph = {
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'PARAM_MODEL' } },
  '2': { class_type: 'CLIPTextEncode', inputs: { text: 'PARAM_PROMPT', clip: ['1', 1] }, _meta: { title: 'Words' } },
  '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'x' } },
};

let bench: CoreBench;
let mine: string;
beforeEach(() => {
  bench = createCoreBench();
  mine = path.join(bench.home, 'data', 'workflows');
  mkdirSync(mine, { recursive: true });
});
afterEach(() => bench.dispose());

const put = (name: string, content: unknown) => writeFileSync(path.join(mine, name), JSON.stringify(content));
const read = (name: string): unknown => JSON.parse(readFileSync(path.join(mine, name), 'utf8'));
const bundled = readdirSync(path.resolve(import.meta.dirname, '../../../workflows'))
  .filter((name) => name.endsWith('.json') && !name.endsWith('.meta.json'))
  .map((name) => name.slice(0, -'.json'.length))
  .sort();
const idsOf = async ({ handlers }: Core) =>
  (await handlers.list_workflows({}, context())).workflows.map(({ id }) => id);

async function open(): Promise<Core> {
  const { args } = await bench.server({ models: { checkpoints: ['b.safetensors', 'a.safetensors'] } });
  return bench.open(args);
}

describe('get_workflow', () => {
  it('tells the graph, the metadata, and what the engine has for each parameter', async () => {
    put('mine.json', graph);
    put('mine.meta.json', { name: 'Mine', author: 'somebody' });
    const { handlers } = await open();
    const told = await handlers.get_workflow({ workflow_id: 'mine' }, context());
    expect(contract.get_workflow.output.parse(told)).toEqual(told);
    expect(told).toMatchObject({
      workflow: { id: 'mine', source: 'user' },
      graph,
      meta: { name: 'Mine', author: 'somebody' },
      file: path.join(mine, 'mine.json'),
      replaces_bundled: false,
      choices: { model: ['b.safetensors', 'a.safetensors'] },
      node_names: { CheckpointLoaderSimple: 'Load Checkpoint' },
      missing_nodes: [],
    });
    await expect(handlers.get_workflow({ workflow_id: 'mime' }, context())).rejects.toMatchObject({
      code: 'WORKFLOW_NOT_FOUND',
      hint: 'Did you mean mine?',
    });
  });

  it('answers all the same while the engine is away, and of a file that can’t be used', async () => {
    writeFileSync(path.join(mine, 'broken.json'), '{');
    const { handlers } = await bench.open(['--comfyui-url', 'http://127.0.0.1:9']);
    expect(await handlers.get_workflow({ workflow_id: 'broken' }, context())).toMatchObject({
      graph: null,
      choices: {},
      message: expect.stringContaining('127.0.0.1:9'),
      workflow: { problem: expect.stringContaining('not valid JSON') },
    });
  });
});

describe('save_workflow_meta', () => {
  it('writes what was given, keeps the rest, and is in effect when it answers', async () => {
    put('mine.json', graph);
    put('mine.meta.json', { name: 'Mine', author: 'somebody', constraints: { prompt: { note: 'own' } } });
    const { handlers } = await open();
    const { workflow } = await handlers.get_workflow({ workflow_id: 'mine' }, context());
    const meta = { name: 'Ours 名前', descriptions: { prompt: 'What to draw' }, defaults: { prompt: 'a cat' } };
    const saved = await handlers.save_workflow_meta({ workflow_id: 'mine', meta, hash: workflow.hash }, context());
    expect(saved).toEqual({ workflow_id: 'mine', file: path.join(mine, 'mine.meta.json'), copied: false });
    expect(read('mine.meta.json')).toEqual({
      ...meta,
      author: 'somebody',
      constraints: { prompt: { note: 'own' } },
    });
    const after = await handlers.get_workflow({ workflow_id: 'mine' }, context());
    expect(after.workflow).toMatchObject({ name: 'Ours 名前', params: expect.any(Array) });
    expect(after.workflow.params.find(({ name }) => name === 'prompt')).toMatchObject({
      required: false,
      default: 'a cat',
      description: 'What to draw',
    });
    await expect(
      handlers.save_workflow_meta({ workflow_id: 'mine', meta: { name: 'Late' }, hash: workflow.hash }, context()),
    ).rejects.toMatchObject({ code: 'VALIDATION_ERROR', message: expect.stringContaining('changed since') });
  });

  it('refuses what does not fit and writes nothing', async () => {
    put('mine.json', graph);
    const { handlers } = await open();
    await expect(
      handlers.save_workflow_meta({ workflow_id: 'mine', meta: { name: ' ' } }, context()),
    ).rejects.toMatchObject({ code: 'VALIDATION_ERROR', details: { issues: [{ path: ['name'] }] } });
    expect(readdirSync(mine)).toEqual(['mine.json']);
  });

  it('copies a bundled workflow into the own folder, where it wins', async () => {
    const { handlers } = await open();
    const saved = await handlers.save_workflow_meta(
      { workflow_id: 'generate_image', meta: { name: 'My pictures' } },
      context(),
    );
    expect(saved).toMatchObject({ copied: true, file: path.join(mine, 'generate_image.meta.json') });
    const after = await handlers.get_workflow({ workflow_id: 'generate_image' }, context());
    expect(after).toMatchObject({
      replaces_bundled: true,
      workflow: { name: 'My pictures', source: 'user', tool: 'generate_image' },
    });
    const gone = await handlers.delete_workflow({ workflow_id: 'generate_image' }, context());
    expect(gone.bundled_back).toBe(true);
    const back = await handlers.get_workflow({ workflow_id: 'generate_image' }, context());
    expect(back.workflow).toMatchObject({ name: 'Generate image', source: 'bundled' });
  });

  it('does not write over a broken file that lies where the copy would go', async () => {
    writeFileSync(path.join(mine, 'generate_image.json'), '{');
    const { handlers } = await open();
    await expect(
      handlers.save_workflow_meta({ workflow_id: 'generate_image', meta: { name: 'Mine' } }, context()),
    ).rejects.toMatchObject({ code: 'VALIDATION_ERROR', message: expect.stringContaining('generate_image.json') });
    expect(readFileSync(path.join(mine, 'generate_image.json'), 'utf8')).toBe('{');
  });
});

describe('set_workflow_tool', () => {
  it('takes the tool from agents, says so, and outlives a start', async () => {
    const core = await open();
    expect(await core.handlers.set_workflow_tool({ workflow_id: 'generate_song', enabled: false }, context())).toEqual({
      workflow_id: 'generate_song',
      tool: 'generate_song',
      enabled: false,
    });
    const song = async ({ handlers }: Core) =>
      (await handlers.list_workflows({ query: 'generate_song' }, context())).workflows[0];
    expect(await song(core)).toMatchObject({ tool: null, tool_disabled: true });
    expect(bench.events.findLast(({ type }) => type === 'settings.changed')).toMatchObject({
      settings: { values: { disabled_tools: ['generate_song'] } },
    });
    await bench.close();
    const again = await open();
    expect(await song(again)).toMatchObject({ tool: null, tool_disabled: true });
    await again.handlers.set_workflow_tool({ workflow_id: 'generate_song', enabled: true }, context());
    const back = await song(again);
    expect(back).toMatchObject({ tool: 'generate_song' });
    expect(back).not.toHaveProperty('tool_disabled');
  });

  it('says why there is none to switch', async () => {
    put('plain.json', { '1': { class_type: 'SaveImage', inputs: {} } });
    const { handlers } = await open();
    await expect(handlers.set_workflow_tool({ workflow_id: 'plain', enabled: true }, context())).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
    });
  });
});

describe('duplicating, deleting and restoring', () => {
  it('copies under free names', async () => {
    put('mine.json', graph);
    put('mine.meta.json', { name: 'Mine' });
    put('mine.ui.json', { nodes: [], links: [] });
    const core = await open();
    const duplicate = (workflow_id: string) => core.handlers.duplicate_workflow({ workflow_id }, context());
    expect((await duplicate('mine')).workflow_id).toBe('mine 2');
    expect((await duplicate('mine 2')).workflow_id).toBe('mine 3');
    expect((await duplicate('generate_image')).workflow_id).toBe('generate_image copy');
    expect(read('mine 2.meta.json')).toMatchObject({ name: 'Mine copy' });
    // What ComfyUI's page opens comes along.
    expect(read('mine 2.ui.json')).toEqual({ nodes: [], links: [] });
    expect(readFileSync(path.join(mine, 'mine 2.json'))).toEqual(readFileSync(path.join(mine, 'mine.json')));
  });

  it('keeps what is deleted until it is restored', async () => {
    put('mine.json', graph);
    put('mine.meta.json', { name: 'Mine' });
    const core = await open();
    const { bin_id } = await core.handlers.delete_workflow({ workflow_id: 'mine' }, context());
    expect(await idsOf(core)).toEqual(bundled);
    const { workflows } = await core.handlers.list_deleted_workflows({}, context());
    expect(workflows).toMatchObject([{ bin_id, workflow_id: 'mine', deleted_at: expect.any(String) }]);

    put('mine.json', {});
    await expect(core.handlers.restore_workflow({ bin_id }, context())).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
    await core.handlers.delete_workflow({ workflow_id: 'mine' }, context());
    expect(await core.handlers.restore_workflow({ bin_id }, context())).toEqual({ workflow_id: 'mine' });
    expect(await idsOf(core)).toEqual([...bundled, 'mine'].sort());
    expect(read('mine.json')).toEqual(graph);
    expect(read('mine.meta.json')).toEqual({ name: 'Mine' });
    await expect(core.handlers.restore_workflow({ bin_id }, context())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('deletes what can’t be used, and never what comes with the app', async () => {
    writeFileSync(path.join(mine, 'generate_song.json'), '{');
    const core = await open();
    await core.handlers.delete_workflow({ workflow_id: 'generate_song.json' }, context());
    expect(await idsOf(core)).toEqual(bundled);
    await expect(core.handlers.delete_workflow({ workflow_id: 'generate_song' }, context())).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
    });
  });
});
