/** The server's own log, as `/internal/logs` shows it and the `logs` event streams it. */
import type { Clock } from '../ports.js';

const MAX_ENTRIES = 300;

export interface LogEntry {
  /** ISO time without a zone, microseconds. */
  t: string;
  /** Message with its line end. */
  m: string;
}

export interface LogBook {
  add(message: string): void;
  entries(): readonly LogEntry[];
  subscribe(clientId: string): void;
  unsubscribe(clientId: string): void;
}

/** `send` delivers a `logs` event to one client. */
export function createLogBook(clock: Clock, send: (clientId: string, data: Record<string, unknown>) => void): LogBook {
  const entries: LogEntry[] = [];
  const subscribers = new Set<string>();
  return {
    add(message) {
      const entry = { t: new Date(clock.now()).toISOString().replace('Z', '000'), m: message };
      entries.push(entry);
      if (entries.length > MAX_ENTRIES) entries.shift();
      for (const clientId of subscribers) send(clientId, { entries: [entry], size: null });
    },
    entries: () => entries,
    subscribe: (clientId) => void subscribers.add(clientId),
    unsubscribe: (clientId) => void subscribers.delete(clientId),
  };
}
