import { describe, expect, it } from 'vitest';
import { boxTowards, flowParts, openingOf, ports } from './flow-parts.js';
import { graphModel } from './model.js';

const node = (inputs: Record<string, unknown>) => ({ class_type: 'N', inputs });
const parts = (graph: Record<string, unknown>) => flowParts(graphModel(graph));
const fan = {
  a: node({}),
  b: node({ in: ['a', 0] }),
  c: node({ in: ['a', 1] }),
  d: node({ x: ['b', 0], y: ['c', 0] }),
};

describe('flowParts', () => {
  it('ends wires at the rows of inputs, or between boxes that stand below each other', () => {
    const { nodes, edges } = parts({ ...fan, e: node({ z: ['d', 0], again: ['d', 1], value: 3 }) });
    expect(
      edges.map(({ source, target, sourceHandle, targetHandle }) => [source, target, sourceHandle, targetHandle]),
    ).toEqual([
      ['a', 'b', ports.right, 'in'],
      ['a', 'c', ports.right, 'in'],
      ['b', 'd', ports.right, 'x'],
      ['c', 'd', ports.right, 'y'],
      // Both wires to the box below are one.
      ['d', 'e', ports.bottom, ports.top],
    ]);
    expect(nodes.find(({ id }) => id === 'd')?.data.ports).toMatchObject({ top: false, bottom: true, right: false });
    expect(nodes.find(({ id }) => id === 'e')?.data.ports).toMatchObject({ top: true, inputs: [] });
  });

  it('names every box for those who hear it', () => {
    const { nodes } = parts({ a: node({}), b: node({ in: ['a', 0], gone: ['x', 0], steps: 4 }) });
    expect(nodes[1]?.ariaLabel).toBe('N, node b: in from N; gone from node x, which is missing; steps 4');
  });
});

it('arrows go to the nearest box in a direction', () => {
  const { nodes } = parts(fan);
  const right = boxTowards(nodes, 'a', 'ArrowRight');
  expect(['b', 'c']).toContain(right);
  expect(boxTowards(nodes, right ?? '', 'ArrowRight')).toBe('d');
  expect(boxTowards(nodes, 'd', 'ArrowRight')).toBeUndefined();
  expect(boxTowards(nodes, 'gone', 'ArrowUp')).toBeUndefined();
  expect([boxTowards(nodes, 'b', 'ArrowDown'), boxTowards(nodes, 'b', 'ArrowUp')]).toContain('c');
});

it('opens at the beginning of what is too large to read, and shows the rest whole', () => {
  const room = { width: 600, height: 700 };
  expect(openingOf(parts(fan).nodes, room)).toBeUndefined();
  const wide = Object.fromEntries(
    Array.from({ length: 90 }, (_, at) => [`n${at}`, node({ a: [`n${at - 1}`, 0], b: [`n${at - 2}`, 0] })]),
  );
  expect(openingOf(parts(wide).nodes, room)).toMatchObject({ x: 20, zoom: 0.7 });
});
