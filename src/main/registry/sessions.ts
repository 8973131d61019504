/** Conversations, and the protocol sessions of MCP clients, which outlive a restart of the program. */
import { z } from 'zod';
import type { Clock } from '../ports.js';
import { json } from './rows.js';
import type { Database } from './sqlite.js';

export interface SessionTouch {
  session_id: string;
  /** How the conversation is known, e.g. `explicit`, `protocol`, `bridge`, `minted`, `window`. */
  kind: string;
  /** Labels, as the client calls itself; null keeps what is known. */
  client_name: string | null;
  client_version: string | null;
}

export interface SessionRecord extends SessionTouch {
  /** Milliseconds since the epoch. */
  created_ms: number;
  /** Right to a minute. */
  last_seen_ms: number;
}

/** What is needed to go on with a client that does not initialise again after our restart. */
export interface ProtocolSession {
  id: string;
  protocol_version: string;
  /** The params of its `initialize` request. */
  initialize: Record<string, unknown>;
  /** Milliseconds since the epoch. */
  last_seen_ms: number;
}

export interface Sessions {
  /** Makes the session or brings its labels and its time up to date. The kind it was made with stays. */
  touch(session: SessionTouch): SessionRecord;
  get(sessionId: string): SessionRecord | undefined;
  protocol: {
    /** Stores it, or replaces the one with this id. */
    save(session: ProtocolSession): void;
    load(id: string): ProtocolSession | undefined;
    /** All of them, seen last first. */
    list(): ProtocolSession[];
    remove(id: string): void;
    /** Removes those not seen since `ms`; returns how many. */
    removeOlderThan(ms: number): number;
  };
}

/** Times within this many milliseconds are not written again: every call would cost a write to the disk. */
const timeGrain = 60_000;

const sessionRow = z.object({
  session_id: z.string(),
  kind: z.string(),
  client_name: z.string().nullable(),
  client_version: z.string().nullable(),
  created_ms: z.number().int(),
  last_seen_ms: z.number().int(),
});

const protocolRow = z.object({
  id: z.string(),
  protocol_version: z.string(),
  initialize: json(z.record(z.string(), z.unknown())),
  last_seen_ms: z.number().int(),
});

export function createSessions({ database, clock }: { database: Database; clock: Clock }): Sessions {
  const get = (sessionId: string): SessionRecord | undefined => {
    const row = database.get('SELECT * FROM session WHERE session_id = ?', sessionId);
    return row === undefined ? undefined : sessionRow.parse(row);
  };

  function touch({ session_id, kind, client_name, client_version }: SessionTouch): SessionRecord {
    const known = get(session_id);
    const now = Math.round(clock.now());
    const next: SessionRecord = {
      session_id,
      kind: known?.kind ?? kind,
      client_name: client_name ?? known?.client_name ?? null,
      client_version: client_version ?? known?.client_version ?? null,
      created_ms: known?.created_ms ?? now,
      last_seen_ms: now,
    };
    if (known !== undefined && sameLabels(known, next) && now - known.last_seen_ms < timeGrain) return known;
    database.run(
      'INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?, ?)',
      next.session_id,
      next.kind,
      next.client_name,
      next.client_version,
      next.created_ms,
      next.last_seen_ms,
    );
    return next;
  }

  return {
    touch,
    get,
    protocol: {
      save: ({ id, protocol_version, initialize, last_seen_ms }) => {
        database.run(
          'INSERT OR REPLACE INTO protocol_session VALUES (?, ?, ?, ?)',
          id,
          protocol_version,
          JSON.stringify(initialize),
          Math.round(last_seen_ms),
        );
      },
      load(id) {
        const row = database.get('SELECT * FROM protocol_session WHERE id = ?', id);
        return row === undefined ? undefined : protocolRow.parse(row);
      },
      list: () =>
        database.all('SELECT * FROM protocol_session ORDER BY last_seen_ms DESC').map((row) => protocolRow.parse(row)),
      remove: (id) => {
        database.run('DELETE FROM protocol_session WHERE id = ?', id);
      },
      removeOlderThan: (ms) =>
        database.run('DELETE FROM protocol_session WHERE last_seen_ms < ?', Math.round(ms)).changes,
    },
  };
}

function sameLabels(a: SessionRecord, b: SessionRecord): boolean {
  return a.client_name === b.client_name && a.client_version === b.client_version;
}
