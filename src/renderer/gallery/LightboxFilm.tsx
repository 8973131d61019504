import { useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { originalAddress, thumbnailAddress } from '../../shared/bridge.js';
import { FaultPanel } from './Fault.js';
import css from './Lightbox.module.css';
import { useFault } from './useFault.js';

/** A film to watch, its still until it moves; or why it can't be played. */
export function LightboxFilm({ asset }: { asset: Asset }) {
  const fault = useFault(asset);
  const [broken, setBroken] = useState(false);
  // That no still could be drawn is no reason not to try: the window's own decoder has the last word.
  if (broken) return <FaultPanel asset={asset} fault={fault ?? 'no_decoder'} />;
  return (
    <div className={css.center}>
      <video
        className={css.video}
        src={originalAddress(asset.asset_id)}
        poster={fault === undefined ? thumbnailAddress(asset.asset_id, 768) : undefined}
        controls
        autoPlay
        loop
        playsInline
        data-testid="lightbox-video"
        onError={() => setBroken(true)}
      >
        <track kind="captions" />
      </video>
    </div>
  );
}
