import { Search } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { cx } from './cx.js';
import parts from './parts.module.css';
import css from './SearchField.module.css';
import { useSearchKey } from './useSearchKey.js';

interface SearchFieldProps {
  /** What it looks for: its placeholder and its name. */
  label: string;
  value: string;
  className?: string | undefined;
  onChange(value: string): void;
  /** Keys that the field itself does not take. */
  onKeyDown?: (event: KeyboardEvent) => void;
}

/** The one search of a screen: "/" and the find key lead to it, Escape empties it. */
export function SearchField({ label, value, className, onChange, onKeyDown }: SearchFieldProps) {
  const field = useSearchKey();
  return (
    <div className={cx(css.search, className)}>
      <Search aria-hidden />
      <input
        ref={field}
        type="search"
        className={parts.field}
        value={value}
        placeholder={label}
        aria-label={label}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || value === '') {
            onKeyDown?.(event);
            return;
          }
          event.preventDefault();
          onChange('');
        }}
      />
    </div>
  );
}
