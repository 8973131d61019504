import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInDefaults } from '../../shared/defaults.js';
import { AppError } from '../../shared/errors.js';
import type { ParamValue } from '../../shared/params.js';
import type { Namespace, Workflow } from '../../shared/workflow.js';
import { type BoundWorkflow, bindWorkflow } from './binding.js';
import { describeParams } from './describe.js';
import { parseGraph } from './files.js';
import { fitWorkflow, substituteModel } from './fit.js';
import { findPlaceholders } from './placeholders.js';
import { catalogOf, infos, withCheckpoints } from './test-catalog.js';

async function errorOf(run: () => Promise<unknown>): Promise<AppError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

async function bundled(
  id: string,
  namespace: Namespace,
  given: Record<string, ParamValue>,
  chosen?: string,
): Promise<BoundWorkflow> {
  const text = await readFile(resolve(import.meta.dirname, `../../../workflows/${id}.json`), 'utf8');
  const graph = parseGraph(JSON.parse(text));
  const params = describeParams({
    graph,
    placeholders: findPlaceholders(graph).placeholders,
    meta: {},
    namespace,
    defaults: (_namespace, name) => {
      if (name === 'model' && chosen !== undefined) return { value: chosen, source: 'config' };
      const value = builtInDefaults[namespace][name];
      return value === undefined ? undefined : { value, source: 'built-in' };
    },
    catalog: undefined,
  });
  const workflow: Workflow = {
    id,
    name: id,
    description: '',
    namespace,
    params,
    tool: id,
    problem: null,
    source: 'bundled',
    updated_at: '',
    hash: '',
  };
  return bindWorkflow({ workflow, graph, values: given, drawSeed: () => 1 });
}

const image = (chosen?: string) => bundled('generate_image', 'image', { prompt: 'x' }, chosen);
const song = () => bundled('generate_song', 'audio', { tags: 'x', lyrics: 'y' });

describe('fitWorkflow', () => {
  it('lets the bundled workflows pass as they are', async () => {
    for (const bound of [await image(), await song()]) {
      const fitted = await fitWorkflow(bound, catalogOf());
      expect(fitted.substituted).toBeUndefined();
      expect(fitted.graph).toEqual(bound.graph);
    }
  });

  it.each([
    [
      'the first that fits',
      ['ace_step_v1.safetensors', 'sd_xl_base_1.0.safetensors', 'zoo.ckpt'],
      'sd_xl_base_1.0.safetensors',
    ],
    [
      'the same in another format',
      ['anything.ckpt', 'v1-5-pruned-emaonly-fp16.safetensors'],
      'v1-5-pruned-emaonly-fp16.safetensors',
    ],
    ['one in a folder', ['sd15/inpainting.ckpt', 'sd15/dream.safetensors'], 'sd15/dream.safetensors'],
  ])('puts %s in the place of the built-in model', async (_what, installed, used) => {
    const bound = await image();
    const fitted = await fitWorkflow(bound, catalogOf(withCheckpoints(installed)));
    expect(fitted.substituted).toEqual({ wanted: 'v1-5-pruned-emaonly.ckpt', used });
    expect(fitted.graph['4']?.inputs.ckpt_name).toBe(used);
    expect(fitted.parameters.model).toBe(used);
    expect(bound.graph['4']?.inputs.ckpt_name).toBe('v1-5-pruned-emaonly.ckpt');
  });

  it('takes no model of another kind', async () => {
    const images = withCheckpoints(['sd_xl_base_1.0.safetensors']);
    expect((await errorOf(async () => fitWorkflow(await song(), catalogOf(images)))).code).toBe('MODEL_NOT_FOUND');
    const audio = withCheckpoints(['stable-audio-open-1.0.safetensors', 'ltx-video-2b.safetensors']);
    expect((await errorOf(async () => fitWorkflow(await image(), catalogOf(audio)))).code).toBe('MODEL_NOT_FOUND');
    const other = withCheckpoints(['ace_step_1.5_turbo.safetensors']);
    expect((await fitWorkflow(await song(), catalogOf(other))).substituted?.used).toBe(
      'ace_step_1.5_turbo.safetensors',
    );
  });

  it('never replaces a model that somebody chose', async () => {
    const catalog = catalogOf(withCheckpoints(['sd_xl_base_1.0.safetensors']));
    const error = await errorOf(async () => fitWorkflow(await image('mine.ckpt'), catalog));
    expect(error).toMatchObject({ code: 'MODEL_NOT_FOUND', details: { source: 'config', value: 'mine.ckpt' } });
  });

  it('reads a stale list before it replaces anything', async () => {
    const catalog = catalogOf(withCheckpoints(['sd_xl_base_1.0.safetensors']), infos);
    expect((await fitWorkflow(await image(), catalog)).substituted).toBeUndefined();
  });

  it('still refuses what else is wrong', async () => {
    const bound = await bundled('generate_image', 'image', { prompt: 'x', sampler_name: 'nope' });
    const catalog = catalogOf(withCheckpoints(['zoo.ckpt']));
    expect(await errorOf(() => fitWorkflow(bound, catalog))).toMatchObject({
      code: 'INVALID_VALUE',
      details: { input: 'sampler_name', source: 'call' },
    });
    expect(substituteModel(bound, catalog).substituted?.used).toBe('zoo.ckpt');
  });
});
