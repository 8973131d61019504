import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLooks } from './looks.js';

/** A look that lasts until it is told to end, on a clock that the test moves. */
function bench() {
  let time = 0;
  let looks = 0;
  let end = () => {};
  vi.useFakeTimers();
  const made = createLooks(
    () => {
      looks += 1;
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    },
    { monotonic: () => time },
  );
  return {
    made,
    looks: () => looks,
    pass: async (ms: number) => {
      time += ms;
      await vi.advanceTimersByTimeAsync(ms);
    },
    end: async () => {
      end();
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

describe('createLooks', () => {
  afterEach(() => vi.useRealTimers());

  it('makes one look of several wishes, at the earliest', async () => {
    const { made, looks, pass } = bench();
    made.within(4000);
    made.within(50);
    made.within(1000);
    await pass(49);
    expect(looks()).toBe(0);
    await pass(1);
    expect(looks()).toBe(1);
  });

  it('never looks twice at once, and forgets no wish', async () => {
    const { made, looks, pass, end } = bench();
    made.within(0);
    await pass(0);
    made.within(0);
    await pass(5000);
    expect(looks()).toBe(1);
    await end();
    await pass(2000);
    expect(looks()).toBe(2);
  });

  it('rests nine times as long as a look took', async () => {
    const { made, looks, pass, end } = bench();
    made.within(0);
    await pass(0);
    await pass(100);
    await end();
    made.within(0);
    await pass(899);
    expect(looks()).toBe(1);
    await pass(1);
    expect(looks()).toBe(2);
  });

  it('never rests for longer than two seconds', async () => {
    const { made, looks, pass, end } = bench();
    made.within(0);
    await pass(0);
    await pass(30_000);
    await end();
    made.within(0);
    await pass(1999);
    expect(looks()).toBe(1);
    await pass(1);
    expect(looks()).toBe(2);
  });

  it('does not rest when somebody waits for what it shows', async () => {
    const { made, looks, pass, end } = bench();
    made.within(0);
    await pass(0);
    await pass(100);
    await end();
    made.within(4000);
    made.now();
    await pass(0);
    expect(looks()).toBe(2);
    // Said while a look is under way, that look may have missed it.
    made.now();
    await pass(1000);
    expect(looks()).toBe(2);
    await end();
    await pass(0);
    expect(looks()).toBe(3);
  });

  it('can be called off, and taken up again', async () => {
    const { made, looks, pass } = bench();
    made.within(10);
    made.cancel();
    await pass(100);
    expect(looks()).toBe(0);
    made.within(4000);
    await pass(4000);
    expect(looks()).toBe(1);
  });
});
