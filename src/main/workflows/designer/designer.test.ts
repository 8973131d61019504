import { describe, expect, it } from 'vitest';
import { families } from '../../../shared/graph-params.testing.js';
import type { ParamSpec } from '../../../shared/params.js';
import type { Graph, WorkflowMeta } from '../../../shared/workflow.js';
import { type Exposable, type Exposure, exposureOf } from '../../../shared/workflow-params.js';
import { describeParams } from '../describe.js';
import { findPlaceholders } from '../placeholders.js';
import { catalogOf } from '../test-catalog.js';
import { exposeParams } from './expose.js';
import { proposeParams } from './propose.js';
import { seedParams, seedRun, seedTool } from './seed.testing.js';

const catalog = catalogOf();
const specOf = catalog.get;

const graph: Graph = {
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sd_xl_base_1.0.safetensors' } },
  '2': { class_type: 'CLIPTextEncode', inputs: { text: 'a lake', clip: ['1', 1] }, _meta: { title: 'Positive' } },
  '3': { class_type: 'CLIPTextEncode', inputs: { text: 'boats', clip: ['1', 1] } },
  '4': { class_type: 'EmptyLatentImage', inputs: { width: 1024, height: 768, batch_size: 1 } },
  '5': {
    class_type: 'KSampler',
    inputs: {
      ...{ model: ['1', 0], positive: ['2', 0], negative: ['3', 0], latent_image: ['4', 0] },
      ...{ seed: 2n ** 60n, steps: 4, cfg: 1.5, sampler_name: 'euler', scheduler: 'karras', denoise: 1 },
    },
  },
  '6': { class_type: 'VAEDecode', inputs: { samples: ['5', 0], vae: ['1', 2] } },
  '7': { class_type: 'SaveImage', inputs: { images: ['6', 0], filename_prefix: 'lakes' } },
};

function paramsOf(of: Graph, meta: WorkflowMeta = {}): ParamSpec[] {
  const { placeholders } = findPlaceholders(of);
  return describeParams({ graph: of, placeholders, meta, namespace: 'image', defaults: () => undefined, catalog });
}

const expose = (of: Graph, meta: WorkflowMeta, exposures: Exposure[]) =>
  exposeParams({ graph: of, meta, params: paramsOf(of, meta), exposures, specOf });

const propose = (of: Graph, meta: WorkflowMeta = {}) =>
  proposeParams({ graph: of, meta, params: paramsOf(of, meta), specOf });

const byName = (found: readonly Exposable[], name: string) => found.find((one) => one.name === name);
const proposed = (found: readonly Exposable[]) => found.filter((one) => one.proposed);

describe('what is proposed', () => {
  it('has the seed’s names, what the classes say, and what stands in the graph', () => {
    const found = propose(graph);
    expect(proposed(found).map(({ name }) => name)).toEqual(
      'prompt negative_prompt width height model steps cfg sampler_name scheduler seed'.split(' '),
    );
    expect(found.filter((one) => !one.proposed).map(({ name }) => name)).toEqual([
      'denoise',
      'batch_size',
      'filename_prefix',
    ]);
    expect(byName(found, 'prompt')).toMatchObject({
      required: true,
      multiline: true,
      value: 'a lake',
      node: 'Positive',
    });
    expect(byName(found, 'steps')).toMatchObject({ type: 'integer', min: 1, max: 10000, value: 4, required: false });
    expect(byName(found, 'width')).toMatchObject({ step: 8, role: 'size' });
    expect(byName(found, 'model')?.choices).toContain('v1-5-pruned-emaonly.ckpt');
    expect(byName(found, 'seed')).toMatchObject({
      value: '1152921504606846976',
      min: -1,
      max: Number.MAX_SAFE_INTEGER,
    });
  });

  it.each(families)('finds what %s was made with, under names that are allowed', (_family, of, values) => {
    const found = propose(of);
    const wanted = Object.entries(values).flatMap(([name, value]) =>
      value === undefined || /^seed_\d|^length/.test(name) ? [] : [name],
    );
    expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(wanted));
    const places = found.flatMap(({ targets }) => targets.map((target) => JSON.stringify(target)));
    expect(new Set(places).size).toBe(places.length);
    expect(new Set(found.map(({ name }) => name)).size).toBe(found.length);
    expect(() => expose(of, {}, found.map(exposureOf))).not.toThrow();
  });

  it('proposes pictures, with how much is made anew of them', () => {
    const of: Graph = {
      ...graph,
      '4': { class_type: 'VAEEncode', inputs: { pixels: ['8', 0], vae: ['1', 2] } },
      '8': { class_type: 'LoadImage', inputs: { image: 'known.png' } },
      '9': { class_type: 'LoadImage', inputs: { image: 'other.png' } },
    };
    const found = proposed(propose(of));
    expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(['image', 'image_2', 'denoise']));
    expect(byName(found, 'image')).toMatchObject({ role: 'media', media: 'image', required: true });
  });

  it('offers values of classes that nobody knows, by what they are', () => {
    const of: Graph = { a: { class_type: 'Strange', inputs: { 'Some Input': 3.5, on: true, wait_seconds: 'x' } } };
    expect(propose(of).map(({ name, type }) => [name, type])).toEqual([
      ['some_input', 'number'],
      ['on', 'boolean'],
      ['wait_seconds_value', 'string'],
    ]);
  });
});

