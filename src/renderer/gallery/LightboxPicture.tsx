import { type PointerEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { originalAddress, thumbnailAddress } from '../../shared/bridge.js';
import { useApp } from '../store/hooks.js';
import { FaultPanel } from './Fault.js';
import css from './Lightbox.module.css';
import type { PictureView } from './LightboxBar.js';
import { useFault } from './useFault.js';
import { bounded, fitScale, fitted, type PictureHandle, type Placing, type Size, zoomAt, zoomStep } from './zoom.js';

interface LightboxPictureProps {
  asset: Asset;
  /** Null when there is nothing to zoom any more. */
  onView(view: PictureView): void;
}

/** A picture to look into, or why there is none: what is too large or never drawn is not even asked for. */
export function LightboxPicture(props: LightboxPictureProps) {
  const fault = useFault(props.asset);
  // The window may know a format that the core does not draw.
  if (fault !== undefined && fault !== 'format') return <FaultPanel asset={props.asset} fault={fault} />;
  return <Zoomable {...props} />;
}

/** The thumbnail at once, the original as soon as it is decoded. */
function Zoomable({ asset, onView }: LightboxPictureProps) {
  const { faults, picture: handle } = useApp();
  const stageRef = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<Size>({ width: 0, height: 0 });
  const [natural, setNatural] = useState<Size | null>(null);
  const [loaded, setLoaded] = useState(false);
  const [failed, setFailed] = useState(false);
  const small = thumbnailAddress(asset.asset_id, 256);
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
  useEffect(() => onView(failed ? null : { scale: shown.scale, zoomed }), [onView, failed, shown.scale, zoomed]);
  useEffect(() => () => onView(null), [onView]);

  const toggleAt = (point: { x: number; y: number }) => {
    const fit = fitScale(picture, stage);
    if (placing !== null && placing.scale > fit * 1.001) setPlacing(null);
    else setPlacing(zoomAt(fitted(picture, stage), fit < 0.999 ? 1 : 2, point, picture, stage));
  };
  const zoomTo = (scale: number, point: { x: number; y: number }) => {
    const next = zoomAt(shown, scale, point, picture, stage);
    setPlacing(next.scale <= fitScale(picture, stage) * 1.001 ? null : next);
  };
  const deeds = useRef({ toggleAt, zoomTo, shown });
  deeds.current = { toggleAt, zoomTo, shown };
  useEffect(() => {
    const center = { x: 0, y: 0 };
    const own: PictureHandle = {
      toggle: () => deeds.current.toggleAt(center),
      zoom: (by) => deeds.current.zoomTo(deeds.current.shown.scale * zoomStep ** by, center),
      fit: () => setPlacing(null),
    };
    handle.current = own;
    return () => {
      // The next picture may have come before this one went.
      if (handle.current === own) handle.current = null;
    };
  }, [handle]);

  useEffect(() => {
    const element = stageRef.current;
    if (element === null) return;
    // React's wheel listeners are passive; this one keeps the page from zooming.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { shown, zoomTo } = deeds.current;
      const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0018));
      zoomTo(shown.scale * factor, middle(element, event));
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
        {!loaded && <img src={small} alt="" draggable={false} onError={() => void faults.ask(asset.asset_id, small)} />}
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
              // Read is not decoded: until it can be drawn in one go, the thumbnail stays.
              const done = () => setLoaded(true);
              event.currentTarget.decode().then(done, done);
            }}
            onError={() => setFailed(true)}
          />
        )}
      </div>
      {failed && <FaultPanel asset={asset} fault="damaged" />}
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
