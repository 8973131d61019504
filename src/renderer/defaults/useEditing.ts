import { useEffect, useRef, useState } from 'react';
import { type ErrorValue, toErrorValue } from '../../shared/errors.js';
import { useApp, useAppState } from '../store/hooks.js';
import { setDefaults, setDraft } from './actions.js';
import { type Keep, type Place, textOf, valueTyped } from './rows.js';

/** Milliseconds of rest before what is typed is checked. */
const restMs = 180;

interface Verdict {
  text: string;
  error: ErrorValue | null;
  unchecked: boolean;
}

export interface Editing {
  /** What is typed and not set yet; undefined where the field shows the value in effect. */
  draft: string | undefined;
  /** Why what is typed would be refused, or was. */
  error: ErrorValue | null;
  /** What is typed could not be held against the engine. */
  unchecked: boolean;
  type(text: string): void;
  cancel(): void;
  /** Sets what is typed, or `text`. Resolves with whether the row is done; what is refused stays as it was typed. */
  commit(text?: string): Promise<boolean>;
}

/** Editing one row. What is typed lives in the store, so that it is still there when one comes back to the page. */
export function useEditing({ key, namespace, row }: Place, keep: Keep): Editing {
  const app = useApp();
  const draft = useAppState((state) => state.defaultDrafts.get(key));
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const committing = useRef(false);
  const { name } = row;

  useEffect(() => {
    if (draft === undefined || draft.trim() === '') return;
    let current = true;
    const check = async () => {
      try {
        const value = valueTyped(row, draft);
        const { error, unchecked } = await app.client.invoke('check_default', { namespace, name, value });
        if (current) setVerdict({ text: draft, error, unchecked });
      } catch (error) {
        if (current) setVerdict({ text: draft, error: toErrorValue(error), unchecked: false });
      }
    };
    const timer = setTimeout(() => void check(), restMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
    // The row's type never changes while one types; its value may, and says nothing about what is typed.
  }, [app, namespace, name, draft, row]);

  const about = draft !== undefined && verdict?.text === draft ? verdict : null;
  const cancel = () => {
    setVerdict(null);
    setDraft(app, namespace, name, null);
  };
  return {
    draft,
    error: about?.error ?? null,
    unchecked: about?.unchecked ?? false,
    type: (text) => setDraft(app, namespace, name, text),
    cancel,
    async commit(text = draft) {
      if (text === undefined || text === textOf(row) || (text.trim() === '' && !takesNothing(row))) {
        cancel();
        return true;
      }
      if (committing.current) return false;
      committing.current = true;
      try {
        await setDefaults(app, namespace, { [name]: valueTyped(row, text) }, keep === 'config');
        cancel();
        return true;
      } catch (error) {
        setDraft(app, namespace, name, text);
        setVerdict({ text, error: toErrorValue(error), unchecked: false });
        return false;
      } finally {
        committing.current = false;
      }
    },
  };
}

/** An empty text says "nothing"; an emptied number or name says "as before". */
function takesNothing({ type, multiline }: Place['row']): boolean {
  return type === 'string' && multiline === true;
}
