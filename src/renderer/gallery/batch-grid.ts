/** A batch in rows and columns: headings, and where the arrows lead. Pure. */
import { type Batch, type BatchLayout, layoutOf, valueWords } from '../../shared/batch.js';
import { paramLabel } from '../ui/format.js';

export interface GridHeadings {
  layout: BatchLayout;
  columns: readonly string[];
  rows: readonly string[];
  sheets: readonly string[];
  /** What the columns and the rows are values of; empty where there are none. */
  across: string;
  down: string;
}

export function headingsOf({ plan }: Pick<Batch, 'plan'>): GridHeadings {
  const layout = layoutOf(plan);
  const [across, down, deep] = 'axes' in plan ? plan.axes : [];
  const words = (axis: typeof across, count: number) =>
    Array.from({ length: count }, (_, at) => {
      const value = axis?.values[at];
      return value === undefined ? '' : valueWords(value);
    });
  return {
    layout,
    columns: words(across, layout.columns),
    rows: words(down, layout.rows),
    sheets: words(deep, layout.sheets).map((word) => (deep === undefined ? '' : `${paramLabel(deep.name)} ${word}`)),
    across: across === undefined ? '' : paramLabel(across.name),
    down: down === undefined ? '' : paramLabel(down.name),
  };
}

/** The cell an arrow leads to; the same one at an edge. Sheets lie below each other. */
export function stepCell(
  { columns, rows, sheets }: BatchLayout,
  total: number,
  cell: number,
  key: string,
): number | undefined {
  const last = Math.min(total, columns * rows * sheets) - 1;
  const column = cell % columns;
  const start = cell - column;
  const inside = (next: number) => (next < 0 || next > last ? cell : next);
  switch (key) {
    case 'ArrowLeft':
      return column === 0 ? cell : cell - 1;
    case 'ArrowRight':
      return column === columns - 1 ? cell : inside(cell + 1);
    case 'ArrowUp':
      return inside(cell - columns);
    case 'ArrowDown':
      return inside(cell + columns);
    case 'Home':
      return start;
    case 'End':
      return Math.min(last, start + columns - 1);
    default:
      return undefined;
  }
}
