/** What this room is handed: records from and to the registry, bytes from and to the media room. */
import type { AssetManifest, BatchManifest, JobManifest, ManifestRecord } from '../../shared/manifest.js';

interface Numbered<T> {
  row: number;
  record: T;
}

/** Records of the library. Each call is short. */
export interface Records {
  totals(assetIds?: readonly string[]): { assets: number; jobs: number; bytes: number };
  lastRow(): number;
  jobs(after: number, limit: number): Numbered<JobManifest>[];
  assets(after: number, last: number, limit: number): Numbered<AssetManifest>[];
  assetsOf(assetIds: readonly string[]): AssetManifest[];
  jobOf(promptId: string): JobManifest | undefined;
  batchOf(batchId: string): BatchManifest | undefined;
  others(): ManifestRecord[];
  known(assetIds: readonly string[]): Set<string>;
  restore(records: readonly ManifestRecord[]): { assets: number; jobs: number; known: number; updated: number };
  announce(): void;
}

export interface Bytes {
  /** The original on this machine, fetched if need be. Throws the reason when it can't be had. */
  original(assetId: string, signal: AbortSignal): Promise<{ path: string; size: number }>;
  /** Whether this machine has a copy of that many bytes. */
  has(asset: AssetManifest, size: number): Promise<boolean>;
  /** Keeps a file as the original of an asset, whole or not at all. */
  keep(asset: AssetManifest, body: AsyncIterable<Uint8Array>, size: number): Promise<void>;
}

/** Writes a copy without metadata. Throws the reason when that can't be done for a file. */
export type Strip = (source: string, target: string, options: { signal?: AbortSignal }) => Promise<void>;
