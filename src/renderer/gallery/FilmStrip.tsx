import { useEffect, useRef, useState } from 'react';
import { thumbnailAddress } from '../../shared/bridge.js';
import { faultOf } from '../../shared/media-fault.js';
import { thumbnailFor } from '../../shared/thumbnail.js';
import { useAsset } from '../store/hooks.js';
import { FaultIcon } from './Fault.js';
import css from './Lightbox.module.css';
import { pixelsOf } from './Picture.js';

const frame = 56;
const frameGap = 2;
const currentRoom = 6;

/** The neighbours, 56 px each, with the current one in the middle. */
export function FilmStrip({ ids, at, onShow }: { ids: readonly string[]; at: number; onShow(at: number): void }) {
  const strip = useRef<HTMLElement>(null);
  const [half, setHalf] = useState(12);
  useEffect(() => {
    const element = strip.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHalf(Math.ceil(element.clientWidth / 2 / (frame + frameGap)) + 1));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const from = Math.max(0, at - half);
  const shown = ids.slice(from, at + half + 1);
  return (
    <nav className={css.film} ref={strip} aria-label="Film strip">
      {shown.map((id, offset) => {
        const away = from + offset - at;
        const x = away * (frame + frameGap) - frame / 2 + Math.sign(away) * currentRoom;
        return <Frame key={id} assetId={id} x={x} current={away === 0} onShow={() => onShow(from + offset)} />;
      })}
    </nav>
  );
}

function Frame({ assetId, x, current, onShow }: { assetId: string; x: number; current: boolean; onShow(): void }) {
  const asset = useAsset(assetId);
  const [failed, setFailed] = useState(false);
  const pictured =
    asset != null &&
    !failed &&
    faultOf(asset) === undefined &&
    (asset.media_kind === 'image' || asset.media_kind === 'video');
  return (
    <button
      type="button"
      className={css.frame}
      style={{ transform: `translateX(${x}px)` }}
      aria-label={asset?.filename ?? 'Not read yet'}
      aria-current={current}
      tabIndex={current ? 0 : -1}
      onClick={onShow}
    >
      {pictured && (
        <img
          src={thumbnailAddress(assetId, thumbnailFor(asset, pixelsOf(frame)))}
          alt=""
          draggable={false}
          onError={() => setFailed(true)}
        />
      )}
      {!pictured && asset != null && <FaultIcon asset={asset} fault="damaged" />}
    </button>
  );
}
