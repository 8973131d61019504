/** What ComfyUI has to import, read when its place is opened and whenever the engine changes. */
import { useEffect, useMemo, useState } from 'react';
import type { OperationOutput } from '../../../shared/contract.js';
import type { WorkflowPlace } from '../../../shared/contract-workflow-import.js';
import { type ErrorValue, toErrorValue } from '../../../shared/errors.js';
import { useApp, useAppState } from '../../store/hooks.js';

export type Importable = OperationOutput<'list_importable'>['importable'][number];

export interface ImportableList {
  /** Null until it is known. */
  all: readonly Importable[] | null;
  error: ErrorValue | null;
  retry(): void;
}

export function useImportable(place: WorkflowPlace): ImportableList {
  const app = useApp();
  const engine = useAppState((state) => `${state.engine?.url} ${state.engine?.state}`);
  const [all, setAll] = useState<readonly Importable[] | null>(null);
  const [error, setError] = useState<ErrorValue | null>(null);
  const [attempt, setAttempt] = useState(0);
  const wanted = useMemo(() => ({ place, engine, attempt }), [place, engine, attempt]);
  useEffect(() => {
    let current = true;
    app.client.invoke('list_importable', { place: wanted.place }).then(
      ({ importable }) => {
        if (!current) return;
        setAll(importable);
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
  return { all, error, retry: () => setAttempt(attempt + 1) };
}

/** Those with all the words in name, description, category or tags. */
export function withWords(all: readonly Importable[], query: string): readonly Importable[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ name, description = '', category = '', tags = [] }) => {
    const text = [name, description, category, ...tags].join(' ').toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}
