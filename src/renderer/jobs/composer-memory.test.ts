import { describe, expect, it } from 'vitest';
import { readMemory, writeMemory } from './composer-memory.js';

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
    writeMemory(store, { workflowId: null, more: false, values: { a: { steps: '4' } } }, 'workflows');
    expect(readMemory(store).values).toEqual({});
    expect(readMemory(store, 'workflows').values).toEqual({ a: { steps: '4' } });
  });

  it('comes back as it was', () => {
    const memory = { workflowId: 'generate_song', more: true, values: { generate_song: { tags: 'piano' } } };
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
});
