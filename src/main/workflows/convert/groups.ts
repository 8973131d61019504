/**
 * Group nodes, which came before subgraphs: `extra.groupNodes[name]` holds copies of nodes with links by index, and a node
 * of type `workflow>name` (once `workflow/name`) stands for them. A group is made into a subgraph here, so that there is
 * one way to take apart both. Which inner inputs show outside, and under which names, follows the editor: all that no
 * inner link feeds, widgets before sockets, a name that was taken getting the inner node's title before it.
 */
import { isRecord } from '../../../shared/config-text.js';
import { showValue } from '../../../shared/exact-json.js';
import { align } from './align.js';
import { idOf, readNode, recordsOf, type UiDefinition, type UiLink, type UiNode, type UiSlot } from './read.js';
import type { Report } from './report.js';
import type { Expansion } from './scopes.js';
import { requiredLinks, type Slot, slotsOf } from './slots.js';

const prefix = /^workflow[>/]/;

/** The name of the group that a node stands for, if it does. */
export function groupNameOf(type: string): string | undefined {
  return prefix.test(type) ? type.replace(prefix, '') : undefined;
}

interface InnerLink {
  from: string;
  fromSlot: number;
  to: string;
  toSlot: number;
}

/** What is fed from outside: an input of an inner node, and the name that it has there. */
interface Exposed {
  nodeId: string;
  input: string;
  name: string;
  slots: Slot[];
}

/** A group's node taken apart. `infoOf` gives a class's entry of `/object_info`. */
export function expandGroup(
  node: UiNode,
  raw: Record<string, unknown>,
  infoOf: (type: string) => unknown,
  report: Report,
): Expansion {
  const inner = recordsOf(raw.nodes).flatMap((item, index) => readNode({ ...item, id: index }) ?? []);
  const links = innerLinks(raw.links);
  const outputs = exposedOutputs(inner, links, raw);
  const values = Array.isArray(node.widgets) ? node.widgets : [];
  // Newer files have a socket for each widget, older ones for those only that were made into sockets, and those come last.
  const [best] = [false, true]
    .map((socketsLast) => {
      const exposed = exposedInputs({ inner, links, raw, infoOf, socketsLast });
      const slots = exposed.flatMap((entry) => entry.slots.map((slot) => renamed(slot, entry)));
      return { exposed, reading: align(slots, values) };
    })
    .sort((a, b) => a.reading.cost - b.reading.cost);
  const { exposed = [], reading } = best ?? {};
  const place = { node_id: node.id, class_type: node.type };
  for (const { slot, value } of reading?.wrong ?? []) {
    report.problem({ ...place, input: slot.name, reason: `The group's value ${showValue(value)} does not fit.` });
  }
  if (outputs.length < node.outputs.length) {
    report.problem({ ...place, reason: 'The group has fewer outputs than its node.' });
  }
  if (reading !== undefined && reading.left.length > 0) {
    report.problem({ ...place, reason: "The group's node has more values than the group has widgets." });
  }
  const names = new Set(exposed.map(({ name }) => name));
  for (const { name, link } of node.inputs) {
    if (link === undefined || names.has(name)) continue;
    report.problem({ ...place, input: name, reason: "The group's definition has no input of this name." });
  }
  const definition = definitionOf(node.type, inner, links, exposed, outputs);
  return { definition, hostValues: reading?.values ?? new Map(), promoted: [] };
}

/** A slot under the name it has outside. */
function renamed(slot: Slot, { input, name }: Exposed): Slot {
  return slot.role === 'value' && slot.name === input ? { ...slot, name } : slot;
}

function innerLinks(raw: unknown): InnerLink[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((link): InnerLink[] => {
    const [from, fromSlot, to, toSlot] = Array.isArray(link) ? link : [];
    const [source, target] = [idOf(from), idOf(to)];
    // A link that came from outside the copied nodes has no source.
    if (source === undefined || target === undefined) return [];
    return [{ from: source, fromSlot: Number(fromSlot), to: target, toSlot: Number(toSlot) }];
  });
}

function exposedInputs({
  inner,
  links,
  raw,
  infoOf,
  socketsLast,
}: {
  inner: readonly UiNode[];
  links: readonly InnerLink[];
  raw: Record<string, unknown>;
  infoOf: (type: string) => unknown;
  socketsLast: boolean;
}): Exposed[] {
  const seen = new Map<string, number>();
  return inner.flatMap((node) => {
    const linked = (input: string) =>
      links.some(({ to, toSlot }) => to === node.id && node.inputs[toSlot]?.name === input);
    return inputsOf(node, infoOf, socketsLast)
      .filter(({ input }) => !linked(input))
      .map(({ input, slots }) => {
        // A reroute's input has no name; it is known by the type of the first input that it leads to.
        const plain = input === '' ? targetType(node, inner, links) : input;
        return { nodeId: node.id, input, slots, name: nameOutside(node, { input, plain }, raw, seen) };
      });
  });
}

