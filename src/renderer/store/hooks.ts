/** How parts of the window read the store. */
import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { Asset } from '../../shared/asset.js';
import type { App, AppState } from './store.js';
import type { Thumbnail } from './thumbnails.js';

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error('A part of the window stands outside of the app.');
  return app;
}

/** Part of the state; the component renders again when that part changes. */
export function useAppState<T>(select: (state: AppState) => T): T {
  return useStore(useApp().store, select);
}

/** Details of an asset, asked for when they aren't there. Undefined = not read yet, null = gone. */
export function useAsset(assetId: string | null): Asset | null | undefined {
  const { details } = useApp();
  const subscribe = useCallback(
    (listener: () => void) => (assetId === null ? () => {} : details.subscribe(assetId, listener)),
    [details, assetId],
  );
  useEffect(() => {
    if (assetId !== null) details.want([assetId]);
  }, [details, assetId]);
  return useSyncExternalStore(subscribe, () => (assetId === null ? undefined : details.get(assetId)));
}

/** The small picture of an asset, as `Thumbnails` has it; asked for at a square of `pixels` unless that is null. */
export function useThumbnail(assetId: string, pixels: number | null): Thumbnail | null | undefined {
  const { thumbnails } = useApp();
  const subscribe = useCallback(
    (listener: () => void) => thumbnails.subscribe(assetId, listener),
    [thumbnails, assetId],
  );
  useEffect(() => {
    if (pixels !== null) thumbnails.want([assetId], pixels);
  }, [thumbnails, assetId, pixels]);
  return useSyncExternalStore(subscribe, () => thumbnails.get(assetId));
}

/** Address of a job's newest preview. */
export function usePreview(promptId: string | null): string | undefined {
  const { previews } = useApp();
  const subscribe = useCallback(
    (listener: () => void) => (promptId === null ? () => {} : previews.subscribe(promptId, listener)),
    [previews, promptId],
  );
  return useSyncExternalStore(subscribe, () => (promptId === null ? undefined : previews.get(promptId)));
}

/** The time, anew every `milliseconds`. */
export function useNow(milliseconds: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds]);
  return now;
}

/** Whether a media query holds. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}
