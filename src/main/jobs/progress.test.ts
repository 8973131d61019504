import { describe, expect, it } from 'vitest';
import type { Graph } from '../../shared/workflow.js';
import type { LinkEvent, NodeState } from './ports.js';
import { createProgressTracker } from './progress.js';

const graph: Graph = {
  '3': { class_type: 'KSampler', inputs: { steps: 20, model: ['4', 0] }, _meta: { title: 'Sample' } },
  '4': { class_type: 'CheckpointLoaderSimple', inputs: {} },
  '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0] } },
  '9': { class_type: 'SaveImage', inputs: { images: ['8', 0] } },
};

type Body<T> = T extends LinkEvent ? Omit<T, 'promptId'> : never;

function tracker() {
  const progress = createProgressTracker(graph);
  const send = (event: Body<LinkEvent>) => progress.take({ promptId: 'p', ...event } as LinkEvent);
  const executing = (node: string, display = node) => send({ type: 'executing', node, display });
  const step = (value: number, max: number, node = '3') => send({ type: 'progress', node, value, max });
  const states = (...nodes: NodeState[]) => send({ type: 'states', nodes });
  return { progress, send, executing, step, states, percent: () => progress.read(0, null).percent };
}

const state = (at: NodeState['state'], value: number, max: number, node = '3', display = node): NodeState => ({
  node,
  display,
  state: at,
  value,
  max,
});

describe('createProgressTracker', () => {
  it('goes from nothing to almost everything, sampling weighing most', () => {
    const { progress, executing, step, percent, send } = tracker();
    expect(progress.read(0, null)).toEqual({
      node: null,
      node_title: null,
      value: 0,
      max: 1,
      percent: 0,
      eta_seconds: null,
    });
    executing('4');
    executing('3');
    const loaded = percent();
    expect(loaded).toBeGreaterThan(0);
    step(10, 20);
    const half = progress.read(0, null);
    expect(half).toMatchObject({ node: '3', node_title: 'Sample', value: 10, max: 20 });
    step(20, 20);
    const sampled = percent();
    expect(half.percent - loaded).toBeGreaterThan(20);
    expect(sampled - half.percent).toBeGreaterThan(20);
    executing('8');
    executing('9');
    send({ type: 'executed', node: '9', display: '9' });
    expect(percent()).toBe(99);
  });

  it('tells whole tenths', () => {
    const { step, percent } = tracker();
    for (let value = 1; value <= 20; value += 1) {
      step(value, 20);
      expect(String(percent())).toMatch(/^\d+(\.\d)?$/);
    }
  });

  it('counts cached nodes as done at once', () => {
    const { send, percent } = tracker();
    send({ type: 'cached', nodes: ['3', '4', '8', '77'] });
    expect(percent()).toBeGreaterThan(90);
  });

  it('follows states, which say for themselves what is done', () => {
    const { progress, states, executing, percent } = tracker();
    states(state('finished', 1, 1, '4'), state('running', 5, 20));
    expect(progress.read(0, null)).toMatchObject({ node: '3', value: 5, max: 20 });
    const before = percent();
    // Out of order: an older word of the loader does not end the sampler.
    executing('4');
    executing('8');
    expect(percent()).toBe(before);
  });

  it('shows inner nodes of an expanded one as that one, which is not done before it says so', () => {
    const { progress, executing, states, percent } = tracker();
    executing('3.0.0.5', '3');
    expect(progress.read(0, null).node).toBe('3');
    states(state('finished', 1, 1, '8.0.0.1', '8'), state('running', 1, 4, '8.0.0.2', '8'));
    expect(progress.read(0, null)).toMatchObject({ node: '8', value: 1, max: 4, percent: 0 });
    executing('elsewhere.7', '9');
    expect(progress.read(0, null).node).toBe('9');
    expect(percent()).toBe(0);
  });

  it('never falls, even when a node samples twice', () => {
    const { progress, executing, step, percent } = tracker();
    executing('3');
    step(20, 20);
    const before = percent();
    step(1, 20);
    expect(progress.read(0, null)).toMatchObject({ percent: before, value: 1 });
  });

  it('survives a maximum of zero and nodes nobody knows', () => {
    const { step, executing, percent } = tracker();
    step(0, 0);
    step(5, 5, 'unknown');
    executing('unknown');
    expect(percent()).toBe(0);
  });

  it('estimates from earlier runs, then from its own pace', () => {
    const { progress, step } = tracker();
    expect(progress.read(1000, 60_000).eta_seconds).toBe(60);
    progress.started(1000);
    progress.started(5000);
    expect(progress.read(11_000, 60_000).eta_seconds).toBe(50);
    expect(progress.read(11_000, null).eta_seconds).toBeNull();
    step(10, 20);
    const pace = progress.read(11_000, null).eta_seconds ?? 0;
    expect(pace).toBeGreaterThan(10);
    expect(pace).toBeLessThan(20);
    const both = progress.read(11_000, 60_000).eta_seconds ?? 0;
    expect(both).toBeGreaterThan(pace);
    expect(both).toBeLessThan(50);
    expect(progress.read(71_000, 60_000).eta_seconds).toBeGreaterThan(50);
  });
});
