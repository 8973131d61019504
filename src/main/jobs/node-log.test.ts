import { describe, expect, it } from 'vitest';
import type { Graph } from '../../shared/workflow.js';
import { createNodeLog } from './node-log.js';

const graph: Graph = {
  '9': { class_type: 'SaveImage', inputs: { images: ['8', 0] } },
  '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0] } },
  '3': { class_type: 'KSampler', inputs: { steps: 20, model: ['4', 0] }, _meta: { title: 'Sample' } },
  '4': { class_type: 'Loader', inputs: {} },
};
const at = { promptId: 'p' };

describe('the nodes of a job', () => {
  it('wait in an order they can run in', () => {
    expect(createNodeLog(graph).read()).toEqual([
      { node_id: '4', title: 'Loader', state: 'waits', elapsed_ms: null },
      { node_id: '3', title: 'Sample', state: 'waits', elapsed_ms: null },
      { node_id: '8', title: 'VAEDecode', state: 'waits', elapsed_ms: null },
      { node_id: '9', title: 'SaveImage', state: 'waits', elapsed_ms: null },
    ]);
  });

  it('are told as cached, done with their time, and at work, by old servers', () => {
    const log = createNodeLog(graph);
    log.take({ ...at, type: 'cached', nodes: ['4', 'gone'] }, 0);
    log.take({ ...at, type: 'executing', node: '3', display: '3' }, 100);
    log.take({ ...at, type: 'progress', node: '3', value: 2, max: 20 }, 200);
    log.take({ ...at, type: 'executing', node: '8', display: '8' }, 1100);
    expect(log.read().map(({ node_id, state, elapsed_ms }) => [node_id, state, elapsed_ms])).toEqual([
      ['4', 'cached', null],
      ['3', 'done', 1000],
      ['8', 'running', null],
      ['9', 'waits', null],
    ]);
  });

  it('and by those that tell states, also of nodes inside of others', () => {
    const log = createNodeLog(graph);
    const state = (node: string, now: 'running' | 'finished') => ({
      node,
      display: node,
      state: now,
      value: 0,
      max: 1,
    });
    log.take({ ...at, type: 'states', nodes: [state('4', 'finished'), state('3.0.1', 'running')] }, 50);
    log.take({ ...at, type: 'states', nodes: [state('4', 'finished'), state('3.0.1', 'finished')] }, 70);
    expect(log.read().map((node) => node.state)).toEqual(['done', 'running', 'waits', 'waits']);
    log.take({ ...at, type: 'states', nodes: [state('3', 'finished'), state('8', 'running')] }, 90);
    expect(log.read().map((node) => node.state)).toEqual(['done', 'done', 'running', 'waits']);
  });

  it('survive a circle', () => {
    const circle: Graph = {
      a: { class_type: 'A', inputs: { x: ['b', 0] } },
      b: { class_type: 'B', inputs: { x: ['a', 0] } },
    };
    expect(createNodeLog(circle).read()).toHaveLength(2);
  });
});
