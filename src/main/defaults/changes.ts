/**
 * The log of changes to defaults: who, when, from what to what, and what each tier held, so that a change can be taken
 * back exactly. Bounded. Changes to the config file are kept over a restart; the others ended with the program.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { changeAuthorSchema, type DefaultChange, defaultChangeSchema } from '../../shared/default-changes.js';
import { toErrorValue } from '../../shared/errors.js';
import { type ParamValue, paramValueSchema } from '../../shared/params.js';
import { createJsonStore } from '../json-store.js';
import type { Clock, Logger } from '../ports.js';

/** What the two tiers hold that can be written while we run; null where one holds nothing. */
export interface OwnValues {
  runtime: ParamValue | null;
  config: ParamValue | null;
}

const ownSchema = z.object({ runtime: paramValueSchema.nullable(), config: paramValueSchema.nullable() });

const recordSchema = defaultChangeSchema.omit({ undoable: true }).extend({
  by: changeAuthorSchema,
  own: z.object({ before: ownSchema, after: ownSchema }),
});

/** A change as it is kept. */
export type ChangeRecord = z.infer<typeof recordSchema>;
export type NewChange = Omit<ChangeRecord, 'change_id' | 'call_id' | 'at' | 'undone'>;

export interface ChangeLog {
  /** Notes what one call changed, and answers it with ids and time. */
  add(changes: readonly NewChange[]): ChangeRecord[];
  get(changeId: string): ChangeRecord | undefined;
  /** Newest first. */
  all(): readonly ChangeRecord[];
  markUndone(changeIds: ReadonlySet<string>): void;
}

export interface ChangeLogOptions {
  /** Where changes to the config file are kept; undefined keeps them in memory only. */
  file: string | undefined;
  clock: Pick<Clock, 'now'>;
  logger: Logger;
  /** How many are kept; the oldest go. */
  limit?: number;
}

export function createChangeLog({ file, clock, logger, limit = 200 }: ChangeLogOptions): ChangeLog {
  const store = file === undefined ? undefined : createJsonStore(file, { what: 'The log of changed defaults' });
  const attempt = <T>(what: string, run: () => T): T | undefined => {
    try {
      return run();
    } catch (error) {
      // It tells what happened and decides nothing: a default is set whether or not its history can be kept.
      logger.warn(`the log of changed defaults could not be ${what}`, { error: toErrorValue(error) });
      return undefined;
    }
  };
  let records: ChangeRecord[] =
    attempt('read', () => z.array(recordSchema).parse(store?.read().changes ?? []))?.map(sinceRestart) ?? [];

  const keep = (next: ChangeRecord[]) => {
    const lasting = (list: readonly ChangeRecord[]) => JSON.stringify(list.filter(isLasting));
    const before = lasting(records);
    records = next.slice(0, limit);
    if (store !== undefined && lasting(records) !== before) {
      attempt('written', () => store.update(() => ({ changes: records.filter(isLasting) })));
    }
  };

  return {
    add(changes) {
      const call_id = randomUUID();
      const at = new Date(clock.now()).toISOString();
      const added = changes.map((change) => ({ ...change, change_id: randomUUID(), call_id, at, undone: false }));
      if (added.length > 0) keep([...added, ...records]);
      return added;
    },
    get: (changeId) => records.find(({ change_id }) => change_id === changeId),
    all: () => records,
    markUndone(changeIds) {
      keep(records.map((record) => (changeIds.has(record.change_id) ? { ...record, undone: true } : record)));
    },
  };
}

export function sameOwn(a: OwnValues, b: OwnValues): boolean {
  return a.runtime === b.runtime && a.config === b.config;
}

/** The record as it crosses a door. */
export function toChange({ own: _own, ...change }: ChangeRecord, undoable: boolean): DefaultChange {
  return { ...change, undoable };
}

function isLasting({ own }: ChangeRecord): boolean {
  return own.before.config !== own.after.config;
}

/** What was set until the program ended holds no longer: only the file's part can be taken back. */
function sinceRestart(record: ChangeRecord): ChangeRecord {
  const { before, after } = record.own;
  return { ...record, own: { before: { ...before, runtime: null }, after: { ...after, runtime: null } } };
}
