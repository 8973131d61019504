import { ContextMenu } from '@base-ui/react/context-menu';
import { ArrowUp } from 'lucide-react';
import {
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { dragOut } from '../actions/drag.js';
import { isTyping } from '../actions/keys.js';
import { toggleStack } from '../actions/stack.js';
import { useApp, useAppState } from '../store/hooks.js';
import { formatCount } from '../ui/format.js';
import { EntryMenu } from './EntryMenu.js';
import css from './Grid.module.css';
import { createLayout, type Direction, step } from './layout.js';
import { Scrubber } from './Scrubber.js';
import { gap, Sheet } from './Sheet.js';
import { createScrolled, useScrolled } from './scrolled.js';
import { extended, nothingSelected, toggled } from './selection.js';
import { atTopWithin, useFollowCurrent, useKeepPlace, useReadAhead, useSpare } from './useGridPlace.js';
import { useLasso } from './useLasso.js';
import { useShownView } from './useShownView.js';
import { entryOf, type GalleryView, placeOfEntry } from './view.js';

const headingHeight = 36;

const directions: Record<string, Direction> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Home: 'first',
  End: 'last',
};

export function Grid() {
  const app = useApp();
  const target = useAppState((state) => state.window.cell);
  const filter = useAppState((state) => state.filter);
  const current = useAppState((state) => state.current);
  const scroller = useRef<HTMLDivElement>(null);
  const [box, setBox] = useState({ width: 0, height: 0 });
  const [scrolled] = useState(() => createScrolled());
  const { view, fresh } = useShownView(useScrolled(scrolled, (one) => one.top() > atTopWithin));
  const flying = useScrolled(scrolled, (one) => one.flying());

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => setBox({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const layout = useMemo(
    () =>
      createLayout({
        counts: view.days.map((day) => day.count),
        width: box.width,
        target,
        gap,
        heading: headingHeight,
      }),
    [view, box.width, target],
  );
  const at = useMemo(() => (current === null ? -1 : placeOfEntry(view, current)), [current, view]);
  const scrollTo = useCallback(
    (next: number) => {
      scroller.current?.scrollTo({ top: next });
      scrolled.set(next);
    },
    [scrolled],
  );
  useKeepPlace({ layout, scrolled, scrollTo, shown: filter });
  useFollowCurrent({ at, layout, scrolled, height: box.height, scrollTo });

  // Cells are drawn anew by the row, not by the pixel.
  const row = useScrolled(scrolled, (one) => Math.floor(one.top() / layout.stride));
  const rowTop = row * layout.stride;
  const drawnHeight = box.height === 0 ? 0 : box.height + layout.stride;
  const spare = useSpare(row);
  useReadAhead({ layout, keys: view.keys, top: rowTop, height: drawnHeight, spare, flying });

  /** Where the person stood before the pointer went down: what is pressed takes the focus before it is clicked. */
  const stood = useRef(current);
  const lasso = useLasso({ scroller, layout, view, pitch: (box.width + gap) / layout.columns });

  /** Stepped to, and not drawn yet: it takes the focus as soon as it is, and further steps go on from there. */
  const waiting = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (waiting.current === null) return;
    const goneOn = waiting.current !== current || isTyping(document.activeElement);
    if (goneOn || focusEntry(scroller.current, waiting.current)) waiting.current = null;
  });

  const move = (direction: Direction, focused: string | null, extend = false) => {
    const from = waiting.current ?? focused;
    const rows = Math.floor(box.height / layout.stride) - 1;
    const start = from === null ? at : placeOfEntry(view, from);
    // The first key takes what stands there first, or the current one: it was not in sight of the keyboard yet.
    const next = from === null && at < 0 ? 0 : step(layout, Math.max(0, start), direction, rows);
    const key = view.keys[next];
    if (key === undefined) return;
    if (extend) extendTo(key, from ?? current);
    // At once where it can be, since the next key may be quicker than the next frame.
    waiting.current = focusEntry(scroller.current, key) ? null : key;
    app.set({ current: key });
  };

  useFocusKept(scroller, view);
  useArrowsFromNowhere((direction) => move(direction, null));

  const onKeyDown = (event: KeyboardEvent) => {
    const direction = directions[event.key];
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (direction !== undefined && plain) {
      event.preventDefault();
      move(direction, entryUnder(event.target), event.shiftKey);
    } else if (event.key === ' ' && plain) {
      event.preventDefault();
      open(entryUnder(event.target) ?? current);
    } else if (event.key === 'Enter' && plain) {
      event.preventDefault();
      const entry = entryUnder(event.target) ?? current;
      if (entry !== null && entryOf(entry).kind === 'asset') {
        app.set({ current: entry });
        app.setWindow({ inspector: !app.store.getState().window.inspector });
      } else open(entry);
    } else if (event.key === 'Escape' && app.store.getState().selected.size > 0) {
      event.preventDefault();
      app.set(nothingSelected);
    } else if (event.key === 'Escape' && app.store.getState().window.inspector) {
      event.preventDefault();
      app.setWindow({ inspector: false });
    }
  };

  const extendTo = (key: string, from: string | null, add = false) => {
    if (entryOf(key).kind === 'asset') app.set(extended(app.store.getState(), view, { from, to: key, add }));
  };

  const open = (key: string | null) => {
    if (key === null) return;
    if (entryOf(key).kind === 'asset') app.set({ current: key, lightbox: true });
    else app.set({ current: key, screen: 'queue' });
  };

  const onClick = (event: MouseEvent) => {
    const key = entryUnder(event.target);
    if (key === null) {
      if (event.detail > 0 && !lasso.drew()) app.set(nothingSelected);
      return;
    }
    if (event.target instanceof Element && event.target.closest('[data-stack]') !== null) return toggleStack(app, key);
    const isAsset = entryOf(key).kind === 'asset';
    const { selected } = app.store.getState();
    const picks = event.ctrlKey || event.metaKey || isCheck(event.target) || (selected.size > 0 && !event.shiftKey);
    if (isAsset && event.shiftKey) extendTo(key, stood.current, event.ctrlKey || event.metaKey);
    else if (isAsset && picks) app.set(toggled(app.store.getState(), view, key));
    else return openOrInspect(key, event);
    app.set({ current: key });
  };

  const openOrInspect = (key: string, event: MouseEvent) => {
    if (event.detail === 0) return;
    const inspecting = app.store.getState().window.inspector && entryOf(key).kind === 'asset';
    if (inspecting && event.detail < 2) app.set({ current: key });
    else open(key);
  };

  return (
    <div className={css.well}>
      {fresh > 0 && (
        <button type="button" className={css.pill} onClick={() => scrollTo(0)}>
          <ArrowUp aria-hidden />
          {formatCount(fresh)} new
        </button>
      )}
      <ContextMenu.Root>
        <ContextMenu.Trigger
          render={
            <section
              ref={scroller}
              className={css.scroller}
              data-testid="gallery-grid"
              aria-label="Gallery"
              tabIndex={-1}
              onScroll={(event) => scrolled.set(event.currentTarget.scrollTop)}
              onKeyDown={onKeyDown}
              onFocus={(event) => {
                const key = entryUnder(event.target);
                if (key !== null) app.set({ current: key });
              }}
              onPointerDownCapture={() => {
                stood.current = app.store.getState().current;
              }}
              onClick={onClick}
              onDragStart={(event) => {
                event.preventDefault();
                const key = entryUnder(event.target);
                if (key !== null) void dragOut(app, key);
              }}
              onContextMenuCapture={(event) => {
                const key = entryUnder(event.target);
                if (key === null) event.stopPropagation();
                else
                  app.set(
                    app.store.getState().selected.has(key) ? { current: key } : { current: key, ...nothingSelected },
                  );
              }}
              {...lasso.handlers}
            />
          }
        >
          <div className={css.sheet} style={{ height: layout.height }}>
            <Sheet
              layout={layout}
              view={view}
              top={rowTop}
              height={drawnHeight}
              spare={spare}
              width={box.width}
              at={at}
              flying={flying}
            />
            {lasso.box !== null && (
              <div
                className={css.lasso}
                style={{
                  left: lasso.box.left,
                  top: lasso.box.top,
                  width: lasso.box.right - lasso.box.left,
                  height: lasso.box.bottom - lasso.box.top,
                }}
              />
            )}
          </div>
        </ContextMenu.Trigger>
        <EntryMenu />
      </ContextMenu.Root>
      <Scrubber layout={layout} days={view.days} scrolled={scrolled} height={box.height} onScroll={scrollTo} />
    </div>
  );
}

