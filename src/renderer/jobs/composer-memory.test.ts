import { describe, expect, it } from 'vitest';
import { readMemory, withoutRecent, withRecent, withValues, writeMemory } from './composer-memory.js';

function storage(text: string | null) {
  let kept = text;
  return {
    getItem: () => kept,
    setItem(_: string, value: string) {
      kept = value;
    },
  };
}

describe('composer memory', () => {
  it('keeps the forms of different places apart', () => {
    const kept = new Map<string, string>();
    const store = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => void kept.set(key, text),
    };
    writeMemory(store, { ...readMemory(store), values: { a: { steps: '4' } } }, 'workflows');
    expect(readMemory(store).values).toEqual({});
    expect(readMemory(store, 'workflows').values).toEqual({ a: { steps: '4' } });
  });

  it('comes back as it was', () => {
    const memory = {
      workflowId: 'generate_song',
      more: true,
      count: 3,
      stepping: ['generate_song'],
      values: { generate_song: { tags: 'piano' } },
      recent: { generate_song: [{ tags: 'piano', lyrics: 'la' }] },
    };
    const store = storage(null);
    writeMemory(store, memory);
    expect(readMemory(store)).toEqual(memory);
  });

  it.each([null, '', '{', '[]', '7', '{"values":{"a":{"x":1},"b":3},"workflowId":4}'])('survives %s', (text) => {
    const memory = readMemory(storage(text));
    expect(memory.workflowId).toBeNull();
    expect(memory.more).toBe(false);
    expect(Object.values(memory.values).flatMap((fields) => Object.values(fields))).toEqual([]);
  });

  const empty = readMemory(storage(null));

  it('keeps what was asked for lately, once each, until it is taken out', () => {
    let memory = withRecent(empty, 'w', { prompt: 'a lake' });
    memory = withRecent(memory, 'w', { prompt: 'a wood' });
    memory = withRecent(memory, 'w', { prompt: 'a lake', tags: '' });
    memory = withRecent(memory, 'w', { prompt: ' ' });
    expect(memory.recent.w?.map(({ prompt }) => prompt)).toEqual(['a lake', 'a wood']);
    expect(withoutRecent(memory, 'w', { prompt: 'a lake' }).recent.w).toEqual([{ prompt: 'a wood' }]);
  });

  it('keeps the values of workflows for good, and the latest drafts of assets', () => {
    let memory = withValues(empty, 'w', { prompt: 'a lake' });
    for (let at = 0; at < 50; at += 1) memory = withValues(memory, `asset:${at}`, { steps: '9' });
    expect(Object.keys(memory.values)).toHaveLength(31);
    expect(memory.values.w).toEqual({ prompt: 'a lake' });
    expect(memory.values['asset:49']).toEqual({ steps: '9' });
    expect(memory.values['asset:0']).toBeUndefined();
  });
});
