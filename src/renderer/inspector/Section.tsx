import { Copy } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { copyText } from '../actions/asset.js';
import type { Line } from '../gallery/inspect.js';
import { useApp } from '../store/hooks.js';
import { IconButton } from '../ui/Button.js';
import parts from '../ui/parts.module.css';
import css from './Inspector.module.css';

interface SectionProps {
  title: string;
  /** What stands at the right of the title. */
  side?: ReactNode;
  children: ReactNode;
}

export function Section({ title, side, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <div className={css.head}>
        <h3 id={id}>{title}</h3>
        {side !== undefined && <span className={css.side}>{side}</span>}
      </div>
      {children}
    </section>
  );
}

/** Copies all of a section. */
export function CopyAll({ label, text, done }: { label: string; text: string; done: string }) {
  const app = useApp();
  return (
    <IconButton label={label} small side="left" onClick={() => void copyText(app, text, done)}>
      <Copy />
    </IconButton>
  );
}

/** A value that a click copies. */
export function CopyLine({ line }: { line: Line }) {
  const app = useApp();
  return (
    <button
      type="button"
      className={css.line}
      title={line.text.length > 28 ? line.text.slice(0, 400) : undefined}
      aria-label={`Copy ${line.label}: ${line.shown}`}
      onClick={() => void copyText(app, line.text, `${line.label} copied.`)}
    >
      <span>{line.label}</span>
      <span className={css.value} data-number={line.number || undefined}>
        <bdi>{line.shown}</bdi>
        {line.detail !== undefined && <span className={css.detail}>{line.detail}</span>}
      </span>
      <Copy aria-hidden />
    </button>
  );
}

interface PlainLineProps {
  label: string;
  value: string;
  detail?: string | undefined;
}

/** A value that is not worth copying, or the same for many. */
export function PlainLine({ label, value, detail }: PlainLineProps) {
  return (
    <div className={css.line}>
      <span>{label}</span>
      <span className={css.value} title={value}>
        <bdi>{value}</bdi>
        {detail !== undefined && <span className={css.detail}>{detail}</span>}
      </span>
    </div>
  );
}

/** A value that some have and others not. */
export function Differs({ label }: { label: string }) {
  return (
    <div className={css.line}>
      <span>{label}</span>
      <span className={parts.quiet}>differs</span>
    </div>
  );
}
