/**
 * Follows links to where a value comes from: through reroutes, primitives, bypassed nodes and the borders of subgraphs.
 * Source of the rules: what ComfyUI's editor submits.
 */
import type { UiInput, UiLink, UiNode } from './read.js';
import type { Report } from './report.js';
import { ownGiven, type Scope } from './scopes.js';

/** Where an input's value comes from. */
export type Origin =
  | { readonly kind: 'output'; readonly nodeId: string; readonly slot: number }
  | { readonly kind: 'value'; readonly value: unknown }
  /** What would give it is muted or lets nothing pass. */
  | { readonly kind: 'gone'; readonly nodeId: string }
  /** Nothing is linked: the widget's own value holds. */
  | { readonly kind: 'none' };

const nothing: Origin = { kind: 'none' };

/** Nodes that only the editor knows and that carry a value on. */
export const reroutes: ReadonlySet<string> = new Set(['Reroute', 'Reroute (rgthree)']);
/** Texts and switches on the canvas: they take no part in a run. */
export const decorations: ReadonlySet<string> = new Set([
  'Note',
  'MarkdownNote',
  'Label (rgthree)',
  'Bookmark (rgthree)',
  'Fast Groups Muter (rgthree)',
  'Fast Groups Bypasser (rgthree)',
]);

/** Whether a class exists in the editor only. */
export function isVirtual(type: string): boolean {
  return (
    reroutes.has(type) || decorations.has(type) || type === 'PrimitiveNode' || type === 'SetNode' || type === 'GetNode'
  );
}

/** Links are followed so far at most; no graph of a person comes near it. */
const longestWay = 2_000;

export interface Resolver {
  /** Where the input at `slot` gets its value from. */
  input(scope: Scope, node: UiNode, slot: number): Origin;
}

