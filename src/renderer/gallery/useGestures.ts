import { type MouseEvent, type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import { pannedBy, type Seen, type View, whole, zoomedBy } from './together.js';

interface Gestures {
  pane: RefObject<HTMLElement | null>;
  view: View;
  seen: Seen;
  onView(view: View): void;
}

/** Wheel zooms, dragging pans, a double click shows pixels or the whole. */
export function useGestures({ pane, view, seen, onView }: Gestures) {
  const latest = useRef({ view, seen, onView });
  latest.current = { view, seen, onView };
  const drag = useRef<{ x: number; y: number; from: View } | null>(null);
  useEffect(() => {
    const element = pane.current;
    if (element === null) return;
    // React's wheel listeners are passive; this one keeps the page from zooming.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const now = latest.current;
      const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0018));
      now.onView(zoomedBy(now.view, factor, middle(element, event), now.seen));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [pane]);
  const onEnd = (event: PointerEvent<HTMLElement>) => {
    drag.current = null;
    delete event.currentTarget.dataset.dragging;
  };
  return {
    onDoubleClick: (event: MouseEvent<HTMLElement>) => {
      if (!onControl(event)) onView(pixelsOrWhole(view, seen, middle(event.currentTarget, event)));
    },
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (view.zoom <= 1 || event.button !== 0 || onControl(event)) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      event.currentTarget.dataset.dragging = '';
      drag.current = { x: event.clientX, y: event.clientY, from: view };
    },
    onPointerMove({ clientX, clientY }: PointerEvent<HTMLElement>) {
      if (drag.current === null) return;
      const { from, x, y } = drag.current;
      onView(pannedBy(from, { x: clientX - x, y: clientY - y }, seen));
    },
    onPointerUp: onEnd,
    onPointerCancel: onEnd,
  };
}

/** Pixel for pixel, or twice that where the whole shows so much already; the whole again when it is zoomed. */
export function pixelsOrWhole(view: View, seen: Seen, point: { x: number; y: number }): View {
  if (view.zoom > 1.001) return whole;
  return zoomedBy(whole, seen.scale < 0.999 ? 1 / seen.scale : 2, point, seen);
}

function onControl({ target }: { target: EventTarget }): boolean {
  return target instanceof Element && target.closest('button, input') !== null;
}

function middle(element: Element, event: { clientX: number; clientY: number }): { x: number; y: number } {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 };
}
