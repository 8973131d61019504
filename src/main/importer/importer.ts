/**
 * Takes folders of this machine into the library, one after the other: looks how many files there are, then goes through
 * them again and reads those that are new or have changed. Nothing is held but the slice at hand, so a hundred thousand
 * files cost no more memory than a hundred; what was registered stays when it is stopped, and the next run skips it.
 */
import path from 'node:path';
import { toErrorValue } from '../../shared/errors.js';
import type { ImportStatus } from '../../shared/library.js';
import type { Clock, Emit, Logger } from '../ports.js';
import { type IdentityPorts, sameAsset } from './identity.js';
import { createPace } from './pace.js';
import type { FileReader, FoundFile, ReadFile, SeenFile, SourceStore } from './ports.js';

export interface ImporterPorts extends IdentityPorts {
  store: SourceStore;
  reader: FileReader;
  emit: Emit;
  clock: Clock;
  logger: Logger;
}

/** What is to be gone through: a folder that was imported, or a part of it. */
export interface ImportTask {
  folderId: number;
  /** A folder or a file below it, with `/`; the whole folder when empty. */
  below: string;
  /** Files that come one by one are told as new assets; a whole folder as a changed library. */
  single: boolean;
}

export interface Importer {
  status(): ImportStatus;
  /** Puts a task in line, unless it stands there already. Resolves when it is over, also when it was stopped. */
  enqueue(task: ImportTask): Promise<void>;
  pause(): void;
  resume(): void;
  /** Gives up what runs and what waits. */
  stop(): void;
  /** Gives up what is done in a folder, and what waits for it. */
  leave(folderId: number): void;
  close(): Promise<void>;
}

/** Files read by one call of the thread, and registered in one transaction. */
const readAtOnce = 32;
const toldFailures = 20;
/** Milliseconds between two tellings: of the progress, and of the changed library. */
const progressMs = 250;
const announceMs = 3000;
/** A file younger than this may still be written to. */
const settledMs = 1500;

const idle: ImportStatus = {
  state: 'idle',
  folder: null,
  total: 0,
  done: 0,
  added: 0,
  joined: 0,
  failed: 0,
  failures: [],
  files_per_second: null,
  seconds_left: null,
};

