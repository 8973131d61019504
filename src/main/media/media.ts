/**
 * The bytes of assets: originals cached from ComfyUI, thumbnails, inline previews and facts. Everything here can be made
 * anew from ComfyUI's files, but for originals of its temp folder, which it deletes, and those that came from a backup:
 * they are kept apart, unlimited.
 */
import { extname, join } from 'node:path';
import type { Asset } from '../../shared/asset.js';
import { AppError } from '../../shared/errors.js';
import type { Clock, Logger } from '../ports.js';
import { sharp } from '../sharp.js';
import { containerFacts } from './containers.js';
import { type CachedFile, createFileCache, type FileCache, isMissing } from './file-cache.js';
import { createLimiter } from './limiter.js';
import { type Preview, type PreviewLimits, pictureFacts, previewOf, thumbnailOf, unsupported } from './pictures.js';
import { createRecent } from './recent.js';
import { createSharedWork } from './shared-work.js';

export type { Preview, PreviewLimits } from './pictures.js';

export interface MediaOptions {
  /** A folder of its own; made when there is none. */
  cacheDir: string;
  /** Asks ComfyUI for the file. `size` is the promised number of bytes; null when it was not told. */
  fetchOriginal(asset: Asset, signal: AbortSignal): Promise<{ body: AsyncIterable<Uint8Array>; size: number | null }>;
  /** Bytes of originals kept; thumbnails get a quarter of it on top. */
  cacheLimitBytes: () => number;
  clock: Clock;
  logger: Logger;
}

/** Longest sides in pixels. */
const thumbnailSizes = [256, 768] as const;
export type ThumbnailSize = (typeof thumbnailSizes)[number];

export interface MediaFile {
  path: string;
  mime_type: string;
}

/** What the registry's `setFacts` takes. */
export interface MediaFacts {
  width: number | null;
  height: number | null;
  duration_seconds: number | null;
  bytes_size: number;
  animated: boolean;
}

export interface Media {
  /** The whole file on this machine. Throws MEDIA_UNAVAILABLE, or what fetching threw. The path is good for a minute. */
  original(asset: Asset, signal?: AbortSignal): Promise<MediaFile & { size: number }>;
  /** A WebP whose longest side is at most `size` pixels. Throws MEDIA_UNSUPPORTED for what is no readable picture. */
  thumbnail(asset: Asset, size: ThumbnailSize, signal?: AbortSignal): Promise<MediaFile>;
  /** A WebP that fits a base64 budget. Throws MEDIA_UNSUPPORTED, or VALIDATION_ERROR when nothing fits. */
  preview(asset: Asset, limits: PreviewLimits, signal?: AbortSignal): Promise<Preview>;
  /** Facts of the file. Throws MEDIA_UNSUPPORTED for a damaged picture, sound or video. */
  probe(asset: Asset, signal?: AbortSignal): Promise<MediaFacts>;
  /** Right after a job: fetches the original and tells its facts. A damaged file has its size only. */
  adopt(asset: Asset, signal?: AbortSignal): Promise<MediaFacts>;
  /** The copy that is on this machine; undefined when there is none. Fetches nothing. */
  local(asset: Asset): Promise<CachedFile | undefined>;
  /**
   * Keeps a file as the original of an asset, for ever: whatever the source gives, whole or not at all. Throws what the
   * source throws, or DATA_DIR_UNWRITABLE. `size` is the number of bytes promised.
   */
  keep(
    asset: Pick<Asset, 'asset_id' | 'filename'>,
    body: AsyncIterable<Uint8Array>,
    size: number | null,
  ): Promise<void>;
  /** Deletes every copy of an asset that is no longer in the library. ComfyUI's file stays. */
  forget(asset: Asset): Promise<void>;
  /** Bytes on this disk, as far as the folders were looked through. */
  usage(): Promise<{ originals: number; thumbnails: number; kept: number }>;
  /** Evicts down to the limit, for when that was lowered. */
  trim(): Promise<void>;
  /** Gives up fetches and waits for background work. */
  close(): Promise<void>;
}

/** Pictures worked on at once: each takes a core and its decoded pixels. */
const pictureLimit = 2;
const fetchLimit = 4;
const previewMemory = 16 * 1024 ** 2;
const rememberedFailures = 1000;

