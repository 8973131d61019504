/** Any graph, written as the editor writes it in any of its forms, comes back as it was. */
import { describe, expect, it } from 'vitest';
import { parseJson, stringifyJson } from '../../../shared/exact-json.js';
import type { Graph } from '../../../shared/workflow.js';
import { convertUiGraph } from './index.js';
import { type Slot, slotsOf, type ValueSlot } from './slots.js';
import { classNames, infoOf } from './ui.testing.js';

/** The same numbers at every run. Source: the mulberry32 generator, public domain. */
function dice(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  return { below, often: (share: number) => next() < share, one: <T>(list: readonly T[]) => list[below(list.length)] };
}
type Dice = ReturnType<typeof dice>;

const bare = (type: string) =>
  ({ id: '0', type, mode: 'live', inputs: [], outputs: [], widgets: [], properties: {} }) as const;
/** Classes whose inputs are all told by the class itself. */
const classes = classNames().filter((type) => !['Grow', 'GrowText', 'Custom', 'Controlled'].includes(type));

function literal(slot: ValueSlot, { below, often, one }: Dice): unknown {
  switch (slot.kind) {
    case 'integer':
      return often(0.2) ? 2n ** 63n + BigInt(below(1000)) : below(1000);
    case 'number':
      return often(0.1) ? Number.NaN : below(1000) / 8;
    case 'boolean':
      return often(0.5);
    case 'string':
      return one(['', 'a cat', 'fixed', 'image', 'true', '{', 'line\nline', '5']);
    case 'combo':
      return slot.multiselect ? { __value__: slot.choices } : one(slot.choices ?? ['x']);
    case 'any':
      return { x: below(9) };
  }
}

interface Written {
  api: Graph;
  /** Widget slots of each node with their values, for writing the list. */
  lists: Map<string, { slot: Slot; value: unknown }[]>;
}

function drawGraph(roll: Dice): Written {
  const api: Graph = {};
  const lists: Written['lists'] = new Map();
  const count = 1 + roll.below(8);
  for (let id = 1; id <= count; id += 1) {
    const class_type = roll.one(classes) ?? 'EmptyImage';
    const inputs: Record<string, unknown> = {};
    const list: { slot: Slot; value: unknown }[] = [];
    const link = () => [String(1 + roll.below(id - 1)), roll.below(2)];
    const take = (slots: readonly Slot[]) => {
      for (const slot of slots) {
        if (slot.role !== 'value') {
          list.push({ slot, value: slot.role === 'control' ? roll.one(['fixed', 'randomize']) : 'image' });
          continue;
        }
        const value = literal(slot, roll);
        list.push({ slot, value });
        inputs[slot.name] = id > 1 && !slot.follow && roll.often(0.2) ? link() : value;
        take(slot.follow?.(value) ?? []);
      }
    };
    const slots = slotsOf(infoOf(class_type), bare(class_type));
    take(slots);
    const { input } = infoOf(class_type) as { input: { required: Record<string, unknown> } };
    for (const name of Object.keys(input.required)) {
      const isWidget = slots.some((slot) => slot.role === 'value' && slot.name === name);
      if (!isWidget && id > 1 && roll.often(0.8)) inputs[name] = link();
    }
    api[String(id)] = { class_type, inputs, _meta: { title: `Node ${id}` } };
    lists.set(String(id), list);
  }
  return { api, lists };
}

type Link = [number, number, number, number, number, string];

