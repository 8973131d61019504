import { describe, expect, it } from 'vitest';
import type { Graph } from '../../shared/workflow.js';
import { applyDerived, derivedFrom, derivedProblem, withoutNodes } from './derived.js';

const template: Graph = {
  '1': { class_type: 'LoadImage', inputs: { image: 'PARAM_IMAGE' } },
  '2': {
    class_type: 'Film',
    inputs: { length: 'PARAM_INT_LENGTH', start: ['1', 0], second: ['1', 1], fps: 'PARAM_FPS' },
  },
  '3': { class_type: 'Save', inputs: { film: ['2', 0] } },
};

describe('what follows from other values', () => {
  it('goes into every place of its placeholder', () => {
    const graph = structuredClone(template);
    expect(applyDerived(graph, template, { length: 'round(duration * fps) + 1' }, { duration: 2.5, fps: 10 })).toEqual({
      length: 26,
    });
    expect(graph['2']?.inputs.length).toBe(26);
  });

  it('is refused where there is no result', () => {
    expect(() => applyDerived(structuredClone(template), template, { length: '1 / fps' }, { fps: 0 })).toThrow(
      /length can't be worked out from fps/,
    );
  });

  it('leaves a node of another class alone', () => {
    const graph: Graph = { '2': { class_type: 'Other', inputs: { length: 5 } } };
    applyDerived(graph, template, { length: 'fps' }, { fps: 3 });
    expect(graph['2']?.inputs.length).toBe(5);
  });

  it('names what it needs, once', () => {
    expect(derivedFrom({ derived: { a: 'x * y', b: 'y + z' } })).toEqual(['x', 'y', 'z']);
    expect(derivedFrom({})).toEqual([]);
  });

  it.each([
    [{ derived: { frames: 'fps' } }, /no placeholder PARAM_FRAMES/],
    [{ derived: { length: 'fps +' } }, /ends too early/],
    [{ derived: { length: 'fps', fps: 'length' } }, /derived itself/],
    [{ optional: ['mask'] }, /optional names mask/],
    [{ derived: { length: 'fps * 2' }, optional: ['image'] }, undefined],
  ])('%j', (meta, problem) => {
    const told = derivedProblem(template, meta);
    if (problem === undefined) expect(told).toBeUndefined();
    else expect(told).toMatch(problem);
  });
});

it('a node that goes takes every link to it along, and nothing else', () => {
  const graph = structuredClone(template);
  withoutNodes(graph, new Set(['1']));
  expect(Object.keys(graph)).toEqual(['2', '3']);
  expect(Object.keys(graph['2']?.inputs ?? {})).toEqual(['length', 'fps']);
  expect(graph['3']?.inputs).toEqual({ film: ['2', 0] });
});
