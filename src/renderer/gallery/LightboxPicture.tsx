import { type PointerEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { originalAddress, thumbnailAddress } from '../../shared/bridge.js';
import css from './Lightbox.module.css';
import { bounded, fitScale, fitted, type Placing, type Size, zoomAt } from './zoom.js';

export interface PictureHandle {
  /** Shows pixel for pixel, or the whole again. */
  toggle(): void;
}

interface LightboxPictureProps {
  asset: Asset;
  onScale(scale: number, zoomed: boolean): void;
  /** Filled while the picture is there, for the bar's buttons. */
  handle: React.RefObject<PictureHandle | null>;
}

/** A picture to look into: the thumbnail at once, the original as soon as it is decoded. */
export function LightboxPicture({ asset, onScale, handle }: LightboxPictureProps) {
  const stageRef = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<Size>({ width: 0, height: 0 });
  const [natural, setNatural] = useState<Size | null>(null);
  const [loaded, setLoaded] = useState(false);
  const [failed, setFailed] = useState(false);
  /** Null = fitted, whatever the stage's size. */
  const [placing, setPlacing] = useState<Placing | null>(null);
  const drag = useRef<{ x: number; y: number; from: Placing } | null>(null);
  const picture: Size =
    asset.width !== null && asset.height !== null
      ? { width: asset.width, height: asset.height }
      : (natural ?? { width: 1, height: 1 });
  const shown = placing ?? fitted(picture, stage);

  useLayoutEffect(() => {
    const element = stageRef.current;
    if (element === null) return;
    const measure = () => setStage({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const zoomed = placing !== null;
  useEffect(() => onScale(shown.scale, zoomed), [onScale, shown.scale, zoomed]);

  const toggleAt = (point: { x: number; y: number }) => {
    const fit = fitScale(picture, stage);
    if (placing !== null && placing.scale > fit * 1.001) setPlacing(null);
    else setPlacing(zoomAt(fitted(picture, stage), fit < 0.999 ? 1 : 2, point, picture, stage));
  };
  const toggleRef = useRef(toggleAt);
  toggleRef.current = toggleAt;
  useEffect(() => {
    handle.current = { toggle: () => toggleRef.current({ x: 0, y: 0 }) };
    return () => {
      handle.current = null;
    };
  }, [handle]);

  const latest = useRef({ shown, picture, stage });
  latest.current = { shown, picture, stage };
  useEffect(() => {
    const element = stageRef.current;
    if (element === null) return;
    // React's wheel listeners are passive; this one keeps the page from zooming.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const now = latest.current;
      const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0018));
      const next = zoomAt(now.shown, now.shown.scale * factor, middle(element, event), now.picture, now.stage);
      setPlacing(next.scale <= fitScale(now.picture, now.stage) * 1.001 ? null : next);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, []);

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (!zoomed || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    event.currentTarget.dataset.dragging = '';
    drag.current = { x: event.clientX, y: event.clientY, from: shown };
  };
  const onPointerMove = (event: PointerEvent) => {
    if (drag.current === null) return;
    const { from, x, y } = drag.current;
    setPlacing(bounded({ ...from, x: from.x + event.clientX - x, y: from.y + event.clientY - y }, picture, stage));
  };
  const onPointerEnd = (event: PointerEvent<HTMLDivElement>) => {
    drag.current = null;
    delete event.currentTarget.dataset.dragging;
  };

  const width = picture.width * shown.scale;
  const height = picture.height * shown.scale;
  return (
    <figure
      ref={stageRef}
      className={css.canvas}
      data-zoomed={zoomed || undefined}
      onDoubleClick={(event) => toggleAt(middle(event.currentTarget, event))}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
    >
      <div
        className={css.picture}
        data-pixels={shown.scale >= 4 || undefined}
        style={{ width, height, transform: `translate(${shown.x - width / 2}px, ${shown.y - height / 2}px)` }}
      >
        {!loaded && <img src={thumbnailAddress(asset.asset_id, 256)} alt="" draggable={false} />}
        {!loaded && <img src={thumbnailAddress(asset.asset_id, 768)} alt="" draggable={false} onError={hide} />}
        {!failed && (
          <img
            src={originalAddress(asset.asset_id)}
            alt={asset.filename}
            draggable={false}
            data-testid="lightbox-original"
            data-loaded={loaded}
            onLoad={(event) => {
              const { naturalWidth, naturalHeight } = event.currentTarget;
              setNatural({ width: naturalWidth, height: naturalHeight });
              setLoaded(true);
            }}
            onError={() => setFailed(true)}
          />
        )}
      </div>
      {failed && (
        <p className={css.center}>
          <span className={css.over}>
            The original can’t be shown: its file is {asset.missing ? 'missing' : 'missing or damaged'}.
          </span>
        </p>
      )}
    </figure>
  );
}

function hide(event: { currentTarget: HTMLElement }): void {
  event.currentTarget.style.visibility = 'hidden';
}

function middle(element: Element, event: { clientX: number; clientY: number }): { x: number; y: number } {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 };
}
