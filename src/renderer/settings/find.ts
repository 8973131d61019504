/** Finding a setting by the words that stand at it. */
import { createContext, useContext } from 'react';

/** What is looked for; '' = every setting of the section is shown. */
export const FindSetting = createContext('');

/** Whether words of a text begin like every word of a query, in any order and case. Only letters and digits count. */
export function hasWords(text: string, query: string): boolean {
  const words = wordsOf(text);
  return wordsOf(query).every((wanted) => words.some((word) => word.startsWith(wanted)));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Whether a setting that these words stand at is to be shown. */
export function useFound(...words: (string | undefined | null)[]): boolean {
  const query = useContext(FindSetting);
  return query === '' || hasWords(words.filter((word) => word != null).join(' '), query);
}
