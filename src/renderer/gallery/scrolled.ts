/**
 * Where the grid is scrolled to, by the pixel, and whether it rushes by. Beside the state of the components, because it
 * changes with every frame: each of them is drawn anew only when what it takes of it changes.
 */
import { useSyncExternalStore } from 'react';

export interface Scrolled {
  /** Pixels from the top. */
  top(): number;
  /** True while no picture could be made out, and for a moment after. */
  flying(): boolean;
  set(top: number): void;
  subscribe(listener: () => void): () => void;
}

export interface ScrolledOptions {
  /** Milliseconds from anywhere. */
  now(): number;
  /** Runs a function later; the answer calls it off. */
  later(run: () => void, milliseconds: number): () => void;
}

/** Pixels per second beyond which no picture could be made out, nor be read in time. */
const flyingSpeed = 9_000;
/** From one frame to the next it has to be so much more: a late frame and the next one come close together. */
const certainly = 3;
/** Milliseconds over which speed is taken, at least and at most. */
const paceMs = { least: 45, most: 120 };
/** Milliseconds after the last move of that speed. */
const landedMs = 60;
/** Moves further apart are jumps, which say nothing of speed. */
const jumpMs = 200;

const windowTime: ScrolledOptions = {
  now: () => performance.now(),
  later(run, milliseconds) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

export function createScrolled({ now, later }: ScrolledOptions = windowTime): Scrolled {
  const listeners = new Set<() => void>();
  let place: Place = { top: 0, time: Number.NEGATIVE_INFINITY };
  /** Where it was a moment ago, oldest first. */
  let trail: Place[] = [];
  let flying = false;
  let cancelLanding = () => {};
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    top: () => place.top,
    flying: () => flying,
    set(top) {
      const before = place;
      place = { top, time: now() };
      if (place.time - before.time >= jumpMs) trail = [];
      else if (isFast(before, place, trail)) {
        flying = true;
        cancelLanding();
        cancelLanding = later(() => {
          flying = false;
          tell();
        }, landedMs);
      }
      trail = [...trail.filter(({ time }) => place.time - time < paceMs.most), place];
      tell();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

interface Place {
  top: number;
  /** Milliseconds. */
  time: number;
}

function isFast(before: Place, now: Place, trail: readonly Place[]): boolean {
  const speed = (from: Place) => (Math.abs(now.top - from.top) / Math.max(8, now.time - from.time)) * 1000;
  const [oldest] = trail;
  const paced = oldest !== undefined && now.time - oldest.time >= paceMs.least && speed(oldest) > flyingSpeed;
  return paced || speed(before) > flyingSpeed * certainly;
}

/** What is taken of it; the component is drawn again, in the same frame, when that changes. */
export function useScrolled<T extends number | boolean>(scrolled: Scrolled, take: (scrolled: Scrolled) => T): T {
  return useSyncExternalStore(scrolled.subscribe, () => take(scrolled));
}