function writeUi({ api, lists }: Written, roll: Dice): unknown {
  const links: Link[] = [];
  const nodes: Record<string, unknown>[] = [];
  let nextId = 100;
  const connect = (from: number, slot: number, to: number, toSlot: number): number => {
    links.push([links.length + 1, from, slot, to, toSlot, '*']);
    return links.length;
  };
  /** A link, straight or by way of something that passes it on. */
  const wire = (from: number, slot: number, to: number, toSlot: number): number => {
    if (roll.often(0.7)) return connect(from, slot, to, toSlot);
    nextId += 1;
    const id = nextId;
    const bypassed = roll.often(0.3);
    nodes.push({
      id,
      type: bypassed ? 'Whatever' : 'Reroute',
      mode: bypassed ? 4 : 0,
      inputs: [{ name: '', type: '*', link: connect(from, slot, id, 0) }],
      outputs: [{ name: '', type: '*' }],
    });
    return wire(id, 0, to, toSlot);
  };
  const allSockets = roll.often(0.5);
  for (const [id, { class_type, inputs, _meta }] of Object.entries(api)) {
    const list = lists.get(id) ?? [];
    const widgetNames = new Set(list.flatMap(({ slot }) => (slot.role === 'value' ? [slot.name] : [])));
    const sockets: Record<string, unknown>[] = [];
    const names = [...Object.keys(inputs).filter((name) => !widgetNames.has(name)), ...widgetNames];
    for (const name of names) {
      const value = inputs[name];
      const linked = Array.isArray(value);
      if (!linked && !allSockets) continue;
      const link = linked ? wire(Number(value[0]), Number(value[1]), Number(id), sockets.length) : null;
      sockets.push({ name, type: '*', link, ...(widgetNames.has(name) ? { widget: { name } } : {}) });
    }
    nodes.push({
      id: Number(id),
      type: class_type,
      title: _meta?.title,
      mode: roll.one([0, 0, 1, 3]),
      inputs: sockets,
      outputs: [
        { name: 'a', type: '*' },
        { name: 'b', type: '*' },
      ],
      widgets_values: values(list, roll),
    });
  }
  nodes.push({ id: 99, type: 'Note', widgets_values: ['note'] });
  const objects = links.map(([linkId, origin_id, origin_slot, target_id, target_slot, type]) => {
    return { id: linkId, origin_id, origin_slot, target_id, target_slot, type };
  });
  return { nodes, links: roll.often(0.5) ? objects : links, version: 0.4 };
}

/** A list in the order of the widgets, or by name. */
function values(list: readonly { slot: Slot; value: unknown }[], roll: Dice): unknown {
  const unwrap = (value: unknown) =>
    typeof value === 'object' && value !== null && '__value__' in value ? value.__value__ : value;
  if (roll.often(0.15)) {
    return Object.fromEntries(
      list.flatMap(({ slot, value }) => (slot.role === 'value' ? [[slot.name, unwrap(value)]] : [])),
    );
  }
  return list.map(({ value }) => unwrap(value));
}

/** The whole graph inside a subgraph of which node 500 is a use. */
function wrap(ui: unknown): unknown {
  const { nodes, links } = ui as { nodes: unknown[]; links: unknown[] };
  const id = '11111111-2222-3333-4444-555555555555';
  const inner = {
    id,
    name: 's',
    inputs: [],
    outputs: [],
    inputNode: { id: -10 },
    outputNode: { id: -20 },
    nodes,
    links,
  };
  return {
    nodes: [{ id: 500, type: id, inputs: [], outputs: [], widgets_values: [] }],
    links: [],
    definitions: { subgraphs: [inner] },
  };
}

function prefixed(api: Graph): Graph {
  return Object.fromEntries(
    Object.entries(api).map(([id, node]) => [
      `500:${id}`,
      {
        ...node,
        inputs: Object.fromEntries(
          Object.entries(node.inputs).map(([name, value]) => [
            name,
            Array.isArray(value) ? [`500:${value[0]}`, value[1]] : value,
          ]),
        ),
      },
    ]),
  );
}

describe.each(Array.from({ length: 40 }, (_, index) => index))('draw %i', (round) => {
  it('comes back as it was, ten times', () => {
    for (let turn = 0; turn < 10; turn += 1) {
      const roll = dice(round * 1000 + turn);
      const written = drawGraph(roll);
      const file = writeUi(written, roll);
      expect(convertUiGraph(parseJson(stringifyJson(file)), infoOf).graph).toEqual(written.api);
      expect(convertUiGraph(wrap(file), infoOf).graph).toEqual(prefixed(written.api));
    }
  });
});
