/** Writes what was chosen of the library into a sink: the files one by one, and last of all the manifest. */
import path from 'node:path';
import { AppError } from '../../shared/errors.js';
import {
  type AssetManifest,
  type JobManifest,
  type ManifestHeader,
  type ManifestRecord,
  manifestFormat,
  manifestName,
  manifestVersion,
} from '../../shared/manifest.js';
import { type ExportResult, listedProblems } from '../../shared/transfer.js';
import { type Disk, removeQuietly, type Source } from './disk.js';
import { isFull, reasonOf, tooLittleSpace, unwritableTarget } from './faults.js';
import { createManifest } from './manifest.js';
import { createNames } from './names.js';
import type { Bytes, Records, Strip } from './ports.js';
import type { Progress } from './progress.js';
import type { Sink } from './sink.js';

export interface ExportOptions {
  records: Records;
  bytes: Bytes;
  disk: Disk;
  progress: Progress;
  signal: AbortSignal;
  /** Version of the program. */
  program: string;
  now: number;
}

/** Records read at once: their documents are unpacked while the event loop waits. */
const jobSlice = 10;
const assetSlice = 25;

/** Bytes left free on a disk: one that is full to the brim is everybody's trouble. */
export const spare = 8 * 1024 * 1024;

type Facts = Omit<ExportResult, 'path'>;

/** Everything there is: jobs with their batches, what is in the bin, albums, saved searches, sessions. */
export async function exportLibrary(sink: Sink, options: ExportOptions): Promise<Facts> {
  const { records } = options;
  const last = records.lastRow();
  return writeExport(sink, options, { scope: 'library', ...expected(options) }, async (exporter) => {
    for (const record of records.others()) await exporter.write(record);
    for await (const record of slices((after) => records.jobs(after, jobSlice))) await exporter.job(record);
    for await (const record of slices((after) => records.assets(after, last, assetSlice))) {
      // A folder with everything in it would open for minutes.
      await exporter.asset(record, `files/${new Date(record.created_ms).toISOString().slice(0, 7)}/`);
    }
  });
}

/** These assets, the jobs that made them, and the batches of those. */
export async function exportAssets(
  sink: Sink,
  options: ExportOptions,
  assetIds: readonly string[],
  strip: Strip | undefined,
): Promise<Facts> {
  const { records } = options;
  const written = new Set<string>();
  const work = async (exporter: Exporter) => {
    for (let at = 0; at < assetIds.length; at += assetSlice) {
      for (const asset of records.assetsOf(assetIds.slice(at, at + assetSlice))) {
        const { prompt_id } = asset;
        if (prompt_id !== null && !written.has(prompt_id)) {
          written.add(prompt_id);
          const job = records.jobOf(prompt_id);
          if (job !== undefined) await exporter.job(job);
        }
        await exporter.asset(asset, '');
      }
    }
  };
  return writeExport(sink, options, { scope: 'selection', ...expected(options, assetIds) }, work, strip);
}

/** How much there is to do, told to whoever watches and to whoever reads the export. */
function expected({ records, progress }: ExportOptions, assetIds?: readonly string[]) {
  const { assets, jobs, bytes } = records.totals(assetIds);
  progress.expect(assets + jobs, bytes);
  return { records_expected: assets + jobs, bytes_expected: bytes };
}

interface Exporter {
  write(record: ManifestRecord): Promise<void>;
  job(record: JobManifest): Promise<void>;
  asset(record: AssetManifest, folder: string): Promise<void>;
}

