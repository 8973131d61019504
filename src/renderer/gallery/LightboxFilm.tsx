import { useRef, useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { originalAddress, thumbnailAddress } from '../../shared/bridge.js';
import { useAppState, useMedia } from '../store/hooks.js';
import { FaultPanel } from './Fault.js';
import css from './Lightbox.module.css';
import { Transport } from './Transport.js';
import { useFault } from './useFault.js';
import { usePlayer } from './usePlayer.js';

/** A film to watch, its still until it moves; or why it can't be played. */
export function LightboxFilm({ asset }: { asset: Asset }) {
  const fault = useFault(asset);
  const [broken, setBroken] = useState(false);
  // That no still could be drawn is no reason not to try: the window's own decoder has the last word.
  if (broken) return <FaultPanel asset={asset} fault={fault ?? 'no_decoder'} />;
  const poster = fault === undefined ? thumbnailAddress(asset.asset_id, 768) : undefined;
  return <Screening asset={asset} poster={poster} onBroken={() => setBroken(true)} />;
}

interface ScreeningProps {
  asset: Asset;
  poster: string | undefined;
  onBroken(): void;
}

/** The film, and its controls below it: nothing lies on the picture. */
function Screening({ asset, poster, onBroken }: ScreeningProps) {
  const media = useRef<HTMLVideoElement>(null);
  const still = useMedia('(prefers-reduced-motion: reduce)');
  const running = useAppState((state) => state.slideshow === 'running');
  const { player, element } = usePlayer({ media, length: asset.duration_seconds, loop: true, onBroken });
  return (
    <div className={css.screening}>
      <video
        {...element}
        ref={media}
        className={css.video}
        src={originalAddress(asset.asset_id)}
        poster={poster}
        autoPlay={!still || running}
        playsInline
        aria-label={asset.filename}
        data-testid="lightbox-video"
        onClick={() => player.toggle()}
      >
        <track kind="captions" />
      </video>
      {!running && <Transport player={player} />}
    </div>
  );
}
