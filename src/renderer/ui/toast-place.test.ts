import { expect, it } from 'vitest';
import { coverage, type Obstacle, toastPlace } from './toast-place.js';

const room = { left: 52, top: 0, right: 1280, bottom: 772 };
const size = { width: 400, height: 40 };
const box = (left: number, top: number, right: number, bottom: number, weight = 1): Obstacle => ({
  left,
  top,
  right,
  bottom,
  weight,
});

it('stands low in the middle while nothing is there', () => {
  expect(toastPlace(size, room, [])).toEqual({ left: 466, bottom: 760 });
});

it('stands above a foot in its way, and stays low beside one that is not', () => {
  const foot = box(600, 730, 800, 760);
  const place = toastPlace(size, room, [foot]);
  expect(place.left).toBe(466);
  expect(place.bottom).toBeLessThanOrEqual(726);
  expect(place.bottom).toBeGreaterThan(718);
  expect(toastPlace(size, room, [box(60, 730, 200, 760)])).toEqual({ left: 466, bottom: 760 });
});

it('goes to a side where the middle is full up to half the height', () => {
  const column = Array.from({ length: 12 }, (_, row) => box(500, 300 + row * 40, 700, 330 + row * 40));
  const place = toastPlace(size, room, column);
  expect([64, 868]).toContain(place.left);
  expect(coverage(size, place, column)).toBe(0);
});

it('covers what matters least where everything is full', () => {
  const rows = Array.from({ length: 20 }, (_, row) => box(52, row * 40, 1280, row * 40 + 38, row === 7 ? 1 : 100));
  const place = toastPlace({ width: 400, height: 20 }, room, rows);
  expect(coverage({ width: 400, height: 20 }, place, rows)).toBe(1);
});

it('is no wider than its room', () => {
  expect(toastPlace({ width: 4000, height: 40 }, room, []).left).toBe(64);
});
