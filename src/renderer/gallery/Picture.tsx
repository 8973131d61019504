import { FlaskConical, Play } from 'lucide-react';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { originalAddress, thumbnailAddress } from '../../shared/bridge.js';
import { faultOf } from '../../shared/media-fault.js';
import { thumbnailFor } from '../../shared/thumbnail.js';
import { useApp } from '../store/hooks.js';
import type { Thumbnail } from '../store/thumbnails.js';
import { cx } from '../ui/cx.js';
import { formatLength } from '../ui/format.js';
import css from './Tile.module.css';
import { useFoundFault } from './useFault.js';
import { Unshown } from './Words.js';

interface PictureProps {
  assetId: string;
  /** Undefined while its details are read: its picture may be there before. */
  asset: Asset | undefined;
  /** As `Thumbnails` has it. */
  thumbnail: Thumbnail | null | undefined;
  /** Edge in pixels. */
  cell: number;
  hovered: boolean;
}

/** A picture or film in its tile. */
export function Picture(props: PictureProps) {
  const { assetId, asset, cell, hovered } = props;
  const { previews, faults } = useApp();
  const found = useFoundFault(assetId);
  const [failed, setFailed] = useState(false);
  const [loaded, setLoaded] = useState(false);
  /** It failed once, and what failed was gone when its reason was asked for. */
  const again = useRef(false);
  // What the tile showed while the picture was made stays below until the picture is there.
  const [under] = useState(() => (asset?.prompt_id == null ? undefined : previews.get(asset.prompt_id)));
  const source = useSource(props);
  const image = useLoading(source.address);
  const moving = asset !== undefined && (asset.media_kind === 'video' || asset.animated) ? asset : undefined;
  const plays = useLingering(hovered && moving !== undefined, 140);
  const fault = asset === undefined ? undefined : (faultOf(asset) ?? found);
  if (asset !== undefined && fault !== undefined) return <Unshown asset={asset} fault={fault} cell={cell} />;
  return (
    <>
      {under !== undefined && !loaded && !failed && <img className={css.under} src={under} alt="" />}
      {!failed && (
        <img
          ref={image}
          alt=""
          decoding="async"
          draggable={false}
          onLoad={under === undefined ? undefined : () => setLoaded(true)}
          onError={(event) => {
            if (source.refuse()) return;
            const address = event.currentTarget.src;
            setFailed(true);
            void faults.ask(assetId, address).then((reason) => {
              if (reason === undefined && again.current) faults.set(assetId, 'damaged');
              again.current = reason === undefined;
              setFailed(false);
            });
          }}
        />
      )}
      {plays && moving !== undefined && <Moving asset={moving} />}
      {moving !== undefined && (
        <span className={cx(css.tag, css.topLeft)}>
          <Play aria-hidden />
          {moving.duration_seconds !== null && formatLength(moving.duration_seconds)}
        </span>
      )}
      {asset?.demo === true && cell >= 120 && (
        <span className={cx(css.tag, css.topRight)}>
          <FlaskConical aria-hidden />
        </span>
      )}
      {asset?.missing === true && !failed && cell >= 120 && (
        <span className={cx(css.tag, css.bottomLeft)}>File is missing</span>
      )}
    </>
  );
}

/**
 * Where the picture comes from: what was read with many others, where it is large enough, else its own address. Undefined
 * while the former is on its way. `refuse` answers whether the former was shown, and can't be: then it is the latter.
 */
function useSource({ assetId, asset, thumbnail, cell }: PictureProps) {
  const [refused, setRefused] = useState(false);
  // What has an address of its own keeps it: the same picture from elsewhere would only be decoded anew.
  const own = useRef(false);
  const size = asset === undefined ? undefined : thumbnailFor(asset, pixelsOf(cell));
  const fits = thumbnail != null && !refused && !own.current && (size === undefined || thumbnail.size >= size);
  if (!fits && size !== undefined && thumbnail !== undefined) own.current = true;
  return {
    address: fits ? thumbnail.address : size !== undefined && own.current ? thumbnailAddress(assetId, size) : undefined,
    refuse() {
      if (fits) setRefused(true);
      return fits;
    },
  };
}

/**
 * For the image that loads an address: React sets one twice as it mounts an image, and the data in it would be read and
 * decoded as often.
 */
function useLoading(address: string | undefined) {
  const latest = useRef(address);
  const shown = useRef<HTMLImageElement | null>(null);
  useLayoutEffect(() => {
    latest.current = address;
    load(shown.current, address);
  }, [address]);
  return useCallback((image: HTMLImageElement) => {
    shown.current = image;
    load(image, latest.current);
    return () => {
      shown.current = null;
      // One that left before it came must not keep others waiting: taking its address away ends the request. Strict mode
      // takes references away and gives them back; an image that really left is out of the document by then.
      queueMicrotask(() => {
        if (!image.isConnected && !image.complete) image.removeAttribute('src');
      });
    };
  }, []);
}

function load(image: HTMLImageElement | null, address: string | undefined): void {
  if (image === null || address === (image.getAttribute('src') ?? undefined)) return;
  if (address === undefined) image.removeAttribute('src');
  else image.src = address;
}

/** The animation or film itself, while the pointer rests on it. */
function Moving({ asset }: { asset: Asset }) {
  const address = originalAddress(asset.asset_id);
  if (asset.media_kind === 'image') return <img src={address} alt="" className={css.fadeIn} />;
  return <video src={address} muted loop autoPlay playsInline className={css.fadeIn} />;
}

/** True once `on` has held for `milliseconds`; false at once when it ends. */
function useLingering(on: boolean, milliseconds: number): boolean {
  const [lingered, setLingered] = useState(false);
  useEffect(() => {
    if (!on) {
      setLingered(false);
      return;
    }
    const timer = setTimeout(() => setLingered(true), milliseconds);
    return () => clearTimeout(timer);
  }, [on, milliseconds]);
  return on && lingered;
}

/** Whether it is shown as a picture. Null is one that is gone. */
export function isPictured(asset: Pick<Asset, 'media_kind'> | null): boolean {
  return asset?.media_kind === 'image' || asset?.media_kind === 'video';
}

/** Device pixels of a cell's edge. */
export function pixelsOf(cell: number): number {
  return Math.ceil(cell * window.devicePixelRatio);
}
