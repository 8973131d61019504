import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { Asset } from '../../shared/asset.js';
import { useApp } from '../store/hooks.js';

/** Details of a few assets, as `useAsset` tells those of one; the same array while nothing of it changed. */
export function useAssets(ids: readonly string[]): readonly (Asset | null | undefined)[] {
  const { details } = useApp();
  const key = ids.join(' ');
  const wanted = useMemo(() => (key === '' ? [] : key.split(' ')), [key]);
  const subscribe = useCallback(
    (listener: () => void) => {
      const ends = wanted.map((id) => details.subscribe(id, listener));
      return () => {
        for (const end of ends) end();
      };
    },
    [details, wanted],
  );
  useEffect(() => details.want(wanted), [details, wanted]);
  const last = useRef<readonly (Asset | null | undefined)[]>([]);
  return useSyncExternalStore(subscribe, () => {
    const next = wanted.map((id) => details.get(id));
    const same = next.length === last.current.length && next.every((asset, at) => asset === last.current[at]);
    if (!same) last.current = next;
    return last.current;
  });
}
