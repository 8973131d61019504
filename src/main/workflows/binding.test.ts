import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.js';
import type { ParamValue } from '../../shared/params.js';
import type { Graph, Workflow, WorkflowMeta } from '../../shared/workflow.js';
import { bindWorkflow } from './binding.js';
import { describeParams } from './describe.js';
import { findPlaceholders } from './placeholders.js';

const drawSeed = () => 4242;

const template: Graph = {
  '3': {
    class_type: 'KSampler',
    inputs: {
      seed: 'PARAM_INT_SEED',
      steps: 'PARAM_INT_STEPS',
      cfg: 'PARAM_FLOAT_CFG',
      sampler_name: 'euler',
      model: ['4', 0],
    },
  },
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'PARAM_MODEL' } },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: 'PARAM_PROMPT', clip: ['4', 1] } },
  '7': { class_type: 'CLIPTextEncode', inputs: { text: 'PARAM_NEGATIVE_PROMPT', clip: ['4', 1] } },
  '9': { class_type: 'SaveImage', inputs: { images: ['3', 0], filename_prefix: 'PARAM_PROMPT' } },
};

interface Setup {
  graph?: Graph;
  meta?: WorkflowMeta;
  tiers?: Record<string, { value: ParamValue; source: string }>;
  namespace?: Workflow['namespace'];
}

function workflowOf({ graph = template, meta = {}, tiers = {}, namespace = 'image' }: Setup): Workflow {
  const params = describeParams({
    graph,
    placeholders: findPlaceholders(graph).placeholders,
    meta,
    namespace,
    defaults: (_namespace, name) => (Object.hasOwn(tiers, name) ? tiers[name] : undefined),
    catalog: undefined,
  });
  return {
    id: 'w',
    name: 'W',
    description: '',
    namespace,
    params,
    tool: 'w',
    problem: null,
    source: 'user',
    updated_at: '',
    hash: '',
  };
}

function bind(values: Record<string, unknown>, setup: Setup = {}) {
  return bindWorkflow({ workflow: workflowOf(setup), graph: setup.graph ?? template, values, drawSeed });
}

const tiers = {
  steps: { value: 20, source: 'built-in' },
  cfg: { value: 8, source: 'config' },
  model: { value: 'sd.safetensors', source: 'environment' },
  negative_prompt: { value: 'watermark', source: 'built-in' },
};

