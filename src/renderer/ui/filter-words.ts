/** What is found in a long list by a few typed words: all of them, anywhere, whatever their case. Pure. */

export interface Listed {
  value: string;
  label: string;
  /** In ink 3 beside or below. */
  detail?: string;
}

/** Rows that are drawn at most: more nobody reads, and hundreds of models must open at once. */
export const shownAtMost = 100;

export function findListed<T extends Listed>(items: readonly T[], typed: string): { shown: T[]; more: number } {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = items.filter(({ label, value, detail = '' }) => {
    const text = `${label} ${value} ${detail}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return { shown: found.slice(0, shownAtMost), more: Math.max(0, found.length - shownAtMost) };
}
