/** Which lines of a long list are drawn: those in view and a few around them. Pure. */
import { everyWord } from '../../shared/words.js';
export interface Windowed {
  /** The first line drawn, and the one after the last. */
  from: number;
  to: number;
}

/** Pixels. */
export const lineHeight = 28;
/** Of lines with a picture. */
export const tallLine = 44;
const around = 6;

/** `top` and `height` of the view, and of a `line`, in pixels. */
export function windowed(count: number, top: number, height: number, line = lineHeight): Windowed {
  const from = Math.max(0, Math.floor(top / line) - around);
  return { from: Math.min(from, count), to: Math.min(count, Math.ceil((top + height) / line) + around) };
}

/** How far to scroll so that a line is in view; as it is where it is in view already. */
export function scrolledTo(place: number, top: number, height: number, line = lineHeight): number {
  const start = place * line;
  if (start < top) return start;
  return start + line > top + height ? start + line - height : top;
}

/** Names with all the words, in the order the engine has them. */
export function withWords(names: readonly string[], query: string): string[] {
  return names.filter(everyWord(query));
}
