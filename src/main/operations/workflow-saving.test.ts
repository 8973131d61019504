import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../../shared/contract.js';
import { exposureOf } from '../../shared/workflow-params.js';
import type { Core } from '../core.js';
import { type CoreBench, callContext as context, createCoreBench } from '../core.testing.js';

const graph = {
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'a.safetensors' } },
  '2': { class_type: 'CLIPTextEncode', inputs: { text: 'a lake', clip: ['1', 1] } },
  '3': { class_type: 'CLIPTextEncode', inputs: { text: '', clip: ['1', 1] } },
  '4': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
  '5': {
    class_type: 'KSampler',
    inputs: {
      ...{ model: ['1', 0], positive: ['2', 0], negative: ['3', 0], latent_image: ['4', 0] },
      ...{ seed: 5, steps: 2, cfg: 7, sampler_name: 'euler', scheduler: 'normal', denoise: 1 },
    },
  },
  '6': { class_type: 'VAEDecode', inputs: { samples: ['5', 0], vae: ['1', 2] } },
  '7': { class_type: 'SaveImage', inputs: { images: ['6', 0], filename_prefix: 'x' } },
};
type AnyGraph = Record<string, { class_type: string; inputs: Record<string, unknown> }>;
const withInput = (id: keyof typeof graph, input: string, value: unknown): AnyGraph => ({
  ...graph,
  [id]: { ...graph[id], inputs: { ...graph[id].inputs, [input]: value } },
});

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
const visible = () => readdirSync(mine).filter((name) => !name.startsWith('.'));

async function open(): Promise<Core['handlers']> {
  const { args } = await bench.server({ models: { checkpoints: ['a.safetensors', 'dreams_v2.safetensors'] } });
  return (await bench.open(args)).handlers;
}

