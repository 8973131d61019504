/** Choosing assets: one more, a range, what a lasso touches. Pure. */
import type { Layout } from './layout.js';
import { assetsAt, type GalleryView, placeOfEntry } from './view.js';

export interface Selection {
  readonly selected: ReadonlySet<string>;
  /** Where a range begins. */
  readonly anchor: string | null;
}

export const nothingSelected: Selection = { selected: new Set(), anchor: null };

/** One more, or one less; of a closed stack all that is in it. */
export function toggled({ selected }: Selection, view: GalleryView, key: string): Selection {
  const next = new Set(selected);
  const assets = assetsAt(view, placeOfEntry(view, key));
  const had = assets.some((assetId) => next.has(assetId));
  for (const assetId of assets) {
    if (had) next.delete(assetId);
    else next.add(assetId);
  }
  return { selected: next, anchor: key };
}

/** From the anchor to an asset, in the order of the grid, closed stacks whole; `add` keeps what was chosen before. */
export function extended(
  before: Selection,
  view: GalleryView,
  { from, to, add }: { from: string | null; to: string; add: boolean },
): Selection {
  const anchor = before.anchor ?? from ?? to;
  const [a, b] = [placeOfEntry(view, anchor), placeOfEntry(view, to)];
  if (b < 0) return before;
  const start = a < 0 ? b : a;
  const range: string[] = [];
  for (let at = Math.min(start, b); at <= Math.max(start, b); at += 1) range.push(...assetsAt(view, at));
  return { selected: new Set([...(add ? before.selected : []), ...range]), anchor: a < 0 ? to : anchor };
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Assets whose cells a box touches, in pixels of the sheet. `pitch`: from one column to the next. */
export function touched(layout: Layout, view: GalleryView, box: Box, pitch: number): string[] {
  const found: string[] = [];
  for (const day of layout.days) {
    const body = day.top + layout.heading;
    if (body > box.bottom) break;
    if (body + day.rows * layout.stride < box.top) continue;
    const firstRow = Math.max(0, Math.floor((box.top - body) / layout.stride));
    const lastRow = Math.min(day.rows - 1, Math.floor((box.bottom - body) / layout.stride));
    const firstColumn = Math.max(0, Math.floor(box.left / pitch));
    const lastColumn = Math.min(layout.columns - 1, Math.floor(box.right / pitch));
    for (let row = firstRow; row <= lastRow; row += 1) {
      for (let column = firstColumn; column <= lastColumn; column += 1) {
        const within = row * layout.columns + column;
        if (within < day.count) found.push(...assetsAt(view, day.start + within));
      }
    }
  }
  return found;
}