async function writeExport(
  sink: Sink,
  options: ExportOptions,
  about: Pick<ManifestHeader, 'scope' | 'records_expected' | 'bytes_expected'>,
  work: (exporter: Exporter) => Promise<void>,
  strip?: Strip,
): Promise<Facts> {
  const { records, bytes, disk, progress, signal, program, now } = options;
  const facts: Facts = { files: 0, bytes: 0, jobs: 0, left_out_count: 0, left_out: [] };
  const names = createNames([manifestName]);
  const batches = new Set<string>();
  const manifest = await createManifest(sink, disk, {
    format: manifestFormat,
    version: manifestVersion,
    program,
    created_ms: now,
    ...about,
  });

  /** What to copy, opened: from here on only writing can fail. Throws why the bytes can't be had. */
  async function sourceOf(record: AssetManifest): Promise<Source> {
    if (record.text !== null) return textSource(record.text);
    const { path: original, size } = await bytes.original(record.asset_id, signal);
    const free = await disk.free(sink.scratch);
    if (free !== undefined && free < size + spare) throw tooLittleSpace(sink.target, size + spare, free);
    if (strip === undefined) return disk.open(original);
    const stripped = path.join(sink.scratch, '.stripped');
    try {
      await strip(original, stripped, { signal });
    } catch (error) {
      throw isFull(error) ? unwritableTarget(sink.target, error) : error;
    }
    return disk.open(stripped);
  }

  async function leaveOut(record: AssetManifest, error: unknown): Promise<void> {
    signal.throwIfAborted();
    if (error instanceof AppError && error.code === 'TARGET_UNWRITABLE') throw error;
    const reason = reasonOf(error);
    const { asset_id, filename } = record;
    facts.left_out_count += 1;
    if (facts.left_out.length < listedProblems) facts.left_out.push({ asset_id, filename, reason });
    await manifest.write({ ...record, unavailable: reason });
  }

  async function addFile(record: AssetManifest, folder: string, source: Source): Promise<void> {
    try {
      const name = names.take(folder, record.filename);
      const file = { name, modified_ms: record.created_ms, compress: record.text !== null };
      const { size, sha256 } = await sink.add(file, counted(source.body, progress, signal));
      facts.files += 1;
      facts.bytes += size;
      await manifest.write({ ...record, file: name, sha256 });
    } finally {
      await source.close();
    }
  }

  /** Before the first of its jobs, so that also a batch is there that was begun while the export ran. */
  async function writeBatch(batchId: string): Promise<void> {
    if (batches.has(batchId)) return;
    batches.add(batchId);
    const batch = records.batchOf(batchId);
    if (batch !== undefined) await manifest.write(batch);
  }

  async function asset(record: AssetManifest, folder: string): Promise<void> {
    signal.throwIfAborted();
    let source: Source | undefined;
    try {
      source = await sourceOf(record);
    } catch (error) {
      await leaveOut(record, error);
    }
    if (source !== undefined) await addFile(record, folder, source);
    progress.done(1);
  }

  try {
    await work({
      write: manifest.write,
      async job(record) {
        signal.throwIfAborted();
        if (record.batch_id !== null) await writeBatch(record.batch_id);
        await manifest.write(record);
        facts.jobs += 1;
        progress.done(1);
      },
      asset,
    });
    signal.throwIfAborted();
    await manifest.end();
    // It would tell all that was taken out of the files.
    if (strip === undefined) await addManifest(sink, disk, manifest.file, now);
    return facts;
  } finally {
    await manifest.remove();
    await removeQuietly(path.join(sink.scratch, '.stripped'));
  }
}

async function addManifest(sink: Sink, disk: Disk, file: string, now: number): Promise<void> {
  const source = await disk.open(file);
  try {
    await sink.add({ name: manifestName, modified_ms: now, compress: true }, source.body);
  } finally {
    await source.close();
  }
}

async function* slices<T>(read: (after: number) => { row: number; record: T }[]): AsyncGenerator<T> {
  let after = 0;
  for (;;) {
    const slice = read(after);
    if (slice.length === 0) return;
    for (const { row, record } of slice) {
      yield record;
      after = row;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function* counted(
  body: AsyncIterable<Uint8Array>,
  progress: Progress,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    signal.throwIfAborted();
    progress.moved(chunk.byteLength);
    yield chunk;
  }
}

function textSource(text: string): Source {
  async function* body() {
    yield Buffer.from(text);
  }
  return { body: body(), close: async () => {} };
}
