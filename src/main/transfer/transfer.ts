/**
 * Exports, backups and restores, one at a time. An export is written under another name and renamed when it is whole; one
 * that is cancelled or fails leaves nothing behind.
 */
import path from 'node:path';
import { AppError } from '../../shared/errors.js';
import {
  type ExportResult,
  idleTransfer,
  type RestoreResult,
  type TransferStatus,
  type TransferTask,
} from '../../shared/transfer.js';
import type { Clock } from '../ports.js';
import { openArchive } from './archive.js';
import { type Disk, isFolder, realDisk } from './disk.js';
import { exportAssets, exportLibrary, spare } from './export.js';
import { tooLittleSpace, unwritableTarget } from './faults.js';
import type { Bytes, Records, Strip } from './ports.js';
import { createProgress, type Progress } from './progress.js';
import { restoreArchive } from './restore.js';
import { createFolderSink, createZipSink, type Sink } from './sink.js';

export interface TransferOptions {
  records: Records;
  bytes: Bytes;
  /** Writes copies without metadata; absent where that can't be done. */
  strip?: Strip;
  /** Where restored files go. */
  dataDir: string;
  /** Version of the program. */
  program: string;
  /** Told at most five times a second. */
  tell(status: TransferStatus): void;
  clock: Clock;
  disk?: Disk;
}

export interface Target {
  to: 'zip' | 'folder';
  /** The zip, or the folder that gets the new folder. */
  path: string;
}

export interface TransferRoom {
  readonly status: TransferStatus;
  readonly canStrip: boolean;
  /** @throws AppError TARGET_UNWRITABLE, CANCELLED; VALIDATION_ERROR while another transfer runs. */
  exportAssets(assetIds: readonly string[], target: Target, metadata: 'keep' | 'strip'): Promise<ExportResult>;
  /** Everything into one zip. Throws as above. */
  backUp(file: string): Promise<ExportResult>;
  /** @throws AppError BACKUP_INVALID, NOT_SUPPORTED, DATA_DIR_UNWRITABLE, CANCELLED; VALIDATION_ERROR as above. */
  restore(place: string): Promise<RestoreResult>;
  /** False when nothing runs. */
  cancel(): boolean;
  /** Gives up what runs and waits for its end. */
  stop(): Promise<void>;
}

export function createTransferRoom(options: TransferOptions): TransferRoom {
  const { records, bytes, strip, dataDir, program, tell, clock, disk = realDisk } = options;
  let running:
    | { task: TransferTask; progress: Progress; controller: AbortController; end: Promise<unknown> }
    | undefined;

  function run<T>(task: TransferTask, work: (progress: Progress, signal: AbortSignal) => Promise<T>): Promise<T> {
    if (running !== undefined) return Promise.reject(busy(running.task));
    const controller = new AbortController();
    const progress = createProgress(task, clock, tell);
    const end = work(progress, controller.signal)
      .catch((error: unknown) => {
        throw controller.signal.aborted ? controller.signal.reason : error;
      })
      .finally(() => {
        running = undefined;
        progress.end();
      });
    running = { task, progress, controller, end };
    return end;
  }

  async function into(
    { to, path: place }: Target,
    signal: AbortSignal,
    work: (sink: Sink) => Promise<Omit<ExportResult, 'path'>>,
  ): Promise<ExportResult> {
    let sink: Sink | undefined;
    try {
      if (to === 'zip' && (await isFolder(place))) throw folderInTheWay(place);
      sink = await (to === 'zip' ? createZipSink(place, disk) : createFolderSink(place, exportName(clock.now()), disk));
      const facts = await work(sink);
      signal.throwIfAborted();
      return { path: await sink.finish(), ...facts };
    } catch (error) {
      await sink?.abandon();
      throw unwritableTarget(place, error);
    }
  }

  const exporting = (progress: Progress, signal: AbortSignal) => ({
    records,
    bytes,
    disk,
    progress,
    signal,
    program,
    now: Math.round(clock.now()),
  });

  return {
    get status() {
      return running?.progress.status ?? idleTransfer;
    },
    canStrip: strip !== undefined,
    exportAssets: (assetIds, target, metadata) =>
      run('export', async (progress, signal) => {
        const stripping = metadata === 'strip' ? (strip ?? unable()) : undefined;
        const folder = target.to === 'zip' ? path.dirname(target.path) : target.path;
        const { bytes: needed } = records.totals(assetIds);
        const free = await disk.free(folder);
        if (free !== undefined && free < needed + spare) throw tooLittleSpace(target.path, needed + spare, free);
        return into(target, signal, (sink) => exportAssets(sink, exporting(progress, signal), assetIds, stripping));
      }),
    backUp: (file) =>
      run('backup', (progress, signal) =>
        into({ to: 'zip', path: file }, signal, (sink) => exportLibrary(sink, exporting(progress, signal))),
      ),
    restore: (place) =>
      run('restore', async (progress, signal) => {
        const archive = await openArchive(place, disk);
        try {
          return await restoreArchive(archive, place, { records, bytes, disk, progress, signal, dataDir });
        } finally {
          archive.close();
        }
      }),
    cancel() {
      running?.controller.abort(new AppError('CANCELLED', `The ${running.task} was cancelled.`));
      return running !== undefined;
    },
    async stop() {
      running?.controller.abort(new AppError('CANCELLED', 'The program is closing.'));
      await running?.end.catch(() => {});
    },
  };
}

/** Name of the folder of an export, by the calendar of this machine. */
function exportName(now: number): string {
  return `ComfyUI export ${localDay(now)}`;
}

/** 2025-03-01, by the calendar of this machine. */
export function localDay(now: number): string {
  const date = new Date(now);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function busy(task: TransferTask): AppError {
  const names = { export: 'An export', backup: 'A backup', restore: 'A restore' };
  return new AppError('VALIDATION_ERROR', `${names[task]} is running already.`, {
    hint: 'Wait for its end, or cancel it.',
  });
}

function folderInTheWay(place: string): AppError {
  return new AppError('TARGET_UNWRITABLE', `${place} is a folder.`, {
    hint: 'Give the name of a file.',
    details: { path: place },
  });
}

function unable(): never {
  throw new AppError('NOT_SUPPORTED', 'Files can only be exported with their metadata.', {
    hint: 'Export them with metadata.',
  });
}
