/** What is in a graph that is to be imported, read anew when the engine changes. */
import { useEffect, useMemo, useState } from 'react';
import type { OperationOutput } from '../../../shared/contract.js';
import { type ErrorValue, toErrorValue } from '../../../shared/errors.js';
import { useApp, useAppState } from '../../store/hooks.js';
import type { GraphSource } from './state.js';

export type Reviewed = OperationOutput<'review_workflow'>;

export interface ReviewState {
  /** Null until it was read. */
  reviewed: Reviewed | null;
  /** Counts the answers: what is edited upon one begins anew with the next. */
  answer: number;
  error: ErrorValue | null;
  retry(): void;
}

/** `source` must stay the same object. */
export function useReview(source: GraphSource): ReviewState {
  const app = useApp();
  const engine = useAppState((state) => `${state.engine?.url} ${state.engine?.state}`);
  const [{ reviewed, answer }, setReviewed] = useState<Pick<ReviewState, 'reviewed' | 'answer'>>({
    reviewed: null,
    answer: 0,
  });
  const [error, setError] = useState<ErrorValue | null>(null);
  const [attempt, setAttempt] = useState(0);
  const wanted = useMemo(() => ({ source, engine, attempt }), [source, engine, attempt]);
  useEffect(() => {
    let current = true;
    app.client.invoke('review_workflow', wanted.source).then(
      (next) => {
        if (!current) return;
        setReviewed((before) => ({ reviewed: next, answer: before.answer + 1 }));
        setError(null);
      },
      (thrown: unknown) => {
        if (current) setError(toErrorValue(thrown));
      },
    );
    return () => {
      current = false;
    };
  }, [app, wanted]);
  return { reviewed, answer, error, retry: () => setAttempt(attempt + 1) };
}
