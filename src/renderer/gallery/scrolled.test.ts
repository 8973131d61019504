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
