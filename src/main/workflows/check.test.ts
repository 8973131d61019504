import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.js';
import type { Graph } from '../../shared/workflow.js';
import { checkGraph } from './check.js';
import { findProblems } from './problems.js';
import { catalogOf, infos, withCheckpoints } from './test-catalog.js';

const txt2img: Graph = {
  '3': {
    class_type: 'KSampler',
    inputs: {
      seed: 1,
      steps: 20,
      cfg: 8,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      model: ['4', 0],
      positive: ['6', 0],
      negative: ['7', 0],
      latent_image: ['5', 0],
    },
    _meta: { title: 'Sampler' },
  },
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'v1-5-pruned-emaonly.ckpt' } },
  '5': { class_type: 'EmptyLatentImage', inputs: { width: 512, height: 512, batch_size: 1 } },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a cat', clip: ['4', 1] } },
  '7': { class_type: 'CLIPTextEncode', inputs: { text: '', clip: ['4', 1] } },
  '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
  '9': { class_type: 'SaveImage', inputs: { filename_prefix: 'x', images: ['8', 0] } },
};

/** The graph with inputs of one node replaced; `undefined` takes an input away. */
function having(node: string, inputs: Record<string, unknown>): Graph {
  const graph = structuredClone(txt2img);
  const target = graph[node];
  if (target === undefined) throw new Error(`no node ${node}`);
  target.inputs = Object.fromEntries(
    Object.entries({ ...target.inputs, ...inputs }).filter(([, value]) => value !== undefined),
  );
  return graph;
}

