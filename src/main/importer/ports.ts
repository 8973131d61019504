/** What the importer needs from the rest of the program. */
import type { SourceFolder } from '../../shared/library.js';

/** A media file as a look at its folder tells it. */
export interface SeenFile {
  /** Relative to the folder, with `/`. */
  path: string;
  /** Bytes. */
  bytes_size: number;
  /** Milliseconds since the epoch. */
  modified_ms: number;
}

/** What reading a file told; as the registry takes it, but for what it may be the same as. */
export interface ReadFile extends SeenFile {
  sample_hash: string;
  width: number | null;
  height: number | null;
  duration_seconds: number | null;
  animated: boolean;
  parameters: Record<string, string | number | boolean | null>;
  graph: { packed: Uint8Array; hash: string } | null;
  workflow: Uint8Array | null;
}

/** `changed`: it was written to since it was seen, and has to be looked at once more. */
export type ReadResult = { file: ReadFile } | { failed: { path: string; reason: string } } | { changed: string };

/** The work on files, done in a thread. */
export interface FileReader {
  /** Media files below the folder or below one of its folders, a slice at each call; `done` with the last one. */
  walk(
    input: { root: string; below: string; walk: number },
    signal?: AbortSignal,
  ): Promise<{ files: SeenFile[]; done: boolean }>;
  read(input: { root: string; files: SeenFile[] }, signal?: AbortSignal): Promise<ReadResult[]>;
  /** Whether two files on this machine hold the same bytes. */
  same(input: { a: string; b: string }, signal?: AbortSignal): Promise<boolean>;
  /** Sampled hash of a file of this machine, and its size. */
  sample(input: { path: string }): Promise<{ sample_hash: string; bytes_size: number }>;
  /** Those of these that are no longer there. */
  gone(input: { root: string; paths: string[] }): Promise<string[]>;
}

/** An asset that may be the same file as one that was found. */
export interface Candidate {
  asset_id: string;
  sampled: boolean;
  imported: boolean;
  filename: string;
  created_ms: number;
}

export interface FoundFile extends ReadFile {
  same_as: string | null;
}

export interface SourceStore {
  folders(): SourceFolder[];
  folder(id: number): SourceFolder | undefined;
  known(
    id: number,
    paths: readonly string[],
  ): ReadonlyMap<string, { bytes_size: number; modified_ms: number; missing: boolean }>;
  candidates(bytes_size: number, sample_hash: string): Candidate[];
  setSample(assetId: string, sample_hash: string): void;
  register(
    id: number,
    files: readonly FoundFile[],
    options: { tell: boolean },
  ): { added: number; joined: number; replaced: number };
  lose(id: number, paths: readonly string[]): number;
  pathsAfter(id: number, after: string, limit: number): string[];
  scanned(id: number): void;
  announce(): void;
}
