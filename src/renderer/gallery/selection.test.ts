import { describe, expect, it } from 'vitest';
import { createLayout } from './layout.js';
import { extended, nothingSelected, toggled as toggledIn, touched } from './selection.js';
import { stacked } from './stacks.js';
import type { GalleryView } from './view.js';

const ids = ['a', 'b', 'c', 'd', 'e'];
const index = { ids, times: ids.map(() => 0), kinds: ids.map(() => 0), jobs: [1, 2, 3, 4, 5] };
const keys: GalleryView = {
  keys: ['job:1', ...ids],
  starts: [-1, 0, 1, 2, 3, 4],
  sizes: [0, 1, 1, 1, 1, 1],
  index,
  days: [],
  assets: 5,
};
const toggled = (before: Parameters<typeof toggledIn>[0], key: string) => toggledIn(before, keys, key);
const list = (selected: ReadonlySet<string>) => [...selected].sort().join('');

describe('choosing', () => {
  it('one more and one less', () => {
    const one = toggled(nothingSelected, 'b');
    expect(list(toggled(one, 'd').selected)).toBe('bd');
    expect(list(toggled(toggled(one, 'd'), 'b').selected)).toBe('d');
  });

  it('a range either way, from where the last choice was, without jobs', () => {
    const from = toggled(nothingSelected, 'c');
    expect(list(extended(from, keys, { from: null, to: 'e', add: false }).selected)).toBe('cde');
    expect(list(extended(from, keys, { from: null, to: 'a', add: false }).selected)).toBe('abc');
    const again = extended(extended(from, keys, { from: null, to: 'e', add: false }), keys, {
      from: null,
      to: 'b',
      add: false,
    });
    expect(list(again.selected)).toBe('bc');
    expect(list(extended(nothingSelected, keys, { from: 'job:1', to: 'b', add: false }).selected)).toBe('ab');
    expect(
      list(extended(toggled(nothingSelected, 'a'), keys, { from: null, to: 'unknown', add: false }).selected),
    ).toBe('a');
    expect(
      list(extended({ selected: new Set(['e']), anchor: 'a' }, keys, { from: null, to: 'b', add: true }).selected),
    ).toBe('abe');
  });
});

it('takes a closed stack whole, by itself, in a range and by what is hidden in it', () => {
  const batch = { ...index, jobs: [1, 2, 2, 2, 5] };
  const { ids: shown, starts, sizes } = stacked(batch, new Set());
  const view = { ...keys, keys: shown, starts, sizes, index: batch };
  expect(shown).toEqual(['a', 'b', 'e']);
  const stack = toggledIn(nothingSelected, view, 'b');
  expect(list(stack.selected)).toBe('bcd');
  expect(list(toggledIn(stack, view, 'b').selected)).toBe('');
  expect(list(toggledIn({ selected: new Set(['d']), anchor: 'd' }, view, 'b').selected)).toBe('');
  expect(list(extended(nothingSelected, view, { from: 'a', to: 'b', add: false }).selected)).toBe('abcd');
  expect(list(extended({ ...nothingSelected, anchor: 'd' }, view, { from: null, to: 'e', add: false }).selected)).toBe(
    'bcde',
  );
});

it('a lasso touches cells of several days, and none beyond the last', () => {
  const layout = createLayout({ counts: [3, 3], width: 202, target: 100, gap: 2, heading: 36 });
  // Two columns of 100; the first day has two rows, the second begins at 36 + 2 × 102.
  const box = (left: number, top: number, right: number, bottom: number) => ({ left, top, right, bottom });
  const at = (...edges: [number, number, number, number]) => touched(layout, keys, box(...edges), 102).join('');
  expect(at(110, 40, 150, 50)).toBe('a');
  expect(at(0, 40, 150, 150)).toBe('ab');
  expect(at(110, 150, 150, 160)).toBe('');
  expect(at(10, 150, 190, 300)).toBe('bcd');
  expect(at(10, 0, 20, 20)).toBe('');
});
