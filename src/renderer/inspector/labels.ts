/** Tags and albums of several assets at once, and what is suggested while one types. Pure. */
import type { Asset } from '../../shared/asset.js';

export interface Known {
  name: string;
  count: number;
}

export interface LabelShare {
  name: string;
  /** Of the assets, how many have it: above 0 to 1. */
  share: number;
}

export function sharesOf(assets: readonly Asset[], list: 'tags' | 'albums'): LabelShare[] {
  const counts = new Map<string, number>();
  for (const asset of assets) {
    for (const name of asset[list]) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, count]) => ({ name, share: count / assets.length }))
    .sort((a, b) => b.share - a.share || a.name.localeCompare(b.name));
}

const mostSuggested = 5;

/** What fits the letters, names that begin with them first, and is not there already. */
export function suggested(known: readonly Known[], had: readonly string[], draft: string): Known[] {
  const letters = draft.trim().toLocaleLowerCase();
  const place = ({ name }: Known) => name.toLocaleLowerCase().indexOf(letters);
  return known
    .filter((one) => place(one) >= 0 && !had.includes(one.name))
    .sort((a, b) => Number(place(a) > 0) - Number(place(b) > 0) || b.count - a.count)
    .slice(0, mostSuggested);
}
