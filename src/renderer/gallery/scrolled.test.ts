import { expect, it } from 'vitest';
import { createScrolled } from './scrolled.js';

function stage() {
  let time = 0;
  const timers = new Set<{ run(): void; at: number }>();
  const scrolled = createScrolled({
    now: () => time,
    later(run, milliseconds) {
      const timer = { run, at: time + milliseconds };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  });
  return {
    scrolled,
    pass(milliseconds: number) {
      time += milliseconds;
      for (const timer of [...timers]) {
        if (timer.at > time) continue;
        timers.delete(timer);
        timer.run();
      }
    },
  };
}

it('flies while it is too fast to see anything, and lands though it still moves', () => {
  const { scrolled, pass } = stage();
  scrolled.set(0);
  for (let frame = 1; frame <= 10; frame += 1) {
    pass(16);
    scrolled.set(frame * 500);
    expect(scrolled.flying()).toBe(true);
  }
  for (let frame = 1; frame <= 10; frame += 1) {
    pass(16);
    scrolled.set(5000 + frame * 40);
  }
  expect(scrolled.flying()).toBe(false);
});

it('does not take a jump from rest for speed', () => {
  const { scrolled, pass } = stage();
  scrolled.set(0);
  pass(1000);
  scrolled.set(1_000_000);
  expect([scrolled.top(), scrolled.flying()]).toEqual([1_000_000, false]);
});

it('tells who listens of moves and of the landing, until they leave', () => {
  const { scrolled, pass } = stage();
  let told = 0;
  const leave = scrolled.subscribe(() => {
    told += 1;
  });
  scrolled.set(0);
  pass(16);
  scrolled.set(10_000);
  expect(told).toBe(2);
  pass(100);
  expect([told, scrolled.flying()]).toEqual([3, false]);
  leave();
  scrolled.set(0);
  expect(told).toBe(3);
});

it('does not take frames that come close together, after a late one, for speed', () => {
  const { scrolled, pass } = stage();
  let top = 0;
  scrolled.set(top);
  for (let turn = 0; turn < 10; turn += 1) {
    // 4000 pixels a second: one frame is left out, and what it missed comes with the next.
    for (const [milliseconds, pixels] of [
      [16, 66],
      [40, 160],
      [6, 120],
      [16, 66],
    ] as const) {
      pass(milliseconds);
      top += pixels;
      scrolled.set(top);
      expect(scrolled.flying()).toBe(false);
    }
  }
});
