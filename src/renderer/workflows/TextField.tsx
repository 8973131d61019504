import { TriangleAlert } from 'lucide-react';
import { useId } from 'react';
import { cx } from '../ui/cx.js';
import parts from '../ui/parts.module.css';
import css from './Form.module.css';

interface TextFieldProps {
  label: string;
  /** A word at the right of the label. */
  beside?: string;
  value: string;
  placeholder?: string;
  /** Lines it has at least; a single line where absent. */
  lines?: number | undefined;
  numeric?: boolean;
  /** Stands in a pair. */
  half?: boolean;
  error: string | undefined;
  onChange(value: string): void;
}

/** A text with its label, and what is wrong with it below. */
export function TextField({
  label,
  beside,
  value,
  placeholder,
  lines,
  numeric,
  half,
  error,
  onChange,
}: TextFieldProps) {
  const id = useId();
  const common = {
    id,
    value,
    placeholder,
    'aria-invalid': error !== undefined,
    'aria-describedby': error === undefined ? undefined : `${id}-error`,
    spellCheck: false,
  };
  return (
    <div className={cx(css.field, !half && css.wide)}>
      <div className={css.label}>
        <label htmlFor={id}>{label}</label>
        {beside !== undefined && beside !== '' && <span>{beside}</span>}
      </div>
      {lines === undefined ? (
        <input
          {...common}
          className={cx(parts.field, numeric && parts.num)}
          dir={numeric ? undefined : 'auto'}
          inputMode={numeric ? 'decimal' : 'text'}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <textarea
          {...common}
          className={cx(parts.area, css.area)}
          dir="auto"
          rows={lines}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {error !== undefined && (
        <p className={cx(parts.note, parts.bad)} id={`${id}-error`} role="alert">
          <TriangleAlert aria-hidden />
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}
