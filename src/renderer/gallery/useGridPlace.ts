/** Where the grid is scrolled to, and what moves it besides the person's wheel. */
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { useApp, useAppState } from '../store/hooks.js';
import { entriesIn, type Layout, placeOf, type Spare, scrollToSee, visibleDays } from './layout.js';
import { pixelsOf } from './Picture.js';
import type { Scrolled } from './scrolled.js';
import { type EntryKey, entryOf } from './view.js';

/** Scrolled further than this, new work waits behind the pill. */
export const atTopWithin = 8;

/** Rows drawn before they come into sight, so that their pictures are read by then, and rows kept behind. */
const rowsAhead = 6;
const rowsBehind = 2;
const jumpRows = 12;
const nothingSpare: Spare = { above: 0, below: 0 };
/** Milliseconds that what is in sight is given before more is read. */
const jumpMs = 100;
/** Screens that are read before their tiles are drawn, at least: they are read a whole screen at a time. */
const screensAhead = 2;

/** The spare rows for the way the grid moves. */
export function useSpare(row: number): Spare {
  const last = useRef({ row, down: true });
  const { row: before, down: was } = last.current;
  // A jump is no sign of the way it goes on: most go down.
  const down = row === before ? was : row > before || before - row > jumpRows;
  useLayoutEffect(() => {
    last.current = { row, down };
  }, [row, down]);
  return useMemo(
    () => (down ? { above: rowsBehind, below: rowsAhead } : { above: rowsAhead, below: rowsBehind }),
    [down],
  );
}

interface ReadAheadInput {
  layout: Layout;
  keys: readonly EntryKey[];
  /** Of the first row in sight, pixels. */
  top: number;
  height: number;
  spare: Spare;
  flying: boolean;
}

/**
 * Reads small pictures and details of what is in sight and of what comes next, in one call for many: a tile then has its
 * picture as it appears. Before the tiles ask, who stand in another order.
 */
export function useReadAhead({ layout, keys, top, height, spare, flying }: ReadAheadInput): void {
  const { details, thumbnails } = useApp();
  useLayoutEffect(() => {
    if (flying || height === 0) return;
    const screen = Math.ceil(height / layout.stride);
    const down = spare.below > spare.above;
    const ahead = screen * (screensAhead + 1);
    const far = { above: down ? 0 : ahead, below: down ? ahead : 0 };
    // The same place for a whole screen: a call for each row would cost more than what it brings.
    const page = screen * layout.stride;
    const start = down ? Math.floor(top / page) * page : Math.ceil(top / page) * page;
    const wanted = ({ from, to }: { from: number; to: number }) =>
      keys.slice(from, to).filter((key) => entryOf(key).kind === 'asset');
    const inSight = entriesIn(layout, visibleDays(layout, top, height, nothingSpare));
    const near = entriesIn(layout, visibleDays(layout, start, height, far));
    const read = (assetIds: string[]) => {
      thumbnails.want(assetIds, pixelsOf(layout.cell));
      details.want(assetIds);
    };
    const seen = wanted(inSight);
    const arrived = seen.every((assetId) => thumbnails.get(assetId) !== undefined);
    read(seen);
    if (arrived) return read(wanted(near));
    // After a jump what is in sight comes first, and alone.
    const timer = setTimeout(() => read(wanted(near)), jumpMs);
    return () => clearTimeout(timer);
  }, [details, thumbnails, layout, keys, top, height, spare, flying]);
}

interface KeepPlaceInput {
  layout: Layout;
  scrolled: Scrolled;
  scrollTo(top: number): void;
  /** What is shown: another one starts at the top. */
  shown: unknown;
}

/** Another cell size or width keeps the topmost entry in sight; another filter starts at the top. */
export function useKeepPlace({ layout, scrolled, scrollTo, shown }: KeepPlaceInput): void {
  const last = useRef({ layout, shown });
  useLayoutEffect(() => {
    const before = last.current;
    const top = scrolled.top();
    if (before.shown !== shown) scrollTo(0);
    else if (before.layout.columns !== layout.columns && top > atTopWithin && before.layout.total > 0) {
      const anchor = visibleDays(before.layout, top, 1, { above: 0, below: 0 })[0];
      const box = anchor === undefined ? undefined : before.layout.days[anchor.day];
      if (anchor !== undefined && box !== undefined) {
        const entry = Math.min(box.start + anchor.firstRow * before.layout.columns, layout.total - 1);
        const place = placeOf(layout, entry);
        const dayBox = place === null ? undefined : layout.days[place.day];
        if (place !== null && dayBox !== undefined) scrollTo(dayBox.top + place.row * layout.stride);
      }
    }
    last.current = { layout, shown };
  }, [layout, scrolled, scrollTo, shown]);
}

interface FollowCurrentInput {
  at: number;
  layout: Layout;
  scrolled: Scrolled;
  height: number;
  scrollTo(top: number): void;
}

/** Scrolls just enough to see the current entry when it changes, by key or in the lightbox. */
export function useFollowCurrent({ at, layout, scrolled, height, scrollTo }: FollowCurrentInput): void {
  const app = useApp();
  const current = useAppState((state) => state.current);
  const seen = useRef<string | null>(current);
  useLayoutEffect(() => {
    if (seen.current === current || height === 0) return;
    seen.current = current;
    if (at < 0) return;
    const top = scrolled.top();
    const next = scrollToSee(layout, at, top, height);
    if (next !== top) scrollTo(next);
  }, [current, at, layout, scrolled, height, scrollTo]);
  // A job that ended leaves its place to what it made.
  const successor = useAppState((state) => {
    const entry = state.current === null ? null : entryOf(state.current);
    return entry?.kind === 'job' ? (state.jobs.get(entry.promptId)?.asset_ids[0] ?? null) : null;
  });
  useEffect(() => {
    if (successor !== null) {
      seen.current = successor;
      app.set({ current: successor });
    }
  }, [app, successor]);
}
