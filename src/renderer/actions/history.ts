/** What was done to assets in this window, so that it can be taken back: each step knows its inverse. */

export interface Step {
  /** What was done, such as "Rating of 3 assets". */
  title: string;
  undo(): Promise<void>;
  redo(): Promise<void>;
}

export interface Undoable {
  /** What Undo would take back, and Redo do again; null = nothing. */
  undo: string | null;
  redo: string | null;
}

export interface History {
  /** Remembers a step that was done. The answer takes back just that one, if it still can be. */
  add(step: Step): () => Promise<void>;
  /** Takes back the latest; resolves to its title, or null when there is none. */
  undo(): Promise<string | null>;
  redo(): Promise<string | null>;
}

export interface HistoryOptions {
  changed(next: Undoable): void;
  onError(error: unknown): void;
  /** Steps remembered. */
  limit?: number;
}

/** A step that fails to be taken back is forgotten: what it was done to has changed meanwhile. */
export function createHistory({ changed, onError, limit = 100 }: HistoryOptions): History {
  const done: Step[] = [];
  const undone: Step[] = [];
  /** One at a time: the next may be about the same assets. */
  let last: Promise<unknown> = Promise.resolve();
  const tell = () => changed({ undo: done.at(-1)?.title ?? null, redo: undone.at(-1)?.title ?? null });

  const run = (take: () => Step | undefined, way: 'undo' | 'redo'): Promise<string | null> => {
    const turn = last.then(async () => {
      const step = take();
      if (step === undefined) return null;
      tell();
      try {
        await step[way]();
      } catch (error) {
        onError(error);
        return null;
      }
      (way === 'undo' ? undone : done).push(step);
      tell();
      return step.title;
    });
    last = turn;
    return turn;
  };

  return {
    add(step) {
      done.push(step);
      if (done.length > limit) done.shift();
      undone.length = 0;
      tell();
      return async () => {
        const take = () => {
          const at = done.indexOf(step);
          return at < 0 ? undefined : done.splice(at, 1)[0];
        };
        await run(take, 'undo');
      };
    },
    undo: () => run(() => done.pop(), 'undo'),
    redo: () => run(() => undone.pop(), 'redo'),
  };
}
