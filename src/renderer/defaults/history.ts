/** The log of changes as one reads it: what one conversation changed, together. Pure. */
import type { ChangeAuthor, DefaultChange } from '../../shared/default-changes.js';
import type { DefaultTier } from '../../shared/defaults.js';
import type { ParamValue } from '../../shared/params.js';
import type { Namespace } from '../../shared/workflow.js';
import { keyOf } from './rows.js';

/** One value as a run of changes left it: from what stood before the first to what the last one set. */
export interface ChangedValue {
  key: string;
  namespace: Namespace;
  name: string;
  before: ParamValue | null;
  after: ParamValue | null;
  /** The tier that gave what the last one left; null where none did. */
  source: DefaultTier | null;
  /** All changes of this value in the run; taken back together. */
  changeIds: readonly string[];
  undoable: boolean;
}

export interface ChangeRun {
  id: string;
  by: ChangeAuthor;
  /** Of the first and the last change, milliseconds since the epoch. */
  from: number;
  to: number;
  values: readonly ChangedValue[];
}

/** Runs of changes by the same hand, newest first. What was taken back is left out. */
export function runsOf(changes: readonly DefaultChange[]): ChangeRun[] {
  const runs: DefaultChange[][] = [];
  for (const change of changes) {
    if (change.undone) continue;
    const last = runs.at(-1);
    const newer = last?.at(-1);
    if (last !== undefined && newer !== undefined && sameHand(newer.by, change.by)) last.push(change);
    else runs.push([change]);
  }
  return runs.map(runOf);
}

function sameHand(a: ChangeAuthor, b: ChangeAuthor): boolean {
  return a.kind === b.kind && a.name === b.name && a.session_id === b.session_id;
}

function runOf(changes: readonly DefaultChange[]): ChangeRun {
  const [newest] = changes;
  const oldest = changes.at(-1);
  if (newest === undefined || oldest === undefined) throw new Error('a run has a change');
  const byKey = new Map<string, DefaultChange[]>();
  for (const change of changes) {
    const key = keyOf(change.namespace, change.name);
    byKey.set(key, [...(byKey.get(key) ?? []), change]);
  }
  const values = [...byKey].flatMap(([key, own]): ChangedValue[] => {
    const [last] = own;
    const first = own.at(-1);
    if (last === undefined || first === undefined) return [];
    return [
      {
        key,
        namespace: last.namespace,
        name: last.name,
        before: first.before?.value ?? null,
        after: last.after?.value ?? null,
        source: last.after?.source ?? null,
        changeIds: own.map(({ change_id }) => change_id),
        undoable: last.undoable,
      },
    ];
  });
  return {
    id: oldest.change_id,
    by: newest.by,
    from: Date.parse(oldest.at),
    to: Date.parse(newest.at),
    values,
  };
}

/** Who, as it begins a sentence. */
export function whoWords({ kind, name }: ChangeAuthor): string {
  return kind === 'person' ? 'You' : (name ?? 'An agent');
}

/** The change that gave each value in effect, by key: the newest that was not taken back. */
export function latestByKey(changes: readonly DefaultChange[]): ReadonlyMap<string, DefaultChange> {
  const latest = new Map<string, DefaultChange>();
  for (const change of changes) {
    const key = keyOf(change.namespace, change.name);
    if (!change.undone && !latest.has(key)) latest.set(key, change);
  }
  return latest;
}

const numberWords = ['none', 'this one', 'these two', 'these three', 'these four', 'these five', 'these six'];

/** "Undo these three". */
export function undoWords(count: number): string {
  return count === 1 ? 'Undo' : `Undo ${numberWords[count] ?? `these ${count}`}`;
}
