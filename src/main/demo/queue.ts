/**
 * The prompt queue: a binary heap with the very moves of Python's `heapq`, because GET /queue shows the heap's raw
 * array, and clients must not take it for the order of execution.
 */
import { PyFloat } from './json.js';
import { PythonError } from './python.js';

/** A submitted graph: class and inputs of each node by node id. */
export type Graph = Record<string, { class_type: string; inputs: Record<string, unknown>; [extra: string]: unknown }>;

export interface QueueItem {
  /** Priority: lower runs first. */
  number: number;
  /** An explicit `number` is echoed as a float. */
  numberIsFloat: boolean;
  promptId: string;
  graph: Graph;
  extraData: Record<string, unknown>;
  /** Ids of the output nodes that passed validation. */
  outputs: string[];
}

/** `[number, prompt_id, prompt, extra_data, outputs_to_execute]`, as /queue and /history show it. */
export function itemTuple(item: QueueItem, hide: readonly string[] = []): unknown[] {
  const extraData = hide.length === 0 ? item.extraData : without(item.extraData, hide);
  return [
    item.numberIsFloat ? new PyFloat(item.number) : item.number,
    item.promptId,
    item.graph,
    extraData,
    item.outputs,
  ];
}

/** Keys of extra_data that history never keeps. */
export const SECRET_KEYS = ['auth_token_comfy_org', 'api_key_comfy_org'] as const;

function without(record: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}

/**
 * Python compares the tuples item by item: number, then prompt id, then the graphs, which are dicts and can't be
 * compared. Throws that TypeError when `strict`.
 */
function less(a: QueueItem, b: QueueItem, strict: boolean): boolean {
  if (a.number !== b.number) return a.number < b.number;
  if (a.promptId !== b.promptId) return a.promptId < b.promptId;
  if (strict) throw new PythonError('TypeError', "'<' not supported between instances of 'dict' and 'dict'");
  return false;
}

export interface PromptQueue {
  /** Adds an item. Throws PythonError for an equal number and id; the item is in the queue all the same. */
  push(item: QueueItem): void;
  /** Takes the item that runs next. */
  pop(): QueueItem | undefined;
  /** Drops the first item that matches. */
  remove(matches: (item: QueueItem) => boolean): boolean;
  clear(): void;
  /** The heap's array, in heap order. */
  raw(): readonly QueueItem[];
  readonly size: number;
}

export function createPromptQueue(): PromptQueue {
  let heap: QueueItem[] = [];

  const siftDown = (start: number, from: number, strict: boolean): void => {
    const item = heap[from];
    if (!item) return;
    let at = from;
    while (at > start) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (!parent || !less(item, parent, strict)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = item;
  };

  const siftUp = (from: number): void => {
    const item = heap[from];
    if (!item) return;
    let at = from;
    for (let child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
      const left = heap[child];
      const right = heap[child + 1];
      const takeRight = left !== undefined && right !== undefined && !less(left, right, false);
      const smaller = takeRight ? right : left;
      if (!smaller) break;
      heap[at] = smaller;
      at = takeRight ? child + 1 : child;
    }
    heap[at] = item;
    siftDown(from, at, false);
  };

  return {
    push(item) {
      heap.push(item);
      siftDown(0, heap.length - 1, true);
    },
    pop() {
      const last = heap.pop();
      const first = heap[0];
      if (!last || !first) return last;
      heap[0] = last;
      siftUp(0);
      return first;
    },
    remove(matches) {
      const at = heap.findIndex(matches);
      if (at < 0) return false;
      heap.splice(at, 1);
      for (let i = (heap.length >> 1) - 1; i >= 0; i -= 1) siftUp(i);
      return true;
    },
    clear() {
      heap = [];
    },
    raw: () => heap,
    get size() {
      return heap.length;
    },
  };
}
