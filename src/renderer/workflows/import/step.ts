/** Where an arrow leads in a list or a grid of elements, by where they lie on the page. */

interface Place {
  offsetTop: number;
  offsetLeft: number;
}

/** The element that a key leads to; undefined for other keys and at the end of the way. */
export function stepTo<T extends Place>(options: readonly T[], from: T | null, key: string): T | undefined {
  const at = from === null ? -1 : options.indexOf(from);
  const current = options[at];
  if (current === undefined) return undefined;
  const next: Readonly<Record<string, () => T | undefined>> = {
    ArrowRight: () => options[at + 1],
    ArrowLeft: () => options[at - 1],
    ArrowDown: () => closest(options.slice(at + 1), current, (place) => place.offsetTop > current.offsetTop),
    ArrowUp: () => closest(options.slice(0, at).toReversed(), current, (place) => place.offsetTop < current.offsetTop),
    Home: () => options[0],
    End: () => options.at(-1),
  };
  return next[key]?.();
}

/** Of the first row that is met, the one that lies nearest to the column. */
function closest<T extends Place>(ahead: readonly T[], { offsetLeft }: Place, beyond: (place: T) => boolean) {
  const first = ahead.find(beyond);
  const row = first === undefined ? [] : ahead.filter((place) => place.offsetTop === first.offsetTop);
  return row.toSorted((a, b) => Math.abs(a.offsetLeft - offsetLeft) - Math.abs(b.offsetLeft - offsetLeft))[0];
}
