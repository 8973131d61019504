import { describe, expect, it } from 'vitest';
import { actions } from './registry.js';

describe('the actions', () => {
  it('have names of their own', () => {
    const ids = actions.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it('share no key but undo, which the defaults have for themselves', () => {
    const owners = new Map<string, string[]>();
    for (const { id, keys = [] } of actions) {
      for (const key of keys) owners.set(key, [...(owners.get(key) ?? []), id]);
    }
    const shared = [...owners].filter(([, all]) => all.length > 1);
    expect(shared).toEqual([['mod+z', ['edit.undo', 'defaults.undo']]]);
  });
});
