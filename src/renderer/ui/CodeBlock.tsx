import type { ReactNode } from 'react';
import { cx } from './cx.js';
import { keyScrolled } from './key-scrolled.js';
import css from './parts.module.css';

interface CodeBlockProps {
  label: string;
  className?: string;
  children: ReactNode;
}

/** Lines of code that can be read, scrolled by keyboard and copied by selection. */
export function CodeBlock({ label, className, children }: CodeBlockProps) {
  return (
    <section ref={keyScrolled} aria-label={label} className={cx(css.code, className)}>
      {children}
    </section>
  );
}
