import { useEffect, useState } from 'react';
import type { OperationOutput } from '../../shared/contract.js';
import { useApp } from '../store/hooks.js';
import type { AppState } from '../store/store.js';

export type PublishInfo = OperationOutput<'get_publish_info'>;

/** What the answer depends on and the window knows of. */
const groundsOf = ({ settings, engine }: AppState) =>
  [settings?.values.publish_root, settings?.values.comfyui_output_root, engine?.state].join('\n');

/** Where pictures are published, read anew when that may have changed; null until it is known. */
export function usePublishInfo(): PublishInfo | null {
  const app = useApp();
  const [info, setInfo] = useState<PublishInfo | null>(null);
  useEffect(() => {
    let latest = 0;
    const read = () => {
      latest += 1;
      const mine = latest;
      app.client.invoke('get_publish_info', {}).then(
        (answer) => {
          if (mine === latest) setInfo(answer);
        },
        (error: unknown) => app.fail(error),
      );
    };
    read();
    const unsubscribe = app.store.subscribe((state, before) => {
      if (groundsOf(state) !== groundsOf(before)) read();
    });
    return () => {
      latest = -1;
      unsubscribe();
    };
  }, [app]);
  return info;
}
