/**
 * The bytes of assets: originals cached from ComfyUI, thumbnails, inline previews and facts. Everything here can be made
 * anew from ComfyUI's files, but for originals of its temp folder, which it deletes, and those that came from a backup:
 * they are kept apart, unlimited.
 */
import { join } from 'node:path';
import type { Asset } from '../../shared/asset.js';
import { AppError } from '../../shared/errors.js';
import type { Peaks } from '../../shared/peaks.js';
import { type ThumbnailSize, thumbnailSizes } from '../../shared/thumbnail.js';
import { sharp } from '../sharp.js';
import { fileFacts, noFacts } from './facts.js';
import { unsupported, unwritable } from './faults.js';
import { type CachedFile, createFileCache, type FileCache, isMissing } from './file-cache.js';
import {
  modelPictureKey,
  type NamedAsset,
  originalKey,
  peaksKey,
  posterKey,
  storedName,
  thumbnailKey,
} from './keys.js';
import { createLimiter } from './limiter.js';
import { type Preview, type PreviewLimits, previewOf, thumbnailOf } from './pictures.js';
import type { Media, MediaFacts, MediaFile, MediaOptions } from './ports.js';
import { inlineMediaReader } from './reader.js';
import { createRecent } from './recent.js';
import { createSharedWork } from './shared-work.js';

/** Pictures worked on at once: each takes a core and its decoded pixels. */
const pictureLimit = 2;
const fetchLimit = 4;
const previewMemory = 16 * 1024 ** 2;
const rememberedFailures = 1000;

