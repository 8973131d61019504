/** What ran: in memory only, oldest first, at most 10,000 entries. Source: ComfyUI 0.3.64, execution.py PromptQueue. */
import { itemTuple, type QueueItem, SECRET_KEYS } from './queue.js';

const MAX_ENTRIES = 10_000;

/** An execution_* event with its data, as history keeps it. */
export type StatusMessage = [event: string, data: Record<string, unknown>];

export interface HistoryEntry {
  item: QueueItem;
  /** Ui of each output node by node id, in the order they finished. */
  outputs: Map<string, unknown>;
  meta: Map<string, unknown>;
  success: boolean;
  messages: StatusMessage[];
}

export interface History {
  /** Adds or replaces; a reused id keeps its place. */
  add(entry: HistoryEntry): void;
  get(promptId: string): HistoryEntry | undefined;
  /** Entries as GET /history pages them; see the protocol's rules for negative and missing values. */
  page(maxItems: number | undefined, offset: number): Map<string, HistoryEntry>;
  all(): HistoryEntry[];
  remove(promptId: string): void;
  clear(): void;
}

export function createHistory(): History {
  const entries = new Map<string, HistoryEntry>();
  return {
    add(entry) {
      const oldest = entries.size > MAX_ENTRIES ? entries.keys().next() : undefined;
      if (oldest && !oldest.done) entries.delete(oldest.value);
      entries.set(entry.item.promptId, entry);
    },
    get: (promptId) => entries.get(promptId),
    page(maxItems, offset) {
      let start = offset;
      if (start < 0) start = maxItems === undefined ? 0 : entries.size - maxItems;
      const end = maxItems === undefined ? undefined : Math.max(start, start + maxItems);
      return new Map([...entries].slice(Math.max(0, start), end === undefined ? undefined : Math.max(0, end)));
    },
    all: () => [...entries.values()],
    remove: (promptId) => void entries.delete(promptId),
    clear: () => entries.clear(),
  };
}

/** The entry as the wire has it. `modern` false leaves out what came after 2024-01. */
export function entryBody(entry: HistoryEntry, modern: boolean): Record<string, unknown> {
  return {
    prompt: itemTuple(entry.item, SECRET_KEYS),
    outputs: entry.outputs,
    ...(modern
      ? {
          status: {
            status_str: entry.success ? 'success' : 'error',
            completed: entry.success,
            messages: entry.messages,
          },
          meta: entry.meta,
        }
      : {}),
  };
}
