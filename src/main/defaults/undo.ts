/** Which values each tier has to hold again so that changes are taken back. Pure but for the log it reads. */
import { AppError } from '../../shared/errors.js';
import type { Namespace } from '../../shared/workflow.js';
import { type ChangeLog, type ChangeRecord, type OwnValues, sameOwn } from './changes.js';

export interface Restored {
  namespace: Namespace;
  name: string;
  own: OwnValues;
}

interface UndoPorts {
  log: Pick<ChangeLog, 'get' | 'all'>;
  ownOf(namespace: Namespace, name: string): OwnValues;
}

/**
 * Steps back from the newest change to the oldest, so that several changes of one value are taken back together.
 * `records` are those that are taken back now.
 *
 * @throws AppError NOT_FOUND or NOT_SUPPORTED, before anything is written.
 */
export function restoredBy(
  changeIds: readonly string[],
  { log, ownOf }: UndoPorts,
): { records: ChangeRecord[]; restored: Restored[] } {
  for (const changeId of changeIds) if (log.get(changeId) === undefined) throw unknown(changeId);
  const wanted = new Set(changeIds);
  const records = log.all().filter(({ change_id, undone }) => wanted.has(change_id) && !undone);
  const restored = new Map<string, Restored>();
  for (const { namespace, name, own } of records) {
    const key = `${namespace}.${name}`;
    if (!sameOwn(restored.get(key)?.own ?? ownOf(namespace, name), own.after)) throw changedSince(key);
    restored.set(key, { namespace, name, own: own.before });
  }
  return { records, restored: [...restored.values()] };
}

function unknown(changeId: string): AppError {
  return new AppError('NOT_FOUND', 'This change is not in the log any more.', {
    hint: 'The log keeps the latest changes only. Set the value by hand.',
    details: { change_id: changeId },
  });
}

function changedSince(key: string): AppError {
  return new AppError('NOT_SUPPORTED', `${key} has been changed since.`, {
    hint: 'Undo the later change first, or set the value by hand. Nothing was changed.',
    details: { parameter: key },
  });
}
