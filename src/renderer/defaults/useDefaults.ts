import { useCallback, useEffect, useRef, useState } from 'react';
import type { DefaultChange } from '../../shared/default-changes.js';
import { type ErrorValue, toErrorValue } from '../../shared/errors.js';
import { useApp, useAppState } from '../store/hooks.js';
import type { Details } from './rows.js';

export interface DefaultsRead {
  /** Null until they are read for the first time. */
  details: Details | null;
  changes: readonly DefaultChange[];
  /** Why they could not be read. */
  error: ErrorValue | null;
  reload(): void;
}

/**
 * The defaults and the log of their changes, read anew whenever anybody changes one, workflows or the engine change, or
 * the person comes back to the window: the config file may have been edited meanwhile.
 */
export function useDefaults(): DefaultsRead {
  const app = useApp();
  const engine = useAppState(({ engine: now }) => (now === null ? null : `${now.url} ${now.state}`));
  const [read, setRead] = useState<Omit<DefaultsRead, 'reload'>>({ details: null, changes: [], error: null });
  const latest = useRef(0);

  const load = useCallback(
    async (fresh: boolean) => {
      latest.current += 1;
      const mine = latest.current;
      try {
        const [details, { changes }] = await Promise.all([
          app.client.invoke('get_default_details', { fresh }),
          app.client.invoke('get_default_changes', {}),
        ]);
        if (mine === latest.current) setRead({ details, changes, error: null });
      } catch (error) {
        if (mine === latest.current) setRead((before) => ({ ...before, error: toErrorValue(error) }));
      }
    },
    [app],
  );

  // The engine's own state says nothing of what it has: its lists are read anew when it is another or comes back.
  useEffect(() => {
    void load(false).then(() => (engine === null ? undefined : load(true)));
  }, [load, engine]);

  useEffect(() => {
    const onFocus = () => void load(true);
    window.addEventListener('focus', onFocus);
    const stop = app.client.onEvent(({ type }) => {
      if (type === 'defaults.changed' || type === 'workflows.changed') void load(false);
    });
    return () => {
      window.removeEventListener('focus', onFocus);
      stop();
      latest.current += 1;
    };
  }, [app, load]);

  return { ...read, reload: () => void load(true) };
}
