import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { formatDay } from '../ui/format.js';
import css from './Grid.module.css';
import { dayAt, type Layout } from './layout.js';
import { type Scrolled, useScrolled } from './scrolled.js';
import type { Day } from './view.js';

interface ScrubberProps {
  layout: Layout;
  days: readonly Day[];
  scrolled: Scrolled;
  /** Pixels of the grid in sight. */
  height: number;
  onScroll(top: number): void;
}

const headingHeight = 36;
const smallestThumb = 32;
const lingerMs = 900;

/** Stands for the scroll bar: over the pictures, only while it is used, and with the day while it is dragged. */
export function Scrubber({ layout, days, scrolled, height, onScroll }: ScrubberProps) {
  const top = useScrolled(scrolled, (one) => one.top());
  const shown = useRecent(top);
  const [dragging, setDragging] = useState(false);
  const grip = useRef(0);
  const track = height - headingHeight;
  const room = layout.height - height;
  if (room <= 0 || track <= smallestThumb) return null;
  const thumb = Math.max(smallestThumb, (height / layout.height) * track);
  const at = (top / room) * (track - thumb);
  const day = days[dayAt(layout, top)];

  const scrollTo = (event: PointerEvent<HTMLElement>) => {
    const y = event.clientY - event.currentTarget.getBoundingClientRect().top - grip.current;
    onScroll(Math.min(room, Math.max(0, (y / (track - thumb)) * room)));
  };
  return (
    <aside
      className={css.scrubber}
      data-shown={shown || undefined}
      data-dragging={dragging || undefined}
      aria-hidden="true"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        const y = event.clientY - event.currentTarget.getBoundingClientRect().top;
        const onThumb = y >= at && y <= at + thumb;
        grip.current = onThumb ? y - at : thumb / 2;
        setDragging(true);
        if (!onThumb) scrollTo(event);
      }}
      onPointerMove={(event) => {
        if (dragging) scrollTo(event);
      }}
      onPointerUp={() => setDragging(false)}
      onPointerCancel={() => setDragging(false)}
    >
      <span className={css.thumb} style={{ transform: `translateY(${at}px)`, height: thumb }} />
      {dragging && day !== undefined && day.day !== null && (
        <span className={css.when} style={{ top: at + thumb / 2 }}>
          {formatDay(day.day, Date.now()).name}
        </span>
      )}
    </aside>
  );
}

/** True for a moment after `value` changed. */
function useRecent(value: number): boolean {
  const [seen, setSeen] = useState(value);
  useEffect(() => {
    if (seen === value) return;
    const timer = setTimeout(() => setSeen(value), lingerMs);
    return () => clearTimeout(timer);
  }, [seen, value]);
  return seen !== value;
}
