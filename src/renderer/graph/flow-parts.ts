/** Boxes and wires as React Flow takes them. Pure. */
import { type Edge, type Node, Position } from '@xyflow/react';
import { type Lane, layoutGraph } from './layout.js';
import { type GraphBox, type GraphModel, rowMiddle } from './model.js';

/** Where wires end at a box. */
export interface Ports {
  /** Middle of each linked input at the left edge, in pixels from the top. */
  inputs: readonly { input: string; y: number }[];
  /** A wire comes from the box right above. */
  top: boolean;
  /** Wires go out at the right. */
  right: boolean;
  /** A wire goes to the box right below. */
  bottom: boolean;
}

export type WireEdge = Edge<{ lanes: readonly Lane[] }, 'wire'>;

export type BoxNode = Node<{ box: GraphBox; ports: Ports; running: boolean }, 'box'>;

/** Handles of the edges that are not an input's own. */
export const ports = { top: ' top', right: ' right', bottom: ' bottom' } as const;

export function flowParts(model: GraphModel): { nodes: BoxNode[]; edges: WireEdge[] } {
  const { at, below, lanes } = layoutGraph(model.boxes, model.wires);
  const lower = new Set(below.values());
  const down = (from: string, to: string) => below.get(from) === to;
  // Of several wires to the box below, one is drawn: they would lie upon each other.
  const drawn = new Set<string>();
  const wires = model.wires.filter(({ from, to }) => {
    if (!down(from, to)) return true;
    if (drawn.has(from)) return false;
    return drawn.add(from);
  });
  const edges = wires.map(({ id, from, to, input }): WireEdge => {
    const vertical = down(from, to);
    return {
      id,
      type: 'wire',
      data: { lanes: lanes(from, to) },
      source: from,
      target: to,
      sourceHandle: vertical ? ports.bottom : ports.right,
      targetHandle: vertical ? ports.top : input,
      focusable: false,
      selectable: false,
    };
  });
  const nodes = model.boxes.map((box): BoxNode => {
    const incoming = wires.filter(({ from, to }) => to === box.id && !down(from, to));
    return {
      id: box.id,
      type: 'box',
      position: at.get(box.id) ?? { x: 0, y: 0 },
      width: box.width,
      height: box.height,
      sourcePosition: Position.Right,
      targetPosition: Position.Left,
      ariaRole: 'group',
      ariaLabel: boxWords(box, model),
      data: {
        box,
        running: false,
        ports: {
          inputs: incoming.map(({ input }) => ({ input, y: rowMiddle(box, input) })),
          top: lower.has(box.id),
          bottom: below.has(box.id),
          right: edges.some(({ source, sourceHandle }) => source === box.id && sourceHandle === ports.right),
        },
      },
    };
  });
  return { nodes, edges };
}

/** A box as it is read aloud: what it is, what it takes, from where. */
function boxWords({ title, subtitle, rows, more, id }: GraphBox, { boxes }: GraphModel): string {
  const titleOf = (from: string) => boxes.find((box) => box.id === from)?.title ?? `node ${from}, which is missing`;
  const inputs = rows.map(({ input, value, param, from }) => {
    if (from !== null) return `${input} from ${titleOf(from)}`;
    return param === null ? `${input} ${value ?? ''}` : `${input} is the parameter ${param.name}`;
  });
  const kind = subtitle === null ? '' : `, ${subtitle}`;
  const rest = more > 0 ? `; and ${more} more` : '';
  return `${title}${kind}, node ${id}${inputs.length > 0 ? `: ${inputs.join('; ')}` : ''}${rest}`;
}

type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

export function isDirection(key: string): key is Direction {
  return key === 'ArrowLeft' || key === 'ArrowRight' || key === 'ArrowUp' || key === 'ArrowDown';
}

/** The nearest box in a direction, straight ones before those off the way; undefined at the edge. */
export function boxTowards(nodes: readonly BoxNode[], id: string, key: Direction): string | undefined {
  const here = nodes.find((node) => node.id === id);
  if (here === undefined) return undefined;
  const middle = ({ position, width = 0, height = 0 }: BoxNode) => ({
    x: position.x + width / 2,
    y: position.y + height / 2,
  });
  const from = middle(here);
  const sideways = key === 'ArrowLeft' || key === 'ArrowRight';
  const sign = key === 'ArrowLeft' || key === 'ArrowUp' ? -1 : 1;
  const found = nodes.flatMap((node) => {
    const to = middle(node);
    const [along, across] = sideways ? [to.x - from.x, to.y - from.y] : [to.y - from.y, to.x - from.x];
    return along * sign > 1 ? [{ id: node.id, far: along * sign + Math.abs(across) * 2 }] : [];
  });
  return found.sort((a, b) => a.far - b.far)[0]?.id;
}
