import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useApp, useAppState } from '../store/hooks.js';
import overlays from '../ui/overlays.module.css';
import { keyCaps } from './keys.js';
import { type Match, match } from './match.js';
import css from './Palette.module.css';
import { type Action, actions, titleOf } from './registry.js';

interface Found {
  action: Action;
  match: Match;
}

/** Every action that makes sense now, found by typing. */
export function Palette() {
  const app = useApp();
  const open = useAppState((state) => state.palette);
  return (
    <Dialog.Root open={open} onOpenChange={(palette) => app.set({ palette })}>
      <Dialog.Portal>
        <Dialog.Backdrop className={overlays.backdrop} />
        <Dialog.Popup className={css.palette} aria-label="Commands">
          <Inside />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Inside() {
  const app = useApp();
  const state = useAppState((all) => all);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = actions
    .filter((action) => action.id !== 'palette' && action.available({ ...state, palette: false }))
    .map((action) => ({ action, match: match(titleOf(action, state), query) }))
    .filter((one): one is Found => one.match !== null)
    .sort((a, b) => Number(a.action.on === 'app') - Number(b.action.on === 'app') || b.match.score - a.match.score);
  const here = found.filter((one) => one.action.on !== 'app');
  const everywhere = found.filter((one) => one.action.on === 'app');
  const chosen = found[Math.min(at, found.length - 1)];

  const run = (action: Action) => {
    if (action.blocked?.(app)) return;
    app.set({ palette: false });
    action.run(app);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const next = (at + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % Math.max(1, found.length);
      setAt(next);
      list.current?.querySelectorAll('[role="option"]')[next]?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && chosen !== undefined) {
      event.preventDefault();
      run(chosen.action);
    }
  };
  const section = (title: string, items: Found[]) =>
    items.length > 0 && (
      <>
        <div role="presentation" className={css.group}>
          {title}
        </div>
        {items.map((one) => (
          <Item
            key={one.action.id}
            found={one}
            current={one === chosen}
            onPoint={() => setAt(found.indexOf(one))}
            onRun={() => run(one.action)}
          />
        ))}
      </>
    );

  return (
    <>
      <div className={css.input}>
        <Search aria-hidden />
        <input
          aria-label="Find a command"
          role="combobox"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={chosen === undefined ? undefined : `palette-${chosen.action.id}`}
          placeholder="What to do"
          value={query}
          spellCheck={false}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className={css.list} ref={list} id="palette-list" role="listbox" aria-label="Commands" tabIndex={-1}>
        {section('With this one', here)}
        {section('Everywhere', everywhere)}
        {found.length === 0 && <p className={css.none}>No command is called “{query}”.</p>}
      </div>
      <footer className={css.foot}>
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> choose
        </span>
        <span>
          <kbd>↵</kbd> run
        </span>
        <span>
          <kbd>?</kbd> all shortcuts
        </span>
      </footer>
    </>
  );
}

interface ItemProps {
  found: Found;
  current: boolean;
  onPoint(): void;
  onRun(): void;
}

function Item({ found, current, onPoint, onRun }: ItemProps) {
  const app = useApp();
  const { action } = found;
  const reason = action.blocked?.(app) ?? null;
  return (
    <button
      type="button"
      id={`palette-${action.id}`}
      role="option"
      aria-selected={current}
      aria-disabled={reason === null ? undefined : true}
      className={css.item}
      tabIndex={-1}
      onPointerMove={onPoint}
      onClick={onRun}
    >
      <action.icon aria-hidden />
      <span>{found.match.parts.map((part) => (part.hit ? <mark key={part.at}>{part.text}</mark> : part.text))}</span>
      {reason !== null && <span className={css.reason}>{reason}</span>}
      {action.keys?.[0] !== undefined && (
        <span className={css.caps}>
          {keyCaps(action.keys[0], app.client.platform).map((cap) => (
            <kbd key={cap}>{cap}</kbd>
          ))}
        </span>
      )}
    </button>
  );
}
