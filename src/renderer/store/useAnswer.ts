import { useEffect, useMemo, useState } from 'react';
import { type ErrorValue, toErrorValue } from '../../shared/errors.js';
import { useApp } from './hooks.js';
import type { App } from './store.js';

export interface Answer<T> {
  /** The latest; null until there is one. It stays while the next is on its way, and when that fails. */
  answer: T | null;
  /** Counts the answers: what is edited upon one begins anew with the next. */
  count: number;
  /** Why the latest could not be had. */
  error: ErrorValue | null;
  retry(): void;
}

/** Asks whenever `wanted` is another object; `ask` must stay the same function. */
export function useAnswer<W, T>(wanted: W, ask: (app: App, wanted: W) => Promise<T>): Answer<T> {
  const app = useApp();
  const [{ answer, count }, setAnswer] = useState<Pick<Answer<T>, 'answer' | 'count'>>({ answer: null, count: 0 });
  const [error, setError] = useState<ErrorValue | null>(null);
  const [attempt, setAttempt] = useState(0);
  const question = useMemo(() => ({ wanted, attempt }), [wanted, attempt]);
  useEffect(() => {
    let current = true;
    ask(app, question.wanted).then(
      (next) => {
        if (!current) return;
        setAnswer((before) => ({ answer: next, count: before.count + 1 }));
        setError(null);
      },
      (thrown: unknown) => {
        if (current) setError(toErrorValue(thrown));
      },
    );
    return () => {
      current = false;
    };
  }, [app, ask, question]);
  return { answer, count, error, retry: () => setAttempt(attempt + 1) };
}
