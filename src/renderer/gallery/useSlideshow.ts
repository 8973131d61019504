import { useEffect, useRef } from 'react';
import type { Asset } from '../../shared/asset.js';
import { originalAddress } from '../../shared/bridge.js';
import { faultOf } from '../../shared/media-fault.js';
import { useAppState, useAsset } from '../store/hooks.js';
import { holdSeconds } from './media-time.js';

/** Leafs on by itself while the slideshow runs, from the last one to the first. */
export function useSlideshow(asset: Asset | null | undefined, showNext: () => void): void {
  const running = useAppState((state) => state.slideshow === 'running');
  const seconds = useAppState((state) => state.slideSeconds);
  const assetId = asset?.asset_id;
  const hold = holdSeconds(asset ?? null, seconds);
  const next = useRef(showNext);
  next.current = showNext;
  const key = `${running} ${assetId} ${hold}`;
  useEffect(() => {
    if (!key.startsWith('true')) return;
    const timer = setTimeout(() => next.current(), hold * 1000);
    return () => clearTimeout(timer);
  }, [key, hold]);
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
