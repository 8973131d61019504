/** A design with its history: what was changed can be taken back, step by step. */
import { useCallback, useMemo, useState } from 'react';
import type { WorkflowMeta } from '../../../shared/workflow.js';
import type { Exposable } from '../../../shared/workflow-params.js';
import { asProposed, type Design, type InputDraft, keyOf, type ReadDesign, readDesign, toDesign } from './design.js';

export interface EditedDesign extends ReadDesign {
  readonly inputs: readonly Exposable[];
  readonly design: Design;
  readonly canUndo: boolean;
  change(input: Exposable, patch: Partial<InputDraft>): void;
  /** Takes everything that is proposed. */
  propose(): void;
  undo(): void;
  /** Back to what the workflow has. */
  discard(): void;
  /** Begins anew upon other inputs. */
  reset(inputs: readonly Exposable[], meta: WorkflowMeta): void;
}

interface History {
  inputs: readonly Exposable[];
  before: Design;
  design: Design;
  past: readonly Design[];
  /** What the last change was of: typing on in one field is one step. */
  last: string;
}

const mostSteps = 200;

/** @param proposed begin with what is proposed, as for a graph that is just being imported */
export function useDesign(
  inputs: readonly Exposable[],
  meta: WorkflowMeta = {},
  { proposed = false }: { proposed?: boolean } = {},
): EditedDesign {
  const [history, setHistory] = useState<History>(() => begin(inputs, meta, proposed));
  const step = (design: Design, last: string) =>
    setHistory((now) => ({
      ...now,
      design,
      last,
      past: last !== '' && last === now.last ? now.past : [...now.past.slice(-mostSteps), now.design],
    }));
  const read = useMemo(() => readDesign(history.inputs, history.before, history.design), [history]);
  const reset = useCallback(
    (next: readonly Exposable[], nextMeta: WorkflowMeta) => setHistory(begin(next, nextMeta, false)),
    [],
  );
  const { design, before, past } = history;
  return {
    ...read,
    inputs: history.inputs,
    design,
    canUndo: past.length > 0,
    change(input, patch) {
      const key = keyOf(input);
      const draft = design[key];
      if (draft === undefined) return;
      const [field = ''] = Object.keys(patch);
      const typing = field !== 'exposed' && field !== 'required';
      step({ ...design, [key]: { ...draft, ...patch } }, typing ? `${key} ${field}` : '');
    },
    propose: () => step(asProposed(history.inputs, design), ''),
    undo: () =>
      setHistory((now) => {
        const last = now.past.at(-1);
        return last === undefined ? now : { ...now, design: last, past: now.past.slice(0, -1), last: '' };
      }),
    discard: () => step(before, ''),
    reset,
  };
}

function begin(inputs: readonly Exposable[], meta: WorkflowMeta, proposed: boolean): History {
  const before = toDesign(inputs, meta);
  return { inputs, before, design: proposed ? asProposed(inputs, before) : before, past: [], last: '' };
}
