import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Bench, createBench } from './testing.js';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(() => bench.dispose());

const label = { kind: 'explicit', client_name: 'agent', client_version: '1.0' };

it('a session keeps its kind, learns labels, and moves in time', () => {
  const { sessions } = bench.open();
  const start = bench.clock.time;
  expect(sessions.get('s1')).toBeUndefined();
  expect(sessions.touch({ session_id: 's1', ...label, client_version: null })).toEqual({
    session_id: 's1',
    ...label,
    client_version: null,
    created_ms: start,
    last_seen_ms: start,
  });
  expect(sessions.touch({ session_id: 's1', ...label, kind: 'bridge', client_name: null })).toMatchObject(label);
  bench.clock.time += 59_999;
  expect(sessions.touch({ session_id: 's1', ...label }).last_seen_ms).toBe(start);
  bench.clock.time += 1;
  const seen = sessions.touch({ session_id: 's1', ...label });
  expect(seen.last_seen_ms).toBe(bench.clock.time);
  expect(bench.open().sessions.get('s1')).toEqual(seen);
});

it('protocol sessions outlive a restart', () => {
  const first = bench.open().sessions.protocol;
  const session = {
    id: 'abc',
    protocol_version: '2025-06-18',
    initialize: { clientInfo: { name: 'agent', version: '1' }, capabilities: {} },
    last_seen_ms: 100.4,
  };
  first.save(session);
  first.save({ ...session, id: 'def', last_seen_ms: 200 });
  first.save({ ...session, last_seen_ms: 300 });
  const second = bench.open().sessions.protocol;
  expect(second.load('abc')).toEqual({ ...session, last_seen_ms: 300 });
  expect(second.list().map(({ id }) => id)).toEqual(['abc', 'def']);
  expect(second.removeOlderThan(250)).toBe(1);
  expect(second.load('def')).toBeUndefined();
  second.remove('abc');
  second.remove('abc');
  expect(second.list()).toEqual([]);
});
