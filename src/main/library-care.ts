/** What keeps the library safe in the background: copies, the end of unfinished deletions, the way back after damage. */
import { AppError, toErrorValue } from '../shared/errors.js';
import type { Notice } from '../shared/notice.js';
import { forgetFiles } from './forgetting.js';
import type { JobEngine } from './jobs/engine.js';
import type { Media } from './media/index.js';
import { type RebuildingPorts, rebuild, recoveryNotice } from './rebuilding.js';
import type { Registry } from './registry/index.js';
import type { Trouble } from './trouble.js';

export interface CarePorts extends RebuildingPorts {
  registry: Registry;
  media: Media;
  jobs: Pick<JobEngine, 'importHistory' | 'queueCounts'>;
  trouble: Trouble;
  notify(notice: Notice): void;
}

export interface LibraryCare {
  start(): void;
  /** Stops, and waits for what is under way. */
  stop(): Promise<void>;
}

const minute = 60_000;
const hour = 60 * minute;

/** Milliseconds: the age at which a copy is followed by another, and when that is looked at. */
const copyAge = 24 * hour;
const firstLook = 5 * minute;
const looksEvery = 3 * hour;
/** Jobs have the disk for themselves, but not for ever: a copy holds up no writer, it only takes a share of the disk. */
const longestWait = 12 * hour;

export function createLibraryCare(ports: CarePorts): LibraryCare {
  const { registry, media, jobs, trouble, notify, clock, logger } = ports;
  const stopping = new AbortController();
  const { signal } = stopping;
  let work: Promise<unknown> = Promise.resolve();

  const copyIfDue = async () => {
    if (!registry.copies.isDue(copyAge)) return;
    for (let waited = 0; jobs.queueCounts().running > 0 && waited < longestWait; waited += minute) {
      await clock.sleep(minute, signal);
    }
    try {
      logger.info('copied the library', { path: await registry.copies.make() });
    } catch (error) {
      if (signal.aborted) return;
      logger.warn('the library could not be copied', { error: toErrorValue(error) });
      if (error instanceof AppError) trouble.failed(error);
    }
  };

  const keepCopying = async () => {
    for (let wait = firstLook; ; wait = looksEvery) {
      await clock.sleep(wait, signal);
      await copyIfDue();
    }
  };

  const mend = async () => {
    const report = registry.recovery.report();
    if (report === undefined) return;
    const found = await rebuild(ports, signal);
    notify(recoveryNotice(report, found));
    registry.recovery.done();
  };

  /** Each goes its own way; that the program ends is no failure. */
  const run = (task: () => Promise<unknown>, name: string) =>
    task().catch((error: unknown) => {
      if (!signal.aborted) logger.error(`${name} failed`, { error: toErrorValue(error) });
    });

  return {
    start() {
      work = Promise.all([
        run(() => forgetFiles({ bin: registry.bin, media, logger }), 'deleting copies'),
        run(mend, 'restoring'),
        run(keepCopying, 'copying'),
      ]);
    },
    async stop() {
      stopping.abort();
      await work;
    },
  };
}