describe('save_workflow', () => {
  it('makes a workflow, exposes what is proposed, and it runs as a tool', async () => {
    const handlers = await open();
    const made = await handlers.save_workflow({ name: 'lake', graph }, context());
    expect(contract.save_workflow.output.parse(made)).toEqual(made);
    expect(made).toMatchObject({ workflow_id: 'lake', created: true, tool: null, parameters: [], problems: [] });
    const { inputs } = await handlers.get_workflow({ workflow_id: 'lake' }, context());
    const parameters = inputs.filter(({ proposed }) => proposed).map(exposureOf);
    const saved = await handlers.save_workflow({ workflow_id: 'lake', hash: made.hash, parameters }, context());
    expect(saved).toMatchObject({ tool: 'lake', created: false, previous_version: expect.any(String) });
    expect(saved.parameters).toEqual(expect.arrayContaining(['prompt', 'steps', 'seed']));
    const run = await handlers.run_workflow(
      { workflow_id: 'lake', overrides: { prompt: 'a hill', steps: 1 }, wait_seconds: 40 },
      context(),
    );
    expect(run).toMatchObject({ status: 'completed', parameters: { prompt: 'a hill', steps: 1, width: 64 } });
    const { workflow } = await handlers.get_workflow({ workflow_id: 'lake' }, context());
    const restored = await handlers.save_workflow(
      { workflow_id: 'lake', hash: workflow.hash, restore_version: saved.previous_version ?? '' },
      context(),
    );
    expect(restored).toMatchObject({ tool: null, hash: made.hash });
    expect(read('lake.json')).toEqual(graph);
  });

  it('is refused upon an older version, and without one', async () => {
    const handlers = await open();
    const { hash } = await handlers.save_workflow({ name: 'lake', graph }, context());
    const meta = { description: 'By an agent' };
    await handlers.save_workflow({ workflow_id: 'lake', hash, meta }, context());
    for (const given of [hash, undefined]) {
      const late = handlers.save_workflow({ workflow_id: 'lake', hash: given, meta: { name: 'Late' } }, context());
      await expect(late).rejects.toMatchObject({ code: 'VALIDATION_ERROR', details: { hash: expect.any(String) } });
    }
    expect(read('lake.meta.json')).toEqual(meta);
  });

  it('copies a bundled workflow first, and keeps its placeholders', async () => {
    const handlers = await open();
    const { workflow, inputs } = await handlers.get_workflow({ workflow_id: 'generate_image' }, context());
    const parameters = inputs.filter(({ exposed }) => exposed).map(exposureOf);
    const change = { workflow_id: 'generate_image', hash: workflow.hash, parameters, meta: { name: 'Mine' } };
    expect(await handlers.save_workflow(change, context())).toMatchObject({ copied: true, previous_version: null });
    const after = await handlers.get_workflow({ workflow_id: 'generate_image' }, context());
    expect(after.workflow).toMatchObject({ source: 'user', name: 'Mine', tool: 'generate_image' });
    expect(after.workflow.params).toEqual(workflow.params);
  });

  it('renames what a formula is made of in a bundled film, and does not take it away', async () => {
    const handlers = await open();
    const workflow_id = 'generate_video';
    const { workflow, inputs, meta } = await handlers.get_workflow({ workflow_id }, context());
    const exposed = inputs.filter((one) => one.exposed).map(exposureOf);
    const { hash } = workflow;
    const without = exposed.filter(({ name }) => name !== 'fps');
    expect(without).toHaveLength(exposed.length - 1);
    await expect(handlers.save_workflow({ workflow_id, hash, parameters: without }, context())).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      message: expect.stringContaining(
        'length follows from it by the formula max(1, round(duration * fps / 4)) * 4 + 1',
      ),
      hint: expect.stringContaining('Keep fps'),
      details: { parameter: 'fps', derived: 'length' },
    });
    const parameters = exposed.map((one) => (one.name === 'fps' ? { ...one, name: 'rate' } : one));
    await handlers.save_workflow({ workflow_id, hash, parameters }, context());
    const after = await handlers.get_workflow({ workflow_id }, context());
    expect(after.meta).toMatchObject({
      derived: { length: 'max(1, round(duration * rate / 4)) * 4 + 1' },
      optional: meta.optional,
      constraints: { rate: { min: 1, max: 60 } },
    });
    const names = (params: typeof workflow.params) => params.map(({ name }) => (name === 'fps' ? 'rate' : name)).sort();
    expect(names(after.workflow.params)).toEqual(names(workflow.params));
    expect(after.workflow.problem).toBeNull();
  });

  it('changes nothing about a bundled workflow whose parameters are saved as they are', async () => {
    const handlers = await open();
    const { workflows } = await handlers.list_workflows({}, context());
    expect(workflows.length).toBeGreaterThan(1);
    for (const { id } of workflows) {
      const before = await handlers.get_workflow({ workflow_id: id }, context());
      expect(
        before.problems.filter(({ code }) => code !== 'MODEL_NOT_FOUND'),
        id,
      ).toEqual([]);
      const parameters = before.inputs.filter(({ exposed }) => exposed).map(exposureOf);
      await handlers.save_workflow({ workflow_id: id, hash: before.workflow.hash, parameters }, context());
      const after = await handlers.get_workflow({ workflow_id: id }, context());
      expect(after.graph, id).toEqual(before.graph);
      expect(after.workflow.params, id).toEqual(before.workflow.params);
      expect(after.meta, id).toEqual(before.meta);
    }
  });

  it('keeps the last ten versions', async () => {
    const handlers = await open();
    let { hash } = await handlers.save_workflow({ name: 'lake', graph }, context());
    for (let number = 1; number <= 12; number += 1) {
      const meta = { description: `Number ${number}` };
      hash = (await handlers.save_workflow({ workflow_id: 'lake', hash, meta }, context())).hash;
    }
    const { versions } = await handlers.get_workflow({ workflow_id: 'lake' }, context());
    expect(versions).toHaveLength(10);
    const oldest = versions.at(-1)?.version ?? '';
    await handlers.save_workflow({ workflow_id: 'lake', restore_version: oldest }, context());
    expect(read('lake.meta.json')).toEqual({ description: 'Number 2' });
    const none = handlers.save_workflow({ workflow_id: 'lake', restore_version: '../../x' }, context());
    await expect(none).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('puts another model in the place of a missing one, in one step', async () => {
    put('lake.json', withInput('1', 'ckpt_name', 'dreams_v1.safetensors'));
    const handlers = await open();
    const before = await handlers.get_workflow({ workflow_id: 'lake' }, context());
    expect(before.problems).toMatchObject([
      {
        code: 'MODEL_NOT_FOUND',
        value: 'dreams_v1.safetensors',
        folder: 'checkpoints',
        nearest: ['dreams_v2.safetensors'],
        node: 'Load Checkpoint',
      },
    ]);
    const replace_models = { 'dreams_v1.safetensors': 'dreams_v2.safetensors' };
    const saved = await handlers.save_workflow({ workflow_id: 'lake', replace_models }, context());
    expect(saved.problems).toEqual([]);
    expect(read('lake.json')).toEqual(withInput('1', 'ckpt_name', 'dreams_v2.safetensors'));
    const again = handlers.save_workflow({ workflow_id: 'lake', replace_models }, context());
    await expect(again).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  });

  it('gives a placeholder a default of its own where the missing model came from elsewhere', async () => {
    put('lake.json', withInput('1', 'ckpt_name', 'PARAM_MODEL'));
    put('lake.meta.json', { defaults: { model: 'gone.safetensors' } });
    const handlers = await open();
    await handlers.save_workflow(
      { workflow_id: 'lake', replace_models: { 'gone.safetensors': 'a.safetensors' } },
      context(),
    );
    expect(read('lake.meta.json')).toEqual({ defaults: { model: 'a.safetensors' } });
  });

  it('takes seeds of 20 digits as text and keeps them as numbers', async () => {
    const handlers = await open();
    const large = withInput('5', 'seed', '18446744073709551615');
    await handlers.save_workflow({ name: 'lake', graph: large }, context());
    expect(readFileSync(path.join(mine, 'lake.json'), 'utf8')).toContain('"seed":18446744073709551615');
    const { graph: told } = await handlers.get_workflow({ workflow_id: 'lake' }, context());
    expect(() => JSON.stringify(told)).not.toThrow();
  });

  it.each<[string, AnyGraph, RegExp]>([
    ['a link to nowhere', withInput('2', 'clip', ['99', 1]), /node 99, which the graph does not have/],
    ['a circle', withInput('1', 'ckpt_name', ['7', 0]), /circle|output 0/],
    ['a link of another type', withInput('6', 'samples', ['1', 2]), /takes LATENT, but output 2 .* makes VAE/],
    ['a value out of range', withInput('5', 'steps', 0), /steps is 0, but must be from 1/],
    ['a class that is not there', { ...graph, '8': { class_type: 'KSamplr', inputs: {} } }, /no node class "KSamplr"/],
    ['no output', Object.fromEntries(Object.entries(graph).slice(0, 6)), /no output/],
    ['a text where a number belongs', withInput('5', 'cfg', 'much'), /cfg is "much", but must be a number/],
    ['no nodes', {}, /no nodes/],
    ['the other format', { nodes: [] as never, links: [] as never }, /editor's format/],
    ['__proto__ as a node', JSON.parse('{"__proto__":{"class_type":"SaveImage","inputs":{}}}'), /key "__proto__"/],
    ['constructor as a node', { ...graph, constructor: graph['7'] as never }, /key "constructor"/],
    ['__proto__ deep inside', withInput('2', 'text', { a: [JSON.parse('{"__proto__":1}')] }), /key "__proto__"/],
    ['a node that is a text', { ...graph, '8': 'x' as never }, /"8" is not a node/],
    ['9 MB', withInput('2', 'text', 'x'.repeat(9 * 1024 ** 2)), /too large/],
  ])('refuses %s and writes nothing', async (_what, given, message) => {
    const handlers = await open();
    const saved = handlers.save_workflow({ name: 'lake', graph: given }, context());
    await expect(saved).rejects.toMatchObject({ code: 'WORKFLOW_INVALID', message: expect.stringMatching(message) });
    expect(visible()).toEqual([]);
  });

  it.each(['../lake', 'a/b', 'a\\b', '.hidden', 'con', ' ', 'a..b', 'x'.repeat(101), 'lake\0'])(
    'refuses %j as a name',
    async (name) => {
      const handlers = await open();
      await expect(handlers.save_workflow({ name, graph }, context())).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
      });
      expect(visible()).toEqual([]);
      expect(readdirSync(path.join(mine, '..')).filter((entry) => entry.startsWith('lake'))).toEqual([]);
    },
  );

  it('saves what the engine lacks when that is wanted, and tells it', async () => {
    const handlers = await open();
    const strange = { ...graph, '8': { class_type: 'VHS_LoadVideo', inputs: {} } };
    const saved = await handlers.save_workflow({ name: 'lake', graph: strange, allow_problems: true }, context());
    expect(saved.problems).toMatchObject([{ code: 'NODE_NOT_FOUND', class_type: 'VHS_LoadVideo' }]);
    const ui = { nodes: [{ id: 8, type: 'VHS_LoadVideo', properties: { cnr_id: 'comfyui-videohelpersuite' } }] };
    put('lake.ui.json', ui);
    const { problems } = await handlers.get_workflow({ workflow_id: 'lake' }, context());
    expect(problems).toMatchObject([{ pack: 'comfyui-videohelpersuite' }]);
    // Other parameters of such a workflow can be saved all the same.
    const parameters = [{ name: 'prompt', targets: [{ node_id: '2', input: 'text' }] }];
    expect(
      await handlers.save_workflow({ workflow_id: 'lake', hash: saved.hash, parameters }, context()),
    ).toMatchObject({ parameters: ['prompt'] });
  });

  it('checks the form alone while the engine is away', async () => {
    const { handlers } = await bench.open(['--comfyui-url', 'http://127.0.0.1:9']);
    const made = await handlers.save_workflow({ name: 'lake', graph }, context());
    expect(made).toMatchObject({ problems: [], message: expect.stringContaining('127.0.0.1:9') });
    const broken = handlers.save_workflow({ name: 'hill', graph: withInput('2', 'clip', ['99', 1]) }, context());
    await expect(broken).rejects.toMatchObject({ code: 'WORKFLOW_INVALID' });
  });
});

it('delete_workflow and restore_workflow take the editor’s file along', async () => {
  put('lake.json', graph);
  put('lake.ui.json', { nodes: [] });
  const handlers = await open();
  const { bin_id } = await handlers.delete_workflow({ workflow_id: 'lake' }, context());
  expect(visible()).toEqual([]);
  await handlers.restore_workflow({ bin_id }, context());
  expect(visible().sort()).toEqual(['lake.json', 'lake.ui.json']);
});

it('a workflow that only shows its pictures is warned of', async () => {
  put('lake.json', { ...graph, '7': { class_type: 'PreviewImage', inputs: { images: ['6', 0] } } });
  const handlers = await open();
  const { problems } = await handlers.get_workflow({ workflow_id: 'lake' }, context());
  expect(problems).toMatchObject([{ severity: 'warning', code: 'SAVES_NOTHING' }]);
  const { workflows } = await handlers.list_workflows({ query: 'lake' }, context());
  expect(workflows).toMatchObject([{ missing_models: [], problems: [expect.stringContaining('not saved')] }]);
});
