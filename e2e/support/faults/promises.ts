/**
 * What the program has told, and has to keep over every death: jobs, assets, what was decided about them, what was deleted
 * and brought back. Of what was under way when it died either outcome is right, and from then on it is that one.
 */
import { engineLink } from './import-folder.js';
import { isEnded, type StoredAsset, type StoredJob, type StoredLibrary } from './library.js';

export interface Decided {
  rating: number;
  tags: string[];
  albums: string[];
  deleted: boolean;
}

export interface Promises {
  /** Prompt ids that callers were answered. */
  jobs: Set<string>;
  /** What callers were answered of batches: their jobs, and whether a contact sheet was asked for. */
  batches: Map<string, { jobs: readonly string[]; sheet: boolean }>;
  /** What has to be true of an asset now; undefined for one that was not seen yet. */
  of(assetId: string): Decided | undefined;
  /**
   * Assets that were seen and are not gone, and stay what they are: not those of the engine's folder that may be taken for
   * imported ones until their jobs are known to have ended.
   */
  known(): string[];
  /** A change is asked for: from now on it may be there. Answers the function that says it was acknowledged. */
  asking(assetId: string, after: Decided): () => void;
  /** Notes that the program answered with an error where it had no reason to. */
  refused(problem: string): void;
  /** The bin is being emptied: what lies there may be gone. Answers the function that says that it was told so. */
  emptying(): () => void;
  /** `type/subfolder/filename` of generated assets that were deleted for good, and that many of all. */
  readonly emptied: ReadonlySet<string>;
  readonly emptiedCount: number;
  /** Compares what is there after a death with what was promised before, and takes it as what is true now. */
  check(library: StoredLibrary): string[];
}

export function createPromises(): Promises {
  const jobs = new Set<string>();
  const batches: Promises['batches'] = new Map();
  const ended = new Map<string, string>();
  const seen = new Map<string, Decided>();
  const seenAssets = new Map<string, StoredAsset>();
  const doubt = new Map<string, Decided>();
  const refusals: string[] = [];
  const mayGo = new Set<string>();
  const mustGo = new Set<string>();
  const emptied = new Set<string>();
  /** Files whose assets were deleted for good, by path, with the size and time they had. */
  const unwanted = new Map<string, string>();
  let emptiedCount = 0;

  function checkJobs(library: StoredLibrary): string[] {
    const problems: string[] = [];
    const stored = new Map(library.jobs.map((job) => [job.prompt_id, job]));
    for (const id of jobs) if (!stored.has(id)) problems.push(`${id} was promised to a caller and is not known`);
    for (const [id, before] of ended) {
      const now = stored.get(id);
      if (now === undefined || endOf(now) !== before)
        problems.push(`${id} had ended as ${before}, and is now otherwise`);
    }
    for (const [id, job] of stored) if (isEnded(job)) ended.set(id, endOf(job));
    return problems;
  }

  function checkGone(stored: ReadonlyMap<string, StoredAsset>, generated: ReadonlySet<string>): string[] {
    const problems: string[] = [];
    for (const [id, asset] of seenAssets) {
      if (stored.has(id)) {
        if (mustGo.has(id)) problems.push(`${id} was deleted for good, and is there`);
        continue;
      }
      seenAssets.delete(id);
      seen.delete(id);
      if (mayGo.has(id)) {
        emptiedCount += 1;
        if (asset.imported === 0) emptied.add(asset.file);
      }
      // Found in the engine's folder before its job was known to have ended: it is the asset of the job now.
      else if (asset.imported === 0 || !generated.has(nameOf(asset))) problems.push(`${id} (${asset.file}) is lost`);
    }
    return problems;
  }

  function checkDecided(asset: StoredAsset): string[] {
    const now = decidedOf(asset);
    const before = seen.get(asset.asset_id);
    const other = doubt.get(asset.asset_id);
    seen.set(asset.asset_id, now);
    seenAssets.set(asset.asset_id, asset);
    if (before === undefined || same(now, before) || (other !== undefined && same(now, other))) return [];
    return [`${asset.asset_id} should be ${JSON.stringify(before)}, and is ${JSON.stringify(now)}`];
  }

  function checkUnwanted({ sources }: StoredLibrary): string[] {
    const problems: string[] = [];
    for (const { path, asset_id, bytes_size, modified_ms } of sources) {
      const content = `${bytes_size} ${modified_ms}`;
      if (asset_id === null) unwanted.set(path, content);
      else if (unwanted.get(path) === content) problems.push(`${path} was deleted for good, and came back`);
      else unwanted.delete(path);
    }
    return problems;
  }

  return {
    jobs,
    batches,
    of: (assetId) => seen.get(assetId),
    known: () => [...seenAssets.values()].filter((asset) => !mayBeAbsorbed(asset)).map(({ asset_id }) => asset_id),
    asking(assetId, after) {
      doubt.set(assetId, after);
      return () => {
        doubt.delete(assetId);
        seen.set(assetId, after);
      };
    },
    refused: (problem) => void refusals.push(problem),
    emptying() {
      const inBin = [...seen].filter(([, { deleted }]) => deleted).map(([id]) => id);
      for (const id of inBin) mayGo.add(id);
      return () => {
        for (const id of inBin) mustGo.add(id);
      };
    },
    emptied,
    get emptiedCount() {
      return emptiedCount;
    },
    check(library) {
      const stored = new Map(library.assets.map((asset) => [asset.asset_id, asset]));
      const generated = new Set(library.assets.filter(({ imported }) => imported === 0).map(nameOf));
      const problems = [
        ...refusals.splice(0),
        ...checkJobs(library),
        ...checkGone(stored, generated),
        ...checkUnwanted(library),
      ];
      for (const asset of library.assets) problems.push(...checkDecided(asset));
      for (const list of [doubt, mayGo, mustGo]) list.clear();
      return problems;
    },
  };
}

function mayBeAbsorbed({ imported, subfolder }: StoredAsset): boolean {
  return imported === 1 && subfolder === engineLink;
}

function endOf({ status, finished_ms, error }: StoredJob): string {
  return JSON.stringify({ status, finished_ms, error });
}

function nameOf({ file }: StoredAsset): string {
  return file.split('/').at(-1) ?? '';
}

function decidedOf({ rating, tags, albums, deleted_ms }: StoredAsset): Decided {
  return { rating, tags: JSON.parse(tags), albums: JSON.parse(albums), deleted: deleted_ms !== null };
}

function same(a: Decided, b: Decided): boolean {
  const text = ({ rating, tags, albums, deleted }: Decided) =>
    JSON.stringify([rating, [...tags].sort(), [...albums].sort(), deleted]);
  return text(a) === text(b);
}
