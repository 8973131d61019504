import { describe, expect, it } from 'vitest';
import type { DefaultChange } from '../../shared/default-changes.js';
import { latestByKey, runsOf, undoWords, whoWords } from './history.js';

let count = 0;
function change(name: string, before: number, after: number, patch: Partial<DefaultChange> = {}): DefaultChange {
  count += 1;
  return {
    change_id: `c${count}`,
    call_id: 'call',
    at: new Date(1_700_000_000_000 + count * 1000).toISOString(),
    by: { kind: 'agent', name: 'Claude', session_id: 's1' },
    namespace: 'image',
    name,
    before: { value: before, source: 'built-in' },
    after: { value: after, source: 'runtime' },
    undone: false,
    undoable: true,
    ...patch,
  };
}
const person = { by: { kind: 'person', name: null, session_id: null } } as const;

describe('the log as one reads it', () => {
  it('joins what one conversation changed, each value from its first to its last', () => {
    const changes = [
      change('steps', 20, 24, { undoable: false }),
      change('width', 512, 640),
      change('steps', 24, 28),
      change('cfg', 8, 7, person),
      change('cfg', 7, 6),
    ].reverse();
    const runs = runsOf(changes);
    expect(runs.map(({ by, values }) => [whoWords(by), values.map((value) => value.key)])).toEqual([
      ['Claude', ['image.cfg']],
      ['You', ['image.cfg']],
      ['Claude', ['image.steps', 'image.width']],
    ]);
    expect(runs[2]?.values[0]).toMatchObject({ before: 20, after: 28, source: 'runtime', undoable: true });
    expect(runs[2]?.values[0]?.changeIds).toHaveLength(2);
    expect((runs[2]?.to ?? 0) - (runs[2]?.from ?? 0)).toBe(2000);
  });

  it('leaves out what was taken back, and knows which change gave a value', () => {
    const kept = change('steps', 20, 24);
    const changes = [change('steps', 24, 28, { undone: true, undoable: false }), kept];
    expect(runsOf(changes).flatMap(({ values }) => values.map(({ after }) => after))).toEqual([24]);
    expect(latestByKey(changes).get('image.steps')).toBe(kept);
    expect(runsOf([])).toEqual([]);
  });

  it('speaks of few in words', () => {
    expect([1, 2, 3, 9].map(undoWords)).toEqual(['Undo', 'Undo these two', 'Undo these three', 'Undo these 9']);
    expect(whoWords({ kind: 'agent', name: null, session_id: null })).toBe('An agent');
  });
});
