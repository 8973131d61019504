/**
 * Where each cell stands: fixed square cells in rows, rows in days, each day under its heading. Pure arithmetic over
 * counts, so that 100,000 entries cost as little as twelve.
 */
export interface LayoutInput {
  /** Entries per day, in order. */
  counts: readonly number[];
  /** Pixels the grid has. */
  width: number;
  /** Edge a cell should have at least, pixels. */
  target: number;
  /** Pixels between cells. */
  gap: number;
  /** Pixels of a day's heading. */
  heading: number;
}

export interface DayBox {
  /** First entry. */
  readonly start: number;
  readonly count: number;
  /** Pixels from the top of the grid to its heading. */
  readonly top: number;
  readonly rows: number;
}

export interface Layout {
  readonly columns: number;
  /** Edge of a cell, whole pixels. */
  readonly cell: number;
  /** From one row to the next, pixels. */
  readonly stride: number;
  readonly heading: number;
  readonly days: readonly DayBox[];
  readonly height: number;
  readonly total: number;
}

/** columns = floor((width + gap) / (target + gap)); then cells grow to fill. */
export function createLayout({ counts, width, target, gap, heading }: LayoutInput): Layout {
  const columns = Math.max(1, Math.floor((width + gap) / (target + gap)));
  const cell = Math.max(1, Math.floor((width - gap * (columns - 1)) / columns));
  const stride = cell + gap;
  const days: DayBox[] = [];
  let start = 0;
  let top = 0;
  for (const count of counts) {
    const rows = Math.ceil(count / columns);
    days.push({ start, count, top, rows });
    start += count;
    top += heading + rows * stride;
  }
  return { columns, cell, stride, heading, days, height: top, total: start };
}

export interface VisibleDay {
  readonly day: number;
  readonly firstRow: number;
  /** One past the last. */
  readonly endRow: number;
}

/** Rows beyond what is in sight. */
export interface Spare {
  readonly above: number;
  readonly below: number;
}

/** Days and rows that touch the strip from `top` to `top + height`, with spare rows. */
export function visibleDays(layout: Layout, top: number, height: number, { above, below }: Spare): VisibleDay[] {
  const from = top - above * layout.stride;
  const to = top + height + below * layout.stride;
  const found: VisibleDay[] = [];
  for (let day = dayAt(layout, from); day < layout.days.length; day += 1) {
    const box = layout.days[day];
    if (box === undefined || box.top >= to) break;
    const body = box.top + layout.heading;
    const firstRow = Math.min(box.rows, Math.max(0, Math.floor((from - body) / layout.stride)));
    const endRow = Math.max(firstRow, Math.min(box.rows, Math.ceil((to - body) / layout.stride)));
    found.push({ day, firstRow, endRow });
  }
  return found;
}

/** Entries of those rows, first and one past the last. */
export function entriesIn(layout: Layout, days: readonly VisibleDay[]): { from: number; to: number } {
  const ends = days.flatMap(({ day, firstRow, endRow }) => {
    const box = layout.days[day];
    if (box === undefined) return [];
    return [
      box.start + Math.min(box.count, firstRow * layout.columns),
      box.start + Math.min(box.count, endRow * layout.columns),
    ];
  });
  return ends.length === 0 ? { from: 0, to: 0 } : { from: Math.min(...ends), to: Math.max(...ends) };
}

/** The day whose heading or cells lie at that height. */
export function dayAt(layout: Layout, top: number): number {
  let low = 0;
  let high = layout.days.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((layout.days[middle]?.top ?? Number.POSITIVE_INFINITY) <= top) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** Day, row and column of an entry. Null when there is none at that place. */
export function placeOf(layout: Layout, entry: number): { day: number; row: number; column: number } | null {
  if (entry < 0 || entry >= layout.total) return null;
  let low = 0;
  let high = layout.days.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((layout.days[middle]?.start ?? Number.POSITIVE_INFINITY) <= entry) low = middle;
    else high = middle - 1;
  }
  const box = layout.days[low];
  if (box === undefined) return null;
  const within = entry - box.start;
  return { day: low, row: Math.floor(within / layout.columns), column: within % layout.columns };
}

/** Pixels from the top of the grid to the upper edge of an entry. */
export function topOf(layout: Layout, entry: number): number {
  const place = placeOf(layout, entry);
  const box = place === null ? undefined : layout.days[place.day];
  return place === null || box === undefined ? 0 : box.top + layout.heading + place.row * layout.stride;
}

/** Where to scroll so that an entry is wholly seen below the heading that sticks; the same place when it is. */
export function scrollToSee(layout: Layout, entry: number, top: number, height: number): number {
  const place = placeOf(layout, entry);
  if (place === null) return top;
  const upper = topOf(layout, entry);
  if (upper - layout.heading < top) return Math.max(0, upper - layout.heading);
  if (upper + layout.stride > top + height) return upper + layout.stride - height;
  return top;
}

export type Direction = 'left' | 'right' | 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last';

/** The entry an arrow leads to. Up and down keep the column, across days too, and stop at the ends. */
export function step(layout: Layout, entry: number, direction: Direction, rowsPerPage: number): number {
  const last = layout.total - 1;
  if (last < 0) return -1;
  switch (direction) {
    case 'left':
      return Math.max(0, entry - 1);
    case 'right':
      return Math.min(last, entry + 1);
    case 'first':
      return 0;
    case 'last':
      return last;
    case 'up':
      return vertical(layout, entry, -1);
    case 'down':
      return vertical(layout, entry, 1);
    default: {
      let at = entry;
      for (let row = 0; row < Math.max(1, rowsPerPage); row += 1) {
        at = vertical(layout, at, direction === 'pageUp' ? -1 : 1);
      }
      return at;
    }
  }
}

function vertical(layout: Layout, entry: number, by: 1 | -1): number {
  const place = placeOf(layout, entry);
  const box = place === null ? undefined : layout.days[place.day];
  if (place === null || box === undefined) return 0;
  const row = place.row + by;
  if (row >= 0 && row < box.rows) return inRow(layout, box, row, place.column);
  const next = layout.days[place.day + by];
  if (next === undefined) return entry;
  return inRow(layout, next, by > 0 ? 0 : next.rows - 1, place.column);
}

function inRow(layout: Layout, box: DayBox, row: number, column: number): number {
  return box.start + Math.min(box.count - 1, row * layout.columns + column);
}
