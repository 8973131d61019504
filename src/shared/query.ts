/**
 * What people and agents type to find something: words that must all be there, "words in a row", and -words that must
 * not. A word also finds the longer words that begin with it. Pure.
 */
export interface QueryTerm {
  /** As typed, without quotes; never empty. */
  text: string;
  /** In quotes: its words in a row, the last one whole. */
  phrase: boolean;
  /** Must not be there. */
  not: boolean;
}

const term = /(-?)(?:"([^"]*)"?|(\S+))/g;

/** Never fails: what makes no sense as a term is left out. */
export function parseQuery(text: string): QueryTerm[] {
  return [...text.matchAll(term)].flatMap(([, minus = '', quoted, word = '']): QueryTerm[] => {
    const said = (quoted ?? word).trim();
    return /[\p{L}\p{N}]/u.test(said) ? [{ text: said, phrase: quoted !== undefined, not: minus === '-' }] : [];
  });
}