export function createMedia({ cacheDir, fetchOriginal, cacheLimitBytes, clock, logger }: MediaOptions): Media {
  // Each file is read once or twice: libvips' own cache would hold files open and memory for nothing.
  sharp.cache(false);
  const cache = (name: string, limitBytes: () => number) =>
    createFileCache({ dir: join(cacheDir, name), limitBytes, clock, logger });
  const originals = cache('originals', cacheLimitBytes);
  const kept = cache('kept', () => Number.POSITIVE_INFINITY);
  const thumbnails = cache('thumbnails', () => cacheLimitBytes() / 4);
  const fetches = createSharedWork<CachedFile>();
  const drawings = createSharedWork<CachedFile>();
  const pictures = createLimiter(pictureLimit);
  const fetchers = createLimiter(fetchLimit);
  const previews = createRecent<Preview>({ limit: previewMemory, weigh: ({ bytes }) => bytes.byteLength });
  /** Pictures that can't be read, so that a gallery full of them isn't decoded at every scroll. */
  const failures = createRecent<AppError>({ limit: rememberedFailures, weigh: () => 1 });

  const storeOf = (asset: Asset): FileCache => (asset.folder_type === 'temp' ? kept : originals);

  /** Any asset may have been kept: what came from a backup was. */
  async function copyOf(asset: Asset): Promise<CachedFile | undefined> {
    const key = originalKey(asset);
    return (await kept.get(key)) ?? (storeOf(asset) === kept ? undefined : await originals.get(key));
  }

  async function original(asset: Asset, signal?: AbortSignal): Promise<CachedFile> {
    const store = storeOf(asset);
    const key = originalKey(asset);
    signal?.throwIfAborted();
    const known = await copyOf(asset);
    if (known !== undefined) return known;
    return fetches.run(key, (shared) => fetchers.run(() => fetchInto(store, key, asset, shared)), signal);
  }

  async function fetchInto(store: FileCache, key: string, asset: Asset, signal: AbortSignal): Promise<CachedFile> {
    signal.throwIfAborted();
    // Another fetch may have ended between the first look and now.
    const known = await store.get(key);
    if (known !== undefined) return known;
    try {
      const { body, size } = await fetchOriginal(asset, signal);
      return await store.put(key, until(signal, body), size);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw error instanceof AppError ? error : (unwritable(cacheDir, error) ?? unavailable(asset, error));
    }
  }

  /** Runs `work` on the original, which is not evicted meanwhile; people may clear the cache by hand all the same. */
  function withOriginal<T>(asset: Asset, signal: AbortSignal | undefined, work: (file: CachedFile) => Promise<T>) {
    const attempt = async () => work(await original(asset, signal));
    return storeOf(asset).holding(originalKey(asset), () =>
      attempt().catch((error: unknown) => {
        if (isMissing(error)) return attempt();
        throw error;
      }),
    );
  }

  /** Runs `draw` on the original of a picture in its turn; remembers when it can't be read. */
  async function draw<T>(asset: Asset, signal: AbortSignal | undefined, work: (path: string) => Promise<T>) {
    if (asset.media_kind !== 'image') throw unsupported(`There is no still picture of ${asset.media_kind} files.`);
    const failure = failures.get(asset.asset_id);
    if (failure !== undefined) throw failure;
    return withOriginal(asset, signal, async ({ path }) => {
      try {
        return await pictures.run(() => {
          signal?.throwIfAborted();
          return work(path);
        });
      } catch (error) {
        if (error instanceof AppError && error.code === 'MEDIA_UNSUPPORTED') failures.set(asset.asset_id, error);
        throw error;
      }
    });
  }

  async function thumbnail(asset: Asset, size: ThumbnailSize, signal?: AbortSignal): Promise<MediaFile> {
    const key = thumbnailKey(asset, size);
    const file =
      (await thumbnails.get(key)) ??
      (await drawings.run(
        key,
        async (shared) => {
          const bytes = await draw(asset, shared, (path) => thumbnailOf(path, size));
          return thumbnails.put(key, oneChunk(bytes), bytes.byteLength).catch((error: unknown) => {
            throw unwritable(cacheDir, error) ?? error;
          });
        },
        signal,
      ));
    return { path: file.path, mime_type: 'image/webp' };
  }

  async function preview(asset: Asset, limits: PreviewLimits, signal?: AbortSignal): Promise<Preview> {
    const key = `${asset.asset_id} ${limits.maxDim} ${limits.maxB64Chars}`;
    const known = previews.get(key);
    if (known !== undefined) return known;
    const made = await draw(asset, signal, (path) => previewOf(path, limits));
    previews.set(key, made);
    return made;
  }

  function probe(asset: Asset, signal?: AbortSignal): Promise<MediaFacts> {
    return withOriginal(asset, signal, ({ path, size }) => readFacts(asset, path, size));
  }

  async function adopt(asset: Asset, signal?: AbortSignal): Promise<MediaFacts> {
    try {
      return await probe(asset, signal);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'MEDIA_UNSUPPORTED') throw error;
      logger.warn('a file can not be read', { asset_id: asset.asset_id, filename: asset.filename, error });
      const { size } = await original(asset, signal);
      return { ...noFacts, bytes_size: size, animated: asset.animated };
    }
  }

  return {
    async original(asset, signal) {
      return { ...(await original(asset, signal)), mime_type: asset.mime_type };
    },
    thumbnail,
    preview,
    probe,
    adopt,
    local: copyOf,
    async keep(asset, body, size) {
      await kept.put(originalKey(asset), body, size).catch((error: unknown) => {
        throw unwritable(cacheDir, error) ?? error;
      });
      failures.delete(asset.asset_id);
    },
    async forget(asset) {
      for (const store of [originals, kept]) await store.remove(originalKey(asset));
      for (const size of thumbnailSizes) await thumbnails.remove(thumbnailKey(asset, size));
    },
    async usage() {
      await Promise.all([originals, thumbnails, kept].map((store) => store.scanned));
      return { originals: originals.total, thumbnails: thumbnails.total, kept: kept.total };
    },
    async trim() {
      await Promise.all([originals.trim(), thumbnails.trim()]);
    },
    async close() {
      const reason = new AppError('CANCELLED', 'The program is closing.');
      await fetches.stop(reason);
      await drawings.stop(reason);
      await Promise.all([originals.close(), kept.close(), thumbnails.close()]);
    },
  };
}

