/** Who wants to hear of one thing, by its id. */
export interface Listeners {
  /** Whether anybody listens for it. */
  has(id: string): boolean;
  tell(id: string): void;
  /** The answer ends it. */
  subscribe(id: string, listener: () => void): () => void;
}

export function createListeners(): Listeners {
  const sets = new Map<string, Set<() => void>>();
  return {
    has: (id) => sets.has(id),
    tell(id) {
      for (const listener of sets.get(id) ?? []) listener();
    },
    subscribe(id, listener) {
      const set = sets.get(id) ?? new Set();
      set.add(listener);
      sets.set(id, set);
      return () => {
        set.delete(listener);
        if (set.size === 0) sets.delete(id);
      };
    },
  };
}
