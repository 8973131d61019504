import { Popover } from '@base-ui/react/popover';
import { Check, ChevronDown, Search } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useId, useLayoutEffect, useRef, useState } from 'react';
import { nearest } from '../../shared/nearest.js';
import { ModelRow } from '../models/ModelRow.js';
import { areModels } from '../models/model-words.js';
import { cx } from '../ui/cx.js';
import { plural } from '../ui/format.js';
import overlays from '../ui/overlays.module.css';
import parts from '../ui/parts.module.css';
import css from './NameChooser.module.css';
import { lineHeight, scrolledTo, tallLine, windowed, withWords } from './windowed.js';

interface NameChooserProps {
  label: string;
  value: string;
  names: readonly string[];
  invalid?: boolean;
  tabIndex?: number;
  trigger: RefObject<HTMLButtonElement | null>;
  /** Where the keyboard goes when the list closes. */
  finalFocus: RefObject<HTMLElement | null>;
  onChoose(name: string): void;
}

/** One of many names, found by typing. Only the lines in view are drawn: people have thousands of models. */
export function NameChooser(props: NameChooserProps) {
  const { label, value, invalid, tabIndex, trigger, finalFocus, onChoose } = props;
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        ref={trigger}
        tabIndex={tabIndex}
        aria-label={value === '' ? `${label}, nothing chosen` : `${label}, ${value}`}
        aria-invalid={invalid}
        aria-haspopup="listbox"
        title={value}
        className={cx(parts.field, css.trigger)}
      >
        <bdi className={parts.clip}>{value === '' ? <span className={parts.quiet}>none</span> : value}</bdi>
        <ChevronDown aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className={overlays.layer} sideOffset={4} align="start">
          <Popover.Popup
            className={cx(css.popup, areModels(props.names) && css.wide)}
            finalFocus={finalFocus}
            aria-label={label}
          >
            <Names
              {...props}
              onChoose={(name) => {
                setOpen(false);
                onChoose(name);
              }}
            />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Names({ label, value, names, onChoose }: NameChooserProps) {
  const id = useId();
  const models = areModels(names);
  const height = models ? tallLine : lineHeight;
  const list = useRef<HTMLDivElement>(null);
  const [query, setQuery] = useState('');
  const found = withWords(names, query);
  const near = found.length === 0 && names.length > 0 ? nearest(query, names, 5) : [];
  const shown = found.length > 0 ? found : near;
  const [chosen, setChosen] = useState(() => Math.max(0, names.indexOf(value)));
  const at = Math.min(chosen, shown.length - 1);
  const [view, setView] = useState({ top: 0, height: 10 * height });

  const moveTo = (next: number) => {
    const line = Math.min(shown.length - 1, Math.max(0, next));
    setChosen(line);
    const element = list.current;
    if (element !== null) element.scrollTop = scrolledTo(line, element.scrollTop, element.clientHeight, height);
  };
  const first = useRef(at);
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    element.scrollTop = Math.max(0, first.current * height - element.clientHeight / 2);
    setView({ top: element.scrollTop, height: element.clientHeight });
  }, [height]);

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(view.height / height) - 1);
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
    };
    const next = moves[event.key];
    const name = shown[at];
    if (next !== undefined) moveTo(next);
    else if (event.key === 'Enter' && name !== undefined) onChoose(name);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const { from, to } = windowed(shown.length, view.top, view.height, height);
  return (
    <>
      <div className={overlays.search}>
        <Search aria-hidden />
        <input
          role="combobox"
          aria-label={`Find ${label.toLowerCase()}`}
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={shown[at] === undefined ? undefined : `${id}-${at}`}
          placeholder={`Find in ${plural(names.length, 'name')}`}
          value={query}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            setQuery(event.target.value);
            setChosen(0);
            if (list.current !== null) list.current.scrollTop = 0;
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {names.length === 0 && <p className={css.none}>ComfyUI has none of these installed.</p>}
      {names.length > 0 && found.length === 0 && (
        <p className={css.none}>
          Nothing is called <bdi>“{query}”</bdi>. {near.length > 0 && 'Nearest:'}
        </p>
      )}
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        tabIndex={-1}
        className={css.list}
        onScroll={({ currentTarget: { scrollTop, clientHeight } }) => setView({ top: scrollTop, height: clientHeight })}
      >
        <div style={{ height: shown.length * height }}>
          {shown.slice(from, to).map((name, offset) => {
            const line = from + offset;
            return (
              <button
                key={name}
                type="button"
                role="option"
                id={`${id}-${line}`}
                aria-selected={line === at}
                aria-setsize={shown.length}
                aria-posinset={line + 1}
                tabIndex={-1}
                title={name}
                className={css.name}
                style={{ top: line * height, height }}
                onPointerMove={() => setChosen(line)}
                onClick={() => onChoose(name)}
              >
                {models ? <ModelRow name={name} /> : <bdi className={parts.clip}>{name}</bdi>}
                {name === value && <Check aria-label="now" />}
              </button>
            );
          })}
        </div>
      </div>
    </>
  );
}