async function errorOf(run: () => Promise<unknown>): Promise<AppError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('checkGraph', () => {
  it('lets a good graph pass without asking the engine again', async () => {
    const catalog = catalogOf();
    await checkGraph(txt2img, catalog);
    expect(catalog.refreshes()).toBe(0);
  });

  it.each<[string, Graph, string, Record<string, unknown>, string]>([
    [
      'a missing model',
      having('4', { ckpt_name: 'v1-5-pruned-emaonly.safetensors' }),
      'MODEL_NOT_FOUND',
      { node_id: '4', input: 'ckpt_name', nearest: ['v1-5-pruned-emaonly.ckpt'], available_count: 3 },
      'Node 4 (CheckpointLoaderSimple)',
    ],
    [
      'an unknown sampler',
      having('3', { sampler_name: 'eulr' }),
      'INVALID_VALUE',
      { node_id: '3', class_type: 'KSampler', input: 'sampler_name', value: 'eulr', available_count: 4 },
      'Node 3 (Sampler)',
    ],
    [
      'a number that is too small',
      having('5', { width: 8 }),
      'INVALID_VALUE',
      { node_id: '5', input: 'width', value: 8, min: 16, max: 16384, nearest: [16] },
      'from 16 to 16384',
    ],
    [
      'a number that is too big',
      having('3', { denoise: 1.5 }),
      'INVALID_VALUE',
      { max: 1, nearest: [1] },
      'denoise is 1.5',
    ],
    ['a fraction', having('3', { steps: 7.5 }), 'INVALID_VALUE', { input: 'steps' }, 'a whole number'],
    ['words for a number', having('3', { cfg: 'high' }), 'INVALID_VALUE', { input: 'cfg' }, 'a number'],
    ['nothing for a number', having('3', { cfg: null }), 'INVALID_VALUE', { input: 'cfg' }, 'a number'],
    [
      'a link to nowhere',
      having('8', { samples: ['99', 0] }),
      'WORKFLOW_INVALID',
      { node_id: '8', input: 'samples' },
      'node 99',
    ],
    [
      'a link to an output that is not there',
      having('8', { vae: ['4', 3] }),
      'WORKFLOW_INVALID',
      { input: 'vae' },
      'has 3',
    ],
    ['a list that is no link', having('6', { clip: ['4'] }), 'WORKFLOW_INVALID', { input: 'clip' }, 'no link'],
    ['a literal for a link', having('8', { vae: 'ae' }), 'WORKFLOW_INVALID', { input: 'vae' }, 'makes VAE'],
    [
      'a missing input',
      having('3', { latent_image: undefined }),
      'WORKFLOW_INVALID',
      { input: 'latent_image' },
      'missing',
    ],
    ['no output node', { '4': txt2img['4'] ?? fail() }, 'WORKFLOW_INVALID', {}, 'no output'],
    [
      'a circle',
      having('5', { width: ['8', 0] }),
      'WORKFLOW_INVALID',
      {},
      '8 (VAEDecode) → 3 (Sampler) → 5 (EmptyLatentImage) → 8',
    ],
    [
      'an unknown class',
      { ...txt2img, '10': { class_type: 'KSamplr', inputs: {}, _meta: { title: 'Mine' } } },
      'NODE_NOT_FOUND',
      { node_id: '10', class_type: 'KSamplr', nearest: ['KSampler'] },
      'Node 10 (Mine)',
    ],
  ])('refuses %s', async (_what, graph, code, details, words) => {
    const error = await errorOf(() => checkGraph(graph, catalogOf()));
    expect(error.code).toBe(code);
    expect(error.details).toMatchObject(details);
    expect(error.message).toContain(words);
    expect(error.message).toMatch(/^[^\n]+\.$/);
    expect(error.hint).toBeTruthy();
  });

  it.each<[string, Graph]>([
    ['numbers as texts, as Python reads them', having('3', { steps: '20', cfg: ' 7.5 ' })],
    ['integers beyond 2^53', having('3', { seed: 18446744073709551615n })],
    ['inputs that the node does not declare', having('3', { extra: { a: 1 }, control_after_generate: 'fixed' })],
    [
      'faults in nodes that no output needs',
      { ...txt2img, '10': { class_type: 'EmptyLatentImage', inputs: { width: -1 } } },
    ],
    [
      'files that are uploaded, whatever the list says',
      {
        '1': { class_type: 'LoadImage', inputs: { image: 'sub/new.png [output]' } },
        '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
      },
    ],
    [
      'remote, multiple and growing inputs',
      {
        '1': {
          class_type: 'Toggles',
          inputs: {
            on: 1,
            mode: 'fine',
            remote: 'whatever',
            several: { __value__: ['a', 'b'] },
            file: 'one.gguf',
            'images.image0': ['1b', 0],
          },
        },
        '1b': { class_type: 'LoadImage', inputs: { image: 'known.png' } },
        '2': { class_type: 'PreviewAny', inputs: { source: ['1', 0] } },
        '3': { class_type: 'PreviewAny', inputs: { source: 'a text' } },
      },
    ],
  ])('lets pass %s', async (_what, graph) => {
    await checkGraph(graph, catalogOf());
  });

  it('tells all problems, classes first, then shape, then values', async () => {
    const graph = having('3', { steps: 0, sampler_name: 'x', positive: ['77', 0] });
    graph['4'] = { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'none.ckpt' } };
    const problems = findProblems({ ...graph, '20': { class_type: 'Nope', inputs: {} } }, catalogOf());
    expect(problems.map(({ code, input }) => [code, input])).toEqual([
      ['NODE_NOT_FOUND', undefined],
      ['WORKFLOW_INVALID', 'positive'],
      ['INVALID_VALUE', 'steps'],
      ['INVALID_VALUE', 'sampler_name'],
      ['MODEL_NOT_FOUND', 'ckpt_name'],
    ]);
    const error = await errorOf(() => checkGraph(graph, catalogOf()));
    expect(error.details?.problems).toHaveLength(4);
  });

  it('takes a choice of nothing but model files for a model, whatever the input is called', () => {
    const graph: Graph = {
      '1': {
        class_type: 'Toggles',
        inputs: { on: true, mode: 'slow', remote: 'x', several: 'a', file: 'three.gguf' },
      },
      '2': { class_type: 'PreviewAny', inputs: { source: ['1', 0] } },
    };
    expect(findProblems(graph, catalogOf()).map(({ code, input }) => [code, input])).toEqual([
      ['INVALID_VALUE', 'mode'],
      ['MODEL_NOT_FOUND', 'file'],
    ]);
  });

  it('says where a value came from', async () => {
    const sourceOf = (nodeId: string, input: string) =>
      nodeId === '4' && input === 'ckpt_name' ? 'config' : undefined;
    const error = await errorOf(() => checkGraph(having('4', { ckpt_name: 'gone.ckpt' }), catalogOf(), sourceOf));
    expect(error.message).toContain('from the config file');
    expect(error.details?.source).toBe('config');
  });

  it('says when nothing is installed at all', async () => {
    const error = await errorOf(() => checkGraph(txt2img, catalogOf(withCheckpoints([]))));
    expect(error).toMatchObject({ code: 'MODEL_NOT_FOUND', details: { available_count: 0 } });
    expect(error.message).toContain('none installed');
  });

  it('reads a stale list once before it says no', async () => {
    const fresh = catalogOf(withCheckpoints(['other.ckpt']), infos);
    await checkGraph(txt2img, fresh);
    expect(fresh.refreshes()).toBe(1);
    const unread = catalogOf({}, infos);
    await checkGraph(txt2img, unread);
    expect(unread.refreshes()).toBe(1);
    const missing = catalogOf(withCheckpoints(['other.ckpt']));
    await errorOf(() => checkGraph(txt2img, missing));
    expect(missing.refreshes()).toBe(1);
  });

  it('does not read lists again for a value that no list decides', async () => {
    const catalog = catalogOf();
    await errorOf(() => checkGraph(having('3', { steps: 0 }), catalog));
    expect(catalog.refreshes()).toBe(0);
  });

  it('passes on why the engine could not be asked', async () => {
    const catalog = {
      ...catalogOf({}),
      refresh: async () => {
        throw new AppError('COMFYUI_UNREACHABLE', 'ComfyUI does not answer.');
      },
    };
    expect((await errorOf(() => checkGraph(txt2img, catalog))).code).toBe('COMFYUI_UNREACHABLE');
  });

  it('handles a chain deeper than the stack, and names that every object has', () => {
    const graph: Graph = { '0': { class_type: 'LoadImage', inputs: { image: 'known.png' } } };
    for (let id = 1; id < 20_000; id += 1)
      graph[id] = { class_type: 'PreviewAny', inputs: { source: [String(id - 1), 0] } };
    expect(
      findProblems(
        graph,
        catalogOf({
          ...infos,
          PreviewAny: { input: { required: { source: ['*'] } }, output: ['*'], output_node: true },
        }),
      ),
    ).toEqual([]);
    const odd: Graph = { '1': { class_type: 'PreviewAny', inputs: { source: ['constructor', 0] } } };
    expect(findProblems(odd, catalogOf())).toMatchObject([{ code: 'WORKFLOW_INVALID' }]);
    expect(findProblems({ '1': { class_type: 'constructor', inputs: {} } }, catalogOf())).toMatchObject([
      { code: 'NODE_NOT_FOUND' },
    ]);
  });
});

function fail(): never {
  throw new Error('the test graph is incomplete');
}
