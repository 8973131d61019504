/**
 * The editor's file in one form for all its versions: schema 0.4 with links as lists, schema 1 with links as objects,
 * definitions of subgraphs, and what programs that write such files leave out. Ids become texts. Native reroutes are
 * places on a link's way and change nothing, so they are not read.
 */
import { isRecord } from '../../../shared/config-text.js';
import { AppError } from '../../../shared/errors.js';
import type { Report } from './report.js';

export interface UiSlot {
  readonly name: string;
  /** `*` for any; `COMBO` for a list of choices; `A,B` for one of several. */
  readonly type: string;
}

export interface UiInput extends UiSlot {
  readonly link?: string;
  /** Name of the widget that this socket stands for, if it does. */
  readonly widget?: string;
  readonly label?: string;
}

/** `muted` nodes and their results are not there; `bypassed` ones let pass what comes in. */
export type UiMode = 'live' | 'muted' | 'bypassed';

export interface UiNode {
  readonly id: string;
  readonly type: string;
  readonly title?: string;
  readonly mode: UiMode;
  readonly inputs: readonly UiInput[];
  readonly outputs: readonly UiSlot[];
  /** A list in the order of the widgets, or by name; as it was written. */
  readonly widgets: unknown;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface UiLink {
  readonly from: string;
  readonly fromSlot: number;
  readonly to: string;
  readonly toSlot: number;
}

export interface UiNetwork {
  readonly nodes: ReadonlyMap<string, UiNode>;
  readonly links: ReadonlyMap<string, UiLink>;
}

/** A subgraph. Its inside speaks of its own inputs and outputs as links from `inputId` and to `outputId`. */
export interface UiDefinition extends UiNetwork {
  readonly name: string;
  readonly inputs: readonly UiSlot[];
  readonly outputs: readonly UiSlot[];
  readonly inputId: string;
  readonly outputId: string;
}

export interface UiGraph extends UiNetwork {
  readonly definitions: ReadonlyMap<string, UiDefinition>;
  /** `extra.groupNodes` as written, by name. */
  readonly groups: ReadonlyMap<string, Record<string, unknown>>;
}

/**
 * Reads a parsed file of the editor.
 *
 * @throws AppError WORKFLOW_INVALID when it is no such file at all; what is wrong inside goes into the report.
 */
export function readUiGraph(value: unknown, report: Report): UiGraph {
  if (!isRecord(value) || !Array.isArray(value.nodes)) {
    throw new AppError('WORKFLOW_INVALID', "This is not a graph of ComfyUI's editor: it has no list of nodes.");
  }
  const definitions = isRecord(value.definitions) ? recordsOf(value.definitions.subgraphs) : [];
  const extra = isRecord(value.extra) ? value.extra : {};
  const groups = isRecord(extra.groupNodes) ? Object.entries(extra.groupNodes) : [];
  return {
    ...readNetwork(value, report),
    definitions: new Map(definitions.map((raw) => [String(raw.id), readDefinition(raw, report)])),
    groups: new Map(groups.flatMap(([name, raw]) => (isRecord(raw) ? [[name, raw]] : []))),
  };
}

function readDefinition(raw: Record<string, unknown>, report: Report): UiDefinition {
  return {
    ...readNetwork(raw, report),
    name: text(raw.name) ?? String(raw.id),
    inputs: recordsOf(raw.inputs).map(readSlot),
    outputs: recordsOf(raw.outputs).map(readSlot),
    inputId: idOf(isRecord(raw.inputNode) ? raw.inputNode.id : undefined) ?? '-10',
    outputId: idOf(isRecord(raw.outputNode) ? raw.outputNode.id : undefined) ?? '-20',
  };
}

function readNetwork(raw: Record<string, unknown>, report: Report): UiNetwork {
  const nodes = new Map<string, UiNode>();
  for (const item of Array.isArray(raw.nodes) ? raw.nodes : []) {
    const node = isRecord(item) ? readNode(item) : undefined;
    if (node === undefined) report.problem({ reason: 'A node in the file has no id or no type.' });
    else if (nodes.has(node.id) && !/Note$/.test(node.type)) {
      report.problem({ node_id: node.id, class_type: node.type, reason: 'Another node has the same id.' });
    } else nodes.set(node.id, node);
  }
  const links = isRecord(raw.links) ? Object.values(raw.links) : Array.isArray(raw.links) ? raw.links : [];
  return { nodes, links: new Map(links.flatMap((link) => readLink(link))) };
}

/** One node, or nothing when it has no id or type. */
export function readNode(raw: Record<string, unknown>): UiNode | undefined {
  const id = idOf(raw.id);
  const type = text(raw.type);
  if (id === undefined || type === undefined) return undefined;
  const title = text(raw.title);
  return {
    id,
    type,
    ...(title === undefined || title === '' ? {} : { title }),
    mode: raw.mode === 2 ? 'muted' : raw.mode === 4 ? 'bypassed' : 'live',
    inputs: recordsOf(raw.inputs).map(readInput),
    outputs: recordsOf(raw.outputs).map(readSlot),
    widgets: raw.widgets_values ?? raw.widgets_values_named,
    properties: isRecord(raw.properties) ? raw.properties : {},
  };
}

function readInput(raw: Record<string, unknown>): UiInput {
  const link = idOf(raw.link);
  const widget = isRecord(raw.widget) ? text(raw.widget.name) : undefined;
  const label = text(raw.label);
  return {
    ...readSlot(raw),
    ...(link === undefined ? {} : { link }),
    ...(widget === undefined ? {} : { widget }),
    ...(label === undefined ? {} : { label }),
  };
}

function readSlot(raw: Record<string, unknown>): UiSlot {
  return { name: text(raw.name) ?? '', type: typeOf(raw.type) };
}

/** Old files write the choices instead of a type for a combo, and 0 or -1 for any type. */
function typeOf(type: unknown): string {
  if (Array.isArray(type)) return 'COMBO';
  return typeof type === 'string' && type !== '' ? type : '*';
}

function readLink(raw: unknown): [string, UiLink][] {
  const [id, from, fromSlot, to, toSlot] = Array.isArray(raw)
    ? raw
    : isRecord(raw)
      ? [raw.id, raw.origin_id, raw.origin_slot, raw.target_id, raw.target_slot]
      : [];
  const [linkId, source, target] = [idOf(id), idOf(from), idOf(to)];
  if (linkId === undefined || source === undefined || target === undefined) return [];
  return [[linkId, { from: source, fromSlot: Number(fromSlot), to: target, toSlot: Number(toSlot) }]];
}

export function recordsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** An id as a text. One that can't be a plain key of an object is none. */
export function idOf(value: unknown): string | undefined {
  if (value === '__proto__') return undefined;
  return typeof value === 'number' || typeof value === 'bigint' || (typeof value === 'string' && value !== '')
    ? String(value)
    : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
