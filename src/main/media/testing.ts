/** What the tests of this room share: a media room over files in memory, and assets that name them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Asset } from '../../shared/asset.js';
import { plainAsset } from '../../shared/asset.testing.js';
import type { Clock } from '../ports.js';
import { silentLogger } from '../system.js';
import { createMedia } from './media.js';
import type { Media, MediaOptions } from './ports.js';

export interface Studio {
  dir: string;
  clock: Clock & { time: number };
  /** What ComfyUI has, by file name. */
  files: Map<string, Uint8Array>;
  /** Names that were asked for. */
  fetched: string[];
  open(options?: Partial<MediaOptions>): Media;
  dispose(): Promise<void>;
}

export function createStudio(): Studio {
  const dir = mkdtempSync(join(tmpdir(), 'media-'));
  const clock = {
    // Files carry real times: those of a test's clock must be comparable.
    time: Date.now(),
    now() {
      return this.time;
    },
    monotonic: () => 0,
    async sleep() {},
  };
  const files = new Map<string, Uint8Array>();
  const fetched: string[] = [];
  const opened: Media[] = [];
  return {
    dir,
    clock,
    files,
    fetched,
    open(options = {}) {
      const media = createMedia({
        cacheDir: dir,
        async fetchOriginal(asset) {
          fetched.push(asset.filename);
          const bytes = files.get(asset.filename);
          if (bytes === undefined) throw new Error('404');
          return { body: inChunks(bytes), size: bytes.byteLength };
        },
        cacheLimitBytes: () => 2 ** 30,
        clock,
        logger: silentLogger,
        ...options,
      });
      opened.push(media);
      return media;
    },
    async dispose() {
      for (const media of opened) await media.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export async function* inChunks(bytes: Uint8Array, size = 4096): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

export function assetOf(filename: string, more: Partial<Asset> = {}): Asset {
  const asset_id = filename.replaceAll(/[^\w]/g, '-').padStart(8, '0');
  return plainAsset({ asset_id, filename, prompt_id: 'p1', demo: true, ...more });
}
