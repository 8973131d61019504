/** How fast it goes, and how long it will take: by the last half minute, since folders are not alike. */
const windowMs = 30_000;

export interface Pace {
  note(now: number, done: number): void;
  /** Files per second; null until there is something to go by. */
  rate(): number | null;
}

/** `now` is monotonic milliseconds; `done` the number of files so far. */
export function createPace(): Pace {
  let marks: { at: number; done: number }[] = [];
  return {
    note(now, done) {
      const last = marks.at(-1);
      // Enough marks for a smooth rate, few enough to forget nothing.
      if (last !== undefined && now - last.at < 500) return;
      marks = [...marks.filter(({ at }) => now - at <= windowMs), { at: now, done }];
    },
    rate() {
      const [first] = marks;
      const last = marks.at(-1);
      if (first === undefined || last === undefined || last.at <= first.at) return null;
      return ((last.done - first.done) * 1000) / (last.at - first.at);
    },
  };
}
