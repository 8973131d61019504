/**
 * What is known of models by visible range: rows of a list say which they are as they come into view, all of them within
 * a moment travel in one call, and answers are kept for a while.
 */
import type { ModelFacts } from '../../shared/contract-models.js';

export interface ModelFactsStore {
  /** Undefined while it was not read yet. */
  get(name: string): ModelFacts | undefined;
  want(name: string): void;
  subscribe(name: string, listener: () => void): () => void;
  /** Another engine has other files: everything is read anew. */
  forget(): void;
}

export interface ModelFactsPorts {
  /** Reads of so many names of one list. Rejects while nothing can be told. */
  describe(names: string[]): Promise<readonly ModelFacts[]>;
  later(run: () => void, milliseconds: number): unknown;
  /** Milliseconds. */
  now(): number;
}

/** Who scrolls past asks for nothing. Milliseconds. */
const gatherMs = 60;
const believedMs = 60_000;
const atOnce = 100;

export function createModelFacts({ describe, later, now }: ModelFactsPorts): ModelFactsStore {
  let known = new Map<string, { facts: ModelFacts; until: number }>();
  let asked = new Set<string>();
  let wanted = new Set<string>();
  const listeners = new Map<string, Set<() => void>>();

  const ask = async (names: string[]) => {
    const into = known;
    const asking = asked;
    for (const name of names) asking.add(name);
    // Nothing is told where nothing is known: the names stand there all the same.
    const found = await describe(names).catch(() => []);
    for (const facts of found) into.set(facts.name, { facts, until: now() + believedMs });
    for (const name of names) {
      asking.delete(name);
      if (into === known) for (const listener of listeners.get(name) ?? []) listener();
    }
  };

  const send = () => {
    const names = [...wanted];
    wanted = new Set();
    for (let at = 0; at < names.length; at += atOnce) void ask(names.slice(at, at + atOnce));
  };

  return {
    get: (name) => known.get(name)?.facts,
    want(name) {
      if (asked.has(name) || now() < (known.get(name)?.until ?? 0)) return;
      if (wanted.size === 0) later(send, gatherMs);
      wanted.add(name);
    },
    subscribe(name, listener) {
      const set = listeners.get(name) ?? new Set();
      set.add(listener);
      listeners.set(name, set);
      return () => {
        set.delete(listener);
        if (set.size === 0) listeners.delete(name);
      };
    },
    forget() {
      known = new Map();
      asked = new Set();
    },
  };
}
