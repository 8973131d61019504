import { Popover } from '@base-ui/react/popover';
import { Check, Search } from 'lucide-react';
import { type KeyboardEvent, type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { cx } from './cx.js';
import { findListed, type Listed } from './filter-words.js';
import { formatCount } from './format.js';
import overlays from './overlays.module.css';
import parts from './parts.module.css';
import css from './SearchList.module.css';

interface SearchListProps {
  /** What it is a list of, for the field and for who listens: "models". */
  label: string;
  trigger: ReactElement<Record<string, unknown>>;
  items: readonly Listed[];
  chosen?: string;
  /** What stands in place of an empty list. */
  empty: string;
  onChoose(value: string): void;
  /** A row's words, in place of label and detail. */
  drawRow?(item: Listed): ReactNode;
  /** Buttons at the end of a row. */
  rowActions?(item: Listed): ReactNode;
  /** Delete on a row. */
  onRemove?(value: string): void;
  footer?(close: () => void): ReactNode;
  side?: 'top' | 'bottom';
  /** What has the focus when it closes; what opened it when absent. */
  focusAfter?(): HTMLElement | null;
}

/** A long list that opens, with a field to search in it. */
export function SearchList(props: SearchListProps) {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger render={props.trigger} />
      <Popover.Portal>
        <Popover.Positioner className={overlays.layer} sideOffset={4} align="start" side={props.side ?? 'bottom'}>
          <Popover.Popup
            className={cx(css.popup, props.drawRow !== undefined && css.wide)}
            aria-label={props.label}
            finalFocus={props.focusAfter}
          >
            <Contents {...props} close={() => setOpen(false)} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Contents({ close, ...props }: SearchListProps & { close(): void }) {
  const { label, items, chosen, onChoose, onRemove } = props;
  const id = useId();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      items.findIndex(({ value }) => value === chosen),
    ),
  );
  const { shown, more } = findListed(items, typed);
  const current = Math.min(at, shown.length - 1);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[current]?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const choose = (value: string) => {
    onChoose(value);
    // Who opens it again while it still fades finds it fresh.
    setTyped('');
    close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const item = shown[current];
    const steps: Readonly<Record<string, number>> = { ArrowDown: current + 1, ArrowUp: current - 1 };
    const next = steps[event.key];
    if (next !== undefined) setAt(Math.min(shown.length - 1, Math.max(0, next)));
    else if (event.key === 'Enter' && item !== undefined) choose(item.value);
    else if (event.key === 'Delete' && onRemove !== undefined && item !== undefined) onRemove(item.value);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className={overlays.search}>
        <Search aria-hidden />
        <input
          aria-label={`Search ${label.toLowerCase()}`}
          placeholder={`Search ${formatCount(items.length)}`}
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={shown.length > 0 ? `${id}-${current}` : undefined}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          spellCheck={false}
          autoComplete="off"
        />
      </div>
      <div className={css.list} role="listbox" id={id} aria-label={label} ref={list}>
        {shown.map((item, index) => (
          <Row
            key={item.value}
            id={`${id}-${index}`}
            item={item}
            current={index === current}
            chosen={item.value === chosen}
            onChoose={() => choose(item.value)}
            actions={props.rowActions?.(item)}
            drawn={props.drawRow?.(item)}
          />
        ))}
      </div>
      {shown.length === 0 && <p className={css.note}>{items.length === 0 ? props.empty : 'Nothing matches.'}</p>}
      {more > 0 && <p className={css.note}>{formatCount(more)} more: type to narrow.</p>}
      {props.footer !== undefined && <div className={css.footer}>{props.footer(close)}</div>}
    </>
  );
}

interface RowProps {
  id: string;
  item: Listed;
  current: boolean;
  chosen: boolean;
  onChoose(): void;
  actions: ReactNode;
  drawn: ReactNode;
}

function Row({ id, item, current, chosen, onChoose, actions, drawn }: RowProps) {
  return (
    <div className={css.row} data-current={current || undefined}>
      {/* The field keeps the focus: it names the current one. */}
      <button
        type="button"
        role="option"
        id={id}
        aria-selected={chosen}
        tabIndex={-1}
        className={css.option}
        onClick={onChoose}
        title={item.label.length > 40 ? item.label : undefined}
      >
        <span className={css.mark}>{chosen && <Check aria-hidden />}</span>
        {drawn ?? (
          <span className={parts.grow}>
            <span className={cx(parts.clip, css.label)} dir="auto">
              {item.label}
            </span>
            {item.detail !== undefined && item.detail !== '' && (
              <span className={cx(parts.clip, css.detail)}>{item.detail}</span>
            )}
          </span>
        )}
      </button>
      {actions}
    </div>
  );
}