/** An inner node's inputs in the order in which the editor shows them: widgets, sockets, widgets made into sockets. */
function inputsOf(
  node: UiNode,
  infoOf: (type: string) => unknown,
  socketsLast: boolean,
): { input: string; slots: Slot[] }[] {
  const info = infoOf(node.type);
  const widgets: { input: string; slots: Slot[] }[] = [];
  const slots: Slot[] =
    node.type === 'PrimitiveNode'
      ? [{ role: 'value', name: 'value', kind: 'any' }, { role: 'control' }]
      : slotsOf(info, node);
  for (const slot of slots) {
    if (slot.role === 'value') widgets.push({ input: slot.name, slots: [slot] });
    else widgets.at(-1)?.slots.push(slot);
  }
  const converted = (input: string) =>
    socketsLast && node.inputs.some(({ name, widget }) => name === input && widget === name);
  const sockets = new Set([...requiredLinks(info, node), ...node.inputs.map(({ name }) => name)]);
  for (const { input } of widgets) sockets.delete(input);
  return [
    ...widgets.filter(({ input }) => !converted(input)),
    ...[...sockets].map((input) => ({ input, slots: [] })),
    ...widgets.filter(({ input }) => converted(input)),
  ];
}

function targetType(node: UiNode, inner: readonly UiNode[], links: readonly InnerLink[]): string {
  const link = links.find(({ from }) => from === node.id);
  const target = inner.find(({ id }) => id === link?.to);
  return (link === undefined ? undefined : target?.inputs[link.toSlot]?.type) ?? node.inputs[0]?.type ?? '*';
}

function nameOutside(
  node: UiNode,
  { input, plain }: { input: string; plain: string },
  raw: Record<string, unknown>,
  seen: Map<string, number>,
): string {
  const own = configOf(raw, node.id, 'input', plain).name;
  const wanted = typeof own === 'string' ? own : (node.inputs.find(({ name }) => name === input)?.label ?? plain);
  const before = `${node.title ?? node.type} `;
  const key = seen.has(wanted) || (node.type === 'PrimitiveNode' && node.title) ? `${before}${plain}` : wanted;
  const times = seen.get(key);
  seen.set(key, (times ?? 1) + 1);
  return times === undefined ? key : `${before}${times} ${plain}`;
}

function exposedOutputs(
  inner: readonly UiNode[],
  links: readonly InnerLink[],
  raw: Record<string, unknown>,
): { nodeId: string; slot: number; output: UiSlot }[] {
  const external = Array.isArray(raw.external) ? raw.external.filter(Array.isArray) : [];
  return inner.flatMap((node) =>
    node.outputs.flatMap((output, slot) => {
      const used = links.some(({ from, fromSlot }) => from === node.id && fromSlot === slot);
      const shown = external.some(([id, at]) => String(id) === node.id && Number(at) === slot);
      const { visible = !used || shown } = configOf(raw, node.id, 'output', String(slot));
      return visible === false || node.type === 'PrimitiveNode' ? [] : [{ nodeId: node.id, slot, output }];
    }),
  );
}

function definitionOf(
  name: string,
  inner: readonly UiNode[],
  innerOnes: readonly InnerLink[],
  exposed: readonly Exposed[],
  outputs: ReturnType<typeof exposedOutputs>,
): UiDefinition {
  const links = new Map<string, UiLink>(innerOnes.map((link, index) => [`inner ${index}`, link]));
  const fed = new Map(innerOnes.map(({ to, toSlot }, index) => [`${to} ${toSlot}`, `inner ${index}`]));
  const nodes = inner.map((node): UiNode => {
    const inputs = node.inputs.map(({ link: _stale, ...input }, slot) => {
      const link = fed.get(`${node.id} ${slot}`);
      return link === undefined ? input : { ...input, link };
    });
    const own = exposed.flatMap((entry, slot) => (entry.nodeId === node.id ? [{ ...entry, slot }] : []));
    for (const { input, slot, slots } of own) {
      const at = inputs.findIndex((other) => other.name === input);
      const id = `outer ${slot}`;
      const toSlot = at === -1 ? inputs.length : at;
      const socket = inputs[at] ?? { name: input, type: '*', ...(slots.length > 0 ? { widget: input } : {}) };
      inputs[toSlot] = { ...socket, link: id };
      links.set(id, { from: '-10', fromSlot: slot, to: node.id, toSlot });
    }
    return { ...node, inputs };
  });
  for (const [index, { nodeId, slot }] of outputs.entries()) {
    links.set(`output ${index}`, { from: nodeId, fromSlot: slot, to: '-20', toSlot: index });
  }
  return {
    name,
    nodes: new Map(nodes.map((node) => [node.id, node])),
    links,
    inputs: exposed.map((entry) => ({ name: entry.name, type: '*' })),
    outputs: outputs.map(({ output }) => output),
    inputId: '-10',
    outputId: '-20',
  };
}

function configOf(raw: Record<string, unknown>, nodeId: string, side: 'input' | 'output', key: string) {
  const all = isRecord(raw.config) ? raw.config[nodeId] : undefined;
  const group = isRecord(all) ? all[side] : undefined;
  const own = isRecord(group) ? group[key] : undefined;
  return isRecord(own) ? own : {};
}
