/**
 * What stands in the grid, in order: work that waits or runs first (the next to finish last, so that its picture takes
 * its place without moving anything), then everything made, with failures in their place by time.
 */
import type { Job } from '../../shared/job.js';
import { type GalleryIndex, insertionPoint } from '../store/gallery-index.js';
import { unfinishedJobs } from '../store/state.js';
import { startOfDay } from '../ui/format.js';
import { type StackedIndex, stackAt } from './stacks.js';

/** An entry of the grid: an asset by its id, or a job by `job:` and its prompt id, or `more:` and a count. */
export type EntryKey = string;

export interface GalleryView {
  readonly keys: readonly EntryKey[];
  /** How many assets each entry stands for: none for a job, several for a closed stack. */
  readonly sizes: readonly number[];
  /** Where the assets of each entry begin in the index; -1 for a job. */
  readonly starts: readonly number[];
  /** What is shown, every asset of it. */
  readonly index: GalleryIndex;
  /** Days, newest first, with how many entries each has. */
  readonly days: readonly Day[];
  /** Assets among the entries. */
  readonly assets: number;
}

export interface Day {
  /** Midnight, local time; null for all of them in an order that is not of time. */
  readonly day: number | null;
  readonly count: number;
  /** Assets made on it, those in closed stacks too. */
  readonly made: number;
}

const jobPrefix = 'job:';
const morePrefix = 'more:';

export const jobKey = (promptId: string): EntryKey => jobPrefix + promptId;

export type Entry =
  | { kind: 'asset'; assetId: string }
  | { kind: 'job'; promptId: string }
  | { kind: 'more'; count: number };

export function entryOf(key: EntryKey): Entry {
  if (key.startsWith(jobPrefix)) return { kind: 'job', promptId: key.slice(jobPrefix.length) };
  if (key.startsWith(morePrefix)) return { kind: 'more', count: Number(key.slice(morePrefix.length)) };
  return { kind: 'asset', assetId: key };
}

/** Waiting jobs that get a tile each; the rest share one, so that a long queue doesn't push the pictures away. */
export const waitingTiles = 5;

export interface ViewInput {
  /** What is shown, in its order. */
  index: GalleryIndex;
  /** The same in stacks, or each by itself. */
  shown: StackedIndex;
  /** Everything, newest first: then work that waits, runs or failed has its place. */
  all: boolean;
  /** Whether it is in the order of time, newest first: then days have headings. */
  byDay: boolean;
  jobs: ReadonlyMap<string, Job>;
  /** Failures put away, by prompt id. */
  dismissed: ReadonlySet<string>;
  /** Failures that ended before stay in the queue only, milliseconds since the epoch. */
  failuresSince: number;
  now: number;
}

export function buildView({ index, shown, all, byDay, jobs, dismissed, failuresSince, now }: ViewInput): GalleryView {
  const live = all ? liveKeys(jobs, index) : [];
  const failures = all ? shownFailures(jobs, dismissed, failuresSince) : [];
  const facts = { index, assets: index.ids.length };
  if (live.length === 0 && failures.length === 0) {
    const { ids: keys, times, sizes, starts } = shown;
    const count = keys.length;
    const one = count === 0 ? [] : [{ day: null, count, made: facts.assets }];
    return { ...facts, keys, sizes, starts, days: byDay ? withMade(days(times), sizes) : one };
  }
  let { ids, times, sizes, starts } = shown;
  for (const failure of failures) {
    const time = endOf(failure);
    const at = insertionPoint(times, time);
    ids = ids.toSpliced(at, 0, jobKey(failure.prompt_id));
    times = times.toSpliced(at, 0, time);
    sizes = sizes.toSpliced(at, 0, 0);
    starts = starts.toSpliced(at, 0, -1);
  }
  const newest = Math.max(now, times[0] ?? 0);
  sizes = [...live.map(() => 0), ...sizes];
  return {
    ...facts,
    keys: [...live, ...ids],
    sizes,
    starts: [...live.map(() => -1), ...starts],
    days: withMade(days([...live.map(() => newest), ...times]), sizes),
  };
}

/** The days with what was made on each: a stack is several assets, a job none. */
function withMade(found: Day[], sizes: readonly number[]): Day[] {
  let at = 0;
  return found.map((day) => {
    let made = 0;
    for (const end = at + day.count; at < end; at += 1) made += sizes[at] ?? 0;
    return made === day.made ? day : { ...day, made };
  });
}

function endOf(job: Job): number {
  return Date.parse(job.finished_at ?? job.created_at);
}

/**
 * Which jobs have a place, as one string: it stays the same while a job only gets on, and a view of 100,000 entries is not
 * built anew for each step of the sampler.
 */
export function placesOfJobs(jobs: ReadonlyMap<string, Job>): string {
  const placed = [...jobs.values()].filter(({ status }) => status !== 'completed' && status !== 'cancelled');
  return placed
    .map(({ prompt_id, status, position, asset_ids, finished_at }) =>
      [prompt_id, status, position, asset_ids.length, finished_at].join(' '),
    )
    .join('\n');
}

/** Where an asset or a job has its tile: one in a closed stack has that of the stack. -1 when it has none. */
export function placeOfEntry(view: GalleryView, key: EntryKey): number {
  const at = view.keys.indexOf(key);
  if (at >= 0 || entryOf(key).kind !== 'asset') return at;
  const stack = stackAt(view.index, view.index.ids.indexOf(key));
  const first = stack?.ids[0];
  return first === undefined ? -1 : view.keys.indexOf(first);
}

/** The assets that an entry stands for. */
export function assetsAt(view: GalleryView, at: number): readonly string[] {
  const start = view.starts[at] ?? -1;
  return start < 0 ? [] : view.index.ids.slice(start, start + (view.sizes[at] ?? 0));
}

function liveKeys(jobs: ReadonlyMap<string, Job>, index: GalleryIndex): EntryKey[] {
  const newest = new Set(index.ids.slice(0, 200));
  const live = unfinishedJobs(jobs).filter((job) => !job.asset_ids.some((assetId) => newest.has(assetId)));
  const running = live.filter((job) => job.status === 'running');
  const queued = live.filter((job) => job.status !== 'running');
  const shown = queued.slice(0, waitingTiles);
  const hidden = queued.length - shown.length;
  return [
    ...(hidden > 0 ? [`${morePrefix}${hidden}`] : []),
    ...shown.reverse().map((job) => jobKey(job.prompt_id)),
    ...running.reverse().map((job) => jobKey(job.prompt_id)),
  ];
}

/** Failures that keep a tile: ended since `since` (milliseconds since the epoch) and not put away. */
export function shownFailures(jobs: ReadonlyMap<string, Job>, dismissed: ReadonlySet<string>, since: number): Job[] {
  return [...jobs.values()].filter(
    (job) => (job.status === 'error' || job.status === 'lost') && !dismissed.has(job.prompt_id) && endOf(job) >= since,
  );
}

/** Days of a falling list of times. */
export function days(times: readonly number[]): Day[] {
  const found: Day[] = [];
  let at = 0;
  while (at < times.length) {
    const day = startOfDay(times[at] ?? 0);
    const next = insertionPointBefore(times, day, at);
    found.push({ day, count: next - at, made: next - at });
    at = next;
  }
  return found;
}

/** First position from `from` on whose time is earlier than `time`, in a falling list. */
function insertionPointBefore(times: readonly number[], time: number, from: number): number {
  let low = from;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Number.NEGATIVE_INFINITY) >= time) low = middle + 1;
    else high = middle;
  }
  return Math.max(low, from + 1);
}