/** A stack that closes takes the focused tile with it: the tile that stands for it has the focus then. */
function useFocusKept(scroller: RefObject<HTMLElement | null>, view: GalleryView): void {
  const app = useApp();
  const opened = useAppState((state) => state.openStacks);
  const last = useRef(opened);
  useLayoutEffect(() => {
    const { current } = app.store.getState();
    if (last.current === opened) return;
    last.current = opened;
    const at = current === null ? -1 : placeOfEntry(view, current);
    const key = view.keys[at];
    if (key !== undefined && document.activeElement === document.body) focusEntry(scroller.current, key);
  }, [app, opened, view, scroller]);
}

/** Arrow keys begin in the grid when nothing has the focus, as after coming from another screen. */
function useArrowsFromNowhere(move: (direction: Direction) => void): void {
  const latest = useRef(move);
  latest.current = move;
  const app = useApp();
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const direction = directions[event.key];
      const { lightbox, comparing, palette, shortcuts, cancelling } = app.store.getState();
      const covered = lightbox || comparing !== null || palette || shortcuts || cancelling !== null;
      if (direction === undefined || covered || event.defaultPrevented || event.target !== document.body) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      latest.current(direction);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [app]);
}

function isCheck(target: EventTarget): boolean {
  return target instanceof Element && target.closest('[data-check]') !== null;
}

function entryUnder(target: EventTarget | null): string | null {
  if (!(target instanceof Element)) return null;
  const holder = target.closest('[data-entry], [data-check], [data-stack]');
  for (const name of ['data-entry', 'data-check', 'data-stack']) {
    const key = holder?.getAttribute(name);
    if (key != null) return key;
  }
  return null;
}

/** Whether the entry was there to take the focus. */
function focusEntry(root: HTMLElement | null, key: string): boolean {
  const entry = root?.querySelector<HTMLElement>(`[data-entry="${CSS.escape(key)}"]`);
  entry?.focus({ preventScroll: true });
  return entry != null;
}
