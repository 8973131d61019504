/** What the media room needs, and what it does for others. */
import type { Asset } from '../../shared/asset.js';
import type { Peaks } from '../../shared/peaks.js';
import type { ThumbnailSize } from '../../shared/thumbnail.js';
import type { Files } from '../files.js';
import type { Clock, Logger } from '../ports.js';
import type { CachedFile } from './file-cache.js';
import type { NamedAsset } from './keys.js';
import type { Preview, PreviewLimits } from './pictures.js';
import type { MediaReader } from './reader.js';

export type { Preview, PreviewLimits } from './pictures.js';

/** Whoever can decode films. */
export interface PosterDrawer {
  /**
   * A picture of the film, encoded, its longest side at most 1024 pixels. Throws MEDIA_UNSUPPORTED when it can't be decoded,
   * or the signal's reason.
   */
  draw(film: MediaFile, signal: AbortSignal): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface MediaOptions {
  /** Reads sounds and films; in this thread when absent, which is for tests. */
  reader?: MediaReader;
  /** Draws stills of films; none are drawn when absent, as in the program without a window. */
  posters?: PosterDrawer;
  /** A folder of its own; made when there is none. */
  cacheDir: string;
  /** Asks ComfyUI for the file. `size` is the promised number of bytes; null when it was not told. */
  fetchOriginal(asset: Asset, signal: AbortSignal): Promise<{ body: AsyncIterable<Uint8Array>; size: number | null }>;
  /** The file of an asset where it lies on this machine, to be used in place; undefined where there is none. */
  localFile?(asset: Asset): Promise<CachedFile | undefined>;
  /** Bytes of originals kept; thumbnails get a quarter of it on top. */
  cacheLimitBytes: () => number;
  /** What copies are written through; the disk's own when absent. */
  files?: Files;
  clock: Clock;
  logger: Logger;
}

export interface MediaFile {
  path: string;
  mime_type: string;
}

/** An original on this disk, as its name tells. With `folder_type` temp it is one of those that are never evicted. */
export interface StoredOriginal extends NamedAsset {
  path: string;
  /** Bytes. */
  size: number;
  /** When it came, milliseconds since the epoch. */
  made_ms: number;
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
  /**
   * A WebP whose longest side is at most `size` pixels; of a film a still, where one can be drawn or was drawn before.
   * Throws MEDIA_UNSUPPORTED for what has no picture.
   */
  thumbnail(asset: Asset, size: ThumbnailSize, signal?: AbortSignal): Promise<MediaFile>;
  /** The bytes of that WebP where it was made before; undefined where it was not. Fetches and draws nothing. */
  thumbnailAtHand(asset: NamedAsset, size: ThumbnailSize): Promise<Uint8Array | undefined>;
  /** The waveform of a sound, a JSON file as `peaksSchema` has it. Throws MEDIA_UNSUPPORTED for what can't be decoded here. */
  peaks(asset: Asset, signal?: AbortSignal): Promise<MediaFile>;
  /**
   * A small WebP of a model's picture, which `fetch` brings encoded; `name` tells the model and its version. Throws what
   * `fetch` throws, or MEDIA_UNSUPPORTED for what is no picture.
   */
  modelPicture(
    name: string,
    fetch: (signal: AbortSignal) => Promise<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<MediaFile>;
  /**
   * Keeps a waveform that was read elsewhere, of a sound that there is no decoder for here. Nothing is kept where there is
   * one, or where it can be read here. Throws what `peaks` throws for any other sound.
   */
  keepPeaks(asset: Asset, peaks: Peaks): Promise<void>;
  /** Makes what the gallery will show of an asset first: small thumbnail or waveform. Throws what making it throws. */
  prepare(asset: Asset): Promise<void>;
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
  forget(asset: NamedAsset): Promise<void>;
  /** Every original on this disk, also of assets that nobody knows any more. */
  stored(): AsyncGenerator<StoredOriginal>;
  /** Moves an original to where nothing is evicted, as its only copy; answers its path. */
  keepStored(stored: StoredOriginal): Promise<string>;
  /** Bytes on this disk, as far as the folders were looked through. */
  usage(): Promise<{ originals: number; thumbnails: number; kept: number }>;
  /** Evicts down to the limit, for when that was lowered. */
  trim(): Promise<void>;
  /** Gives up fetches and waits for background work. */
  close(): Promise<void>;
}
