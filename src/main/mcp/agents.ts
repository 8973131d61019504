/**
 * Who is connected now. Older clients are known by their session; those of 2026-07-28 have none and are known by name
 * and address, while something of them was heard in the last minutes or a stream of theirs is open.
 */
import type { Agent } from '../../shared/status.js';
import type { Clock } from '../ports.js';

export interface AgentBook {
  /** Something was heard of a client. */
  seen(key: string, client: { name: string; version: string | undefined }): void;
  /** It called a tool. */
  called(key: string): void;
  /** A stream of it is open until the returned function runs. */
  hold(key: string): () => void;
  /** It said goodbye. */
  gone(key: string): void;
  /** Longest connected first. */
  list(): Agent[];
  dispose(): void;
}

interface Entry {
  name: string;
  version: string | undefined;
  connectedAt: number;
  lastSeen: number;
  lastCall: number | undefined;
  streams: number;
}

/** Milliseconds without a word after which a client without a stream no longer counts as connected. */
const forgottenAfter = 3 * 60_000;
/** Milliseconds between looks for clients that went silent. */
const lookEvery = 30_000;
/** Milliseconds within which several changes are told as one. */
const tellWithin = 100;
const maxEntries = 512;

/** @param onChange gets the list whenever it changed, at most every 100 ms */
export function createAgentBook({ clock, onChange }: { clock: Clock; onChange: (agents: Agent[]) => void }): AgentBook {
  const entries = new Map<string, Entry>();
  const stopped = new AbortController();
  let telling = false;

  const tell = () => {
    if (telling || stopped.signal.aborted) return;
    telling = true;
    clock.sleep(tellWithin, stopped.signal).then(
      () => {
        telling = false;
        onChange(list());
      },
      () => undefined, // disposed
    );
  };

  const lapsed = (entry: Entry) => entry.streams === 0 && clock.now() - entry.lastSeen > forgottenAfter;
  const list = () => [...entries].filter(([, entry]) => !lapsed(entry)).map(([key, entry]) => toAgent(key, entry));

  const forgetSilent = () => {
    for (const [key, entry] of entries) {
      if (!lapsed(entry)) continue;
      entries.delete(key);
      tell();
    }
  };

  const look = async () => {
    for (;;) {
      await clock.sleep(lookEvery, stopped.signal);
      forgetSilent();
    }
  };
  look().catch(() => undefined); // ends by being disposed

  return {
    seen(key, client) {
      const now = clock.now();
      const known = entries.get(key);
      if (known !== undefined && !lapsed(known)) {
        known.lastSeen = now;
        return;
      }
      const oldest = entries.keys().next();
      if (entries.size >= maxEntries && !oldest.done) entries.delete(oldest.value);
      entries.set(key, { ...client, connectedAt: now, lastSeen: now, lastCall: undefined, streams: 0 });
      tell();
    },
    called(key) {
      const entry = entries.get(key);
      if (entry === undefined) return;
      entry.lastSeen = entry.lastCall = clock.now();
      tell();
    },
    hold(key) {
      const entry = entries.get(key);
      if (entry === undefined) return () => undefined;
      entry.streams += 1;
      return () => {
        entry.streams -= 1;
        entry.lastSeen = clock.now();
      };
    },
    gone(key) {
      if (entries.delete(key)) tell();
    },
    list,
    dispose: () => stopped.abort(new Error('The endpoint has stopped.')),
  };
}

function toAgent(key: string, { name, version, connectedAt, lastCall }: Entry): Agent {
  return {
    session_id: key,
    name,
    version: version ?? null,
    connected_at: new Date(connectedAt).toISOString(),
    last_call_at: lastCall === undefined ? null : new Date(lastCall).toISOString(),
  };
}
