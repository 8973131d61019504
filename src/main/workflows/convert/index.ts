/**
 * A graph as ComfyUI's editor saves it becomes one that ComfyUI runs. Pure. The rules are the editor's own; where the file
 * can't be read with certainty the conversion is refused, naming the node, and where something is left out or put in,
 * a warning says so.
 */
import type { Graph } from '../../../shared/workflow.js';
import { expandGroup, groupNameOf } from './groups.js';
import { readUiGraph, type UiGraph, type UiNode } from './read.js';
import { createReport, type Remark, type Report } from './report.js';
import { createResolver, isVirtual, named, type Origin, type Resolver } from './resolve.js';
import { type Expand, expandScopes, expandSubgraph, ownGiven, type Scope } from './scopes.js';
import { knowsInput, type Slot, slotsOf, type ValueSlot } from './slots.js';
import { put, widgetValues, wrapped } from './values.js';

export { inWords, type Remark } from './report.js';

/** A class's entry of `/object_info`, as the server tells it; undefined for a class that it does not have. */
export type NodeInfoOf = (classType: string) => unknown;

export interface Converted {
  graph: Graph;
  warnings: readonly Remark[];
}

/**
 * Converts a parsed file of the editor, of schema 0.4 or 1. Parse it with `parseJson`: seeds may be bigint.
 *
 * Ids in the result are the file's; nodes inside subgraphs and group nodes are `outer:inner`. Reroutes, primitives, notes,
 * muted and bypassed nodes are not in it.
 *
 * @throws AppError WORKFLOW_INVALID with `details.problems`, each `{node_id, class_type, input, reason}`.
 */
export function convertUiGraph(ui: unknown, infoOf: NodeInfoOf): Converted {
  const report = createReport();
  const source = readUiGraph(ui, report);
  const scopes = expandScopes(source, expanding(source, infoOf, report), report);
  // What is taken apart endlessly must not be followed, either.
  report.refuse();
  const resolver = createResolver(report);
  const converting: Converting = { infoOf, resolver, report, gone: [] };
  const graph: Graph = {};
  for (const scope of scopes) {
    for (const node of scope.network.nodes.values()) {
      if (node.mode !== 'live' || isVirtual(node.type) || scope.children.has(node.id)) continue;
      const converted = convertNode(scope, node, converting);
      if (converted !== undefined) graph[`${scope.prefix}${node.id}`] = converted;
    }
  }
  tellLost(graph, converting);
  report.refuse();
  if (Object.keys(graph).length === 0) report.problem({ reason: 'The file has no node that runs.' });
  report.refuse();
  return { graph, warnings: report.warnings };
}

interface Converting {
  infoOf: NodeInfoOf;
  resolver: Resolver;
  report: Report;
  /** Inputs that lost what fed them. */
  gone: { place: { node_id: string; class_type: string }; input: string; from: string }[];
}

/** How subgraphs and group nodes are taken apart; tells of a node that stands for something the file does not hold. */
function expanding(source: UiGraph, infoOf: NodeInfoOf, report: Report): Expand {
  return (node, given) => {
    const definition = source.definitions.get(node.type);
    if (definition !== undefined) return expandSubgraph(node, definition, given, report);
    const name = groupNameOf(node.type);
    const group = name === undefined ? undefined : source.groups.get(name);
    return group === undefined ? undefined : expandGroup(node, group, infoOf, report);
  };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function whyUnknown(type: string): string {
  if (uuid.test(type)) return 'The file does not hold the subgraph that this node stands for.';
  if (groupNameOf(type) !== undefined) return 'The file does not hold the group that this node stands for.';
  return 'ComfyUI has no node of this class, so its inputs are not known.';
}

function convertNode(scope: Scope, node: UiNode, converting: Converting): Graph[string] | undefined {
  const { infoOf, report } = converting;
  const place = named(scope, node);
  const info = infoOf(node.type);
  if (info === undefined) {
    report.problem({ ...place, reason: whyUnknown(node.type) });
    return undefined;
  }
  const slots = slotsOf(info, node);
  const origins = originsOf(scope, node, converting);
  const linked = (input: string) => {
    const kind = origins.get(input)?.kind;
    return kind !== undefined && kind !== 'none';
  };
  const given = ownGiven(scope, node);
  const inputs = widgetValues({ node, slots, given, linked }, place, report);
  for (const [input, origin] of origins) putOrigin(inputs, input, origin, { slots, info, place, converting });
  return { class_type: node.type, inputs, _meta: { title: node.title ?? displayName(info) ?? node.type } };
}

/** By input name. Some files have two sockets of one name; the linked one counts. */
function originsOf(scope: Scope, node: UiNode, { resolver }: Converting): Map<string, Origin> {
  const origins = new Map<string, Origin>();
  for (const [slot, { name }] of node.inputs.entries()) {
    const origin = resolver.input(scope, node, slot);
    if (origin.kind !== 'none' || !origins.has(name)) origins.set(name, origin);
  }
  return origins;
}

function putOrigin(
  inputs: Record<string, unknown>,
  input: string,
  origin: Origin,
  about: { slots: Slot[]; info: unknown; place: { node_id: string; class_type: string }; converting: Converting },
): void {
  const { slots, info, place, converting } = about;
  const { report, gone } = converting;
  if (origin.kind === 'gone') gone.push({ place, input, from: origin.nodeId });
  if (origin.kind === 'gone' || origin.kind === 'none') return;
  if (!knowsInput(info, input)) {
    report.warn({ ...place, input, reason: 'The node does not declare this input; its value is sent all the same.' });
  }
  if (origin.kind === 'output') {
    inputs[input] = [origin.nodeId, origin.slot];
    return;
  }
  const slot = slots.find(
    (candidate): candidate is ValueSlot => candidate.role === 'value' && candidate.name === input,
  );
  if (slot === undefined) inputs[input] = wrapped(origin.value);
  else put(inputs, slot, origin.value, place, report);
}

/** Takes out links to nodes that are not in the result, and warns of every input that lost what fed it. */
function tellLost(graph: Graph, { gone, report }: Converting): void {
  for (const { place, input, from } of gone) {
    report.warn({ ...place, input, reason: `It gets nothing: node ${from} is muted or lets nothing pass.` });
  }
  for (const [node_id, { class_type, inputs }] of Object.entries(graph)) {
    for (const [input, value] of Object.entries(inputs)) {
      if (!Array.isArray(value) || Object.hasOwn(graph, String(value[0]))) continue;
      delete inputs[input];
      // A node of an unknown class has been told of.
      report.warn({ node_id, class_type, input, reason: `It gets nothing: node ${value[0]} is not in the graph.` });
    }
  }
}

function displayName(info: unknown): string | undefined {
  const name = typeof info === 'object' && info !== null && 'display_name' in info ? info.display_name : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}
