/**
 * Places the boxes of a graph from left to right by what depends on what. A box that only feeds one other, and feeds it
 * last, stands above it in the same column: most graphs end in such a chain, and in a row of columns it would make every
 * box too small to read. Pure; the time grows about as boxes and links do.
 */
import { type After, before, depths, topological, withoutCycles } from './order.js';

export interface LayoutBox {
  id: string;
  width: number;
  height: number;
}

export interface GraphLayout {
  /** Top left corner of each box, in pixels, none above or left of 0. */
  at: ReadonlyMap<string, { x: number; y: number }>;
  /** Which box stands right below another that feeds it, by the id of that other. */
  below: ReadonlyMap<string, string>;
  /** Where a wire passes the columns between two boxes without going behind others; none when they are neighbours. */
  lanes(from: string, to: string): readonly Lane[];
}

/** A level piece of the way through one column, in pixels. */
export interface Lane {
  x: number;
  width: number;
  y: number;
}

/** Pixels between columns, between boxes of a column, and between boxes of a chain. */
const gaps = { column: 48, box: 24, chain: 32 } as const;
/** Pixels a chain is high at most; longer ones go on in the next column. */
const highestChain = 760;
/** Times that the order and the places of every column are improved. */
const sweeps = 6;

/** Boxes that stand upon each other, or the one; without boxes a lane for wires that pass. */
interface Stack {
  readonly name: string;
  readonly ids: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly before: Set<Stack>;
  readonly after: Set<Stack>;
  column: number;
  x: number;
  y: number;
}

/** Pixels that a lane is high. */
const laneHeight = 2;

export function layoutGraph(boxes: readonly LayoutBox[], links: readonly { from: string; to: string }[]): GraphLayout {
  const sizes = new Map(boxes.map((box) => [box.id, box]));
  const after = withoutCycles([...sizes.keys()], links);
  const below = chains(sizes, after);
  const { stacks, byId } = stacksOf(sizes, after, below);
  const columns = columnsOf(stacks);
  const passing = addLanes(columns);
  orderColumns(columns);
  placeColumns(columns);
  const at = positions(columns, sizes);
  const lanes: GraphLayout['lanes'] = (from, to) => {
    const [left, right] = [byId.get(from), byId.get(to)];
    const way = left === undefined || right === undefined ? [] : (passing.get(left) ?? []);
    return way
      .filter(({ column }) => column < (right?.column ?? 0))
      .map(({ x, y, column }) => ({ x, y: y + laneHeight / 2, width: columnWidth(columns[column] ?? []) }));
  };
  return { at, below, lanes };
}

function newStack(name: string, ids: readonly string[], width: number, height: number): Stack {
  return { name, ids, width, height, before: new Set(), after: new Set(), column: 0, x: 0, y: 0 };
}

function chains(sizes: ReadonlyMap<string, LayoutBox>, after: After): Map<string, string> {
  const depth = depths(after);
  const feeds = before(after);
  const below = new Map<string, string>();
  const heights = new Map([...sizes].map(([id, { height }]) => [id, height]));
  for (const id of topological(after)) {
    const [to, ...others] = after.get(id) ?? [];
    if (to === undefined || others.length > 0) continue;
    const last = [...(feeds.get(to) ?? [])].filter((from) => depth.get(from) === (depth.get(to) ?? 0) - 1);
    const height = (heights.get(id) ?? 0) + gaps.chain + (sizes.get(to)?.height ?? 0);
    if (last.length !== 1 || height > highestChain) continue;
    below.set(id, to);
    heights.set(to, height);
  }
  return below;
}

function stacksOf(
  sizes: ReadonlyMap<string, LayoutBox>,
  after: After,
  below: ReadonlyMap<string, string>,
): { stacks: readonly Stack[]; byId: ReadonlyMap<string, Stack> } {
  const lower = new Set(below.values());
  const byId = new Map<string, Stack>();
  const stacks: Stack[] = [];
  for (const top of topological(after).filter((id) => !lower.has(id))) {
    const ids = [top];
    for (let id = below.get(top); id !== undefined; id = below.get(id)) ids.push(id);
    const members = ids.map((id) => sizes.get(id) ?? { width: 0, height: 0 });
    const width = Math.max(...members.map((member) => member.width));
    const height = members.reduce((sum, member) => sum + member.height + gaps.chain, -gaps.chain);
    const stack = newStack(top, ids, width, height);
    stacks.push(stack);
    for (const id of ids) byId.set(id, stack);
  }
  for (const [from, targets] of after) {
    for (const to of targets) {
      const [left, right] = [byId.get(from), byId.get(to)];
      if (left === undefined || right === undefined || left === right) continue;
      left.after.add(right);
      right.before.add(left);
    }
  }
  return { stacks, byId };
}

