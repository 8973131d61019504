/** Values in memory, the ones used last within a limit. */
export interface Recent<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
}

/** `weigh` tells what a value counts against the limit, e.g. bytes. A value above the limit is not kept. */
export function createRecent<T>({ limit, weigh }: { limit: number; weigh: (value: T) => number }): Recent<T> {
  const values = new Map<string, T>();
  let weight = 0;
  const forget = (key: string) => {
    const value = values.get(key);
    if (value === undefined) return;
    values.delete(key);
    weight -= weigh(value);
  };
  return {
    delete: forget,
    get(key) {
      const value = values.get(key);
      if (value === undefined) return undefined;
      values.delete(key);
      values.set(key, value);
      return value;
    },
    set(key, value) {
      forget(key);
      // It would drive out everything else before itself.
      if (weigh(value) > limit) return;
      values.set(key, value);
      weight += weigh(value);
      for (const oldest of values.keys()) {
        if (weight <= limit) return;
        forget(oldest);
      }
    },
  };
}
