/**
 * Stacks: what one job made and what lies side by side is one tile, until it is opened. Pure, and in one pass over the
 * index, so that 100,000 assets can be stacked again at every change.
 */
import type { GalleryIndex } from '../store/gallery-index.js';

export interface StackedIndex {
  /** What has a tile: every asset that stands alone, the first of each closed stack, all of an open one. */
  readonly ids: readonly string[];
  readonly times: readonly number[];
  /** Where each begins in the index. */
  readonly starts: readonly number[];
  /** How many assets each stands for. */
  readonly sizes: readonly number[];
}

/** Every asset by itself. */
export function unstacked({ ids, times }: GalleryIndex): StackedIndex {
  return { ids, times, starts: ids.map((_, at) => at), sizes: ids.map(() => 1) };
}

/** `open` has the assets of the stacks that are open: one whose first asset is among them is. */
export function stacked(index: GalleryIndex, open: ReadonlySet<string>): StackedIndex {
  const found = { ids: [] as string[], times: [] as number[], starts: [] as number[], sizes: [] as number[] };
  const total = index.ids.length;
  let at = 0;
  while (at < total) {
    const end = endOfRun(index, at);
    const shown = end - at > 1 && open.has(index.ids[at] ?? '') ? end : at + 1;
    for (let place = at; place < shown; place += 1) {
      found.ids.push(index.ids[place] ?? '');
      found.times.push(index.times[place] ?? 0);
      found.starts.push(place);
      found.sizes.push(shown === end ? 1 : end - at);
    }
    at = end;
  }
  return found;
}

export interface Stack {
  /** Its assets, in the order of the gallery. */
  readonly ids: readonly string[];
  /** The place of the asset that was asked for among them, from 0. */
  readonly place: number;
}

/** The stack that an asset lies in; null where it lies alone. */
export function stackAt(index: GalleryIndex, at: number): Stack | null {
  const job = index.jobs[at] ?? 0;
  if (at < 0 || job === 0) return null;
  let start = at;
  while (start > 0 && index.jobs[start - 1] === job) start -= 1;
  const end = endOfRun(index, start);
  return end - start < 2 ? null : { ids: index.ids.slice(start, end), place: at - start };
}

/** One past the last that the same job made, from `at` on without a gap. */
function endOfRun({ jobs, ids }: GalleryIndex, at: number): number {
  const job = jobs[at] ?? 0;
  let end = at + 1;
  while (job !== 0 && end < ids.length && jobs[end] === job) end += 1;
  return end;
}
