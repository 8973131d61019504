/**
 * Takes subgraphs and group nodes apart. Each stands for its inner nodes, as often as it is used: a scope is one such
 * use, with the ids of its nodes in the API graph (`12:3`) and with the values that its node gives to widgets inside.
 */
import { isRecord } from '../../../shared/config-text.js';
import { placeKey } from '../../../shared/graph-link.js';
import type { UiDefinition, UiGraph, UiNetwork, UiNode } from './read.js';
import type { Report } from './report.js';

/** A definition in use, and how its node's values belong to what is inside. */
export interface Expansion {
  readonly definition: UiDefinition;
  /** Values for the definition's inputs that hold when nothing is linked to them on the node, by input name. */
  readonly hostValues: ReadonlyMap<string, unknown>;
  /** Values for widgets of inner nodes. */
  readonly promoted: readonly { nodeId: string; widget: string; value: unknown }[];
}

export interface Scope {
  /** Before the ids of its nodes: empty, `12:`, `12:7:`. */
  readonly prefix: string;
  readonly network: UiNetwork;
  /** The node that stands for this scope, and where that is; absent at the top. */
  readonly host?: { readonly scope: Scope; readonly node: UiNode; readonly expansion: Expansion };
  readonly children: Map<string, Scope>;
  /** Values that hosts give to widgets in here, by `placeKey` of node and widget. */
  readonly given: ReadonlyMap<string, unknown>;
}

/** How a node that stands for others is taken apart; undefined for any other. */
export type Expand = (node: UiNode, given: ReadonlyMap<string, unknown>) => Expansion | undefined;

/** Nested deeper, or with more nodes in all, it is no graph of a person but a mistake or an attack. */
const deepest = 24;
const mostNodes = 20_000;

/** All scopes, outer ones first. Nodes that are muted or bypassed are not taken apart: nothing in them runs. */
export function expandScopes(graph: UiGraph, expand: Expand, report: Report): Scope[] {
  const scopes: Scope[] = [{ prefix: '', network: graph, children: new Map(), given: new Map() }];
  let nodes = graph.nodes.size;
  for (let index = 0; index < scopes.length; index += 1) {
    const scope = scopes[index];
    if (scope === undefined) break;
    for (const node of scope.network.nodes.values()) {
      if (node.mode !== 'live') continue;
      const expansion = expand(node, ownGiven(scope, node));
      if (expansion === undefined) continue;
      const prefix = `${scope.prefix}${node.id}:`;
      nodes += expansion.definition.nodes.size;
      if (prefix.split(':').length > deepest || nodes > mostNodes) {
        const reason = 'Subgraphs are nested too deep, hold one another, or hold too many nodes.';
        report.problem({ node_id: `${scope.prefix}${node.id}`, class_type: node.type, reason });
        return scopes;
      }
      const given = new Map(expansion.promoted.map(({ nodeId, widget, value }) => [placeKey(nodeId, widget), value]));
      const host = { scope, node, expansion };
      const child: Scope = { prefix, network: expansion.definition, host, children: new Map(), given };
      scope.children.set(node.id, child);
      scopes.push(child);
    }
  }
  return scopes;
}

/** What hosts give to a node's widgets, by widget name. */
export function ownGiven(scope: Scope, node: UiNode): ReadonlyMap<string, unknown> {
  const own = new Map<string, unknown>();
  for (const [key, value] of scope.given) {
    const [nodeId, widget]: unknown[] = JSON.parse(key);
    if (nodeId === node.id && typeof widget === 'string') own.set(widget, value);
  }
  return own;
}

/**
 * A subgraph's node: its values are in the order of `properties.proxyWidgets`, where there are such, else of the
 * definition's inputs that feed widgets; sockets that nothing is linked to may be left out of the node. An entry of `proxyWidgets` names an inner node and its widget, or `-1` and an input of the subgraph.
 * null leaves the inner node its own value.
 */
export function expandSubgraph(
  node: UiNode,
  definition: UiDefinition,
  given: ReadonlyMap<string, unknown>,
  report: Report,
): Expansion {
  const proxies = proxiesOf(node);
  const sockets = definition.inputs.filter(({ name }, slot) => feedsWidget(node, definition, name, slot));
  const saved = Array.isArray(node.widgets) ? node.widgets : [];
  const byProxy = proxies.length > 0 && (saved.length === proxies.length || saved.length !== sockets.length);
  const places = byProxy ? proxies : sockets.map(({ name }): [string, string] => ['-1', name]);
  const hostValues = new Map<string, unknown>();
  const promoted: Expansion['promoted'][number][] = [];
  const put = ([nodeId, widget]: [string, string], value: unknown) => {
    if (value === null || value === undefined) return;
    const name = nodeId === '-1' ? inputNamed(node, definition, widget) : undefined;
    if (name !== undefined) hostValues.set(name, value);
    else if (nodeId !== '-1') promoted.push({ nodeId, widget, value });
    else report.warn({ ...about(node), reason: `It has a value for ${widget}, which its subgraph does not show.` });
  };
  if (saved.slice(places.length).some((value) => value !== null)) {
    const reason = `It has ${saved.length} values, but its subgraph shows ${places.length} widgets: which is whose can't be told.`;
    report.problem({ ...about(node), reason });
  }
  for (const { name, link } of node.inputs) {
    const known = node.inputs.length === definition.inputs.length || inputNamed(node, definition, name) !== undefined;
    if (link === undefined || known) continue;
    report.problem({ ...about(node), input: name, reason: 'Its subgraph has no input of this name.' });
  }
  for (const [index, place] of places.entries()) put(place, saved[index]);
  if (isRecord(node.widgets)) for (const [name, value] of Object.entries(node.widgets)) put(['-1', name], value);
  for (const [widget, value] of given) {
    const place = proxies.find(([id, name]) => id !== '-1' && name === widget);
    put(inputNamed(node, definition, widget) === undefined && place !== undefined ? place : ['-1', widget], value);
  }
  return { definition, hostValues, promoted };
}

function about({ id, type }: UiNode): { node_id: string; class_type: string } {
  return { node_id: id, class_type: type };
}

/** `proxyWidgets`, which some versions write as a JSON text. */
function proxiesOf({ properties: { proxyWidgets } }: UiNode): [string, string][] {
  const list = typeof proxyWidgets === 'string' ? parsed(proxyWidgets) : proxyWidgets;
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry): [string, string][] =>
    Array.isArray(entry) && entry.length >= 2 ? [[String(entry[0]), String(entry[1])]] : [],
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not ours to mend: the subgraph's own values hold then.
  }
}

/** The definition's input of a name, which may be that of the widget that stands for it on the node. */
function inputNamed(node: UiNode, definition: UiDefinition, name: string): string | undefined {
  const onNode = node.inputs.find((input) => input.widget === name)?.name ?? name;
  return definition.inputs.find((input) => input.name === onNode)?.name;
}

function feedsWidget(node: UiNode, definition: UiDefinition, name: string, slot: number): boolean {
  if (node.inputs.some((input) => input.name === name && input.widget !== undefined)) return true;
  return [...definition.links.values()].some(
    ({ from, fromSlot, to, toSlot }) =>
      from === definition.inputId &&
      fromSlot === slot &&
      definition.nodes.get(to)?.inputs[toSlot]?.widget !== undefined,
  );
}
