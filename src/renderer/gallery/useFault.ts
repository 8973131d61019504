import { useCallback, useSyncExternalStore } from 'react';
import type { Asset } from '../../shared/asset.js';
import { faultOf } from '../../shared/media-fault.js';
import type { Fault } from '../store/faults.js';
import { useApp } from '../store/hooks.js';

/** Why an asset can't be shown, by its record or by what was found while trying; undefined while nothing speaks against it. */
export function useFault(asset: Asset): Fault | undefined {
  const found = useFoundFault(asset.asset_id);
  return faultOf(asset) ?? found;
}

/** What was found while trying to show an asset, whose record need not be known. */
export function useFoundFault(assetId: string): Fault | undefined {
  const { faults } = useApp();
  const subscribe = useCallback((listener: () => void) => faults.subscribe(assetId, listener), [faults, assetId]);
  return useSyncExternalStore(subscribe, () => faults.get(assetId));
}
