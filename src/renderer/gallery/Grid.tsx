import { ContextMenu } from '@base-ui/react/context-menu';
import { ArrowUp } from 'lucide-react';
import {
  type KeyboardEvent,
  type MouseEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useApp, useAppState, useNow } from '../store/hooks.js';
import { formatCount, startOfDay } from '../ui/format.js';
import { EntryMenu } from './EntryMenu.js';
import css from './Grid.module.css';
import { createLayout, type Direction, step } from './layout.js';
import { Scrubber } from './Scrubber.js';
import { gap, Sheet } from './Sheet.js';
import { atTopWithin, useFlying, useFollowCurrent, useKeepPlace } from './useGridPlace.js';
import { buildView, entryOf, type GalleryView } from './view.js';

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

/** What the grid shows: the newest state at the top; once scrolled, what stood there when the person left the top. */
function useShownView(scrolled: boolean): { view: GalleryView; fresh: number } {
  const app = useApp();
  const index = useAppState((state) => state.index);
  const kind = useAppState((state) => state.kind);
  const jobs = useAppState((state) => state.jobs);
  const dismissed = useAppState((state) => state.dismissed);
  const today = startOfDay(useNow(30_000));
  const live = useMemo(
    () => buildView({ index, kind, jobs, dismissed, failuresSince: app.openedAt, now: today }),
    [index, kind, jobs, dismissed, app, today],
  );
  const [held, setHeld] = useState({ view: live, kind });
  const hold = scrolled && held.kind === kind;
  if (!hold && held.view !== live) setHeld({ view: live, kind });
  const view = hold ? held.view : live;
  return { view, fresh: Math.max(0, live.assets - view.assets) };
}

export function Grid() {
  const app = useApp();
  const target = useAppState((state) => state.window.cell);
  const kind = useAppState((state) => state.kind);
  const current = useAppState((state) => state.current);
  const scroller = useRef<HTMLDivElement>(null);
  const [box, setBox] = useState({ width: 0, height: 0 });
  const [top, setTop] = useState(0);
  const { view, fresh } = useShownView(top > atTopWithin);
  const flying = useFlying(top);

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
  const at = useMemo(() => (current === null ? -1 : view.keys.indexOf(current)), [current, view]);
  const scrollTo = useCallback((next: number) => {
    scroller.current?.scrollTo({ top: next });
    setTop(next);
  }, []);
  useKeepPlace({ layout, top, scrollTo, kind });
  useFollowCurrent({ at, layout, top, height: box.height, scrollTo });

  const move = (direction: Direction, from: string | null) => {
    const rows = Math.floor(box.height / layout.stride) - 1;
    const start = from === null ? at : view.keys.indexOf(from);
    // The first key takes what stands there first, or the current one: it was not in sight of the keyboard yet.
    const next = from === null && at < 0 ? 0 : step(layout, Math.max(0, start), direction, rows);
    const key = view.keys[next];
    if (key === undefined) return;
    app.set({ current: key });
    // At once where it can be, since the next key may be quicker than the next frame; else when it was scrolled to.
    if (!focusEntry(scroller.current, key)) requestAnimationFrame(() => focusEntry(scroller.current, key));
  };

  useArrowsFromNowhere((direction) => move(direction, null));

  const onKeyDown = (event: KeyboardEvent) => {
    const direction = directions[event.key];
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (direction !== undefined && plain) {
      event.preventDefault();
      move(direction, entryUnder(event.target));
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
    } else if (event.key === 'Escape' && app.store.getState().window.inspector) {
      event.preventDefault();
      app.setWindow({ inspector: false });
    }
  };

  const open = (key: string | null) => {
    if (key === null) return;
    if (entryOf(key).kind === 'asset') app.set({ current: key, lightbox: true });
    else app.set({ current: key, screen: 'queue' });
  };

  const onClick = (event: MouseEvent) => {
    const key = entryUnder(event.target);
    if (key === null || event.detail === 0) return;
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
              onScroll={(event) => setTop(event.currentTarget.scrollTop)}
              onKeyDown={onKeyDown}
              onClick={onClick}
              onContextMenuCapture={(event) => {
                const key = entryUnder(event.target);
                if (key === null) event.stopPropagation();
                else app.set({ current: key });
              }}
            />
          }
        >
          <div className={css.sheet} style={{ height: layout.height }}>
            <Sheet
              layout={layout}
              view={view}
              top={top}
              height={box.height}
              width={box.width}
              at={at}
              flying={flying}
            />
          </div>
        </ContextMenu.Trigger>
        <EntryMenu />
      </ContextMenu.Root>
      <Scrubber layout={layout} days={view.days} top={top} height={box.height} onScroll={scrollTo} />
    </div>
  );
}

/** Arrow keys begin in the grid when nothing has the focus, as after coming from another screen. */
function useArrowsFromNowhere(move: (direction: Direction) => void): void {
  const latest = useRef(move);
  latest.current = move;
  const app = useApp();
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const direction = directions[event.key];
      const { lightbox, palette, shortcuts, cancelling } = app.store.getState();
      const covered = lightbox || palette || shortcuts || cancelling !== null;
      if (direction === undefined || covered || event.defaultPrevented || event.target !== document.body) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      latest.current(direction);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [app]);
}

function entryUnder(target: EventTarget | null): string | null {
  if (!(target instanceof Element)) return null;
  return target.closest('[data-entry]')?.getAttribute('data-entry') ?? null;
}

/** Whether the entry was there to take the focus. */
function focusEntry(root: HTMLElement | null, key: string): boolean {
  const entry = root?.querySelector<HTMLElement>(`[data-entry="${CSS.escape(key)}"]`);
  entry?.focus({ preventScroll: true });
  return entry != null;
}
