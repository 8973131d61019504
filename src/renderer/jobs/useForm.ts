import { useEffect, useMemo, useState } from 'react';
import type { OperationInput, OperationOutput } from '../../shared/contract.js';
import { type ErrorValue, toErrorValue } from '../../shared/errors.js';
import { useApp, useAppState } from '../store/hooks.js';

export type Form = OperationOutput<'get_form'>;

/** What can be filled in, read anew when the engine comes or the workflow's file changes. Null until it was read. */
export function useForm(
  of: OperationInput<'get_form'>,
  version: string,
): { form: Form | null; error: ErrorValue | null } {
  const app = useApp();
  const engine = useAppState((state) => (state.engine?.state === 'ready' ? state.engine.url : ''));
  const [form, setForm] = useState<Form | null>(null);
  const [error, setError] = useState<ErrorValue | null>(null);
  const { workflow_id, asset_id } = of;
  // One object for each that is to be read, so that the effect runs for each.
  const wish = useMemo(() => ({ workflow_id, asset_id, version, engine }), [workflow_id, asset_id, version, engine]);
  useEffect(() => {
    let wanted = true;
    const { workflow_id, asset_id } = wish;
    app.client.invoke('get_form', { workflow_id, asset_id }).then(
      (answer) => {
        if (!wanted) return;
        setForm(answer);
        setError(null);
      },
      (reason: unknown) => {
        if (wanted) setError(toErrorValue(reason));
      },
    );
    return () => {
      wanted = false;
    };
  }, [app, wish]);
  return { form, error };
}
