import { useCallback, useSyncExternalStore } from 'react';
import type { Asset } from '../../shared/asset.js';
import { faultOf } from '../../shared/media-fault.js';
import type { Fault } from '../store/faults.js';
import { useApp } from '../store/hooks.js';

/** Why an asset can't be shown, by its record or by what was found while trying; undefined while nothing speaks against it. */
export function useFault(asset: Asset): Fault | undefined {
  const { faults } = useApp();
  const { asset_id } = asset;
  const subscribe = useCallback((listener: () => void) => faults.subscribe(asset_id, listener), [faults, asset_id]);
  const found = useSyncExternalStore(subscribe, () => faults.get(asset_id));
  return faultOf(asset) ?? found;
}
