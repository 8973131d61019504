/** Reading a submitted graph: links, declared inputs, and the nodes' cache keys. */
import { createHash, randomUUID } from 'node:crypto';
import { stringifyPythonJson } from './json.js';
import type { DemoFolders, DemoNode, InputSpec, NodeInfo } from './node.js';
import type { Graph } from './queue.js';

/** A link: id of the source node and the number of its output slot. */
export type Link = [nodeId: string, slot: number];

/** Whether a value is a link. Any array of two that starts with a node id is one; literals must be wrapped. */
export function isLink(value: unknown): value is Link {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'number';
}

export function inputSpec(info: NodeInfo, name: string): InputSpec | undefined {
  return ownSpec(info.input.required, name) ?? ownSpec(info.input.optional, name);
}

function ownSpec(specs: Record<string, InputSpec> | undefined, name: string): InputSpec | undefined {
  return specs && Object.hasOwn(specs, name) ? specs[name] : undefined;
}

/** The links of one node, in the order of its inputs, to nodes that exist. */
export function linksOf(graph: Graph, nodeId: string): { name: string; link: Link }[] {
  const links: { name: string; link: Link }[] = [];
  for (const [name, value] of Object.entries(graph[nodeId]?.inputs ?? {})) {
    if (isLink(value) && Object.hasOwn(graph, value[0])) links.push({ name, link: value });
  }
  return links;
}

/** The inputs of a node that are no links. */
export function literalsOf(graph: Graph, nodeId: string): Record<string, unknown> {
  const inputs = Object.entries(graph[nodeId]?.inputs ?? {});
  return Object.fromEntries(inputs.filter(([, value]) => !(isLink(value) && Object.hasOwn(graph, value[0]))));
}

/**
 * Cache key of every node: class, literal inputs, fingerprint and, through the links, all of its ancestry. Node ids
 * are no part of it, so a renumbered graph hits too. Notes each fingerprint as `is_changed` in the graph, as ComfyUI
 * does, from where it gets into the metadata of saved files.
 */
export async function cacheKeys(
  graph: Graph,
  nodes: ReadonlyMap<string, DemoNode>,
  folders: DemoFolders,
): Promise<Map<string, string>> {
  for (const [id, entry] of Object.entries(graph)) {
    const fingerprint = nodes.get(entry.class_type)?.fingerprint;
    if (!fingerprint) continue;
    try {
      entry.is_changed = [await fingerprint(literalsOf(graph, id), folders)];
    } catch {
      // An unreadable file counts as changed: NaN is never equal to itself.
      entry.is_changed = [Number.NaN];
    }
  }
  const keys = new Map<string, string>();
  for (const id of ancestorsFirst(graph)) keys.set(id, keyOf(graph, id, nodes, keys));
  return keys;
}

function keyOf(
  graph: Graph,
  id: string,
  nodes: ReadonlyMap<string, DemoNode>,
  keys: ReadonlyMap<string, string>,
): string {
  const entry = graph[id];
  const isChanged = entry?.is_changed;
  if (Array.isArray(isChanged) && Number.isNaN(isChanged[0])) return randomUUID();
  const hash = createHash('sha256');
  hash.update(stringifyPythonJson([entry?.class_type, isChanged ?? null]));
  if (nodes.get(entry?.class_type ?? '')?.idInCacheKey) hash.update(`\n#${id}`);
  for (const [name, value] of Object.entries(entry?.inputs ?? {}).sort(byName)) {
    const source = isLink(value) && Object.hasOwn(graph, value[0]) ? value : undefined;
    // a source without a key can only be part of a cycle: never equal
    const content = source ? `link ${keys.get(source[0]) ?? randomUUID()} ${source[1]}` : stringifyPythonJson(value);
    hash.update(`\n${JSON.stringify(name)}: ${content}`);
  }
  return hash.digest('hex');
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** All node ids, sources before those that use them; without recursion, since graphs can be deep. */
function ancestorsFirst(graph: Graph): string[] {
  const done = new Set<string>();
  const entered = new Set<string>();
  const order: string[] = [];
  for (const root of Object.keys(graph)) {
    const stack = [root];
    for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
      const waiting = entered.has(id) ? [] : linksOf(graph, id).map(({ link }) => link[0]);
      entered.add(id);
      const next = waiting.filter((source) => !entered.has(source));
      if (next.length > 0) {
        stack.push(...next);
        continue;
      }
      stack.pop();
      if (!done.has(id)) {
        done.add(id);
        order.push(id);
      }
    }
  }
  return order;
}
