/**
 * Takes in what an export holds: a batch of records at a time, their files first and then, in one transaction, their rows,
 * so that no row ever points at half a file. What breaks off halfway is whole as far as it came, and goes on when it is
 * begun again. Records that are broken are listed, and the rest goes in.
 */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { isRecord } from '../../shared/config-text.js';
import { AppError } from '../../shared/errors.js';
import { type AssetManifest, type ManifestRecord, manifestName, manifestRecordSchema } from '../../shared/manifest.js';
import { listedProblems, type RestoreResult } from '../../shared/transfer.js';
import type { Archive, ArchivedFile } from './archive.js';
import type { Disk, Source } from './disk.js';
import { spare } from './export.js';
import { invalidBackup, reasonOf, tooLittleSpace } from './faults.js';
import { headerOf, type Line, linesOf, valueOn } from './manifest.js';
import type { Bytes, Records } from './ports.js';
import type { Progress } from './progress.js';

export interface RestoreOptions {
  records: Records;
  bytes: Bytes;
  disk: Disk;
  progress: Progress;
  signal: AbortSignal;
  /** The folder that gets the files, for asking how much is free. */
  dataDir: string;
}

/** Records of one transaction, and characters of their lines. */
const batchRecords = 25;
const batchCharacters = 2 * 1024 * 1024;

/**
 * `place` is what errors call the archive.
 *
 * @throws AppError BACKUP_INVALID, NOT_SUPPORTED, DATA_DIR_UNWRITABLE; the signal's reason.
 */
export async function restoreArchive(archive: Archive, place: string, options: RestoreOptions): Promise<RestoreResult> {
  const manifest = await archive.file(manifestName);
  if (manifest === undefined) throw invalidBackup(place, `holds no ${manifestName}`);
  const source = await manifest.open();
  const restorer = createRestorer(archive, options);
  try {
    await restoreLines(linesOf(readable(source, place)), place, options, restorer);
    return restorer.result;
  } finally {
    await source.close();
    options.records.announce();
  }
}

/** Errors of the zip in our words. */
async function* readable(source: Source, place: string): AsyncGenerator<Uint8Array> {
  try {
    yield* source.body;
  } catch (error) {
    throw invalidBackup(place, `is damaged: ${reasonOf(error)}`, error);
  }
}

async function restoreLines(
  lines: AsyncGenerator<Line>,
  place: string,
  { progress, signal }: RestoreOptions,
  restorer: Restorer,
): Promise<void> {
  const first = await lines.next();
  const header = headerOf(first.done ? undefined : first.value.text, place);
  progress.expect(header.records_expected, header.bytes_expected);
  let batch: ManifestRecord[] = [];
  let characters = 0;
  let ended = false;
  const takeIn = async () => {
    await restorer.takeIn(batch);
    progress.done(batch.length);
    batch = [];
    characters = 0;
  };
  for await (const line of lines) {
    signal.throwIfAborted();
    const found = recordOn(line);
    if (found === 'end') ended = true;
    else if ('reason' in found) restorer.problem(found.what, found.reason);
    else {
      batch.push(found.record);
      characters += line.text?.length ?? 0;
    }
    if (batch.length >= batchRecords || characters > batchCharacters) await takeIn();
  }
  await takeIn();
  if (!ended) restorer.problem(manifestName, 'it breaks off: there was more');
}

type Found = { record: ManifestRecord } | { what: string; reason: string } | 'end';

function recordOn({ number, text }: Line): Found {
  const what = `line ${number} of ${manifestName}`;
  if (text === undefined) return { what, reason: 'it is too long' };
  const told = valueOn(text);
  if (told === 'end') return 'end';
  if (told === undefined) return { what, reason: 'it is not JSON' };
  const checked = manifestRecordSchema.safeParse(told.value);
  if (checked.success) return { record: checked.data };
  return { what: nameOf(told.value) ?? what, reason: issuesOf(checked.error) };
}

function nameOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const name = value.asset_id ?? value.prompt_id ?? value.name ?? value.batch_id;
  return typeof name === 'string' ? `${String(value.kind)} ${name.slice(0, 100)}` : undefined;
}

function issuesOf(error: z.ZodError): string {
  const [first] = error.issues;
  return first === undefined ? 'it is broken' : `${first.path.join('.')}: ${first.message}`;
}

interface Restorer {
  readonly result: RestoreResult;
  takeIn(batch: readonly ManifestRecord[]): Promise<void>;
  problem(what: string, reason: string): void;
}

function createRestorer(
  archive: Archive,
  { records, bytes, disk, progress, signal, dataDir }: RestoreOptions,
): Restorer {
  const result: RestoreResult = {
    assets: 0,
    jobs: 0,
    files: 0,
    bytes: 0,
    known: 0,
    updated: 0,
    problems_count: 0,
    problems: [],
  };
  const problem = (what: string, reason: string) => {
    result.problems_count += 1;
    if (result.problems.length < listedProblems) result.problems.push({ what, reason });
  };

  async function restoreFile(record: AssetManifest, known: boolean): Promise<void> {
    if (record.file === null || record.text !== null) return;
    const archived = await archive.file(record.file);
    if (archived === undefined) return problem(record.filename, 'its file is not in the backup');
    if (known && (await bytes.has(record, archived.size))) return;
    const free = await disk.free(dataDir);
    if (free !== undefined && free < archived.size + spare) throw tooLittleSpace(dataDir, archived.size + spare, free);
    try {
      await keep(record, archived);
      result.files += 1;
      result.bytes += archived.size;
    } catch (error) {
      signal.throwIfAborted();
      // The next file would find the disk as full.
      if (error instanceof AppError && error.code === 'DATA_DIR_UNWRITABLE') throw error;
      problem(record.filename, `its file is damaged: ${reasonOf(error)}`);
    }
  }

  async function keep(record: AssetManifest, archived: ArchivedFile): Promise<void> {
    const source = await archived.open();
    try {
      await bytes.keep(record, verified(source.body, record.sha256), archived.size);
    } finally {
      await source.close();
    }
  }

  async function* verified(body: AsyncIterable<Uint8Array>, sha256: string | null): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    for await (const chunk of body) {
      signal.throwIfAborted();
      hash.update(chunk);
      progress.moved(chunk.byteLength);
      yield chunk;
    }
    if (sha256 !== null && hash.digest('hex') !== sha256) throw new Error('its contents are not those of the backup');
  }

  /** One that the database refuses must not keep out the others. */
  function restoreRows(batch: readonly ManifestRecord[]): void {
    const attempt = (some: readonly ManifestRecord[]) => {
      const { assets, jobs, known, updated } = records.restore(some);
      result.assets += assets;
      result.jobs += jobs;
      result.known += known;
      result.updated += updated;
    };
    try {
      attempt(batch);
    } catch (error) {
      if (error instanceof AppError) throw error;
      for (const record of batch) {
        try {
          attempt([record]);
        } catch (cause) {
          if (cause instanceof AppError) throw cause;
          problem(nameOf(record) ?? record.kind, reasonOf(cause));
        }
      }
    }
  }

  return {
    result,
    problem,
    async takeIn(batch) {
      const assets = batch.filter((record) => record.kind === 'asset');
      const known = records.known(assets.map(({ asset_id }) => asset_id));
      const seen = new Set<string>();
      for (const record of assets) {
        // Of two records of one asset the first is taken, and so is its file.
        if (seen.has(record.asset_id)) continue;
        seen.add(record.asset_id);
        await restoreFile(record, known.has(record.asset_id));
      }
      signal.throwIfAborted();
      restoreRows(batch);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
