import { useCallback, useEffect, useRef, useState } from 'react';
import type { OperationOutput } from '../../shared/contract.js';
import { toErrorValue } from '../../shared/errors.js';
import { useApp, useAppState } from '../store/hooks.js';

export type Probe = OperationOutput<'probe_engine'>;

export interface EngineSearch {
  /** What the last look found; null while one is under way. */
  probe: Probe | null;
  /** Whether the usual ports are being looked at. */
  searching: boolean;
  /** Looks at one address, and takes what answers there, also in place of the demo engine. Whether something did. */
  look(url: string): Promise<boolean>;
  /** The same on the usual ports. */
  search(): Promise<boolean>;
}

/** Looks for a ComfyUI on the usual ports, once, and takes what answers unless another engine is at work already. */
export function useEngineSearch(): EngineSearch {
  const app = useApp();
  const [probe, setProbe] = useState<Probe | null>(null);
  const [searching, setSearching] = useState(false);
  const configured = useAppState((state) => state.settings?.values.comfyui_url ?? '');
  const begun = useRef(false);

  const ask = useCallback(
    async (url: string | undefined): Promise<boolean> => {
      setProbe(null);
      setSearching(url === undefined);
      try {
        const found = await app.client.invoke('probe_engine', url === undefined ? {} : { url });
        if (found.found) {
          const values = changesFor(found.url, app.store.getState().settings?.values);
          if (Object.keys(values).length > 0) await app.client.invoke('update_settings', { values });
        }
        setProbe(found);
        return found.found;
      } catch (error) {
        setProbe({
          found: false,
          url: url ?? configured,
          version: null,
          device: null,
          vram_total: null,
          elapsed_ms: 0,
          error: toErrorValue(error),
        });
        return false;
      } finally {
        setSearching(false);
      }
    },
    [app, configured],
  );

  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const { engine, settings } = app.store.getState();
    // Nothing takes the place of what was chosen unasked: a demo engine that still starts, an address that is down now.
    const chosen = settings?.values.demo === true || settings?.sources.comfyui_url !== 'built-in';
    if (engine?.state !== 'ready' && !chosen) void ask(undefined);
  }, [app, ask]);

  return { probe, searching, look: (url) => ask(url), search: () => ask(undefined) };
}

/** The settings that make the ComfyUI at an address the engine; what holds already is left out. */
export function changesFor(
  url: string,
  now: { comfyui_url: string; demo: boolean } | undefined,
): { comfyui_url?: string; demo?: false } {
  return {
    ...(now?.comfyui_url === url ? {} : { comfyui_url: url }),
    ...(now?.demo === true ? { demo: false } : {}),
  };
}
