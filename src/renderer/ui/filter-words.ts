/** What is found in a long list by a few typed words: all of them, anywhere, whatever their case. Pure. */

import { everyWord } from '../../shared/words.js';

export interface Listed {
  value: string;
  label: string;
  /** In ink 3 beside or below. */
  detail?: string;
}

/** Rows that are drawn at most: more nobody reads, and hundreds of models must open at once. */
export const shownAtMost = 100;

export function findListed<T extends Listed>(items: readonly T[], typed: string): { shown: T[]; more: number } {
  const fits = everyWord(typed);
  const found = items.filter(({ label, value, detail = '' }) => fits(`${label} ${value} ${detail}`));
  return { shown: found.slice(0, shownAtMost), more: Math.max(0, found.length - shownAtMost) };
}
