import { describe, expect, it } from 'vitest';
import { createLayout, dayAt, placeOf, scrollToSee, step, topOf, visibleDays } from './layout.js';

const frame = { gap: 2, heading: 36 };

describe('createLayout', () => {
  it('takes as many columns as fit and lets the cells grow to fill the width', () => {
    const layout = createLayout({ counts: [11], width: 1228, target: 160, ...frame });
    expect(layout.columns).toBe(7);
    expect(layout.cell).toBe(173);
    expect(layout.columns * layout.cell + 6 * 2).toBeLessThanOrEqual(1228);
  });

  it('never has less than one column, however narrow', () => {
    expect(createLayout({ counts: [3], width: 50, target: 320, ...frame })).toMatchObject({ columns: 1, cell: 50 });
  });

  it('puts each day under its heading', () => {
    const layout = createLayout({ counts: [3, 5], width: 324, target: 160, ...frame });
    expect(layout.columns).toBe(2);
    expect(layout.days).toEqual([
      { start: 0, count: 3, top: 0, rows: 2 },
      { start: 3, count: 5, top: 36 + 2 * 163, rows: 3 },
    ]);
    expect(layout.height).toBe(2 * 36 + 5 * 163);
    expect(layout.total).toBe(8);
  });
});

describe('visibleDays', () => {
  const layout = createLayout({ counts: [3, 5, 100], width: 324, target: 160, ...frame });

  it('names the rows that touch the strip', () => {
    expect(visibleDays(layout, 0, 100, { above: 0, below: 0 })).toEqual([{ day: 0, firstRow: 0, endRow: 1 }]);
    expect(visibleDays(layout, 36 + 163, 10, { above: 0, below: 0 })).toEqual([{ day: 0, firstRow: 1, endRow: 2 }]);
  });

  it('crosses from one day into the next', () => {
    expect(visibleDays(layout, 36 + 163, 250, { above: 0, below: 0 })).toEqual([
      { day: 0, firstRow: 1, endRow: 2 },
      { day: 1, firstRow: 0, endRow: 1 },
    ]);
  });

  it('adds spare rows on both sides without leaving the days', () => {
    const [first] = visibleDays(layout, 0, 100, { above: 3, below: 3 });
    expect(first).toEqual({ day: 0, firstRow: 0, endRow: 2 });
  });

  it('finds every row of 100,000 entries exactly once while scrolling through', () => {
    const large = createLayout({ counts: Array.from({ length: 1000 }, () => 100), width: 1228, target: 160, ...frame });
    const seen = new Set<string>();
    for (let top = 0; top < large.height; top += 700) {
      for (const { day, firstRow, endRow } of visibleDays(large, top, 700, { above: 0, below: 0 })) {
        for (let row = firstRow; row < endRow; row += 1) seen.add(`${day}/${row}`);
      }
    }
    expect(seen.size).toBe(large.days.reduce((sum, day) => sum + day.rows, 0));
  });

  it('has nothing to show of nothing', () => {
    const empty = createLayout({ counts: [], width: 324, target: 160, ...frame });
    expect(visibleDays(empty, 0, 500, { above: 2, below: 2 })).toEqual([]);
    expect(dayAt(empty, 100)).toBe(0);
  });
});

describe('placeOf', () => {
  const layout = createLayout({ counts: [3, 5], width: 324, target: 160, ...frame });

  it('tells day, row and column', () => {
    expect(placeOf(layout, 2)).toEqual({ day: 0, row: 1, column: 0 });
    expect(placeOf(layout, 3)).toEqual({ day: 1, row: 0, column: 0 });
    expect(placeOf(layout, 7)).toEqual({ day: 1, row: 2, column: 0 });
    expect(placeOf(layout, 8)).toBeNull();
    expect(placeOf(layout, -1)).toBeNull();
  });

  it('agrees with the height of the entry', () => {
    expect(topOf(layout, 3)).toBe(36 + 2 * 163 + 36);
  });
});

describe('step', () => {
  const layout = createLayout({ counts: [3, 5], width: 486, target: 160, ...frame });

  it('goes left and right through the days and stops at the ends', () => {
    expect(layout.columns).toBe(3);
    expect(step(layout, 2, 'right', 4)).toBe(3);
    expect(step(layout, 3, 'left', 4)).toBe(2);
    expect(step(layout, 0, 'left', 4)).toBe(0);
    expect(step(layout, 7, 'right', 4)).toBe(7);
  });

  it('keeps the column up and down, also where a row is short', () => {
    expect(step(layout, 1, 'down', 4)).toBe(4);
    expect(step(layout, 5, 'down', 4)).toBe(7);
    expect(step(layout, 7, 'up', 4)).toBe(4);
    expect(step(layout, 3, 'up', 4)).toBe(0);
  });

  it('stays where there is nothing above or below', () => {
    expect(step(layout, 1, 'up', 4)).toBe(1);
    expect(step(layout, 6, 'down', 4)).toBe(6);
  });

  it('pages and jumps', () => {
    expect(step(layout, 0, 'pageDown', 2)).toBe(6);
    expect(step(layout, 6, 'pageUp', 9)).toBe(0);
    expect(step(layout, 0, 'last', 4)).toBe(7);
    expect(step(layout, 7, 'first', 4)).toBe(0);
  });

  it('has no place in an empty grid', () => {
    const empty = createLayout({ counts: [], width: 486, target: 160, ...frame });
    expect(step(empty, 0, 'right', 4)).toBe(-1);
  });
});

describe('scrollToSee', () => {
  const layout = createLayout({ counts: [30], width: 324, target: 160, ...frame });

  it('leaves an entry alone that is seen', () => {
    expect(scrollToSee(layout, 2, 0, 600)).toBe(0);
  });

  it('keeps an entry clear of the heading that sticks at the top', () => {
    expect(scrollToSee(layout, 4, 500, 600)).toBe(topOf(layout, 4) - 36);
    expect(scrollToSee(layout, 0, 500, 600)).toBe(0);
  });

  it('scrolls down just far enough', () => {
    expect(scrollToSee(layout, 10, 0, 600)).toBe(topOf(layout, 10) + layout.stride - 600);
  });
});
