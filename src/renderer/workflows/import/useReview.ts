/** What is in a graph that is to be imported, read anew when the engine changes. */
import { useMemo } from 'react';
import type { OperationOutput } from '../../../shared/contract.js';
import type { App } from '../../store/store.js';
import { useAnswer } from '../../store/useAnswer.js';
import { useEngineKey } from '../useWorkflows.js';
import type { GraphSource } from './state.js';

export type Reviewed = OperationOutput<'review_workflow'>;

const ask = (app: App, { source }: { source: GraphSource }) => app.client.invoke('review_workflow', source);

/** `source` must stay the same object. */
export function useReview(source: GraphSource) {
  const engine = useEngineKey();
  return useAnswer(
    useMemo(() => ({ source, engine }), [source, engine]),
    ask,
  );
}
