import { describe, expect, it } from 'vitest';
import {
  danglingLinks,
  describeCycle,
  findCycle,
  type Graph,
  isApiGraph,
  isUiGraph,
  linksOf,
  titleOf,
} from './graph.js';

const graph: Graph = {
  '1': { class_type: 'EmptyImage', inputs: { width: 64 } },
  '2': { class_type: 'ImageScale', inputs: { image: ['1', 0], width: 8 }, _meta: { title: 'Smaller' } },
  '3': { class_type: 'SaveImage', inputs: { images: ['2', 0] } },
};

describe('telling formats apart', () => {
  it('knows the API format', () => {
    expect(isApiGraph(graph)).toBe(true);
    expect(
      [{}, [], null, 'x', { '1': {} }, { '1': { class_type: 'A' } }, { nodes: [], links: [] }].map(isApiGraph),
    ).toEqual(Array(7).fill(false));
  });

  it("knows the editor's format", () => {
    expect(isUiGraph({ nodes: [], links: [], version: 0.4 })).toBe(true);
    expect(isUiGraph({ nodes: [], definitions: { subgraphs: [] } })).toBe(true);
    expect([graph, { nodes: {} }, [], null].map(isUiGraph)).toEqual([false, false, false, false]);
  });
});

describe('links', () => {
  it('finds links among literals', () => {
    const node = {
      class_type: 'X',
      inputs: { a: ['1', 0], b: [1, 2], c: ['1'], d: ['a', 'b'], e: { __value__: [1, 2] }, f: [7, 0] },
    };
    expect(linksOf(node)).toEqual([
      { input: 'a', from: '1', slot: 0 },
      { input: 'b', from: '1', slot: 2 },
      { input: 'f', from: '7', slot: 0 },
    ]);
  });

  it('finds links to nodes that are not there', () => {
    expect(danglingLinks(graph)).toEqual([]);
    expect(danglingLinks({ ...graph, '4': { class_type: 'X', inputs: { a: ['9', 0] } } })).toEqual([
      { nodeId: '4', input: 'a', from: '9' },
    ]);
  });
});

describe('titleOf', () => {
  it('prefers the title, then the class, then the id', () => {
    expect([titleOf(graph, '2'), titleOf(graph, '1'), titleOf(graph, '77')]).toEqual([
      'Smaller',
      'EmptyImage',
      'node 77',
    ]);
  });
});

describe('findCycle', () => {
  it('finds none where branches only meet again', () => {
    expect(findCycle(graph)).toBeUndefined();
    const diamond: Graph = {
      ...graph,
      '4': { class_type: 'ImageBatch', inputs: { image1: ['1', 0], image2: ['2', 0] } },
    };
    expect(findCycle(diamond)).toBeUndefined();
  });

  it('names the nodes in the order the data would flow', () => {
    const looped: Graph = {
      a: { class_type: 'A', inputs: { x: ['c', 0] } },
      b: { class_type: 'B', inputs: { x: ['a', 0] } },
      c: { class_type: 'C', inputs: { x: ['b', 0] } },
      d: { class_type: 'D', inputs: { x: ['c', 0] } },
    };
    const cycle = findCycle(looped) ?? [];
    expect(cycle).toEqual(['a', 'b', 'c', 'a']);
    expect(describeCycle(looped, cycle)).toBe('a (A) → b (B) → c (C) → a (A)');
  });

  it('finds a node that feeds itself', () => {
    expect(findCycle({ '1': { class_type: 'A', inputs: { x: ['1', 0] } } })).toEqual(['1', '1']);
  });

  it('goes through long chains', () => {
    const length = 50_000;
    const chain: Graph = {};
    for (let id = 0; id < length; id += 1) {
      chain[`n${id}`] = { class_type: 'A', inputs: { x: [`n${id + 1}`, 0] } };
    }
    expect(findCycle(chain)).toBeUndefined();
    chain[`n${length}`] = { class_type: 'A', inputs: { x: ['n0', 0] } };
    expect(findCycle(chain)).toHaveLength(length + 2);
  });
});
