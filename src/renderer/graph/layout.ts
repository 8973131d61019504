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
}

/** Pixels between columns, between boxes of a column, and between boxes of a chain. */
const gaps = { column: 60, box: 26, chain: 34 } as const;
/** Pixels a chain is high at most; longer ones go on in the next column. */
const highestChain = 760;
/** Times that the order and the places of every column are improved. */
const sweeps = 6;

/** Boxes that stand upon each other; all of them when there is just one. */
interface Stack {
  readonly ids: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly before: Set<Stack>;
  readonly after: Set<Stack>;
  column: number;
  y: number;
}

export function layoutGraph(boxes: readonly LayoutBox[], links: readonly { from: string; to: string }[]): GraphLayout {
  const sizes = new Map(boxes.map((box) => [box.id, box]));
  const after = withoutCycles([...sizes.keys()], links);
  const below = chains(sizes, after);
  const columns = columnsOf(stacksOf(sizes, after, below));
  orderColumns(columns);
  placeColumns(columns);
  return { at: positions(columns, sizes), below };
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
): readonly Stack[] {
  const lower = new Set(below.values());
  const byId = new Map<string, Stack>();
  const stacks: Stack[] = [];
  for (const top of topological(after).filter((id) => !lower.has(id))) {
    const ids = [top];
    for (let id = below.get(top); id !== undefined; id = below.get(id)) ids.push(id);
    const members = ids.map((id) => sizes.get(id) ?? { width: 0, height: 0 });
    const stack: Stack = {
      ids,
      width: Math.max(...members.map(({ width }) => width)),
      height: members.reduce((sum, { height }) => sum + height + gaps.chain, -gaps.chain),
      before: new Set(),
      after: new Set(),
      column: 0,
      y: 0,
    };
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
  return stacks;
}

/** As far left as what feeds it allows; what nothing feeds stands beside what it feeds. */
function columnsOf(stacks: readonly Stack[]): Stack[][] {
  const byName = new Map(stacks.map((stack) => [nameOf(stack), stack]));
  const after: After = new Map(stacks.map((stack) => [nameOf(stack), new Set([...stack.after].map(nameOf))]));
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
  return columns.filter((column) => column !== undefined);
}

function nameOf({ ids }: Stack): string {
  return ids[0] ?? '';
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
    for (const { ids, y } of column) {
      let down = y - top;
      for (const id of ids) {
        at.set(id, { x, y: Math.round(down) });
        down += (sizes.get(id)?.height ?? 0) + gaps.chain;
      }
    }
    x += Math.max(...column.map(({ width }) => width)) + gaps.column;
  }
  return at;
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
