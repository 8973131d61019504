import { Server, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../ports.js';
import { silentLogger } from '../system.js';
import { createSessions, type LiveSession, type Sessions, type StoredSession } from './sessions.js';
import { memoryStore } from './testing.js';

const minute = 60_000;

/** Time that moves when told; sleepers wake when theirs has come. */
function steppedClock() {
  let now = 0;
  let sleepers: { at: number; wake: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        sleepers.push({ at: now + ms, wake: resolve });
        signal?.addEventListener('abort', () => reject(signal.reason));
      }),
  };
  const step = async (ms: number) => {
    now += ms;
    const due = sleepers.filter((sleeper) => sleeper.at <= now);
    sleepers = sleepers.filter((sleeper) => sleeper.at > now);
    for (const { wake } of due) wake();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, step };
}

function liveSession(id: string): LiveSession {
  const server = new Server({ name: 't', version: '1' }, { capabilities: {} });
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => id });
  return { id, client: { name: 'client', version: '1' }, server, transport, subscriptions: new Set() };
}

const kept = { protocolVersion: '2025-06-18', initialize: { clientInfo: { name: 'client', version: '1' } } };

let sessions: Sessions | undefined;
afterEach(async () => {
  await sessions?.dispose();
});

function create({ maxLive, revive }: { maxLive?: number; revive?: () => Promise<LiveSession> } = {}) {
  const { clock, step } = steppedClock();
  const store = memoryStore();
  const reviver = vi.fn(revive ?? (async (stored: StoredSession) => liveSession(stored.id)));
  const made = createSessions({ clock, store, revive: reviver, logger: silentLogger, ...(maxLive && { maxLive }) });
  sessions = made;
  const add = (id: string) => {
    const session = liveSession(id);
    made.add(session, kept);
    return session;
  };
  const alive = () => [...made.live()].map((session) => session.id);
  return { sessions: made, store, step, revive: reviver, add, alive };
}

describe('sessions', () => {
  it('leave memory when idle and come back from the store', async () => {
    const { sessions, store, step, revive, add, alive } = create();
    const session = add('a');
    const closed = vi.spyOn(session.server, 'close');
    await step(31 * minute);
    expect(alive()).toEqual([]);
    expect(closed).toHaveBeenCalled();
    expect(store.sessions.has('a')).toBe(true);
    expect((await sessions.get('a'))?.id).toBe('a');
    expect(revive).toHaveBeenCalledTimes(1);
    expect(alive()).toEqual(['a']);
  });

  it('stay while a request or a stream is open', async () => {
    const { sessions, step, add, alive } = create();
    const release = [sessions.use(add('a'), 'stream'), sessions.use(add('b'), 'request')];
    await step(31 * minute);
    await step(31 * minute);
    expect(alive()).toEqual(['a', 'b']);
    for (const end of release) end();
    await step(31 * minute);
    expect(alive()).toEqual([]);
  });

  it('are over after two days', async () => {
    const { sessions, store, step, add } = create();
    add('a');
    await step(31 * minute);
    await step(48 * 60 * minute);
    expect(store.sessions.size).toBe(0);
    expect(await sessions.get('a')).toBeUndefined();
  });

  it('make room for new ones: idle first, then listening ones, never those at work', async () => {
    const { sessions, add, alive } = create({ maxLive: 2 });
    sessions.use(add('working'), 'request');
    add('idle');
    sessions.use(add('listening'), 'stream');
    expect(alive()).toEqual(['working', 'listening']);
    add('newest');
    expect(alive()).toEqual(['working', 'newest']);
    sessions.use(add('at work'), 'request');
    sessions.use(add('too'), 'request');
    expect(alive()).toEqual(['working', 'at work', 'too']);
  });

  it('park the least recently used', async () => {
    const { sessions, add, alive } = create({ maxLive: 2 });
    add('a');
    add('b');
    await sessions.get('a');
    add('c');
    expect(alive()).toEqual(['a', 'c']);
  });

  it('are written down now and then, not at every word', async () => {
    const { sessions, store, step, add } = create();
    const touch = vi.spyOn(store, 'touch');
    add('a');
    for (let word = 0; word < 5; word += 1) await sessions.get('a');
    expect(touch).not.toHaveBeenCalled();
    await step(6 * minute);
    await sessions.get('a');
    expect(touch).toHaveBeenCalledTimes(1);
    expect(store.sessions.get('a')?.lastSeen).toBe(6 * minute);
  });

  it('that can not be revived are forgotten, so that the client starts anew', async () => {
    const revive = async () => {
      throw new Error('broken');
    };
    const { sessions, store } = create({ revive });
    store.save({ ...kept, id: 'a', lastSeen: 0 });
    expect(await sessions.get('a')).toBeUndefined();
    expect(store.sessions.size).toBe(0);
  });
});
