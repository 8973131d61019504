/** Places of words in a text. Pure. */

/** So many are marked; who finds more has to look for more letters. */
export const mostFound = 2000;

/** Where the words begin, whatever the case of letters. */
export function findAll(text: string, words: string): number[] {
  const found: number[] = [];
  if (words === '') return found;
  const expression = new RegExp(words.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'gi');
  for (const match of text.matchAll(expression)) {
    found.push(match.index);
    if (found.length === mostFound) break;
  }
  return found;
}
