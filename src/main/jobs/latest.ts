/** Lets the newest of a quick series through, at most one each `intervalMs`: the first at once, the last for sure. */
export interface Latest<T> {
  push(value: T): void;
  /** Drops what waits. */
  clear(): void;
}

export function createLatest<T>(intervalMs: number, deliver: (value: T) => void): Latest<T> {
  let timer: NodeJS.Timeout | undefined;
  let waiting: { value: T } | undefined;
  const open = () => {
    timer = undefined;
    if (!waiting) return;
    const { value } = waiting;
    waiting = undefined;
    timer = setTimeout(open, intervalMs);
    deliver(value);
  };
  return {
    push(value) {
      if (timer === undefined) {
        timer = setTimeout(open, intervalMs);
        deliver(value);
      } else {
        waiting = { value };
      }
    },
    clear() {
      clearTimeout(timer);
      timer = undefined;
      waiting = undefined;
    },
  };
}
