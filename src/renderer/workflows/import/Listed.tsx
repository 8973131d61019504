import { Search, TriangleAlert } from 'lucide-react';
import { type ComponentProps, type KeyboardEvent, type ReactNode, useRef } from 'react';
import type { ErrorValue } from '../../../shared/errors.js';
import { Button } from '../../ui/Button.js';
import { formatCount } from '../../ui/format.js';
import parts from '../../ui/parts.module.css';
import css from './Import.module.css';
import { stepTo } from './step.js';

interface ListedProps {
  /** What is looked through: "templates". */
  what: string;
  query: string;
  onQuery(query: string): void;
  /** Null until it is known. */
  count: number | null;
  error: ErrorValue | null;
  onRetry(): void;
  /** What stands in place of an empty list. */
  empty: ReactNode;
  /** `Option`s, in whatever order and groups. */
  children: ReactNode;
}

/** A field to search in, and what it finds: arrows go from the field into the list and through it. */
export function Listed({ what, query, onQuery, count, error, onRetry, empty, children }: ListedProps) {
  const list = useRef<HTMLDivElement>(null);
  return (
    <div className={css.listed}>
      <div className={css.search}>
        <Search aria-hidden />
        <input
          type="search"
          className={parts.field}
          value={query}
          placeholder={`Search ${what}`}
          aria-label={`Search ${what}`}
          spellCheck={false}
          onChange={(event) => onQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') {
              event.preventDefault();
              optionsIn(list.current)[0]?.focus();
            } else if (event.key === 'Escape' && query !== '') {
              event.preventDefault();
              onQuery('');
            }
          }}
        />
        {count !== null && <span className={css.found}>{formatCount(count)}</span>}
      </div>
      {error !== null ? (
        <div className={css.trouble} role="alert">
          <p className={parts.note}>
            <TriangleAlert aria-hidden />
            <span>
              {error.message} {error.hint}
            </span>
          </p>
          <Button compact onClick={onRetry}>
            Try again
          </Button>
        </div>
      ) : count === 0 ? (
        <div className={css.trouble} role="status">
          {query.trim() === '' ? empty : <p>Nothing has all these words.</p>}
        </div>
      ) : (
        <div ref={list} className={css.options} data-options>
          {children}
        </div>
      )}
    </div>
  );
}

/** One of what was found. Arrows lead from it to its neighbours. */
export function Option(props: ComponentProps<'button'>) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const next = stepTo(optionsIn(event.currentTarget.closest('[data-options]')), event.currentTarget, event.key);
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
  };
  return <button type="button" data-option onKeyDown={onKeyDown} {...props} />;
}

function optionsIn(list: Element | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('[data-option]') ?? [])];
}
