import { describe, expect, it } from 'vitest';
import { type GraphParam, graphParameters, graphParams } from './graph-params.js';
import { families, sd, sdValues } from './graph-params.testing.js';

const values = (params: GraphParam[]) => Object.fromEntries(params.map(({ name, value }) => [name, value]));
const targets = (params: GraphParam[], name: string) =>
  params.find((param) => param.name === name)?.targets.map(({ node_id, input }) => `${node_id}.${input}`);

describe('graphParameters', () => {
  it('leave out what has a name already, and tell seeds beyond 2^53 as text', () => {
    const large = { ...sd, sampler: { class_type: 'KSampler', inputs: { ...sd.sampler?.inputs, seed: 2n ** 60n } } };
    const { prompt: _, seed: __, ...others } = sdValues;
    expect(graphParameters(large, [{ node_id: 'pos', input: 'text' }])).toEqual({
      ...others,
      seed: '1152921504606846976',
    });
    expect(graphParameters({})).toEqual({});
  });
});

describe('graphParams', () => {
  it.each(families)('%s', (_family, graph, expected) => {
    const wanted = Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined));
    const before = structuredClone(graph);
    expect(values(graphParams(graph))).toEqual(wanted);
    expect(graph).toEqual(before);
  });

  it('stand in the order of a form', () => {
    expect(graphParams(sd).map(({ name }) => name)).toEqual(Object.keys(sdValues));
  });

  it('name every place that has to change together', () => {
    const xl = families.find(([family]) => family.startsWith('SDXL'))?.[1] ?? {};
    const params = graphParams(xl);
    expect(targets(params, 'prompt')?.sort()).toEqual(['pos.text_g', 'pos.text_l', 'pos2.text']);
    expect(targets(params, 'steps')?.sort()).toEqual(['first.steps', 'second.steps']);
    expect(targets(params, 'seed')).toEqual(['first.noise_seed']);
    expect(targets(params, 'width')).toEqual(
      expect.arrayContaining(['latent.width', 'pos.width', 'pos.target_width', 'neg.width', 'pos2.width']),
    );
    expect(targets(graphParams(sd), 'prompt')).toEqual(['pos.text']);
    expect(targets(graphParams(sd), 'negative_prompt')).toEqual(['neg.text']);
  });
});
