/** Following links through a graph, and noting what was found where. */
import { linkOf, placeKey } from './graph-link.js';
import type { Graph } from './workflow.js';

export type Role = 'positive' | 'negative';

/** A literal in a graph. Places of one `group` belong to one encoder. */
export interface Place {
  node_id: string;
  input: string;
  value: string | number | bigint;
  group?: string;
}

export interface Tracer {
  /** Where an input comes from; undefined for a literal and for a link to nowhere. */
  link(nodeId: string, input: string): { from: string; slot: number } | undefined;
  /** The node and every node upstream through the inputs that `follow` names, nearest first. */
  reach(nodeId: string, follow: (input: string) => boolean): string[];
  /** The node itself or, for a reroute, what feeds it. */
  through(nodeId: string): string;
  /** Nodes in the order they run: whatever depends on another of them comes after it. */
  inOrder(nodeIds: readonly string[]): string[];
  /** Notes the literal that an input has, itself or through the node that feeds it. */
  found(name: string, nodeId: string, input: string, kind: 'string' | 'number', group?: string): void;
  visit(nodeId: string): void;
  visited(): ReadonlySet<string>;
  /** What was found, by name; nothing twice, and nothing under two names. */
  places(): ReadonlyMap<string, readonly Place[]>;
}

/** What nodes that only hold a value call it. */
const valueNames = {
  string: ['value', 'text', 'string', 'prompt', 'Text', 'STRING'],
  number: ['value', 'int', 'float', 'number', 'seed', 'noise_seed', 'Value', 'Number'],
} as const;

export function createTracer(graph: Graph): Tracer {
  const found = new Map<string, Place[]>();
  const taken = new Set<string>();
  const seenNodes = new Set<string>();

  const link: Tracer['link'] = (nodeId, input) => {
    const source = linkOf(graph[nodeId]?.inputs[input]);
    return source !== undefined && Object.hasOwn(graph, source.from) ? source : undefined;
  };

  const linkedInputs = (nodeId: string): string[] =>
    Object.keys(graph[nodeId]?.inputs ?? {}).filter((input) => link(nodeId, input) !== undefined);

  const literal = (nodeId: string, input: string, kind: 'string' | 'number'): Place | undefined => {
    const inputs = graph[nodeId]?.inputs ?? {};
    const value = Object.hasOwn(inputs, input) ? inputs[input] : undefined;
    const fits = kind === 'string' ? typeof value === 'string' : typeof value === 'number' || typeof value === 'bigint';
    if (!fits) return undefined;
    return { node_id: nodeId, input, value: value as Place['value'] };
  };

  const resolve = (
    nodeId: string,
    input: string,
    kind: 'string' | 'number',
    seen: Set<string> = new Set(),
  ): Place | undefined => {
    const here = literal(nodeId, input, kind);
    if (here !== undefined) return here;
    const source = link(nodeId, input)?.from;
    if (source === undefined || seen.has(source)) return undefined;
    seen.add(source);
    for (const name of [input, ...valueNames[kind]]) {
      if (!Object.hasOwn(graph[source]?.inputs ?? {}, name)) continue;
      return resolve(source, name, kind, seen);
    }
    // A node that only passes something on has one link; one that joins several has no single text to change.
    const [only, ...others] = linkedInputs(source);
    const texts = Object.keys(graph[source]?.inputs ?? {}).filter((name) => literal(source, name, kind));
    if (only !== undefined && others.length === 0 && texts.length === 0) return resolve(source, only, kind, seen);
    return only === undefined && texts.length === 1 ? literal(source, texts[0] ?? '', kind) : undefined;
  };

  const ancestors = (nodeId: string): Set<string> => {
    const all = new Set<string>();
    const open = [nodeId];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (const input of linkedInputs(id)) {
        const from = link(id, input)?.from;
        if (from === undefined || all.has(from)) continue;
        all.add(from);
        open.push(from);
      }
    }
    return all;
  };

  return {
    link,
    reach(nodeId, follow) {
      const reached = [nodeId];
      for (const id of reached) {
        for (const input of linkedInputs(id).filter(follow)) {
          const from = link(id, input)?.from;
          if (from !== undefined && !reached.includes(from)) reached.push(from);
        }
      }
      for (const id of reached) seenNodes.add(id);
      return reached;
    },
    through(nodeId) {
      let at = nodeId;
      const seen = new Set<string>();
      while (!seen.has(at)) {
        seen.add(at);
        const inputs = Object.keys(graph[at]?.inputs ?? {});
        const only = inputs.length === 1 ? link(at, inputs[0] ?? '') : undefined;
        if (only === undefined || /^(model|unet)/.test(inputs[0] ?? '')) return at;
        at = only.from;
      }
      return at;
    },
    inOrder(nodeIds) {
      const before = new Map(nodeIds.map((id) => [id, ancestors(id)]));
      const count = (id: string) => nodeIds.filter((other) => before.get(id)?.has(other)).length;
      return [...nodeIds].sort((a, b) => count(a) - count(b));
    },
    found(name, nodeId, input, kind, group) {
      const place = resolve(nodeId, input, kind);
      if (place === undefined) return;
      const key = placeKey(place.node_id, place.input);
      if (taken.has(key)) return;
      taken.add(key);
      found.set(name, [...(found.get(name) ?? []), group === undefined ? place : { ...place, group }]);
    },
    visit: (nodeId) => void seenNodes.add(nodeId),
    visited: () => seenNodes,
    places: () => found,
  };
}
