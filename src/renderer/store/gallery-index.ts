/** The gallery's index in the window: every asset, newest first, as columns. Never changed in place. */
import { type Asset, type MediaKind, mediaKinds } from '../../shared/asset.js';
import type { OperationOutput } from '../../shared/contract.js';

export interface GalleryIndex {
  readonly ids: readonly string[];
  /** Milliseconds since the epoch, falling. */
  readonly times: readonly number[];
  /** Place of the kind in `mediaKinds`. */
  readonly kinds: readonly number[];
  /**
   * What tells the job that made it from others: its number, or its prompt id where it ended while we watched; of what a
   * batch made `batch:` and its id; 0 = none.
   */
  readonly jobs: readonly (number | string)[];
}

export const emptyIndex: GalleryIndex = { ids: [], times: [], kinds: [], jobs: [] };

export function indexFrom(answer: OperationOutput<'get_gallery_index'>): GalleryIndex {
  return { ids: answer.asset_ids, times: answer.created_at, kinds: answer.media_kinds, jobs: withBatches(answer) };
}

const batchPrefix = 'batch:';

function withBatches({ jobs, batches }: OperationOutput<'get_gallery_index'>): (number | string)[] {
  if (batches.length === 0) return jobs;
  const names = batches.map((id) => batchPrefix + id);
  return jobs.map((job) => (job < 0 ? (names[-1 - job] ?? 0) : job));
}

function makerOf({ batch_id, prompt_id }: Pick<Asset, 'batch_id' | 'prompt_id'>): number | string {
  return batch_id === null ? (prompt_id ?? 0) : batchPrefix + batch_id;
}

/** The batch that made what stands at a place of the index; null when none did. */
export function batchAt(index: GalleryIndex, position: number): string | null {
  const job = index.jobs[position];
  return typeof job === 'string' && job.startsWith(batchPrefix) ? job.slice(batchPrefix.length) : null;
}

export function kindCode(kind: MediaKind): number {
  return mediaKinds.indexOf(kind);
}

export function kindAt(index: GalleryIndex, position: number): MediaKind {
  return mediaKinds[index.kinds[position] ?? mediaKinds.length - 1] ?? 'other';
}

/** The index with the asset in its place by time; equal times keep the newcomer first. Known ones change nothing. */
export function withAsset(index: GalleryIndex, asset: Asset): GalleryIndex {
  if (index.ids.includes(asset.asset_id)) return index;
  const time = Date.parse(asset.created_at);
  const at = insertionPoint(index.times, time);
  return {
    ids: index.ids.toSpliced(at, 0, asset.asset_id),
    times: index.times.toSpliced(at, 0, time),
    kinds: index.kinds.toSpliced(at, 0, kindCode(asset.media_kind)),
    jobs: index.jobs.toSpliced(at, 0, makerOf(asset)),
  };
}

/** The index without that asset; the same object when it isn't there. */
export function withoutAsset(index: GalleryIndex, assetId: string): GalleryIndex {
  const at = index.ids.indexOf(assetId);
  if (at < 0) return index;
  return {
    ids: index.ids.toSpliced(at, 1),
    times: index.times.toSpliced(at, 1),
    kinds: index.kinds.toSpliced(at, 1),
    jobs: index.jobs.toSpliced(at, 1),
  };
}

/**
 * The index after several changes, copied once: each id with its asset, or null when it left. Among newcomers of one time
 * the latest told comes first.
 */
export function withChanges(index: GalleryIndex, changes: ReadonlyMap<string, Asset | null>): GalleryIndex {
  const [only] = changes;
  if (only === undefined) return index;
  if (changes.size === 1) return only[1] === null ? withoutAsset(index, only[0]) : withAsset(index, only[1]);
  const unknown = new Map(changes);
  const gone = new Set<number>();
  index.ids.forEach((id, at) => {
    const change = changes.get(id);
    if (change === undefined) return;
    if (change === null) gone.add(at);
    unknown.delete(id);
  });
  const added = [...unknown.values()]
    .filter((asset) => asset !== null)
    .map((asset) => ({ asset, time: Date.parse(asset.created_at) }))
    .reverse()
    .sort((a, b) => b.time - a.time);
  return gone.size === 0 && added.length === 0 ? index : merged(index, gone, added);
}

function merged(
  index: GalleryIndex,
  gone: ReadonlySet<number>,
  added: readonly { asset: Asset; time: number }[],
): GalleryIndex {
  const ids: string[] = [];
  const times: number[] = [];
  const kinds: number[] = [];
  const jobs: (number | string)[] = [];
  let next = 0;
  const addUpTo = (time: number) => {
    for (let one = added[next]; one !== undefined && one.time >= time; one = added[next]) {
      ids.push(one.asset.asset_id);
      times.push(one.time);
      kinds.push(kindCode(one.asset.media_kind));
      jobs.push(makerOf(one.asset));
      next += 1;
    }
  };
  index.ids.forEach((id, at) => {
    const time = index.times[at] ?? 0;
    addUpTo(time);
    if (gone.has(at)) return;
    ids.push(id);
    times.push(time);
    kinds.push(index.kinds[at] ?? 0);
    jobs.push(index.jobs[at] ?? 0);
  });
  addUpTo(Number.NEGATIVE_INFINITY);
  return { ids, times, kinds, jobs };
}

/** First position whose time is not later than `time`, in a falling list. */
export function insertionPoint(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Number.NEGATIVE_INFINITY) > time) low = middle + 1;
    else high = middle;
  }
  return low;
}
