/**
 * What was last typed into the composer, by workflow or by the asset that is made again, and what was asked for lately.
 * Kept in the window's own storage.
 */
import { isRecord } from '../../shared/config-text.js';
import type { FormValues } from './param-form.js';

export interface ComposerMemory {
  workflowId: string | null;
  more: boolean;
  /** How many a run makes. */
  count: number;
  /** Forms whose seed counts up after each run. */
  stepping: readonly string[];
  /** By the form's key: a workflow's id, or `asset:` and an asset's. */
  values: Readonly<Record<string, FormValues>>;
  /** What was asked for, by workflow, the latest first. */
  recent: Readonly<Record<string, readonly FormValues[]>>;
}

/** Forms that are kept apart: what an empty field means differs. */
type MemoryKey = 'composer' | 'workflows';
const nothing: ComposerMemory = { workflowId: null, more: false, count: 1, stepping: [], values: {}, recent: {} };

/** Drafts of assets made again that are kept, and prompts of each workflow. */
const draftsKept = 30;
const recentKept = 60;

/** Reads what was kept; anything that isn't of the expected form counts as nothing. */
export function readMemory(storage: Pick<Storage, 'getItem'>, key: MemoryKey = 'composer'): ComposerMemory {
  const text = storage.getItem(key);
  if (text === null) return nothing;
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    return nothing;
  }
  if (!isRecord(kept)) return nothing;
  return {
    workflowId: typeof kept.workflowId === 'string' ? kept.workflowId : null,
    more: kept.more === true,
    count: typeof kept.count === 'number' && kept.count >= 1 && kept.count <= 8 ? Math.floor(kept.count) : 1,
    stepping: Array.isArray(kept.stepping) ? kept.stepping.filter((one) => typeof one === 'string') : [],
    values: mapped(kept.values, (fields) => (isRecord(fields) ? texts(fields) : undefined)),
    recent: mapped(kept.recent, (list) => (Array.isArray(list) ? list.filter(isRecord).map(texts) : undefined)),
  };
}

export function writeMemory(
  storage: Pick<Storage, 'setItem'>,
  memory: ComposerMemory,
  key: MemoryKey = 'composer',
): void {
  storage.setItem(key, JSON.stringify(memory));
}

/** The memory with other values in a form; the oldest drafts of assets go. */
export function withValues(memory: ComposerMemory, key: string, values: FormValues): ComposerMemory {
  const others = Object.entries(memory.values).filter(([one]) => one !== key);
  const drafts = others.filter(([one]) => one.startsWith('asset:')).map(([one]) => one);
  const old = new Set(drafts.slice(0, Math.max(0, drafts.length - draftsKept + 1)));
  return {
    ...memory,
    values: { ...Object.fromEntries(others.filter(([one]) => !old.has(one))), [key]: values },
  };
}

/** The memory with what was just asked for on top of its workflow's list; the same asked again only moves up. */
export function withRecent(memory: ComposerMemory, workflowId: string, asked: FormValues): ComposerMemory {
  if (Object.values(asked).every((text) => text.trim() === '')) return memory;
  const others = (memory.recent[workflowId] ?? []).filter((one) => !sameValues(one, asked));
  return { ...memory, recent: { ...memory.recent, [workflowId]: [asked, ...others].slice(0, recentKept) } };
}

export function withoutRecent(memory: ComposerMemory, workflowId: string, gone: FormValues): ComposerMemory {
  const left = (memory.recent[workflowId] ?? []).filter((one) => !sameValues(one, gone));
  return { ...memory, recent: { ...memory.recent, [workflowId]: left } };
}

function sameValues(one: FormValues, other: FormValues): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => (one[name] ?? '') === (other[name] ?? ''));
}

function texts(fields: Readonly<Record<string, unknown>>): FormValues {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function mapped<T>(record: unknown, read: (value: unknown) => T | undefined): Record<string, T> {
  if (!isRecord(record)) return {};
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => {
      const found = read(value);
      return found === undefined ? [] : [[key, found]];
    }),
  );
}
