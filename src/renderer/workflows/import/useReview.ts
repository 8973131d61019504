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
  error: ErrorValue | null;
  retry(): void;
}

/** `source` must stay the same object. */
export function useReview(source: GraphSource): ReviewState {
  const app = useApp();
  const engine = useAppState((state) => `${state.engine?.url} ${state.engine?.state}`);
  const [reviewed, setReviewed] = useState<Reviewed | null>(null);
  const [error, setError] = useState<ErrorValue | null>(null);
  const [attempt, setAttempt] = useState(0);
  const wanted = useMemo(() => ({ source, engine, attempt }), [source, engine, attempt]);
  useEffect(() => {
    let current = true;
    app.client.invoke('review_workflow', wanted.source).then(
      (answer) => {
        if (!current) return;
        setReviewed(answer);
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
  return { reviewed, error, retry: () => setAttempt(attempt + 1) };
}