/** As far left as what feeds it allows; what nothing feeds stands beside what it feeds. */
function columnsOf(stacks: readonly Stack[]): Stack[][] {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  const after: After = new Map(stacks.map((stack) => [stack.name, new Set([...stack.after].map(({ name }) => name))]));
  for (const [name, column] of depths(after)) {
    const stack = byName.get(name);
    if (stack !== undefined) stack.column = column;
  }
  for (const stack of stacks) {
    if (stack.before.size > 0 || stack.after.size === 0) continue;
    stack.column = Math.min(...[...stack.after].map(({ column }) => column)) - 1;
  }
  const columns: Stack[][] = [];
  for (const stack of stacks) {
    columns[stack.column] ??= [];
    columns[stack.column]?.push(stack);
  }
  const used = columns.filter((column) => column !== undefined);
  for (const [at, column] of used.entries()) for (const stack of column) stack.column = at;
  return used;
}

/**
 * Puts a lane into every column that wires pass, one for all wires from the same stack, and links the lanes instead of
 * the stacks. Answers the lanes of each stack, from left to right.
 */
function addLanes(columns: Stack[][]): ReadonlyMap<Stack, readonly Stack[]> {
  const passing = new Map<Stack, Stack[]>();
  for (const stack of columns.flat()) {
    const last = Math.max(stack.column, ...[...stack.after].map(({ column }) => column));
    const lanes: Stack[] = [];
    for (let column = stack.column + 1; column < last; column += 1) {
      const lane = newStack(`${stack.name} ${column}`, [], 0, laneHeight);
      lane.column = column;
      const from = lanes.at(-1) ?? stack;
      from.after.add(lane);
      lane.before.add(from);
      columns[column]?.push(lane);
      lanes.push(lane);
    }
    for (const target of [...stack.after]) {
      const lane = lanes.find(({ column }) => column === target.column - 1);
      if (lane === undefined || target.column <= stack.column + 1) continue;
      stack.after.delete(target);
      target.before.delete(stack);
      lane.after.add(target);
      target.before.add(lane);
    }
    passing.set(stack, lanes);
  }
  return passing;
}

function columnWidth(column: readonly Stack[]): number {
  return Math.max(0, ...column.map(({ width }) => width));
}

/** Neighbours that are linked come to stand at the same height, so that few wires cross. */
function orderColumns(columns: Stack[][]): void {
  const rank = new Map<Stack, number>();
  const note = (column: readonly Stack[]) => {
    for (const [at, stack] of column.entries()) rank.set(stack, (at + 0.5) / column.length);
  };
  for (const column of columns) note(column);
  const sort = (column: Stack[], side: 'before' | 'after') => {
    const wanted = new Map(
      column.map((stack) => [
        stack,
        mean([...stack[side]].map((other) => rank.get(other) ?? 0)) ?? rank.get(stack) ?? 0,
      ]),
    );
    column.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
    note(column);
  };
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    for (const column of columns) sort(column, 'before');
    for (const column of columns.toReversed()) sort(column, 'after');
  }
}

function placeColumns(columns: readonly Stack[][]): void {
  for (const column of columns) settle(column, () => 0);
  const middle = ({ y, height }: Stack) => y + height / 2;
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const back = sweep % 2 === 1;
    for (const column of back ? columns.toReversed() : columns) {
      settle(column, (stack) => {
        const linked = [...(back ? stack.after : stack.before)];
        return (mean(linked.map(middle)) ?? middle(stack)) - stack.height / 2;
      });
    }
  }
}

/**
 * Brings the stacks of a column as near as can be to where they want to be, in their order and without touching: the
 * squares of the distances are least (pool adjacent violators).
 */
function settle(column: readonly Stack[], wanted: (stack: Stack) => number): void {
  let offset = 0;
  const pools: { sum: number; members: { stack: Stack; offset: number }[] }[] = [];
  for (const stack of column) {
    pools.push({ sum: wanted(stack) - offset, members: [{ stack, offset }] });
    offset += stack.height + gaps.box;
    for (let last = pools.at(-1), above = pools.at(-2); last && above; last = pools.at(-1), above = pools.at(-2)) {
      if (above.sum / above.members.length <= last.sum / last.members.length) break;
      pools.splice(-2, 2, { sum: above.sum + last.sum, members: [...above.members, ...last.members] });
    }
  }
  for (const { sum, members } of pools) {
    for (const member of members) member.stack.y = sum / members.length + member.offset;
  }
}

function positions(columns: readonly Stack[][], sizes: ReadonlyMap<string, LayoutBox>) {
  const at = new Map<string, { x: number; y: number }>();
  const top = Math.min(...columns.flat().map(({ y }) => y));
  let x = 0;
  for (const column of columns) {
    for (const stack of column) {
      stack.x = x;
      stack.y -= top;
      let down = stack.y;
      for (const id of stack.ids) {
        at.set(id, { x, y: Math.round(down) });
        down += (sizes.get(id)?.height ?? 0) + gaps.chain;
      }
    }
    x += columnWidth(column) + gaps.column;
  }
  return at;
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
