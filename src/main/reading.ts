/** What reading a file of a folder tells, joined from the rooms that can read: done in a thread of its own. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { mediaOf } from '../shared/asset.js';
import { AppError, toErrorValue } from '../shared/errors.js';
import { stringifyJson } from '../shared/exact-json.js';
import type { Graph } from '../shared/workflow.js';
import { type Embedded, embeddedParameters, examine, fullHash, sampledHash } from './embedded/index.js';
import { type ReadResult, type SeenFile, walk } from './importer/index.js';
import { fileFacts, isMissing, noFacts } from './media/index.js';
import { packDocument } from './registry/documents.js';

/** Files read at once: enough to keep the disk and the decoders of headers busy. */
const concurrency = 8;

/** Looking through folders, by call. `exclude` are folders of the program itself, as absolute real paths. */
export function walkWork(exclude: readonly string[]) {
  /** The walk that goes on: there is one at a time, and a new one ends the last. */
  let current: { walk: number; slices: AsyncGenerator<SeenFile[]> } | undefined;
  return {
    async walk({ root, below, walk: number }: WalkInput) {
      if (current?.walk !== number) current = { walk: number, slices: walk({ root, below, exclude }) };
      const { value, done } = await current.slices.next();
      return { files: value ?? [], done: done === true };
    },
    async gone({ root, paths }: { root: string; paths: string[] }) {
      const there = await Promise.all(paths.map((name) => isThere(path.join(root, name))));
      return paths.filter((_, index) => there[index] !== true);
    },
  };
}
export type WalkWork = ReturnType<typeof walkWork>;

/** Reading files, by call. Readers of containers have hung on damaged files: a thread of its own can be ended. */
export function readWork() {
  return {
    async read({ root, files }: { root: string; files: SeenFile[] }, signal?: AbortSignal) {
      const results: ReadResult[] = [];
      for (let start = 0; start < files.length; start += concurrency) {
        signal?.throwIfAborted();
        results.push(...(await Promise.all(files.slice(start, start + concurrency).map((file) => read(root, file)))));
      }
      return results;
    },
    /** A file without its facts: for one that its readers hang on. */
    bare: ({ root, file }: { root: string; file: SeenFile }) => read(root, file, async () => noFacts),
    async same({ a, b }: { a: string; b: string }, signal?: AbortSignal) {
      const [first, second] = await Promise.all([a, b].map((file) => fullHash(file, { signal })));
      return first === second;
    },
    async sample({ path: file }: { path: string }) {
      const { size } = await stat(file);
      return { sample_hash: await sampledHash(file, size), bytes_size: size };
    },
  };
}
export type ReadWork = ReturnType<typeof readWork>;

interface WalkInput {
  root: string;
  below: string;
  /** Numbers the walk, so that its next slice is asked for. */
  walk: number;
}

async function isThere(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (error) {
    // A folder that can't be entered now may be open again tomorrow.
    return !isMissing(error);
  }
}

/**
 * A damaged picture is an asset all the same: it is shown as damaged. What can't be opened, or was written to meanwhile, is
 * told.
 */
async function read(root: string, seen: SeenFile, factsOf = fileFacts): Promise<ReadResult> {
  const file = path.join(root, seen.path);
  try {
    const [{ sample_hash, embedded }, facts] = await Promise.all([
      examined(file, seen.bytes_size),
      factsOf(mediaOf(seen.path).media_kind, file).catch(ifUnsupported(noFacts)),
    ]);
    const now = await stat(file);
    // Then its samples, its facts and its size may each be of another file.
    if (now.size !== seen.bytes_size || Math.round(now.mtimeMs) !== seen.modified_ms) return { changed: seen.path };
    const { graph, workflow } = embedded;
    return {
      file: {
        ...seen,
        ...facts,
        sample_hash,
        parameters: embeddedParameters(embedded),
        graph: graph === undefined ? null : { packed: packDocument(graph), hash: hashOf(graph) },
        workflow: workflow === undefined ? null : packDocument(workflow),
      },
    };
  } catch (error) {
    return { failed: { path: file, reason: toErrorValue(error).message } };
  }
}

/** What is not of a known kind has no words in it, but samples. */
async function examined(file: string, size: number): Promise<{ sample_hash: string; embedded: Embedded }> {
  try {
    const { sampled_hash, embedded } = await examine(file);
    return { sample_hash: sampled_hash, embedded };
  } catch (error) {
    ifUnsupported(nothing)(error);
    return { sample_hash: await sampledHash(file, size), embedded: nothing };
  }
}

const nothing: Embedded = { problems: [] };

function ifUnsupported<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof AppError && error.code === 'MEDIA_UNSUPPORTED') return instead;
    throw error;
  };
}

function hashOf(graph: Graph): string {
  return createHash('sha256').update(stringifyJson(graph)).digest('hex').slice(0, 32);
}
