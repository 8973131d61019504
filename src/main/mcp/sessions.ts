/**
 * Sessions of the older protocol generation. Live ones cost memory, so idle ones are parked: they leave memory, not the
 * store, and come back with the client's next word, also after a restart, since those clients don't initialise again.
 */
import type { Server, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import type { Clock, Logger } from '../ports.js';

/** A session as stored. */
export interface StoredSession {
  id: string;
  /** As negotiated. */
  protocolVersion: string;
  /** Parameters of the client's initialize request. */
  initialize: Record<string, unknown>;
  /** Milliseconds since the epoch. */
  lastSeen: number;
}

/** Where sessions outlive the process. */
export interface SessionStore {
  save(session: StoredSession): void;
  load(id: string): StoredSession | undefined;
  remove(id: string): void;
  touch(id: string, lastSeen: number): void;
  /** Removes all that were last seen before a time (milliseconds since the epoch). */
  prune(before: number): void;
}

export interface LiveSession {
  readonly id: string;
  readonly client: { name: string; version: string | undefined };
  readonly server: Server;
  readonly transport: WebStandardStreamableHTTPServerTransport;
  /** Addresses whose changes the client wants to hear of. */
  readonly subscriptions: ReadonlySet<string>;
}

export interface Sessions {
  /** The live session of an id, revived if it is only stored; undefined when there is none (any more). */
  get(id: string): Promise<LiveSession | undefined>;
  /** Takes a newly initialised session in and stores it. */
  add(session: LiveSession, stored: Omit<StoredSession, 'id' | 'lastSeen'>): void;
  /** Marks a session as in use until the returned function runs: it is not parked meanwhile. */
  use(session: LiveSession, kind: 'request' | 'stream'): () => void;
  /** Ends a session for good. */
  end(id: string): Promise<void>;
  live(): Iterable<LiveSession>;
  /** Parks everything and stops looking after idle ones. */
  dispose(): Promise<void>;
}

interface Entry {
  session: LiveSession;
  lastSeen: number;
  touched: number;
  requests: number;
  streams: number;
}

const minute = 60_000;
/** A session unheard of for this long is over. */
const expiresAfter = 48 * 60 * minute;
const parkedAfter = 30 * minute;
/** The store hears of a session's use this often at most. */
const touchedEvery = 5 * minute;
const lookEvery = minute;

/** @param revive makes a live session out of a stored one */
export function createSessions({
  clock,
  store,
  revive,
  logger,
  maxLive = 256,
}: {
  clock: Clock;
  store: SessionStore;
  revive: (stored: StoredSession) => Promise<LiveSession>;
  logger: Logger;
  maxLive?: number;
}): Sessions {
  /** Least recently used first. */
  const entries = new Map<string, Entry>();
  const reviving = new Map<string, Promise<LiveSession | undefined>>();
  const stopped = new AbortController();

  const enter = (session: LiveSession, touched: number) => {
    entries.set(session.id, { session, lastSeen: clock.now(), touched, requests: 0, streams: 0 });
    makeRoom(session.id);
  };

  const saw = (id: string, entry: Entry) => {
    entry.lastSeen = clock.now();
    entries.delete(id);
    entries.set(id, entry);
    if (entry.lastSeen - entry.touched < touchedEvery) return;
    entry.touched = entry.lastSeen;
    store.touch(id, entry.lastSeen);
  };

  const park = async (id: string, { session, lastSeen }: Entry) => {
    entries.delete(id);
    try {
      store.touch(id, lastSeen);
      await session.server.close();
    } catch (error) {
      logger.error('A session could not be put away', { error });
    }
  };

  /** Idle ones go first, then those that only listen: their clients reconnect and are revived. */
  const makeRoom = (newest: string) => {
    const idle = [...entries].filter(([id, entry]) => id !== newest && entry.requests === 0);
    idle.sort(([, a], [, b]) => Math.min(a.streams, 1) - Math.min(b.streams, 1));
    for (const [id, entry] of idle.slice(0, Math.max(0, entries.size - maxLive))) void park(id, entry);
  };

  const bringBack = async (id: string): Promise<LiveSession | undefined> => {
    const stored = store.load(id);
    if (stored === undefined) return undefined;
    if (clock.now() - stored.lastSeen > expiresAfter) {
      store.remove(id);
      return undefined;
    }
    try {
      const session = await revive(stored);
      enter(session, stored.lastSeen);
      return session;
    } catch (error) {
      // Unknown to the client from now on, it initialises anew.
      logger.warn('A stored session could not be revived', { error });
      store.remove(id);
      return undefined;
    }
  };

  const look = async () => {
    while (!stopped.signal.aborted) {
      try {
        store.prune(clock.now() - expiresAfter);
        for (const [id, entry] of [...entries]) {
          if (entry.requests > 0 || entry.streams > 0) saw(id, entry);
          else if (clock.now() - entry.lastSeen > parkedAfter) await park(id, entry);
        }
      } catch (error) {
        logger.error('Old sessions could not be removed', { error });
      }
      await clock.sleep(lookEvery, stopped.signal).catch(() => undefined);
    }
  };
  void look();

  return {
    async get(id) {
      const entry = entries.get(id);
      if (entry !== undefined) {
        saw(id, entry);
        return entry.session;
      }
      // Two requests may come for the same stored session at once: one revival serves both.
      const pending = reviving.get(id) ?? bringBack(id).finally(() => reviving.delete(id));
      reviving.set(id, pending);
      return pending;
    },
    add(session, stored) {
      const now = clock.now();
      store.save({ ...stored, id: session.id, lastSeen: now });
      enter(session, now);
    },
    use(session, kind) {
      const entry = entries.get(session.id);
      if (entry === undefined) return () => undefined;
      const counter = kind === 'stream' ? 'streams' : 'requests';
      entry[counter] += 1;
      return () => {
        entry[counter] -= 1;
      };
    },
    async end(id) {
      const entry = entries.get(id);
      entries.delete(id);
      store.remove(id);
      await entry?.session.server.close();
    },
    *live() {
      for (const { session } of entries.values()) yield session;
    },
    async dispose() {
      stopped.abort(new Error('The endpoint has stopped.'));
      await Promise.all([...entries].map(([id, entry]) => park(id, entry)));
    },
  };
}
