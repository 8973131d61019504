import { useState } from 'react';
import type { OperationInput } from '../../shared/contract.js';
import { inWords, toErrorValue } from '../../shared/errors.js';
import type { SettingName } from '../../shared/settings.js';
import { useApp } from '../store/hooks.js';

export type SettingValues = OperationInput<'update_settings'>['values'];

/** Writes settings, or takes one out of the file, and keeps what was wrong with the last try, in words. */
export function useSave(): {
  error: string | null;
  save(values: SettingValues): Promise<boolean>;
  reset(name: SettingName): Promise<boolean>;
  clear(): void;
} {
  const app = useApp();
  const [error, setError] = useState<string | null>(null);
  const write = async (input: OperationInput<'update_settings'>) => {
    try {
      await app.client.invoke('update_settings', input);
      setError(null);
      return true;
    } catch (thrown) {
      setError(inWords(toErrorValue(thrown)));
      return false;
    }
  };
  return {
    error,
    clear: () => setError(null),
    save: (values) => write({ values }),
    reset: (name) => write({ values: {}, reset: [name] }),
  };
}
