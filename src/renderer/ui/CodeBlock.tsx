import type { ReactNode } from 'react';
import { cx } from './cx.js';
import css from './parts.module.css';

interface CodeBlockProps {
  label: string;
  className?: string;
  children: ReactNode;
}

/** Lines of code that can be read, scrolled by keyboard and copied by selection. */
export function CodeBlock({ label, className, children }: CodeBlockProps) {
  // Chromium lets a scrollable region take the focus by itself; a name says what it is.
  return (
    <section aria-label={label} className={cx(css.code, className)}>
      {children}
    </section>
  );
}
