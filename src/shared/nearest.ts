/** Nearest valid names for a mistyped or missing one: what a person most likely meant. Pure, small, no index. */

/** Names no longer than this are compared by edit distance; longer ones by substring and words only. */
const longestCompared = 120;

/**
 * Up to `limit` of `candidates`, best first, that resemble `wanted`. Case, folders, file extensions and separators count little:
 * `SDXL_Base.safetensors` finds `models/sd_xl_base_1.0.safetensors`. Candidates with no likeness are left out,
 * so the answer may be empty.
 */
export function nearest(wanted: string, candidates: readonly string[], limit = 3): string[] {
  const target = plain(wanted);
  if (target === '') return [];
  const scored = candidates
    .map((name, index) => ({ name, index, score: likeness(target, plain(name)) }))
    .sort((a, b) => b.score - a.score || a.index - b.index);
  // Beside a near-certain match, faint ones are noise.
  const enough = Math.max(0.4, (scored[0]?.score ?? 0) * 0.7);
  return scored
    .filter((entry) => entry.score >= enough)
    .slice(0, limit)
    .map((entry) => entry.name);
}

/** 0 (nothing in common) to 1 (the same but for case, folder, extension or separators). */
function likeness(a: string, b: string): number {
  if (b === '') return 0;
  if (a === b) return 1;
  const shorter = Math.min(a.length, b.length);
  const longer = Math.max(a.length, b.length);
  const contained = shorter >= 3 && (a.includes(b) || b.includes(a)) ? 0.6 + 0.4 * (shorter / longer) : 0;
  const edits = longer <= longestCompared ? 1 - editDistance(a, b) / longer : 0;
  return Math.max(contained, edits, startsAlike(a, b));
}

/** A long common beginning is a strong sign: names of model files differ at their ends (version, precision). */
function startsAlike(a: string, b: string): number {
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same += 1;
  return same < 4 ? 0 : 0.3 + 0.6 * (same / Math.max(a.length, b.length));
}

function plain(name: string): string {
  const file = name.split(/[\\/]/).at(-1) ?? name;
  return file
    .toLowerCase()
    .replace(/\.(safetensors|ckpt|pth?|bin|gguf|sft|onnx|pkl)$/, '')
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/**
 * Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`.
 * Source: optimal string alignment, three rolling rows.
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replace = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let best = Math.min(replace, at(last, column) + 1, at(current, column - 1) + 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) best = Math.min(best, at(beforeLast, column - 2) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
