import { useEffect, useRef } from 'react';
import type { Asset } from '../../shared/asset.js';
import { originalAddress } from '../../shared/bridge.js';
import { faultOf } from '../../shared/media-fault.js';
import { useAppState, useAsset } from '../store/hooks.js';
import { holdSeconds } from './media-time.js';

/** Calls once when a slide has stood for its time, unless it is gone before. */
export function useSlide(asset: Asset | null | undefined, onEnd: () => void): void {
  const seconds = useAppState((state) => state.slideSeconds);
  const hold = holdSeconds(asset ?? null, seconds);
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    const timer = setTimeout(() => end.current(), hold * 1000);
    return () => clearTimeout(timer);
  }, [hold]);
}

/** Pictures that are read ahead are held back beyond this: they may never be looked at. */
const aheadPixels = 2 ** 25;

/** Reads and decodes a neighbour's original, so that leafing shows it at once. */
export function useReadAhead(assetId: string | null): void {
  const asset = useAsset(assetId);
  useEffect(() => {
    if (asset == null || asset.media_kind !== 'image' || asset.missing) return;
    if (faultOf(asset) !== undefined || (asset.width ?? 0) * (asset.height ?? 0) > aheadPixels) return;
    const image = new Image();
    image.src = originalAddress(asset.asset_id);
    // What can't be read says so when it is looked at.
    image.decode().catch(() => undefined);
    return () => {
      image.src = '';
    };
  }, [asset]);
}
