import { useEffect, useState } from 'react';
import type { OperationOutput } from '../../shared/contract.js';
import { useApp, useAppState } from '../store/hooks.js';

export type ClientConfig = OperationOutput<'get_client_config'>;

/** The lines to paste into a client, read anew when the endpoint's address changes. Null until known. */
export function useClientConfig(): ClientConfig | null {
  const app = useApp();
  const url = useAppState((state) => state.endpoint?.url ?? null);
  const [config, setConfig] = useState<{ url: string; value: ClientConfig } | null>(null);
  useEffect(() => {
    if (url === null) return;
    let wanted = true;
    app.client.invoke('get_client_config', {}).then(
      (value) => {
        if (wanted) setConfig({ url, value });
      },
      (error: unknown) => {
        if (wanted) app.fail(error);
      },
    );
    return () => {
      wanted = false;
    };
  }, [app, url]);
  return config?.url === url ? config.value : null;
}
