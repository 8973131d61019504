import { Search, TriangleAlert, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { Facets } from '../../shared/library.js';
import { filterInput, type GalleryFilter } from '../store/filter.js';
import { useApp, useAppState } from '../store/hooks.js';
import { cx } from '../ui/cx.js';
import { formatCount, modelName } from '../ui/format.js';
import css from './Search.module.css';
import { chipsOf, joinQuery, queryOf, type Suggestion, splitQuery, suggestionsFor } from './search-words.js';

/** Milliseconds after the last key before the library is asked: fast typists wait for nothing. */
const restMs = 180;

/** One field: finished terms are chips, the rest is typed. */
export function SearchBox() {
  const app = useApp();
  const filter = useAppState((state) => state.filter);
  const error = useAppState((state) => state.findError);
  const [text, setText] = useState(filter.query);
  const [focused, setFocused] = useState(false);
  const [chosen, setChosen] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const terms = useRef<HTMLDivElement>(null);
  const list = useId();
  useFilterText(filter, text, setText);
  const { done, typing } = splitQuery(text);
  // What is typed stays in sight behind many chips.
  useLayoutEffect(() => {
    if (done.length > 0) terms.current?.scrollTo(terms.current.scrollWidth, 0);
  }, [done.length]);
  const facets = useFacets(focused);
  const suggestions = focused ? suggestionsFor(typing, facets) : [];
  const at = Math.min(chosen, suggestions.length - 1);

  const change = (next: string) => {
    setText(next);
    setChosen(0);
  };
  const take = (suggestion: Suggestion) => {
    change(joinQuery(done, suggestion.text) + (suggestion.whole ? ' ' : ''));
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const suggestion = suggestions[at];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const count = suggestions.length;
      if (count > 0) setChosen((at + (event.key === 'ArrowDown' ? 1 : count - 1)) % count);
    } else if (event.key === 'Tab' && !event.shiftKey && typing !== '' && suggestion !== undefined) {
      event.preventDefault();
      take(suggestion);
    } else if (event.key === 'Backspace' && typing === '' && done.length > 0) {
      event.preventDefault();
      // A chip is opened again before it goes.
      change(joinQuery(done.slice(0, -1), done.at(-1) ?? ''));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      app.set({ filter: { ...app.store.getState().filter, query: queryOf(text) } });
      input.current?.blur();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      if (text === '') input.current?.blur();
      else change('');
    }
  };

  return (
    <div className={css.search} data-invalid={error !== null || undefined}>
      <search className={css.box} onPointerDown={(event) => focusInput(event.target, input.current)}>
        <Search aria-hidden className={css.glass} />
        <div ref={terms} className={css.terms}>
          {chipsOf(done).map((chip) => (
            <button
              key={chip.key}
              type="button"
              className={css.chip}
              aria-label={`Take away ${chip.field} ${chip.value}`}
              onClick={() => change(joinQuery([...done.slice(0, chip.place), ...done.slice(chip.place + 1)], typing))}
            >
              {chip.field !== '' && <span>{chip.field}</span>}
              <b dir="auto">{chip.field === 'model:' ? modelName(chip.value) : chip.value}</b>
            </button>
          ))}
          <input
            ref={input}
            data-search
            role="combobox"
            type="text"
            dir="auto"
            value={typing}
            aria-label="Search the library"
            aria-expanded={suggestions.length > 0}
            aria-controls={list}
            aria-activedescendant={suggestions.length > 0 ? `${list}-${at}` : undefined}
            aria-invalid={error !== null}
            autoComplete="off"
            spellCheck={false}
            placeholder={done.length === 0 ? 'Search prompts, models, seeds' : ''}
            onChange={(event) => change(joinQuery(done, event.target.value, true))}
            onKeyDown={onKeyDown}
            onFocus={() => setFocused(true)}
            onBlur={() => setFocused(false)}
          />
        </div>
        {text === '' ? (
          <kbd className={css.key} aria-hidden>
            /
          </kbd>
        ) : (
          <button type="button" className={css.clear} aria-label="Clear the search" onClick={() => change('')}>
            <X aria-hidden />
          </button>
        )}
      </search>
      {focused && (suggestions.length > 0 || error !== null) && (
        <div className={css.popup}>
          {error !== null && (
            <p className={css.error} role="alert">
              <TriangleAlert aria-hidden />
              <span>
                {error.message.replace(/^query: /, '')} {error.hint}
              </span>
            </p>
          )}
          {/* The field keeps the focus; what is pressed here is told by pointer only. */}
          <div id={list} role="listbox" aria-label="Suggestions">
            {suggestions.map((suggestion, place) => (
              <div
                key={`${suggestion.field} ${suggestion.text}`}
                id={`${list}-${place}`}
                role="option"
                tabIndex={-1}
                aria-selected={place === at}
                className={cx(css.option, place === at && css.current)}
                onPointerDown={(event) => {
                  event.preventDefault();
                  take(suggestion);
                }}
              >
                <b className={css.term}>{suggestion.field}</b>
                <span className={css.label} dir="auto">
                  {suggestion.label}
                </span>
                <i className={css.amount}>{suggestion.count === null ? 'field' : formatCount(suggestion.count)}</i>
              </div>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}

function focusInput(target: EventTarget, input: HTMLInputElement | null): void {
  if (target instanceof Element && target.closest('button, input') === null)
    requestAnimationFrame(() => input?.focus());
}

/** What is typed becomes the filter after a moment; a filter that was set elsewhere becomes the text. */
function useFilterText(filter: GalleryFilter, text: string, setText: (text: string) => void): void {
  const app = useApp();
  const told = useRef(filter.query);
  useEffect(() => {
    if (filter.query === told.current) return;
    told.current = filter.query;
    setText(filter.query);
  }, [filter.query, setText]);
  useEffect(() => {
    const query = queryOf(text);
    if (query === told.current) return;
    const timer = setTimeout(() => {
      told.current = query;
      app.set({ filter: { ...app.store.getState().filter, query } });
    }, restMs);
    return () => clearTimeout(timer);
  }, [app, text]);
}

/** What there is to search for, read anew each time the field gets the focus. */
function useFacets(wanted: boolean): Facets | null {
  const app = useApp();
  const [facets, setFacets] = useState<Facets | null>(null);
  useEffect(() => {
    if (!wanted) return;
    const { place, album } = app.store.getState().filter;
    app.client
      .invoke('get_facets', filterInput({ place, album, query: '', facets: {}, sort: 'newest' }))
      .then(setFacets, app.fail);
  }, [app, wanted]);
  return facets;
}
