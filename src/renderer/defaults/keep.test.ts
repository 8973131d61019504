import { expect, it } from 'vitest';
import { readKeep, writeKeep } from './keep.js';

it('remembers how long changes last, and takes the harmless way otherwise', () => {
  const kept = new Map<string, string>();
  const memory = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  expect(readKeep(memory)).toBe('runtime');
  writeKeep(memory, 'config');
  expect(readKeep(memory)).toBe('config');
  for (const key of kept.keys()) kept.set(key, 'nonsense');
  expect(readKeep(memory)).toBe('runtime');
});