describe('what is exposed', () => {
  const proposals = proposed(propose(graph)).map(exposureOf);
  const made = expose(graph, {}, proposals);

  it('is a placeholder where a call has to give it or it is drawn, else a mapping beside a value that stays', () => {
    expect(made.graph['2']?.inputs.text).toBe('PARAM_TEXT_PROMPT');
    expect(made.graph['5']?.inputs).toMatchObject({ seed: 'PARAM_INT_SEED', steps: 4, cfg: 1.5 });
    expect(made.meta.override_mappings).toMatchObject({ steps: [['5', 'steps']], prompt: [['2', 'text']] });
    expect(made.meta.originals).toEqual({ '2': { text: 'a lake' }, '5': { seed: '1152921504606846976' } });
    expect(
      paramsOf(made.graph, made.meta)
        .filter(({ required }) => required)
        .map(({ name }) => name),
    ).toEqual(['prompt']);
  });

  it('stays the same when it is saved again as it is', () => {
    const again = propose(made.graph, made.meta).filter(({ exposed }) => exposed);
    expect(again.map(({ name }) => name).sort()).toEqual(proposals.map(({ name }) => name).sort());
    expect(expose(made.graph, made.meta, again.map(exposureOf))).toEqual(made);
  });

  it('gives the graph back, seeds of 20 digits and all, when nothing is exposed any more', () => {
    expect(expose(made.graph, made.meta, [])).toEqual({ graph, meta: {} });
  });

  it('takes other names, limits and defaults, and keeps what it does not name', () => {
    const meta: WorkflowMeta = { name: 'Mine', constraints: { steps: { min: 2, note: 'own' } } };
    const targets = [{ node_id: '5', input: 'steps' }];
    const first = expose(graph, meta, [{ name: 'steps', targets, default: 8, max: 12, description: 'How many' }]);
    expect(first.graph['5']?.inputs.steps).toBe(8);
    expect(first.meta).toMatchObject({ name: 'Mine', constraints: { steps: { min: 2, max: 12, note: 'own' } } });
    const renamed = expose(first.graph, first.meta, [{ name: 'rounds', targets, min: null, required: true }]);
    expect(renamed.graph['5']?.inputs.steps).toBe('PARAM_INT_ROUNDS');
    expect(renamed.meta).toMatchObject({
      constraints: { rounds: { max: 12, note: 'own' } },
      descriptions: { rounds: 'How many' },
      originals: { '5': { steps: 8 } },
    });
    expect(renamed.meta).not.toHaveProperty('constraints.rounds.min');
  });

  it('leaves placeholders of other programs as they are, with the defaults of their kind', () => {
    const of: Graph = {
      ...graph,
      '4': { class_type: 'EmptyLatentImage', inputs: { width: 'PARAM_INT_WIDTH', height: 512, batch_size: 1 } },
    };
    const same = expose(
      of,
      {},
      propose(of)
        .filter(({ exposed }) => exposed)
        .map(exposureOf),
    );
    expect(same.graph).toEqual(of);
  });

  it.each<[string, Exposure, RegExp]>([
    ['a link', { name: 'model', targets: [{ node_id: '5', input: 'model' }] }, /link/],
    ['no such node', { name: 'x', targets: [{ node_id: '99', input: 'text' }] }, /no node 99/],
    ['no such input', { name: 'x', targets: [{ node_id: '2', input: 'txt' }] }, /no input txt; it has text, clip/],
    ['__proto__ as node', { name: 'x', targets: [{ node_id: '__proto__', input: 'text' }] }, /no node __proto__/],
    ['constructor as input', { name: 'x', targets: [{ node_id: '2', input: 'constructor' }] }, /no input constructor/],
    ['__proto__ as name', { name: '__proto__', targets: [{ node_id: '2', input: 'text' }] }, /small letters/],
    ['constructor as name', { name: 'constructor', targets: [{ node_id: '2', input: 'text' }] }, /Every tool/],
    ['a path as name', { name: '../x', targets: [{ node_id: '2', input: 'text' }] }, /small letters/],
    ['an argument of every tool', { name: 'session_id', targets: [{ node_id: '2', input: 'text' }] }, /Every tool/],
    [
      'a default of another type',
      { name: 'steps', targets: [{ node_id: '5', input: 'steps' }], default: 'many' },
      /whole number/,
    ],
  ])('refuses %s', (_what, exposure, message) => {
    expect(() => expose(graph, {}, [exposure])).toThrow(message);
  });

  it('refuses one input in two parameters, and one name twice', () => {
    const targets = [{ node_id: '2', input: 'text' }];
    expect(() =>
      expose(graph, {}, [
        { name: 'a', targets },
        { name: 'b', targets },
      ]),
    ).toThrow(/belongs to “a”/);
    const other = [{ node_id: '3', input: 'text' }];
    expect(() =>
      expose(graph, {}, [
        { name: 'a', targets },
        { name: 'a', targets: other },
      ]),
    ).toThrow(/one name/);
  });

  describe('runs in the seed', () => {
    it('by its tool: values stay the workflow’s own, the seed is drawn', () => {
      expect([...seedParams(made.graph).keys()]).toEqual(['prompt', 'seed']);
      const run = seedTool(made.graph, { prompt: 'a hill' });
      expect(run['2']?.inputs.text).toBe('a hill');
      expect(run['5']?.inputs).toMatchObject({ seed: 4_294_967_295, steps: 4, cfg: 1.5, sampler_name: 'euler' });
      expect(JSON.stringify(run)).not.toContain('PARAM_');
      expect(() => seedTool(made.graph, {})).toThrow('prompt');
    });

    it('by run_workflow: every parameter has an effect, at each of its places', () => {
      const given = { prompt: 'a hill', negative_prompt: 'fog', steps: 9, width: 640, seed: 7, model: 'x.ckpt' };
      const run = seedRun(made.graph, made.meta, given);
      expect(run['2']?.inputs.text).toBe('a hill');
      expect(run['3']?.inputs.text).toBe('fog');
      expect(run['4']?.inputs).toMatchObject({ width: 640, height: 768 });
      expect(run['5']?.inputs).toMatchObject({ seed: 7, steps: 9, cfg: 1.5 });
      expect(run['1']?.inputs.ckpt_name).toBe('x.ckpt');
    });

    it.each(['text_2', 'int_part', 'bool_x', 'a1'])('under the name %s, whatever its first word', (name) => {
      const required = expose(graph, {}, [{ name, targets: [{ node_id: '3', input: 'text' }], required: true }]);
      expect([...seedParams(required.graph).keys()]).toEqual([name]);
      expect(seedTool(required.graph, { [name]: 'fog' })['3']?.inputs.text).toBe('fog');
    });
  });
});
