import { X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import type { Asset } from '../../shared/asset.js';
import { IconButton } from '../ui/Button.js';
import css from './Compare.module.css';
import { Stars } from './Stars.js';
import { filled, type Seen, type View } from './together.js';
import { useGestures } from './useGestures.js';

interface MarksProps {
  asset: Asset;
  letter: string;
  /** The one that keys work on. */
  current: boolean;
  onChoose(): void;
  /** Where the picture lies: they stand in its corners, not half beside it. */
  corners: React.CSSProperties;
}

/** Its letter and its stars, in corners and on a back of their own. */
export function PaneMarks({
  asset,
  letter,
  current,
  onChoose,
  corners,
  children,
}: MarksProps & { children?: ReactNode }) {
  return (
    <div className={css.marks} style={corners}>
      <button
        type="button"
        className={css.letter}
        aria-label={`${letter}, ${asset.filename}`}
        aria-pressed={current}
        onClick={onChoose}
      >
        {letter}
      </button>
      <Stars asset={asset} of={letter} className={css.rating} />
      {children}
    </div>
  );
}

interface ComparePaneProps extends Omit<MarksProps, 'corners'> {
  seen: Seen;
  view: View;
  onView(view: View): void;
  /** Absent where two have to stay. */
  onDrop: (() => void) | undefined;
  children: ReactNode;
}

/** One of the compared, with the part of it that the view shows. */
export function ComparePane({ seen, view, onView, onDrop, children, ...marks }: ComparePaneProps) {
  const pane = useRef<HTMLElement>(null);
  const { onPointerDown, ...gestures } = useGestures({ pane, view, seen, onView });
  return (
    <figure
      ref={pane}
      className={css.pane}
      data-testid="pane"
      data-current={marks.current || undefined}
      data-zoomed={view.zoom > 1 || undefined}
      aria-label={`${marks.letter}, ${marks.asset.filename}`}
      {...gestures}
      onPointerDown={(event) => {
        marks.onChoose();
        onPointerDown(event);
      }}
    >
      {children}
      <PaneMarks {...marks} corners={isPlaced(marks.asset) ? filled(view, seen) : { inset: 0 }}>
        {onDrop !== undefined && (
          <IconButton label={`Leave ${marks.letter} out`} keys="−" small className={css.drop} onClick={onDrop}>
            <X />
          </IconButton>
        )}
      </PaneMarks>
    </figure>
  );
}

/** Whether it is a picture in its pane, and does not fill it otherwise. */
function isPlaced({ media_kind }: Asset): boolean {
  return media_kind === 'image' || media_kind === 'video';
}
