/** Searching lists by words. Pure. */

/**
 * A test whether a text has every word of a query, anywhere and whatever its case; words are parted by white space.
 * A query without words fits everything.
 */
export function everyWord(query: string): (text: string) => boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return (text) => {
    const lower = text.toLowerCase();
    return words.every((word) => lower.includes(word));
  };
}
