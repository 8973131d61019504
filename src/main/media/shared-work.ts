/** Work asked for by several callers is done once; it is given up only when the last of them has given up. */
export interface SharedWork<T> {
  /** Joins the work under `key` or begins it. Rejects with the signal's reason when that is aborted first. */
  run(key: string, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Gives up everything, and resolves when all of it has ended. */
  stop(reason: unknown): Promise<void>;
}

interface Running<T> {
  promise: Promise<T>;
  controller: AbortController;
  callers: number;
}

export function createSharedWork<T>(): SharedWork<T> {
  const running = new Map<string, Running<T>>();

  function begin(key: string, work: (signal: AbortSignal) => Promise<T>): Running<T> {
    const controller = new AbortController();
    const forget = () => {
      if (running.get(key) === entry) running.delete(key);
    };
    const promise = work(controller.signal).finally(forget);
    // Callers may all have gone: the failure then belongs to nobody.
    promise.catch(() => {});
    const entry: Running<T> = { promise, controller, callers: 0 };
    running.set(key, entry);
    return entry;
  }

  return {
    async run(key, work, signal) {
      signal?.throwIfAborted();
      const known = running.get(key);
      const entry = known === undefined || known.controller.signal.aborted ? begin(key, work) : known;
      entry.callers += 1;
      try {
        return await abortable(entry.promise, signal);
      } finally {
        entry.callers -= 1;
        if (entry.callers === 0 && signal?.aborted) entry.controller.abort(signal.reason);
      }
    },
    async stop(reason) {
      const entries = [...running.values()];
      for (const { controller } of entries) controller.abort(reason);
      await Promise.allSettled(entries.map(({ promise }) => promise));
    },
  };
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
