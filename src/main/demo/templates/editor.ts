/** Writes graphs as ComfyUI's editor saves them (schema 0.4 with subgraphs), from short notes about nodes. */
import type { InputSpec, NodeInfo } from '../node.js';

export type InfoOf = (classType: string) => NodeInfo | undefined;

/** An output: node id and slot. `inside` a subgraph, its own input of that number. */
export type From = readonly [node: number | 'inside', slot: number];

export interface Note {
  id: number;
  /** A class, or the id of a subgraph. */
  type: string;
  title?: string;
  /** Column and row: the editor's places in steps. */
  at: readonly [column: number, row: number];
  /** `widgets_values`. */
  values?: readonly unknown[];
  from?: Readonly<Record<string, From>>;
  properties?: Readonly<Record<string, unknown>>;
}

export interface Subgraph {
  /** A UUID. */
  id: string;
  name: string;
  notes: readonly Note[];
  inputs: readonly { name: string; type: string }[];
  outputs: readonly { name: string; type: string; from: From }[];
}

interface Socket {
  name: string;
  type: string;
  link: number | null;
  widget?: { name: string };
}

/** Ids by which a subgraph's inside speaks of its own inputs and outputs. */
const inputId = -10;
const outputId = -20;
const [columnWidth, rowHeight] = [320, 220];
const widgetTypes: ReadonlySet<string> = new Set(['INT', 'FLOAT', 'STRING', 'BOOLEAN', 'COMBO']);

export function drawGraph(notes: readonly Note[], subgraphs: readonly Subgraph[], infoOf: InfoOf) {
  const { nodes, links } = network(notes, subgraphs, infoOf);
  return {
    id: uuidOf(notes.length + subgraphs.length),
    revision: 0,
    last_node_id: Math.max(...notes.map(({ id }) => id)),
    last_link_id: links.length,
    nodes,
    links,
    groups: [],
    ...(subgraphs.length === 0
      ? {}
      : { definitions: { subgraphs: subgraphs.map((one) => definition(one, subgraphs, infoOf)) } }),
    config: {},
    extra: { ds: { scale: 1, offset: [0, 0] } },
    version: 0.4,
  };
}

function definition(subgraph: Subgraph, subgraphs: readonly Subgraph[], infoOf: InfoOf) {
  const { id, name, notes, inputs, outputs } = subgraph;
  const { nodes, links } = network(notes, subgraphs, infoOf);
  const feeds = outputs.map(({ from: [node, slot], type }, index) => [
    links.length + index + 1,
    node === 'inside' ? inputId : node,
    slot,
    outputId,
    index,
    type,
  ]);
  const all = [...links, ...feeds].map(([id, origin_id, origin_slot, target_id, target_slot, type]) => ({
    id,
    origin_id,
    origin_slot,
    target_id,
    target_slot,
    type,
  }));
  const linked = (test: (link: (typeof all)[number]) => boolean) => all.filter(test).map((link) => link.id);
  return {
    id,
    version: 1,
    state: { lastGroupId: 0, lastNodeId: Math.max(...notes.map((note) => note.id)), lastLinkId: all.length },
    revision: 0,
    config: {},
    name,
    inputNode: { id: inputId, bounding: [-columnWidth, 0, 120, 80] },
    outputNode: { id: outputId, bounding: [4 * columnWidth, 0, 120, 60] },
    inputs: inputs.map((input, slot) => ({
      id: uuidOf(100 + slot),
      ...input,
      linkIds: linked((link) => link.origin_id === inputId && link.origin_slot === slot),
    })),
    outputs: outputs.map(({ name, type }, slot) => ({
      id: uuidOf(200 + slot),
      name,
      type,
      linkIds: linked((link) => link.target_id === outputId && link.target_slot === slot),
    })),
    widgets: [],
    nodes,
    groups: [],
    links: all,
    extra: {},
  };
}

type Link = [id: number, from: number, fromSlot: number, to: number, toSlot: number, type: string];

function network(notes: readonly Note[], subgraphs: readonly Subgraph[], infoOf: InfoOf) {
  const links: Link[] = [];
  const nodes = notes.map((note, order) => {
    const { id, type, title, at, values = [], from = {}, properties = {} } = note;
    const inputs = socketsOf(note, subgraphs, infoOf);
    for (const [slot, input] of inputs.entries()) {
      const source = from[input.name];
      if (source === undefined) continue;
      input.link = links.length + 1;
      const [node, fromSlot] = source;
      links.push([input.link, node === 'inside' ? inputId : node, fromSlot, id, slot, input.type]);
    }
    return {
      id,
      type,
      pos: [at[0] * columnWidth, at[1] * rowHeight],
      size: [280, 160],
      flags: {},
      order,
      mode: 0,
      inputs,
      outputs: outputsOf(type, subgraphs, infoOf),
      ...(title === undefined ? {} : { title }),
      properties: { 'Node name for S&R': type, ...properties },
      widgets_values: values,
    };
  });
  for (const node of nodes) {
    for (const [slot, output] of node.outputs.entries()) {
      output.links = links.filter(([, from, fromSlot]) => from === node.id && fromSlot === slot).map(([id]) => id);
    }
  }
  return { nodes, links };
}

/** Every input that only a link can feed, and widgets that are linked, as the editor shows them. */
function socketsOf({ type, from = {} }: Note, subgraphs: readonly Subgraph[], infoOf: InfoOf): Socket[] {
  const subgraph = subgraphs.find(({ id }) => id === type);
  if (subgraph !== undefined) {
    return subgraph.inputs.map(({ name, type: of }) => ({
      name,
      type: of,
      link: null,
      ...(widgetTypes.has(of) ? { widget: { name } } : {}),
    }));
  }
  const { required = {}, optional = {} } = infoOf(type)?.input ?? {};
  const declared = Object.entries({ ...required, ...optional });
  // The editor keeps the sockets of a class that is not installed.
  const known = declared.length > 0 ? declared : Object.keys(from).map((name): [string, InputSpec] => [name, ['*']]);
  return known.flatMap(([name, [of]]) => {
    const kind = Array.isArray(of) ? 'COMBO' : of;
    const isWidget = widgetTypes.has(kind);
    if (isWidget && from[name] === undefined) return [];
    return [{ name, type: kind, link: null, ...(isWidget ? { widget: { name } } : {}) }];
  });
}

function outputsOf(type: string, subgraphs: readonly Subgraph[], infoOf: InfoOf) {
  const subgraph = subgraphs.find(({ id }) => id === type);
  const types = subgraph?.outputs.map((output) => output.type) ?? infoOf(type)?.output.map(String) ?? ['IMAGE'];
  return types.map((name) => ({ name, type: name, links: [] as number[] }));
}

function uuidOf(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}
