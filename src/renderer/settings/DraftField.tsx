import { useEffect, useState } from 'react';
import { cx } from '../ui/cx.js';
import parts from '../ui/parts.module.css';

interface DraftFieldProps {
  label: string;
  value: string;
  disabled?: boolean;
  invalid?: boolean;
  className?: string;
  numeric?: boolean;
  /** Called with what was typed on Enter or when the field is left, if it differs. */
  onCommit(value: string): void;
  onEdit?(value: string): void;
}

/** A field that is written when one leaves it, but not for a button beside it; Esc takes back what was typed. */
export function DraftField({ label, value, disabled, invalid, className, numeric, onCommit, onEdit }: DraftFieldProps) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const commit = () => {
    if (draft.trim() !== value) onCommit(draft.trim());
  };
  return (
    <input
      aria-label={label}
      className={cx(parts.field, numeric && parts.num, className)}
      value={draft}
      disabled={disabled}
      aria-invalid={invalid}
      inputMode={numeric ? 'numeric' : 'text'}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => {
        setDraft(event.target.value);
        onEdit?.(event.target.value);
      }}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.parentElement?.contains(relatedTarget)) commit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        else if (event.key === 'Escape') {
          setDraft(value);
          onEdit?.(value);
        }
      }}
    />
  );
}
