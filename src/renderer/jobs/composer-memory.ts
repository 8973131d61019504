/** What was last typed into the composer, by workflow. Kept in the window's own storage; losing it loses nothing. */
import { isRecord } from '../../shared/config-text.js';
import type { FormValues } from './param-form.js';

export interface ComposerMemory {
  workflowId: string | null;
  more: boolean;
  values: Readonly<Record<string, FormValues>>;
}

/** Forms that are kept apart: what an empty field means differs. */
type MemoryKey = 'composer' | 'workflows';
const nothing: ComposerMemory = { workflowId: null, more: false, values: {} };

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
  const values: Record<string, FormValues> = {};
  for (const [id, fields] of Object.entries(isRecord(kept.values) ? kept.values : {})) {
    if (!isRecord(fields)) continue;
    values[id] = Object.fromEntries(
      Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  }
  return {
    workflowId: typeof kept.workflowId === 'string' ? kept.workflowId : null,
    more: kept.more === true,
    values,
  };
}

export function writeMemory(
  storage: Pick<Storage, 'setItem'>,
  memory: ComposerMemory,
  key: MemoryKey = 'composer',
): void {
  storage.setItem(key, JSON.stringify(memory));
}
