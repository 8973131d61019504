/** Drawing a box over the grid to choose what it touches. It begins where no picture is. */
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useApp } from '../store/hooks.js';
import type { Layout } from './layout.js';
import { type Box, touched } from './selection.js';
import type { GalleryView } from './view.js';

interface LassoInput {
  scroller: RefObject<HTMLElement | null>;
  layout: Layout;
  view: GalleryView;
  /** Pixels from one column to the next. */
  pitch: number;
}

interface Lasso {
  /** In pixels of the sheet; null when none is drawn. */
  box: Box | null;
  /** Whether the click that comes now ended a lasso. */
  drew(): boolean;
  handlers: {
    onPointerDown(event: PointerEvent): void;
    onPointerMove(event: PointerEvent): void;
    onPointerUp(event: PointerEvent): void;
  };
}

/** Pixels that the pointer moves before it is a lasso. */
const slack = 4;
/** Pixels from the edge where the grid scrolls along, and by how much each frame. */
const edge = 36;
const scrollStep = 18;

interface Drawing {
  startX: number;
  startY: number;
  /** Chosen before, which stays chosen while a key is held. */
  kept: ReadonlySet<string>;
  clientX: number;
  clientY: number;
  far: boolean;
}

export function useLasso({ scroller, layout, view, pitch }: LassoInput): Lasso {
  const app = useApp();
  const [box, setBox] = useState<Box | null>(null);
  const drawing = useRef<Drawing | null>(null);
  const ended = useRef(false);

  const draw = () => {
    const element = scroller.current;
    const state = drawing.current;
    if (element === null || state === null || !state.far) return;
    const { left, top } = element.getBoundingClientRect();
    const x = state.clientX - left;
    const y = state.clientY - top + element.scrollTop;
    const next = {
      left: Math.max(0, Math.min(x, state.startX)),
      top: Math.max(0, Math.min(y, state.startY)),
      right: Math.min(element.clientWidth, Math.max(x, state.startX)),
      bottom: Math.max(y, state.startY),
    };
    setBox(next);
    app.set({ selected: new Set([...state.kept, ...touched(layout, view, next, pitch)]) });
  };
  const latest = useRef(draw);
  latest.current = draw;

  const isDrawing = box !== null;
  // Near the edges the grid moves on by itself.
  useEffect(() => {
    if (!isDrawing) return;
    let frame = 0;
    const scroll = () => {
      const element = scroller.current;
      const state = drawing.current;
      if (element !== null && state !== null) {
        const { top, bottom } = element.getBoundingClientRect();
        const by = state.clientY < top + edge ? -scrollStep : state.clientY > bottom - edge ? scrollStep : 0;
        if (by !== 0) {
          element.scrollBy({ top: by });
          latest.current();
        }
      }
      frame = requestAnimationFrame(scroll);
    };
    frame = requestAnimationFrame(scroll);
    return () => cancelAnimationFrame(frame);
  }, [isDrawing, scroller]);

  return {
    box,
    drew() {
      const was = ended.current;
      ended.current = false;
      return was;
    },
    handlers: {
      onPointerDown(event) {
        ended.current = false;
        const element = scroller.current;
        const onEntry = event.target instanceof Element && event.target.closest('[data-entry], button') !== null;
        if (element === null || event.button !== 0 || onEntry) return;
        const { left, top } = element.getBoundingClientRect();
        const keeps = event.ctrlKey || event.metaKey || event.shiftKey;
        drawing.current = {
          startX: event.clientX - left,
          startY: event.clientY - top + element.scrollTop,
          kept: keeps ? app.store.getState().selected : new Set(),
          clientX: event.clientX,
          clientY: event.clientY,
          far: false,
        };
        element.setPointerCapture(event.pointerId);
      },
      onPointerMove(event) {
        const state = drawing.current;
        if (state === null) return;
        state.far ||= Math.hypot(event.clientX - state.clientX, event.clientY - state.clientY) > slack;
        if (!state.far) return;
        state.clientX = event.clientX;
        state.clientY = event.clientY;
        draw();
      },
      onPointerUp(event) {
        ended.current = drawing.current?.far === true;
        drawing.current = null;
        setBox(null);
        scroller.current?.releasePointerCapture(event.pointerId);
      },
    },
  };
}