function errorOf(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('bindWorkflow', () => {
  it('fills every place, tells what was used and where it came from, and leaves the template alone', () => {
    const before = structuredClone(template);
    const bound = bind({ prompt: 'a cat', steps: '30' }, { tiers });
    expect(bound.graph['3']?.inputs).toEqual({
      seed: 4242,
      steps: 30,
      cfg: 8,
      sampler_name: 'euler',
      model: ['4', 0],
    });
    expect(bound.graph['6']?.inputs.text).toBe('a cat');
    expect(bound.graph['9']?.inputs.filename_prefix).toBe('a cat');
    expect(bound.parameters).toEqual({
      prompt: 'a cat',
      steps: 30,
      cfg: 8,
      model: 'sd.safetensors',
      negative_prompt: 'watermark',
      seed: 4242,
    });
    expect(bound.sources).toEqual({
      prompt: 'call',
      steps: 'call',
      cfg: 'config',
      model: 'environment',
      negative_prompt: 'built-in',
      seed: 'drawn',
    });
    expect(bound.sourceOf('4', 'ckpt_name')).toBe('environment');
    expect(bound.sourceOf('3', 'sampler_name')).toBeUndefined();
    expect(template).toEqual(before);
    expect(JSON.stringify(bound.graph)).not.toContain('PARAM_');
  });

  it("takes the call before the workflow's metadata, and that before the tiers", () => {
    const meta = { defaults: { steps: 7, cfg: 3 } };
    expect(bind({ prompt: 'x', steps: 9 }, { tiers, meta }).parameters).toMatchObject({ steps: 9, cfg: 3 });
    expect(bind({ prompt: 'x' }, { tiers, meta }).sources).toMatchObject({ steps: 'metadata', cfg: 'metadata' });
  });

  it.each([[{}], [{ seed: -1 }], [{ seed: '-1' }], [{ seed: null }]])(
    'draws the seed for %j and reports it',
    (given) => {
      const bound = bind({ prompt: 'x', ...given }, { tiers });
      expect(bound.seed).toBe(4242);
      expect(bound.parameters.seed).toBe(4242);
      expect(bound.graph['3']?.inputs.seed).toBe(4242);
    },
  );

  it('keeps a given seed, 0 included, and one from the metadata', () => {
    expect(bind({ prompt: 'x', seed: 0 }, { tiers }).seed).toBe(0);
    expect(bind({ prompt: 'x', seed: '17' }, { tiers }).seed).toBe(17);
    expect(bind({ prompt: 'x' }, { tiers, meta: { defaults: { seed: 5 } } }).seed).toBe(5);
  });

  it('keeps the negative prompt apart from the prompt (the seed project ignored or overwrote it)', () => {
    const { graph } = bind({ prompt: 'a dog', negative_prompt: 'blurry' }, { tiers });
    expect(graph['6']?.inputs.text).toBe('a dog');
    expect(graph['7']?.inputs.text).toBe('blurry');
  });

  it('never reads a value as a placeholder', () => {
    const { graph } = bind({ prompt: 'PARAM_NEGATIVE_PROMPT', negative_prompt: 'PARAM_PROMPT' }, { tiers });
    expect(graph['6']?.inputs.text).toBe('PARAM_NEGATIVE_PROMPT');
    expect(graph['7']?.inputs.text).toBe('PARAM_PROMPT');
  });

  it('names everything that is missing', () => {
    const error = errorOf(() => bind({}, { tiers: { cfg: tiers.cfg } }));
    expect(error.code).toBe('VALIDATION_ERROR');
    // steps and negative_prompt have built-in values in some namespace; a model of another kind would not do.
    expect(error.details?.missing).toEqual(['prompt', 'model']);
    expect(error.message).toContain('prompt, model');
  });

  it('refuses unknown names with the known and the nearest', () => {
    const error = errorOf(() => bind({ prompt: 'x', stpes: 3 }, { tiers }));
    expect(error.code).toBe('VALIDATION_ERROR');
    expect(error.message).toContain('"stpes"');
    expect(error.details?.known).toEqual(['prompt', 'negative_prompt', 'model', 'steps', 'cfg', 'seed']);
    expect(error.hint).toContain('steps');
  });

  it('treats null as not given and says so', () => {
    const bound = bind({ prompt: 'x', steps: null }, { tiers });
    expect(bound.parameters.steps).toBe(20);
    expect(bound.dropped).toEqual(['steps']);
  });

  it('holds values to the constraints', () => {
    const meta = { constraints: { steps: { min: 1, max: 50 } } };
    const tooMany = errorOf(() => bind({ prompt: 'x', steps: 51 }, { tiers, meta }));
    expect(tooMany.code).toBe('INVALID_VALUE');
    expect(tooMany.message).toBe('Node 3 (KSampler): steps is 51, but must be from 1 to 50.');
    expect(tooMany.details).toMatchObject({
      node_id: '3',
      class_type: 'KSampler',
      input: 'steps',
      value: 51,
      nearest: [50],
      targets: [{ node_id: '3', input: 'steps' }],
    });
    expect(errorOf(() => bind({ prompt: 'x', steps: 'many' }, { tiers, meta })).code).toBe('VALIDATION_ERROR');
  });

  it('says which tier a bad default comes from', () => {
    const error = errorOf(() =>
      bind({ prompt: 'x' }, { tiers: { ...tiers, steps: { value: 'many', source: 'config' } } }),
    );
    expect(error.message).toContain('the config file');
    expect(error.details?.source).toBe('config');
  });

  it('borrows well-known values that the namespace lacks', () => {
    const graph: Graph = { '1': { class_type: 'A', inputs: { d: 'PARAM_DENOISE', f: 'PARAM_FPS' } } };
    expect(bind({}, { graph, namespace: 'audio' }).parameters).toEqual({ denoise: 1, fps: 16 });
  });

  describe('override_mappings', () => {
    const meta: WorkflowMeta = {
      override_mappings: {
        sampler: [['3', 'sampler_name']],
        prompt: [['7', 'text']],
      },
    };
    const graph: Graph = {
      ...template,
      '7': { class_type: 'CLIPTextEncode', inputs: { text: 'fixed', clip: ['4', 1] } },
    };

    it('sets inputs that hold a literal, and keeps it when the call says nothing', () => {
      const bound = bind({ prompt: 'x' }, { tiers, meta, graph });
      expect(bound.graph['3']?.inputs.sampler_name).toBe('euler');
      expect(bound.parameters.sampler).toBe('euler');
      expect(bound.sources.sampler).toBe('workflow');
      expect(bind({ prompt: 'x', sampler: 'heun' }, { tiers, meta, graph }).graph['3']?.inputs.sampler_name).toBe(
        'heun',
      );
    });

    it('adds places to a placeholder', () => {
      expect(bind({ prompt: 'both' }, { tiers, meta, graph }).graph['7']?.inputs.text).toBe('both');
    });

    it('keeps different literals of several places as they are', () => {
      const twice: Graph = {
        '1': { class_type: 'A', inputs: { cfg: 3 } },
        '2': { class_type: 'A', inputs: { cfg: 5 } },
      };
      const mapped: WorkflowMeta = {
        override_mappings: {
          cfg: [
            ['1', 'cfg'],
            ['2', 'cfg'],
          ],
        },
      };
      expect(bind({}, { graph: twice, meta: mapped }).graph).toEqual(twice);
      expect(bind({ cfg: 9 }, { graph: twice, meta: mapped }).graph['2']?.inputs.cfg).toBe(9);
    });
  });

  it('handles parameter names that every object has', () => {
    const graph: Graph = { '1': { class_type: 'A', inputs: { x: 'PARAM_CONSTRUCTOR', y: 'PARAM_TOSTRING' } } };
    const error = errorOf(() => bind({}, { graph }));
    expect(error.details?.missing).toEqual(['constructor', 'tostring']);
    expect(bind({ constructor: 'a', tostring: 'b' }, { graph }).graph['1']?.inputs).toEqual({ x: 'a', y: 'b' });
  });
});
