import { describe, expect, it } from 'vitest';
import type { ParamSpec } from '../../shared/params.js';
import type { Graph, Workflow } from '../../shared/workflow.js';
import { missingParts } from './missing.js';
import { catalogOf, infos, withCheckpoints } from './test-catalog.js';

const graph: Graph = {
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'PARAM_STR_MODEL' } },
  '2': { class_type: 'CLIPTextEncode', inputs: { text: 'PARAM_PROMPT', clip: ['1', 1] } },
  '3': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
  '4': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['1', 2] } },
  '5': { class_type: 'SaveImage', inputs: { images: ['4', 0], filename_prefix: 'x' } },
};
const prompt: ParamSpec = {
  name: 'prompt',
  type: 'string',
  required: true,
  description: '',
  targets: [{ node_id: '2', input: 'text' }],
};
const model = (more: Partial<ParamSpec>): ParamSpec => ({
  ...prompt,
  name: 'model',
  required: false,
  targets: [{ node_id: '1', input: 'ckpt_name' }],
  ...more,
});

function loaded(params: ParamSpec[], changed: Graph = graph) {
  const workflow: Workflow = {
    id: 'w',
    name: 'w',
    description: '',
    namespace: 'image',
    params,
    tool: 'w',
    problem: null,
    source: 'user',
    updated_at: '',
    hash: '',
  };
  return { workflow, graph: changed, meta: {} };
}

describe('missingParts', () => {
  it.each([
    ['a chosen default', model({ default: 'gone.ckpt', default_source: 'config' }), ['gone.ckpt']],
    ['no default: the call gives it', model({ required: true }), []],
    ['an installed default', model({ default: 'v1-5-pruned-emaonly.ckpt', default_source: 'built-in' }), []],
    ['a built-in default that another replaces', model({ default: 'gone.ckpt', default_source: 'built-in' }), []],
  ])('%s', (_what, spec, models) => {
    expect(missingParts(loaded([prompt, spec]), catalogOf())).toEqual({ nodes: [], models });
  });

  it('names a built-in default that nothing can replace', () => {
    const spec = model({ default: 'gone.ckpt', default_source: 'built-in' });
    expect(missingParts(loaded([prompt, spec]), catalogOf(withCheckpoints([])))).toEqual({
      nodes: [],
      models: ['gone.ckpt'],
    });
  });

  it('names a model that stands in the graph, and classes once each', () => {
    const changed = structuredClone(graph);
    changed['1'] = { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'mine.safetensors' } };
    changed['6'] = { class_type: 'Sharpen', inputs: {} };
    changed['7'] = { class_type: 'Sharpen', inputs: {} };
    expect(missingParts(loaded([prompt], changed), catalogOf(infos))).toEqual({
      nodes: ['Sharpen'],
      models: ['mine.safetensors'],
    });
  });

  it('finds nothing in a file that cannot be used', () => {
    expect(missingParts({ ...loaded([]), graph: null }, catalogOf())).toEqual({ nodes: [], models: [] });
  });
});
