import { useState } from 'react';
import { toErrorValue } from '../../shared/errors.js';
import type { Workflow } from '../../shared/workflow.js';
import { errorField, type FieldError, type FormValues } from '../jobs/param-form.js';
import { useApp } from '../store/hooks.js';
import { parseRun } from './run-form.js';

export interface TestRun {
  sending: boolean;
  /** What was wrong with the values that were sent, by field. */
  errors: Readonly<Record<string, FieldError>>;
  /** What is wrong with the whole, in words. */
  whole: string | null;
  send(values: FormValues): Promise<void>;
  /** A field was changed: what was wrong with it no longer counts. */
  clear(name: string): void;
}

/** Runs a workflow through the operation that agents use, and keeps which job came of it. */
export function useTestRun(workflow: Workflow, choices: Readonly<Record<string, readonly string[]>>): TestRun {
  const app = useApp();
  const [sending, setSending] = useState(false);
  const [errors, setErrors] = useState<TestRun['errors']>({});
  const [whole, setWhole] = useState<string | null>(null);
  return {
    sending,
    errors,
    whole,
    clear(name) {
      setWhole(null);
      setErrors(({ [name]: _, ...rest }) => rest);
    },
    async send(values) {
      // A second press may be quicker than the answer.
      if (sending) return;
      const parsed = parseRun(workflow.params, values, choices);
      setErrors(parsed.errors);
      setWhole(null);
      if (Object.keys(parsed.errors).length > 0) return;
      setSending(true);
      try {
        const { prompt_id } = await app.client.invoke('run_workflow', {
          workflow_id: workflow.id,
          overrides: parsed.overrides,
          wait_seconds: 0,
        });
        app.set({ testRuns: { ...app.store.getState().testRuns, [workflow.id]: prompt_id } });
      } catch (thrown) {
        const error = toErrorValue(thrown);
        const field = errorField(error, workflow.params);
        if (field !== null) setErrors({ [field.name]: field.error });
        else setWhole(error.hint === undefined ? error.message : `${error.message} ${error.hint}`);
      } finally {
        setSending(false);
      }
    },
  };
}
