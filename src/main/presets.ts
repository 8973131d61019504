/** Named sets of values of workflows, kept in a file of the data directory that people may read and mend. */
import { isRecord } from '../shared/config-text.js';
import type { Preset } from '../shared/contract-making.js';
import { createJsonStore } from './json-store.js';

export interface Presets {
  /** By name. */
  of(workflowId: string): Preset[];
  /** Keeps one in place of what had its name, and of `was`. */
  save(workflowId: string, preset: Preset, was?: string): void;
  remove(workflowId: string, name: string): void;
}

/** @throws AppError CONFIG_INVALID from every call when the file is broken or can't be written. */
export function createPresets(file: string): Presets {
  const store = createJsonStore(file, { what: 'The file of presets' });
  const change = (workflowId: string, next: (presets: Preset[]) => Preset[]) =>
    store.update((all) => {
      const kept = next(presetsIn(all, workflowId)).map(({ name, values }) => [name, values]);
      const { [workflowId]: _, ...others } = all;
      return kept.length === 0 ? others : { ...others, [workflowId]: Object.fromEntries(kept) };
    });
  return {
    of: (workflowId) => presetsIn(store.read(), workflowId).sort((a, b) => a.name.localeCompare(b.name)),
    save(workflowId, preset, was = preset.name) {
      change(workflowId, (presets) => [...presets.filter(({ name }) => name !== preset.name && name !== was), preset]);
    },
    remove: (workflowId, gone) => change(workflowId, (presets) => presets.filter(({ name }) => name !== gone)),
  };
}

/** Anything that is not of the expected form counts as nothing: people edit the file. */
function presetsIn(all: Readonly<Record<string, unknown>>, workflowId: string): Preset[] {
  const mine = Object.hasOwn(all, workflowId) ? all[workflowId] : undefined;
  if (!isRecord(mine)) return [];
  return Object.entries(mine).flatMap(([name, values]) =>
    isRecord(values)
      ? {
          name,
          values: Object.fromEntries(
            Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
          ),
        }
      : [],
  );
}
