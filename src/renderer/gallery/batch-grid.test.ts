import { describe, expect, it } from 'vitest';
import { headingsOf, stepCell } from './batch-grid.js';

const plan = {
  axes: [
    { name: 'cfg', values: [4, 7, 10] },
    { name: 'sampler_name', values: ['euler', 'dpmpp_2m'] },
  ],
};

it('heads columns and rows by the values of the axes, and a list by nothing', () => {
  expect(headingsOf({ plan })).toMatchObject({
    columns: ['4', '7', '10'],
    rows: ['euler', 'dpmpp_2m'],
    sheets: [''],
    layout: { columns: 3, rows: 2, sheets: 1 },
  });
  const list = headingsOf({ plan: { cells: [{ cfg: 1 }, { cfg: 2 }, { steps: 3 }] } });
  expect(list).toMatchObject({ columns: ['', '', ''], rows: [''], across: '', down: '' });
});

describe('an arrow', () => {
  const layout = { columns: 3, rows: 2, sheets: 1 };
  it.each([
    [0, 'ArrowRight', 1],
    [2, 'ArrowRight', 2],
    [3, 'ArrowLeft', 3],
    [1, 'ArrowDown', 4],
    [4, 'ArrowDown', 4],
    [4, 'ArrowUp', 1],
    [1, 'ArrowUp', 1],
    [4, 'Home', 3],
    [3, 'End', 5],
    [3, 'x', undefined],
  ])('from %d, %s, leads to %s', (cell, key, next) => {
    expect(stepCell(layout, 6, cell, key)).toBe(next);
  });
  it('stops where a list ends', () => {
    expect(stepCell(layout, 4, 3, 'ArrowRight')).toBe(3);
    expect(stepCell(layout, 4, 1, 'ArrowDown')).toBe(1);
    expect(stepCell(layout, 4, 3, 'End')).toBe(3);
  });
});
