/** Which lines of a long list are drawn: those in view and a few around them. Pure. */
export interface Windowed {
  /** The first line drawn, and the one after the last. */
  from: number;
  to: number;
}

export const lineHeight = 28;
const around = 6;

/** `top` and `height` of the view in pixels. */
export function windowed(count: number, top: number, height: number): Windowed {
  const from = Math.max(0, Math.floor(top / lineHeight) - around);
  return { from: Math.min(from, count), to: Math.min(count, Math.ceil((top + height) / lineHeight) + around) };
}

/** How far to scroll so that a line is in view; as it is where it is in view already. */
export function scrolledTo(line: number, top: number, height: number): number {
  const start = line * lineHeight;
  if (start < top) return start;
  return start + lineHeight > top + height ? start + lineHeight - height : top;
}

/** Names with all the words, in the order the engine has them. */
export function withWords(names: readonly string[], query: string): string[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return names.filter((name) => {
    const plain = name.toLowerCase();
    return words.every((word) => plain.includes(word));
  });
}
