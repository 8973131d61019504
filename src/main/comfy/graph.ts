/**
 * Graphs in ComfyUI's API format, `{nodeId: {class_type, inputs, _meta?}}`: telling them from files of the editor, and the
 * questions that are asked of them everywhere. Integers beyond 2^53 in inputs are bigint; a literal list is `{__value__: [...]}`. Pure.
 */
import { isRecord } from '../../shared/config-text.js';
import { linkOf } from '../../shared/graph-link.js';
import type { Graph, GraphNode } from '../../shared/workflow.js';

export type { Graph, GraphNode };

/** A graph of the API format: an object whose every value has a class_type and inputs. An empty object is none. */
export function isApiGraph(value: unknown): value is Graph {
  if (!isRecord(value)) return false;
  const nodes = Object.values(value);
  return (
    nodes.length > 0 &&
    nodes.every((node) => isRecord(node) && typeof node.class_type === 'string' && isRecord(node.inputs))
  );
}

/** A file of ComfyUI's editor (the UI format), which the server does not accept. */
export function isUiGraph(value: unknown): boolean {
  return isRecord(value) && Array.isArray(value.nodes) && (Array.isArray(value.links) || isRecord(value.definitions));
}

/** The links of a node, in the order of its inputs. Source ids are strings even if written as numbers. */
export function linksOf(node: GraphNode): { input: string; from: string; slot: number }[] {
  const found: { input: string; from: string; slot: number }[] = [];
  for (const [input, value] of Object.entries(node.inputs ?? {})) {
    const link = linkOf(value);
    if (link !== undefined) found.push({ input, ...link });
  }
  return found;
}

/** What a person knows the node by: its title, else its class; `node 12` for ids that are not in the graph. */
export function titleOf(graph: Graph, nodeId: string): string {
  const node = graph[nodeId];
  return node?._meta?.title || node?.class_type || `node ${nodeId}`;
}

/**
 * The first cycle found, as node ids from a node back to itself (`['1','2','1']`), or undefined. Servers before 2026 answer a
 * cycle with an error that names no node, so it is looked for here. Iterative: graphs may be long chains.
 */
export function findCycle(graph: Graph): string[] | undefined {
  const state = new Map<string, 'open' | 'done'>();
  for (const start of Object.keys(graph)) {
    if (state.has(start)) continue;
    const path = [{ id: start, sources: sourcesOf(graph, start), next: 0 }];
    state.set(start, 'open');
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const source = top.sources[top.next];
      top.next += 1;
      if (source === undefined) {
        state.set(top.id, 'done');
        path.pop();
      } else if (state.get(source) === 'open') {
        const ids = path.map((step) => step.id);
        // The path runs against the data; people read with it.
        return [...ids.slice(ids.indexOf(source)), source].reverse();
      } else if (!state.has(source)) {
        state.set(source, 'open');
        path.push({ id: source, sources: sourcesOf(graph, source), next: 0 });
      }
    }
  }
  return undefined;
}

/** A cycle for people: `1 (Load) → 2 (Scale) → 1 (Load)`. */
export function describeCycle(graph: Graph, cycle: readonly string[]): string {
  return cycle.map((id) => `${id} (${titleOf(graph, id)})`).join(' → ');
}

/** Links to nodes that are not in the graph. */
export function danglingLinks(graph: Graph): { nodeId: string; input: string; from: string }[] {
  return Object.entries(graph).flatMap(([nodeId, node]) =>
    linksOf(node)
      .filter((link) => !Object.hasOwn(graph, link.from))
      .map(({ input, from }) => ({ nodeId, input, from })),
  );
}

function sourcesOf(graph: Graph, nodeId: string): string[] {
  const node = graph[nodeId];
  if (node === undefined) return [];
  return linksOf(node)
    .map((link) => link.from)
    .filter((id) => Object.hasOwn(graph, id));
}