export function createMedia({
  cacheDir,
  fetchOriginal,
  localFile,
  cacheLimitBytes,
  reader = inlineMediaReader,
  posters,
  files,
  clock,
  logger,
}: MediaOptions): Media {
  // Each file is read once or twice: libvips' own cache would hold files open and memory for nothing.
  sharp.cache(false);
  const cache = (name: string, limitBytes: () => number) =>
    createFileCache({ dir: join(cacheDir, name), limitBytes, clock, logger, files, look: reader.storedFiles });
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

  const storeOf = (asset: NamedAsset): FileCache => (asset.folder_type === 'temp' ? kept : originals);

  /** Any asset may have been kept: what came from a backup was; and it may lie in an imported folder. */
  async function copyOf(asset: Asset): Promise<CachedFile | undefined> {
    const key = originalKey(asset);
    const stored = (await kept.get(key)) ?? (storeOf(asset) === kept ? undefined : await originals.get(key));
    return stored ?? localFile?.(asset);
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

  /** Runs `work`, and remembers when the file can't be read: it stays so. */
  async function remembering<T>(asset: Asset, work: () => Promise<T>): Promise<T> {
    const failure = failures.get(asset.asset_id);
    if (failure !== undefined) throw failure;
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppError && error.code === 'MEDIA_UNSUPPORTED') failures.set(asset.asset_id, error);
      throw error;
    }
  }

  /** Runs `work` in its turn on the original of a picture, or on the still of a film. */
  async function draw<T>(
    asset: Asset,
    signal: AbortSignal | undefined,
    work: (path: string) => Promise<T>,
  ): Promise<T> {
    if (asset.media_kind === 'video') return drawFilm(asset, signal, work);
    if (asset.media_kind !== 'image') throw noPicture(asset);
    return remembering(asset, () => withOriginal(asset, signal, ({ path }) => inTurn(signal, () => work(path))));
  }

  const inTurn = <T>(signal: AbortSignal | undefined, work: () => Promise<T>) =>
    pictures.run(() => {
      signal?.throwIfAborted();
      return work();
    });

  async function drawFilm<T>(asset: Asset, signal: AbortSignal | undefined, work: (path: string) => Promise<T>) {
    const key = posterKey(asset);
    return thumbnails.holding(key, async () => {
      const poster = await derived(key, signal, (shared) => {
        // Known only to a program with a window: the other one leaves films to it, and does not fetch them for nothing.
        if (posters === undefined) throw noPicture(asset);
        const { mime_type } = asset;
        return remembering(asset, () =>
          withOriginal(asset, shared, ({ path }) => posters.draw({ path, mime_type }, shared)),
        );
      });
      return inTurn(signal, () => work(poster.path));
    });
  }

  /** What was made of an original before, or is made now, once for all who ask. */
  async function derived(
    key: string,
    signal: AbortSignal | undefined,
    make: (shared: AbortSignal) => Promise<Uint8Array>,
  ): Promise<CachedFile> {
    const known = await thumbnails.get(key);
    if (known !== undefined) return known;
    const work = async (shared: AbortSignal) => {
      const bytes = await make(shared);
      return thumbnails.put(key, oneChunk(bytes), bytes.byteLength).catch((error: unknown) => {
        throw unwritable(cacheDir, error) ?? error;
      });
    };
    return drawings.run(key, work, signal);
  }

  async function thumbnail(asset: Asset, size: ThumbnailSize, signal?: AbortSignal): Promise<MediaFile> {
    const file = await derived(thumbnailKey(asset, size), signal, (shared) =>
      draw(asset, shared, (path) => thumbnailOf(path, size)),
    );
    return { path: file.path, mime_type: 'image/webp' };
  }

  async function modelPicture(
    name: string,
    fetch: (signal: AbortSignal) => Promise<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<MediaFile> {
    const key = modelPictureKey(name);
    const file = await derived(key, signal, async (shared) => {
      // It is decoded from a file, as all pictures are.
      const whole = `${key}.whole`;
      return thumbnails.holding(whole, async () => {
        const bytes = await fetch(shared);
        const { path } = await thumbnails.put(whole, oneChunk(bytes), bytes.byteLength);
        return inTurn(shared, () => thumbnailOf(path, 256)).finally(() => thumbnails.remove(whole));
      });
    });
    return { path: file.path, mime_type: 'image/webp' };
  }

  async function peaks(asset: Asset, signal?: AbortSignal): Promise<MediaFile> {
    const file = await derived(peaksKey(asset), signal, (shared) => {
      if (asset.media_kind !== 'audio') throw unsupported(`${asset.filename} is no sound.`);
      return remembering(asset, () =>
        withOriginal(asset, shared, async ({ path }) => {
          const found = await reader.peaks(path, shared);
          return Buffer.from(JSON.stringify(found));
        }),
      );
    });
    return { path: file.path, mime_type: 'application/json' };
  }

  async function keepPeaks(asset: Asset, read: Peaks): Promise<void> {
    try {
      await peaks(asset);
      return;
    } catch (error) {
      // What is damaged, or can't be had now, has no waveform that somebody else could tell.
      if (!(error instanceof AppError) || error.details?.fault !== 'no_decoder') throw error;
    }
    const bytes = Buffer.from(JSON.stringify(read));
    await thumbnails.put(peaksKey(asset), oneChunk(bytes), bytes.byteLength).catch((error: unknown) => {
      throw unwritable(cacheDir, error) ?? error;
    });
  }

  async function prepare(asset: Asset): Promise<void> {
    if (asset.media_kind === 'audio') await peaks(asset);
    if (asset.media_kind === 'image' || asset.media_kind === 'video') await thumbnail(asset, 256);
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
    return withOriginal(asset, signal, async ({ path, size }) => {
      const { media_kind: kind, animated } = asset;
      // Headers of pictures are read by sharp, which hangs on none.
      const facts = await (kind === 'image' ? fileFacts(kind, path) : reader.facts(kind, path, signal));
      return { ...facts, bytes_size: size, animated: facts.animated || animated };
    });
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
    modelPicture,
    thumbnailAtHand: (asset, size) => thumbnails.read(thumbnailKey(asset, size)),
    peaks,
    keepPeaks,
    prepare,
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
      const made = [...thumbnailSizes.map((size) => thumbnailKey(asset, size)), posterKey(asset), peaksKey(asset)];
      for (const key of made) await thumbnails.remove(key);
    },
    async *stored() {
      for (const [store, folder_type] of [
        [kept, 'temp'],
        [originals, 'output'],
      ] as const) {
        for await (const { key, path, size, made_ms } of store.list()) {
          const [, asset_id] = storedName.exec(key) ?? [];
          if (asset_id !== undefined) yield { asset_id, filename: key, folder_type, path, size, made_ms };
        }
      }
    },
    async keepStored(stored) {
      if (stored.folder_type === 'temp') return stored.path;
      const key = originalKey(stored);
      const { path } = await kept.moveIn(key, stored.path);
      await originals.remove(key);
      return path;
    },
    async usage() {
      await Promise.all([originals, thumbnails, kept].map((store) => store.scan()));
      return { originals: originals.total, thumbnails: thumbnails.total, kept: kept.total };
    },
    async trim() {
      await Promise.all([originals.trim(), thumbnails.trim()]);
    },
    async close() {
      const reason = new AppError('CANCELLED', 'The program is closing.');
      await fetches.stop(reason);
      await drawings.stop(reason);
      await Promise.all([originals.close(), kept.close(), thumbnails.close(), reader.close(), posters?.close()]);
    },
  };
}

function noPicture({ media_kind }: Asset): AppError {
  return unsupported(`There is no still picture of ${media_kind} files.`);
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
