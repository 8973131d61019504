import type { ReactNode } from 'react';
import { cx } from './cx.js';
import css from './DropArea.module.css';
import { useDrop } from './useDrop.js';

interface DropAreaProps {
  className?: string | undefined;
  /** What dropping does, shown while files hang over it. */
  words: string;
  onFiles(files: readonly File[]): void;
  children: ReactNode;
}

/** A part of the window that takes files. */
export function DropArea({ className, words, onFiles, children }: DropAreaProps) {
  const { over, handlers } = useDrop(onFiles);
  return (
    <div className={cx(css.area, className)} {...handlers}>
      {children}
      {over && (
        <div className={css.over} role="status">
          <p>{words}</p>
        </div>
      )}
    </div>
  );
}