export function createResolver(report: Report): Resolver {
  /** Each place on one way is passed once; `way` has those so far. */
  type Way = Set<string>;

  const circular = (scope: Scope, node: UiNode, place: string, way: Way): boolean => {
    const key = `${scope.prefix}${node.id}${place}`;
    if (!way.has(key) && way.size < longestWay) {
      way.add(key);
      return false;
    }
    report.problem({ ...named(scope, node), reason: 'Its links go in a circle.' });
    return true;
  };

  const resolveInput = (scope: Scope, node: UiNode, slot: number, way: Way, type?: string): Origin => {
    const input = node.inputs[slot];
    if (input?.link === undefined || circular(scope, node, `<${slot}`, way)) return nothing;
    const link = scope.network.links.get(input.link);
    if (link === undefined) {
      report.warn({ ...named(scope, node), input: input.name, reason: 'Its link is not in the file; it is left out.' });
      return nothing;
    }
    return resolveLink(scope, link, { node, input, type: type ?? input.type }, way);
  };

  const resolveLink = (
    scope: Scope,
    link: UiLink,
    target: { node: UiNode; input: UiInput; type: string },
    way: Way,
  ): Origin => {
    const { host } = scope;
    if (host !== undefined && link.from === host.expansion.definition.inputId) {
      return resolveHost(host, link.fromSlot, way);
    }
    const source = scope.network.nodes.get(link.from);
    if (source !== undefined) return resolveOutput(scope, source, link.fromSlot, target.type, way);
    const reason = `It is linked to node ${link.from}, which is not in the file; the link is left out.`;
    report.warn({ ...named(scope, target.node), input: target.input.name, reason });
    return nothing;
  };

  /** Out of a subgraph, to what is linked to its node or set on it. */
  const resolveHost = ({ scope, node, expansion }: NonNullable<Scope['host']>, slot: number, way: Way): Origin => {
    const name = expansion.definition.inputs[slot]?.name;
    if (name === undefined) {
      report.problem({ ...named(scope, node), reason: `Its subgraph has no input ${slot}, but a link from it.` });
      return nothing;
    }
    // Sockets of widgets may be left out of the node, so the number counts only where all are there.
    const all = node.inputs.length === expansion.definition.inputs.length;
    const same = node.inputs.findIndex((input) => input.name === name);
    const at = all && (node.inputs[slot]?.name === name || same === -1) ? slot : same;
    const origin = resolveInput(scope, node, at, way);
    if (origin.kind !== 'none' || !expansion.hostValues.has(name)) return origin;
    return { kind: 'value', value: expansion.hostValues.get(name) };
  };

  const resolveOutput = (scope: Scope, node: UiNode, slot: number, type: string, way: Way): Origin => {
    if (circular(scope, node, `>${slot}`, way)) return nothing;
    const gone: Origin = { kind: 'gone', nodeId: `${scope.prefix}${node.id}` };
    if (node.type === 'PrimitiveNode') return primitiveValue(scope, node);
    if (node.mode === 'muted') return gone;
    if (reroutes.has(node.type) || node.type === 'SetNode') return resolveInput(scope, node, 0, way, type);
    if (node.type === 'GetNode') return resolveGet(scope, node, type, way);
    if (node.mode === 'bypassed') {
      const at = bypassSlot(node, slot, type);
      return at === undefined ? gone : resolveInput(scope, node, at, way);
    }
    const inner = scope.children.get(node.id);
    if (inner !== undefined) return resolveInner(inner, node, slot, type, way);
    if (decorations.has(node.type)) return gone;
    return { kind: 'output', nodeId: `${scope.prefix}${node.id}`, slot };
  };

  /** Into a subgraph, to what feeds its output. */
  const resolveInner = (inner: Scope, node: UiNode, slot: number, type: string, way: Way): Origin => {
    const definition = inner.host?.expansion.definition;
    const link = [...inner.network.links.values()].find(
      ({ to, toSlot }) => to === definition?.outputId && toSlot === slot,
    );
    const gone: Origin = { kind: 'gone', nodeId: inner.prefix.slice(0, -1) };
    if (link === undefined) return gone;
    const output = { name: definition?.outputs[slot]?.name ?? '', type };
    const origin = resolveLink(inner, link, { node, input: output, type }, way);
    return origin.kind === 'none' ? gone : origin;
  };

  /** A pair of a widely used extension: what goes into the Set of a name comes out of each Get of that name. */
  const resolveGet = (scope: Scope, node: UiNode, type: string, way: Way): Origin => {
    const name = firstValue(node);
    for (let at: Scope | undefined = scope; at !== undefined; at = at.host?.scope) {
      const set = [...at.network.nodes.values()].find(
        (other) => other.type === 'SetNode' && firstValue(other) === name,
      );
      if (set !== undefined) return resolveOutput(at, set, 0, type, way);
    }
    report.problem({ ...named(scope, node), reason: `There is no SetNode named ${JSON.stringify(name)}.` });
    return nothing;
  };

  return { input: (scope, node, slot) => resolveInput(scope, node, slot, new Set()) };
}

export function named(scope: Scope, node: UiNode): { node_id: string; class_type: string } {
  return { node_id: `${scope.prefix}${node.id}`, class_type: node.type };
}

function firstValue({ widgets }: UiNode): unknown {
  return Array.isArray(widgets) ? widgets[0] : undefined;
}

function primitiveValue(scope: Scope, node: UiNode): Origin {
  const value = ownGiven(scope, node).get('value') ?? firstValue(node);
  return value === undefined || value === null ? nothing : { kind: 'value', value };
}

/**
 * The input that a bypassed node lets pass for an output: for any type that of the same number, else the first; for a type
 * that of the same number if it fits, else the first of exactly that type, else the first that fits.
 */
function bypassSlot({ inputs, outputs }: UiNode, slot: number, type: string): number | undefined {
  if (inputs.length === 0) return undefined;
  if (type === '*') return slot < inputs.length ? slot : 0;
  const own = outputs[slot]?.type ?? '*';
  const fits = (input: UiInput | undefined) =>
    input !== undefined && connects(input.type, own) && connects(input.type, type);
  if (fits(inputs[slot])) return slot;
  const exact = inputs.findIndex((input) => input.type === type);
  const found = exact === -1 ? inputs.findIndex(fits) : exact;
  return found === -1 ? undefined : found;
}

/** Whether the editor lets types be linked: any to all, unions where they share a type. */
function connects(one: string, other: string): boolean {
  if (one === '*' || other === '*') return true;
  const names = new Set(one.toLowerCase().split(','));
  return other
    .toLowerCase()
    .split(',')
    .some((name) => names.has(name));
}