const noFacts = { width: null, height: null, duration_seconds: null };

async function readFacts(asset: Asset, path: string, bytes_size: number): Promise<MediaFacts> {
  const base = { ...noFacts, bytes_size, animated: asset.animated };
  if (asset.media_kind === 'image') {
    const facts = await pictureFacts(path);
    return { ...base, ...facts, animated: facts.animated || asset.animated };
  }
  if (asset.media_kind === 'video' || asset.media_kind === 'audio') return { ...base, ...(await containerFacts(path)) };
  return base;
}

function thumbnailKey(asset: Asset, size: ThumbnailSize): string {
  return `${safeId(asset)}-${size}.webp`;
}

function originalKey(asset: Pick<Asset, 'asset_id' | 'filename'>): string {
  const extension = extname(asset.filename).slice(1).toLowerCase();
  return `${safeId(asset)}.${/^[a-z0-9]{1,8}$/.test(extension) ? extension : 'bin'}`;
}

/** The id as a part of a file name. */
function safeId({ asset_id }: Pick<Asset, 'asset_id'>): string {
  if (!/^[\w-]{2,64}$/.test(asset_id)) throw new AppError('ASSET_NOT_FOUND', `No asset has the id ${asset_id}.`);
  return asset_id;
}

const fileFaults = new Set(['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST']);

/** DATA_DIR_UNWRITABLE for a fault of this machine's disk; undefined for any other error. */
function unwritable(cacheDir: string, cause: unknown): AppError | undefined {
  if (!(cause instanceof Error) || !('code' in cause) || !fileFaults.has(String(cause.code))) return undefined;
  return new AppError('DATA_DIR_UNWRITABLE', `The cache can't be written: ${cacheDir} (${cause.message}).`, {
    hint: 'Check its permissions and the free space.',
    details: { path: cacheDir },
    cause,
  });
}

function unavailable({ asset_id, filename }: Asset, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError('MEDIA_UNAVAILABLE', `The file ${filename} could not be fetched from ComfyUI: ${reason}.`, {
    hint: 'It may have been deleted there, or ComfyUI is not running.',
    details: { asset_id, filename },
    cause,
  });
}

async function* until(signal: AbortSignal, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    signal.throwIfAborted();
    yield chunk;
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
