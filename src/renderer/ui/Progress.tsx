import { cx } from './cx.js';
import css from './Progress.module.css';

interface ProgressProps {
  /** How much of `max` is done; more counts as all. */
  value: number;
  /** 0 while that is not known yet: nothing is done then. */
  max: number;
  label?: string;
  /** What is going on, for screen readers. */
  words?: string;
  className?: string | undefined;
}

/** A thin bar that fills as work gets on. */
export function Progress({ value, max, label = 'Progress', words, className }: ProgressProps) {
  const percent = max > 0 ? Math.min(100, (100 * value) / max) : 0;
  return (
    <div
      className={cx(css.progress, className)}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
      aria-valuetext={words}
    >
      <i style={{ width: `${percent}%` }} />
    </div>
  );
}
