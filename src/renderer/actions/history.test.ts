import { describe, expect, it } from 'vitest';
import { createHistory, type Step, type Undoable } from './history.js';

function setup(limit?: number) {
  const log: string[] = [];
  const errors: unknown[] = [];
  let next: Undoable = { undo: null, redo: null };
  const history = createHistory({
    changed: (told) => {
      next = told;
    },
    onError: (error) => errors.push(error),
    ...(limit === undefined ? {} : { limit }),
  });
  const step = (title: string): Step => ({
    title,
    undo: async () => void log.push(`undo ${title}`),
    redo: async () => void log.push(`redo ${title}`),
  });
  return { history, log, errors, step, next: () => next };
}

describe('history', () => {
  it('goes back and forth, and forgets what was undone when something new is done', async () => {
    const { history, log, step, next } = setup();
    history.add(step('a'));
    history.add(step('b'));
    expect(next()).toEqual({ undo: 'b', redo: null });
    expect(await history.undo()).toBe('b');
    expect(await history.undo()).toBe('a');
    expect(await history.undo()).toBeNull();
    expect(await history.redo()).toBe('a');
    expect(next()).toEqual({ undo: 'a', redo: 'b' });
    history.add(step('c'));
    expect(next()).toEqual({ undo: 'c', redo: null });
    expect(await history.redo()).toBeNull();
    expect(log).toEqual(['undo b', 'undo a', 'redo a']);
  });

  it('takes one step at a time, in the order they were asked for', async () => {
    const { history, log, step } = setup();
    let finish = () => {};
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    history.add(step('first'));
    history.add({ ...step('slow'), undo: () => slow.then(() => void log.push('undo slow')) });
    const both = Promise.all([history.undo(), history.undo()]);
    finish();
    expect(await both).toEqual(['slow', 'first']);
    expect(log).toEqual(['undo slow', 'undo first']);
  });

  it('takes back one from the middle, once', async () => {
    const { history, log, step } = setup();
    const undoFirst = history.add(step('first'));
    history.add(step('second'));
    await undoFirst();
    await undoFirst();
    expect(log).toEqual(['undo first']);
    expect(await history.undo()).toBe('second');
  });

  it('forgets a step that can’t be taken back, and tells why', async () => {
    const { history, errors, step, next } = setup();
    history.add({ ...step('gone'), undo: () => Promise.reject(new Error('gone')) });
    expect(await history.undo()).toBeNull();
    expect(errors).toHaveLength(1);
    expect(next()).toEqual({ undo: null, redo: null });
  });

  it('forgets the oldest beyond its limit', async () => {
    const { history, step } = setup(2);
    for (const title of ['a', 'b', 'c']) history.add(step(title));
    expect(await history.undo()).toBe('c');
    expect(await history.undo()).toBe('b');
    expect(await history.undo()).toBeNull();
  });
});
