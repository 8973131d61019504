import { ChevronsLeftRight } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import css from './Compare.module.css';
import type { Seen, View } from './together.js';
import { useGestures } from './useGestures.js';

interface CompareSliderProps {
  view: View;
  seen: Seen;
  onView(view: View): void;
  /** Two, the second one right of the line. */
  children: readonly ReactNode[];
  /** Letter and stars of each. */
  marks: readonly ReactNode[];
}

/** Two on each other, with a line to drag: left of it the first, right of it the second. */
export function CompareSlider({ view, seen, onView, children, marks }: CompareSliderProps) {
  const pane = useRef<HTMLElement>(null);
  const gestures = useGestures({ pane, view, seen, onView });
  const [line, setLine] = useState(50);
  return (
    <figure
      ref={pane}
      className={css.pane}
      data-testid="slider"
      data-zoomed={view.zoom > 1 || undefined}
      aria-label="A and B on each other"
      {...gestures}
    >
      <div className={css.half} style={{ clipPath: `inset(0 ${100 - line}% 0 0)` }}>
        {children[0]}
      </div>
      <div className={css.half} style={{ clipPath: `inset(0 0 0 ${line}%)` }}>
        {children[1]}
      </div>
      <div className={css.left}>{marks[0]}</div>
      <div className={css.right}>{marks[1]}</div>
      <Line at={line} onMove={setLine} />
    </figure>
  );
}

/** The line: by pointer wherever it is grabbed, by keys like any slider. */
function Line({ at, onMove }: { at: number; onMove(at: number): void }) {
  const grabbed = useRef(false);
  return (
    <label
      className={css.line}
      style={{ left: `${at}%` }}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        grabbed.current = true;
      }}
      onPointerMove={(event) => {
        const box = event.currentTarget.parentElement?.getBoundingClientRect();
        if (!grabbed.current || box === undefined) return;
        onMove(Math.min(100, Math.max(0, ((event.clientX - box.left) / box.width) * 100)));
      }}
      onPointerUp={() => {
        grabbed.current = false;
      }}
      onPointerCancel={() => {
        grabbed.current = false;
      }}
    >
      <span className={css.grip}>
        <ChevronsLeftRight aria-hidden />
      </span>
      <input
        type="range"
        aria-label="Line between A and B"
        min={0}
        max={100}
        value={at}
        onChange={(event) => onMove(Number(event.target.value))}
      />
    </label>
  );
}
