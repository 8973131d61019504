/**
 * Which node runs next. ComfyUI walks from each output node upwards, leaving out what is cached, and among the nodes
 * that are ready prefers what shows a result soon: an output node, then a node right before one, then one two steps
 * before. Source of the rule: ComfyUI 0.3.64, comfy_execution/graph.py.
 */
import { linksOf } from './graph.js';
import type { DemoNode } from './node.js';
import type { Graph } from './queue.js';

export interface ExecutionOrder {
  /** The node to run now, or undefined when all is done. */
  next(): string | undefined;
  /** The node is done: what waited for it may run. */
  finish(nodeId: string): void;
}

export function createExecutionOrder({
  graph,
  outputs,
  nodes,
  isCached,
}: {
  graph: Graph;
  outputs: readonly string[];
  nodes: ReadonlyMap<string, DemoNode>;
  isCached: (nodeId: string) => boolean;
}): ExecutionOrder {
  /** Pending nodes in the order of discovery, each with the number of nodes it waits for. */
  const pending = new Map<string, Set<string>>();
  const blocking = new Map<string, Set<string>>();

  const isOutput = (nodeId: string): boolean => nodes.get(graph[nodeId]?.class_type ?? '')?.info.output_node === true;

  const discover = (root: string): void => {
    const stack = [root];
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (pending.has(id)) continue;
      const waitsFor = new Set<string>();
      pending.set(id, waitsFor);
      for (const { link } of linksOf(graph, id)) {
        const [source] = link;
        if (isCached(source)) continue;
        stack.push(source);
        waitsFor.add(source);
        blocking.set(source, (blocking.get(source) ?? new Set()).add(id));
      }
    }
  };
  for (const output of outputs) discover(output);

  const followers = (id: string): string[] => [...(blocking.get(id) ?? [])];

  return {
    next() {
      const ready = [...pending].filter(([, waitsFor]) => waitsFor.size === 0).map(([id]) => id);
      return (
        ready.find(isOutput) ??
        ready.find((id) => followers(id).some(isOutput)) ??
        ready.find((id) => followers(id).flatMap(followers).some(isOutput)) ??
        ready[0]
      );
    },
    finish(nodeId) {
      pending.delete(nodeId);
      for (const follower of followers(nodeId)) pending.get(follower)?.delete(nodeId);
    },
  };
}
