/** A graph in API format as boxes and wires. Pure, and lenient: what others wrote may have any form. */
import { isRecord } from '../../shared/config-text.js';
import { linkOf, placeKey } from '../../shared/graph-link.js';

export interface GraphRow {
  input: string;
  /** The literal in words; null for what is linked or filled by a parameter. */
  value: string | null;
  /** The parameter that fills it. */
  param: GraphParam | null;
  /** Node it is linked to; null for a literal. */
  from: string | null;
  /** It is linked to a node that the graph does not have. */
  broken: boolean;
}

/** A parameter as a graph shows it. */
export interface GraphParam {
  name: string;
  /** What a call without a value gets; null when a call has to give one. */
  standard: string | null;
}

export interface GraphBox {
  id: string;
  title: string;
  /** The node's class where the title does not say it; else null. */
  subtitle: string | null;
  rows: readonly GraphRow[];
  /** Inputs that are not shown. */
  more: number;
  width: number;
  height: number;
}

export interface GraphWire {
  id: string;
  from: string;
  to: string;
  input: string;
}

export interface GraphModel {
  boxes: readonly GraphBox[];
  wires: readonly GraphWire[];
}

export interface GraphWords {
  /** Names that people know node classes by. */
  names?: Readonly<Record<string, string>>;
  /** Parameters by the place they fill, as `placeKey` writes it. */
  params?: ReadonlyMap<string, GraphParam>;
}

/** Sizes in pixels at zoom 1, the same in Graph.module.css. */
export const boxSize = { width: 180, head: 30, subtitle: 15, row: 21, foot: 5, mostRows: 14 } as const;

/** Every node as a box, in the graph's order, and every link as a wire. What is no node is left out. */
export function graphModel(graph: Readonly<Record<string, unknown>>, words: GraphWords = {}): GraphModel {
  const nodes = Object.entries(graph).flatMap(([id, node]) =>
    isRecord(node) && typeof node.class_type === 'string' ? [{ id, type: node.class_type, node }] : [],
  );
  const ids = new Set(nodes.map(({ id }) => id));
  const wires: GraphWire[] = [];
  const boxes = nodes.map(({ id, type, node }) => {
    const inputs = isRecord(node.inputs) ? node.inputs : {};
    const rows = Object.entries(inputs).map(([input, value]) => rowOf(id, input, value, ids, words));
    // Wires end at rows: linked inputs are shown before others when there are too many.
    const shown =
      rows.length <= boxSize.mostRows
        ? rows
        : [...rows].sort((a, b) => Number(b.from !== null) - Number(a.from !== null)).slice(0, boxSize.mostRows);
    for (const { input, from, broken } of shown) {
      if (from !== null && !broken) wires.push({ id: placeKey(id, input), from, to: id, input });
    }
    const name = ownName(words.names, type);
    const given = isRecord(node._meta) && typeof node._meta.title === 'string' ? node._meta.title.trim() : '';
    const title = given === '' ? (name ?? type) : given;
    const subtitle = title === type ? null : type;
    const more = rows.length - shown.length;
    return {
      id,
      title,
      subtitle,
      rows: shown,
      more,
      width: boxSize.width,
      height: heightOf(shown.length, more, subtitle),
    };
  });
  return { boxes, wires };
}

/** Where the row of an input has its middle, from the top of its box. */
export function rowMiddle(box: GraphBox, input: string): number {
  const at = Math.max(
    0,
    box.rows.findIndex((row) => row.input === input),
  );
  return headOf(box.subtitle) + at * boxSize.row + boxSize.row / 2 + 3;
}

function heightOf(rows: number, more: number, subtitle: string | null): number {
  const lines = rows + Number(more > 0);
  return headOf(subtitle) + (lines === 0 ? 0 : lines * boxSize.row + boxSize.foot + 2);
}

/** Height of a box's head: title, and the class below it. */
export function headOf(subtitle: string | null): number {
  return boxSize.head + (subtitle === null ? 0 : boxSize.subtitle);
}

function rowOf(id: string, input: string, value: unknown, ids: ReadonlySet<string>, { params }: GraphWords): GraphRow {
  const param = params?.get(placeKey(id, input)) ?? null;
  const link = linkOf(value);
  const from = link?.from ?? null;
  return {
    input,
    param,
    from,
    broken: from !== null && !ids.has(from),
    value: from !== null || param !== null ? null : literalWords(value),
  };
}

const longestLiteral = 120;

function literalWords(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'object') {
    const printed = JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
    return printed.slice(0, longestLiteral);
  }
  if (value === '') return 'empty';
  return String(value).slice(0, longestLiteral).replace(/\s+/g, ' ');
}

function ownName(names: GraphWords['names'], type: string): string | undefined {
  return names !== undefined && Object.hasOwn(names, type) ? names[type] : undefined;
}
