/** Which assets are compared, and what changes that. Pure. */

export interface Comparison {
  /** Two to four, in the order of their letters. */
  readonly ids: readonly string[];
  /** Where the person stood before, and stands again afterwards. */
  readonly back: string | null;
}

export const letters = ['A', 'B', 'C', 'D'] as const;
export const mostCompared = letters.length;

/** The chosen ones as the gallery orders them, when they are two to four; else the one in the lightbox and its neighbour. */
export function comparable(
  ids: readonly string[],
  chosen: ReadonlySet<string>,
  inLightbox: string | null,
): readonly string[] {
  if (inLightbox === null) {
    if (chosen.size < 2 || chosen.size > mostCompared) return [];
    const shown = ids.filter((id) => chosen.has(id));
    return shown.length === chosen.size ? shown : [...chosen];
  }
  const at = ids.indexOf(inLightbox);
  const neighbour = ids[at + 1] ?? ids[at - 1];
  return at < 0 || neighbour === undefined ? [] : [inLightbox, neighbour];
}

/** The next asset (1) or the one before (-1) that is not compared already, in the place of one that is. */
export function replaced(
  compared: readonly string[],
  id: string,
  by: 1 | -1,
  ids: readonly string[],
): readonly string[] {
  let at = ids.indexOf(id);
  if (at < 0) return compared;
  do at += by;
  while (compared.includes(ids[at] ?? ''));
  const next = ids[at];
  return next === undefined ? compared : compared.map((one) => (one === id ? next : one));
}

/** Exchanges one with the one after it, the last with the first. */
export function swapped(compared: readonly string[], id: string): readonly string[] {
  const at = compared.indexOf(id);
  if (at < 0) return compared;
  const other = (at + 1) % compared.length;
  return compared.map((one, place) => (place === at ? compared[other] : place === other ? id : one) ?? one);
}
