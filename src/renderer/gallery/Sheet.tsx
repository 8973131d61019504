import { memo } from 'react';
import { sortWords } from '../store/filter.js';
import { useAppState, useNow } from '../store/hooks.js';
import { formatDay } from '../ui/format.js';
import { DayMakers } from './DayMakers.js';
import css from './Grid.module.css';
import { JobTile, MoreTile } from './JobTile.js';
import { type Layout, placeOf, type Spare, visibleDays } from './layout.js';
import { stackAt } from './stacks.js';
import { Tile } from './Tile.js';
import { entryOf, type GalleryView } from './view.js';

/** Pixels between cells. */
export const gap = 2;

interface SheetProps {
  layout: Layout;
  view: GalleryView;
  /** Of the first row in sight, pixels. */
  top: number;
  height: number;
  spare: Spare;
  width: number;
  at: number;
  /** Too fast to see a picture: empty cells only. */
  flying: boolean;
}

/** The days in sight, and the entry with the focus wherever it is: a focused tile must not vanish. */
export const Sheet = memo(function Sheet({ layout, view, top, height, spare, width, at, flying }: SheetProps) {
  const now = useNow(30_000);
  const sort = useAppState((state) => state.filter.sort);
  const stacks = useAppState((state) => state.window.stacks);
  if (width === 0) return null;
  const shown = visibleDays(layout, top, height, spare);
  const place = placeOf(layout, at);
  if (place !== null && !shown.some((day) => day.day === place.day)) {
    shown.push({ day: place.day, firstRow: place.row, endRow: place.row });
  }
  const pitch = (width + gap) / layout.columns;
  const lines = Array.from({ length: layout.columns - 1 }, (_, column) => Math.round((column + 1) * pitch) - gap);
  return shown.map(({ day, firstRow, endRow }) => {
    const dayBox = layout.days[day];
    const facts = view.days[day];
    if (dayBox === undefined || facts === undefined) return null;
    const { name, date } = facts.day === null ? { name: sortWords[sort], date: '' } : formatDay(facts.day, now);
    const entries = entriesOf(
      dayBox,
      layout.columns,
      firstRow,
      flying ? firstRow : endRow,
      place?.day === day ? at : -1,
    );
    return (
      <section
        key={facts.day ?? 'all'}
        className={css.daySection}
        style={{ top: dayBox.top, height: layout.heading + dayBox.rows * layout.stride }}
        aria-label={date === '' ? name : `${name}, ${date}`}
      >
        <header className={css.day}>
          <h2>{name}</h2>
          <span>{date}</span>
          {facts.made > 0 && (
            <span className={css.made}>
              <DayMakers key={facts.made} day={flying ? null : facts.day} made={facts.made} />
            </span>
          )}
        </header>
        {flying && (
          <div className={css.unread} data-flying style={{ height: dayBox.rows * layout.stride }}>
            {lines.map((left) => (
              <i key={left} style={{ left, width: gap }} />
            ))}
          </div>
        )}
        <ul className={css.cells}>
          {entries.map((entry) => {
            const key = view.keys[entry];
            if (key === undefined) return null;
            const within = entry - dayBox.start;
            const column = within % layout.columns;
            const left = Math.round(column * pitch);
            return (
              <Cell
                key={key}
                entryKey={key}
                place={entry}
                total={layout.total}
                left={left}
                top={Math.floor(within / layout.columns) * layout.stride}
                width={Math.round((column + 1) * pitch) - gap - left}
                edge={layout.cell}
                tabbable={entry === Math.max(0, at)}
                {...stackOf(view, entry, stacks)}
              />
            );
          })}
        </ul>
      </section>
    );
  });
});

interface CellProps extends StackProps {
  entryKey: string;
  /** Among all entries, from 0. */
  place: number;
  total: number;
  left: number;
  top: number;
  width: number;
  edge: number;
  tabbable: boolean;
}

const Cell = memo(function Cell({ entryKey, place, total, left, top, width, edge, tabbable, ...stack }: CellProps) {
  return (
    <li className={css.cell} aria-setsize={total} aria-posinset={place + 1} style={{ left, top, width, height: edge }}>
      <EntryTile entryKey={entryKey} cell={edge} tabbable={tabbable} {...stack} />
    </li>
  );
});

function entriesOf(
  box: { start: number; count: number },
  columns: number,
  firstRow: number,
  endRow: number,
  also: number,
): number[] {
  const from = box.start + firstRow * columns;
  const to = Math.min(box.start + box.count, box.start + endRow * columns);
  const entries = Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);
  if (also >= 0 && (also < from || also >= to)) entries.push(also);
  return entries;
}

interface StackProps {
  /** Ids of a closed stack, joined, since a list would be another one at every rendering; empty for a single asset. */
  members: string;
  /** Assets of the job that lie together, whether stacked or not. */
  stackSize: number;
  /** From 1, in an open stack; 0 for a closed one. */
  stackPlace: number;
}

function stackOf(view: GalleryView, at: number, stacks: boolean): StackProps {
  const size = view.sizes[at] ?? 1;
  const stack = stacks ? stackAt(view.index, view.starts[at] ?? -1) : null;
  return {
    members: stack !== null && size > 1 ? stack.ids.join(' ') : '',
    stackSize: stack?.ids.length ?? 1,
    stackPlace: size > 1 ? 0 : (stack?.place ?? 0) + 1,
  };
}

interface EntryTileProps extends StackProps {
  entryKey: string;
  cell: number;
  tabbable: boolean;
}

function EntryTile({ entryKey, cell, tabbable, ...stack }: EntryTileProps) {
  const entry = entryOf(entryKey);
  if (entry.kind === 'job') return <JobTile promptId={entry.promptId} cell={cell} tabbable={tabbable} />;
  if (entry.kind === 'more') return <MoreTile count={entry.count} entry={entryKey} cell={cell} tabbable={tabbable} />;
  return <Tile assetId={entry.assetId} cell={cell} tabbable={tabbable} {...stack} />;
}
