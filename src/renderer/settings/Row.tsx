import { Lock, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '../ui/cx.js';
import parts from '../ui/parts.module.css';
import { useFound } from './find.js';
import css from './Settings.module.css';

interface RowProps {
  title: string;
  text?: string;
  /** Why it can't be edited. */
  lock?: string | null;
  /** Takes back what was set here. */
  reset?: ReactNode;
  /** What was wrong with the last try. */
  error?: string | null;
  children: ReactNode;
}

/** One setting: what it is at left, its value at right, what stands in the way below. Gone while others are looked for. */
export function Row({ title, text, lock, error, reset, children }: RowProps) {
  if (!useFound(title, text, lock)) return null;
  return (
    <div className={css.row} data-setting>
      <div>
        <h2>{title}</h2>
        {text !== undefined && <p>{text}</p>}
      </div>
      <div>
        {children}
        {reset}
        {lock != null && (
          <div className={parts.note}>
            <Lock aria-hidden />
            <span>{lock}</span>
          </div>
        )}
        {error != null && (
          <div className={cx(parts.note, parts.bad)} role="alert">
            <TriangleAlert aria-hidden />
            <span>{error}</span>
          </div>
        )}
      </div>
    </div>
  );
}