export function createImporter(ports: ImporterPorts): Importer {
  const { store, reader, emit, clock, logger } = ports;
  let status: ImportStatus = idle;
  let running: { task: ImportTask; abort: AbortController; over: Promise<void> } | undefined;
  let waiting: { task: ImportTask; done(): void; over: Promise<void> }[] = [];
  let paused: { promise: Promise<void>; resume(): void } | undefined;
  let pace = createPace();
  let toldAt = Number.NEGATIVE_INFINITY;
  let announcedAt = Number.NEGATIVE_INFINITY;
  let unannounced = false;
  let walks = 0;
  /** Whether files of the task may still be written to. */
  let unsettled = false;

  function tell(patch: Partial<ImportStatus>, always = false): void {
    status = { ...status, ...patch };
    const now = clock.monotonic();
    if (!always && now - toldAt < progressMs) return;
    toldAt = now;
    emit({ type: 'import.progress', import: status });
  }

  function announce(always: boolean): void {
    const now = clock.monotonic();
    if (!unannounced || (!always && now - announcedAt < announceMs)) return;
    announcedAt = now;
    unannounced = false;
    store.announce();
  }

  async function* slices({ root, below }: Place, signal: AbortSignal): AsyncGenerator<SeenFile[]> {
    walks += 1;
    const walk = walks;
    for (;;) {
      const { files, done } = await reader.walk({ root, below, walk }, signal);
      if (files.length > 0) yield files;
      if (done) return;
    }
  }

  async function run(task: ImportTask, signal: AbortSignal, again = false): Promise<void> {
    const folder = store.folder(task.folderId);
    if (folder === undefined) return;
    const place = { root: folder.path, below: task.below };
    pace = createPace();
    unsettled = false;
    const { added, joined, failed, failures } = again ? status : idle;
    const begun = { ...idle, added, joined, failed, failures };
    tell({ ...begun, state: paused ? 'paused' : 'looking', folder: folder.path }, true);
    for await (const files of slices(place, signal)) tell({ total: status.total + files.length });
    tell({ state: paused ? 'paused' : 'running' }, true);
    for await (const files of slices(place, signal)) await takeIn(task, folder.path, files, signal);
    await lookForLost(task, folder.path, signal);
    if (task.below === '') store.scanned(task.folderId);
    if (unsettled) {
      await clock.sleep(settledMs, signal);
      await run({ ...task, single: true }, signal, true);
    }
  }

  /** Reads what is new of a slice, and registers it. */
  async function takeIn(task: ImportTask, root: string, files: SeenFile[], signal: AbortSignal): Promise<void> {
    const fresh = newAmong(task.folderId, files);
    progress(files.length - fresh.length);
    let last = Promise.resolve();
    for (let start = 0; start < fresh.length; start += readAtOnce) {
      await paused?.promise;
      signal.throwIfAborted();
      const before = last;
      last = takePart(task, root, fresh.slice(start, start + readAtOnce), before, signal);
      // Thrown where it is waited for, which is a step later.
      last.catch(() => {});
      await before;
    }
    await last;
  }

  function newAmong(folderId: number, files: SeenFile[]): SeenFile[] {
    const known = store.known(
      folderId,
      files.map((file) => file.path),
    );
    return files.filter((file) => {
      if (isUnsettled(file)) return false;
      const before = known.get(file.path);
      return (
        !before || before.missing || before.bytes_size !== file.bytes_size || before.modified_ms !== file.modified_ms
      );
    });
  }

  function isUnsettled({ modified_ms }: SeenFile): boolean {
    const age = clock.now() - modified_ms;
    const young = age >= 0 && age < settledMs;
    unsettled ||= young;
    return young;
  }

  /**
   * Reads while the part before is registered, and registers after it: two copies of one file that were looked for at once
   * would both be found new.
   */
  async function takePart(
    task: ImportTask,
    root: string,
    part: SeenFile[],
    before: Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const results = await reader.read({ root, files: part }, signal);
    await before;
    const found: ReadFile[] = [];
    for (const result of results) {
      if ('file' in result) found.push(result.file);
      else if ('failed' in result) fail(result.failed);
      else unsettled = true;
    }
    await registerAll(task, root, found, signal);
    progress(part.length);
  }

  /** Files that are alike among themselves go one after the other: the first is then an asset to compare with. */
  async function registerAll(task: ImportTask, root: string, files: ReadFile[], signal: AbortSignal): Promise<void> {
    let left = files;
    while (left.length > 0) {
      const seen = new Set<string>();
      const now = left.filter((file) => {
        const key = `${file.bytes_size} ${file.sample_hash}`;
        return !seen.has(key) && seen.add(key);
      });
      left = left.filter((file) => !now.includes(file));
      const found: FoundFile[] = [];
      for (const file of now) {
        found.push({ ...file, same_as: await sameAsset(ports, file, path.join(root, file.path), signal) });
      }
      signal.throwIfAborted();
      const { added, joined, replaced } = store.register(task.folderId, found, { tell: task.single });
      status = { ...status, added: status.added + added + replaced, joined: status.joined + joined };
      unannounced ||= !task.single;
      announce(false);
    }
  }

  function fail(failed: { path: string; reason: string }): void {
    status = { ...status, failed: status.failed + 1, failures: [failed, ...status.failures].slice(0, toldFailures) };
    logger.warn('a file could not be imported', failed);
  }

  function progress(files: number): void {
    const done = status.done + files;
    pace.note(clock.monotonic(), done);
    const rate = pace.rate();
    const left = Math.max(0, status.total - done);
    tell({ done, files_per_second: rate, seconds_left: rate === null || rate === 0 ? null : left / rate });
  }

  async function lookForLost({ folderId, below }: ImportTask, root: string, signal: AbortSignal): Promise<void> {
    const begin = below === '' ? '' : `${below}/`;
    let after = begin;
    for (;;) {
      const paths = store.pathsAfter(folderId, after, 500).filter((name) => name.startsWith(begin));
      const last = paths.at(-1);
      if (last === undefined) return;
      signal.throwIfAborted();
      const gone = await reader.gone({ root, paths });
      if (gone.length > 0 && store.lose(folderId, gone) > 0) unannounced = true;
      after = last;
    }
  }

  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { task, done, over } = next;
      const abort = new AbortController();
      running = { task, abort, over };
      try {
        await run(task, abort.signal);
      } catch (error) {
        if (!abort.signal.aborted) {
          logger.warn('an import ended early', { folder: status.folder, error: toErrorValue(error) });
          fail({ path: status.folder ?? '', reason: toErrorValue(error).message });
        }
      }
      running = undefined;
      announce(true);
      done();
    }
    // The numbers stay to be read; only the state says that it is over.
    tell({ state: 'idle', seconds_left: null }, true);
  }

  function stop(): void {
    const left = waiting;
    waiting = [];
    for (const { done } of left) done();
    running?.abort.abort();
    paused?.resume();
    paused = undefined;
  }

  return {
    status: () => status,
    enqueue(task) {
      const same = waiting.find((other) => isWithin(task, other.task));
      if (same !== undefined) return same.over;
      let done = () => {};
      const over = new Promise<void>((resolve) => {
        done = resolve;
      });
      waiting.push({ task, done, over });
      if (running === undefined && waiting.length === 1) void work();
      return over;
    },
    pause() {
      if (paused !== undefined || status.state === 'idle') return;
      let resume = () => {};
      const promise = new Promise<void>((resolve) => {
        resume = resolve;
      });
      paused = { promise, resume };
      tell({ state: 'paused', files_per_second: null, seconds_left: null }, true);
    },
    resume() {
      paused?.resume();
      paused = undefined;
      pace = createPace();
      if (running !== undefined) tell({ state: status.done > 0 ? 'running' : 'looking' }, true);
    },
    stop,
    leave(folderId) {
      for (const { done } of waiting.filter(({ task }) => task.folderId === folderId)) done();
      waiting = waiting.filter(({ task }) => task.folderId !== folderId);
      if (running?.task.folderId === folderId) running.abort.abort();
    },
    async close() {
      const ending = running?.over;
      stop();
      await ending;
    },
  };
}

interface Place {
  root: string;
  below: string;
}

/** Whether what `task` asks for is a part of what `other` does. */
function isWithin(task: ImportTask, other: ImportTask): boolean {
  if (task.folderId !== other.folderId) return false;
  return other.below === '' || task.below === other.below || task.below.startsWith(`${other.below}/`);
}
