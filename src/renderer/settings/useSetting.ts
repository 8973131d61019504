import { useState } from 'react';
import type { OperationInput } from '../../shared/contract.js';
import { inWords, toErrorValue } from '../../shared/errors.js';
import { useApp } from '../store/hooks.js';

export type SettingValues = OperationInput<'update_settings'>['values'];

/** Writes settings and keeps what was wrong with the last try, in words. */
export function useSave(): { error: string | null; save(values: SettingValues): Promise<boolean>; clear(): void } {
  const app = useApp();
  const [error, setError] = useState<string | null>(null);
  return {
    error,
    clear: () => setError(null),
    async save(values) {
      try {
        await app.client.invoke('update_settings', { values });
        setError(null);
        return true;
      } catch (thrown) {
        setError(inWords(toErrorValue(thrown)));
        return false;
      }
    },
  };
}
