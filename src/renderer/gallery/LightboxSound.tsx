import { useMemo, useRef, useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { originalAddress } from '../../shared/bridge.js';
import { barCount } from '../../shared/peaks.js';
import { formatClock } from '../ui/format.js';
import { FaultPanel } from './Fault.js';
import css from './Lightbox.module.css';
import { tileTitle } from './Tile.js';
import { Transport } from './Transport.js';
import { useFault } from './useFault.js';
import { usePlayer } from './usePlayer.js';
import { usePeaks, wavePath } from './Wave.js';

/** A song to hear, or why it can't be played. */
export function LightboxSound({ asset }: { asset: Asset }) {
  const fault = useFault(asset);
  const [broken, setBroken] = useState(false);
  if (broken) return <FaultPanel asset={asset} fault={fault ?? 'no_decoder'} />;
  return <Player asset={asset} onBroken={() => setBroken(true)} />;
}

/** A song with its waveform: play, pause, seek. */
function Player({ asset, onBroken }: { asset: Asset; onBroken(): void }) {
  const audio = useRef<HTMLAudioElement>(null);
  const peaks = usePeaks(asset.asset_id);
  const path = useMemo(() => wavePath(peaks?.bars ?? [], barCount), [peaks]);
  const { player, element } = usePlayer({ media: audio, length: asset.duration_seconds, loop: false, onBroken });
  const { time } = player;
  const duration = player.length > 0 ? player.length : (peaks?.duration ?? 0);
  const played = duration > 0 ? Math.min(1, time / duration) : 0;
  const { step: _noFrames, ...controls } = player;

  return (
    <div className={css.center}>
      <div className={css.player}>
        <h2>{tileTitle(asset)}</h2>
        <div className={css.seek}>
          <svg viewBox={`0 0 ${barCount * 4} 100`} preserveAspectRatio="none" aria-hidden="true">
            <path
              d={path}
              stroke="currentColor"
              strokeWidth="2"
              strokeLinecap="round"
              vectorEffect="non-scaling-stroke"
            />
          </svg>
          <svg
            className={css.played}
            viewBox={`0 0 ${barCount * 4} 100`}
            preserveAspectRatio="none"
            aria-hidden="true"
            style={{ clipPath: `inset(0 ${(1 - played) * 100}% 0 0)` }}
          >
            <path
              d={path}
              stroke="currentColor"
              strokeWidth="2"
              strokeLinecap="round"
              vectorEffect="non-scaling-stroke"
            />
          </svg>
          <span className={css.head} style={{ left: `${played * 100}%` }} />
          <input
            type="range"
            aria-label="Position"
            aria-valuetext={`${formatClock(time)} of ${formatClock(duration)}`}
            min={0}
            max={duration || 1}
            step={0.1}
            value={time}
            onChange={(event) => player.seek(Number(event.target.value))}
          />
        </div>
        <Transport player={{ ...controls, length: duration }} scrub={false} />
        <audio
          {...element}
          ref={audio}
          src={originalAddress(asset.asset_id)}
          preload="metadata"
          data-testid="lightbox-audio"
        >
          <track kind="captions" />
        </audio>
      </div>
    </div>
  );
}
