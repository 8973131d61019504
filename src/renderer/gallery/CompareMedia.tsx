import { useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { originalAddress, thumbnailAddress } from '../../shared/bridge.js';
import { useMedia } from '../store/hooks.js';
import css from './Compare.module.css';
import { FaultPanel } from './Fault.js';
import { tileTitle } from './Tile.js';
import { placed, type Seen, type View } from './together.js';
import { useFault } from './useFault.js';
import type { Joined } from './useTogether.js';
import { Wave } from './Wave.js';

interface CompareMediaProps {
  asset: Asset;
  view: View;
  seen: Seen;
  joined: Joined;
}

/** One of the compared, placed as its view says; or why it can't be shown. */
export function CompareMedia({ asset, view, seen, joined }: CompareMediaProps) {
  const fault = useFault(asset);
  const [broken, setBroken] = useState(false);
  const lost = asset.media_kind === 'image' ? fault !== undefined && fault !== 'format' : false;
  if (broken || lost) {
    const reason = fault ?? (asset.media_kind === 'image' ? 'damaged' : 'no_decoder');
    return <FaultPanel asset={asset} fault={reason} />;
  }
  const onError = () => setBroken(true);
  const { left, top, width, height } = placed(view, seen);
  const style = { width, height, transform: `translate(${left}px, ${top}px)` };
  if (asset.media_kind === 'image') {
    return <Picture asset={asset} style={style} pixels={seen.scale * view.zoom >= 4} onError={onError} />;
  }
  if (asset.media_kind === 'video') {
    return <FilmOf asset={asset} style={style} poster={fault === undefined} joined={joined} onError={onError} />;
  }
  if (asset.media_kind === 'audio') return <SoundOf asset={asset} joined={joined} onError={onError} />;
  return <p className={css.nothing}>{tileTitle(asset)} has no picture.</p>;
}

interface PlacedProps {
  asset: Asset;
  style: React.CSSProperties;
  onError(): void;
}

/** The thumbnail at once, the original as soon as it is decoded. */
function Picture({ asset, style, pixels, onError }: PlacedProps & { pixels: boolean }) {
  const [decoded, setDecoded] = useState(false);
  return (
    <div className={css.media} style={style} data-pixels={pixels || undefined}>
      {!decoded && <img src={thumbnailAddress(asset.asset_id, 768)} alt="" draggable={false} />}
      <img
        src={originalAddress(asset.asset_id)}
        alt={asset.filename}
        draggable={false}
        data-decoded={decoded}
        onLoad={(event) => {
          const done = () => setDecoded(true);
          event.currentTarget.decode().then(done, done);
        }}
        onError={onError}
      />
    </div>
  );
}

interface PlayedProps {
  asset: Asset;
  joined: Joined;
  onError(): void;
}

/** Begins by itself like in the lightbox, unless motion is unwelcome. */
function FilmOf({ asset, style, poster, joined, onError }: PlacedProps & PlayedProps & { poster: boolean }) {
  const still = useMedia('(prefers-reduced-motion: reduce)');
  const { ref, ...media } = joined;
  return (
    <video
      {...media}
      ref={useSteadyRef(ref)}
      className={css.media}
      style={style}
      src={originalAddress(asset.asset_id)}
      poster={poster ? thumbnailAddress(asset.asset_id, 768) : undefined}
      autoPlay={!still}
      playsInline
      aria-label={asset.filename}
      onError={onError}
    >
      <track kind="captions" />
    </video>
  );
}

function SoundOf({ asset, joined, onError }: PlayedProps) {
  const { ref, ...media } = joined;
  return (
    <div className={css.sound}>
      <p>{tileTitle(asset)}</p>
      <Wave assetId={asset.asset_id} bars={96} className={css.wave} />
      <audio
        {...media}
        ref={useSteadyRef(ref)}
        src={originalAddress(asset.asset_id)}
        preload="metadata"
        onError={onError}
      >
        <track kind="captions" />
      </audio>
    </div>
  );
}

/** The function that was given first: another one at each drawing would take the element away and bring it back. */
function useSteadyRef(ref: Joined['ref']): Joined['ref'] {
  return useState(() => ref)[0];
}
