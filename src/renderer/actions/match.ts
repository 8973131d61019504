/** Finds what was typed in a title: every word somewhere, best where words begin. Pure. */
export interface Match {
  score: number;
  /** Parts of the title, in turn plain and matched, with their place in it. */
  parts: { text: string; hit: boolean; at: number }[];
}

export function match(title: string, query: string): Match | null {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const lower = title.toLowerCase();
  const hits: [number, number][] = [];
  let score = 0;
  for (const word of words) {
    const start = startOfWord(lower, word);
    const at = start >= 0 ? start : lower.indexOf(word);
    if (at < 0) return null;
    score += at === 0 ? 3 : start >= 0 ? 2 : 1;
    hits.push([at, at + word.length]);
  }
  hits.sort(([a], [b]) => a - b);
  return { score, parts: cut(title, hits) };
}

function startOfWord(text: string, word: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (at === 0 || /[\s(“]/.test(text.charAt(at - 1))) return at;
  }
  return -1;
}

function cut(title: string, hits: [number, number][]): Match['parts'] {
  const parts: Match['parts'] = [];
  let at = 0;
  for (const [from, to] of hits) {
    if (to <= at) continue;
    const start = Math.max(from, at);
    if (start > at) parts.push({ text: title.slice(at, start), hit: false, at });
    parts.push({ text: title.slice(start, to), hit: true, at: start });
    at = to;
  }
  if (at < title.length) parts.push({ text: title.slice(at), hit: false, at });
  return parts;
}
