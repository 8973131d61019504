/** Where the data lies: what it takes to move it elsewhere, and the pointer that both programs follow. */
import type { MoveStatus } from '../shared/data-move.js';
import { AppError, toErrorValue } from '../shared/errors.js';
import { isHeld } from '../shared/job.js';
import type { Engine } from './engine.js';
import type { JobEngine } from './jobs/engine.js';
import type { Clock, Logger } from './ports.js';
import {
  claimDataDir,
  clearAbandonedMove,
  createReaderThread,
  findDamage,
  keepOldFolder,
  moveDataDir,
  oldFolder,
  planMove,
  type Registry,
  removeOldFolder,
} from './registry/index.js';
import type { Place } from './settings/paths.js';
import { keepDataDir, keptDataDir, type SettingsStore } from './settings.js';
import type { TransferRoom } from './transfer/index.js';

/** Settings whose values are folders or files. */
const pathSettings = ['workflow_dir', 'publish_root', 'import_dir', 'comfyui_output_root'];

export interface DataFolderOptions {
  dir: string;
  /** What names the directory from outside, `--data-dir` or a variable: then it can't be moved from here. */
  fixedBy: string | undefined;
  place: Place;
  /** The built `reader-thread.js`. */
  readerScript: string;
  clock: Clock;
}

export interface Stillness {
  /** Whether sending was paused before. */
  wasPaused: boolean;
  letGo(): void;
}

export interface StillnessPorts {
  registry: { jobs: Pick<Registry['jobs'], 'unfinished'> };
  engine: Pick<Engine, 'backend' | 'status'>;
  jobs: Pick<JobEngine, 'paused' | 'pause'>;
  transfer: Pick<TransferRoom, 'status'>;
}

/**
 * Pauses sending, so that nothing begins any more. Jobs that an engine has that is away are taken up again when it is
 * back, wherever the library lies then.
 *
 * @throws AppError VALIDATION_ERROR while jobs are at work, or something is exported, backed up or restored.
 */
export function holdStill({ registry, engine, jobs, transfer }: StillnessPorts): Stillness {
  const wasPaused = jobs.paused;
  const letGo = () => jobs.pause(wasPaused);
  jobs.pause(true);
  const atWork =
    engine.status().state === 'ready' ? registry.jobs.unfinished(engine.backend()).filter((job) => !isHeld(job)) : [];
  const { task } = transfer.status;
  if (atWork.length === 0 && task === null) return { wasPaused, letGo };
  letGo();
  if (task !== null) {
    throw new AppError(
      'VALIDATION_ERROR',
      `A library can't be moved during ${task === 'export' ? 'an' : 'a'} ${task}.`,
      {
        hint: 'Wait for its end, or cancel it.',
      },
    );
  }
  const many = atWork.length === 1 ? 'A job is' : `${atWork.length} jobs are`;
  throw new AppError('VALIDATION_ERROR', `${many} at work.`, {
    hint: 'Wait for the end, or cancel what runs. What comes while sending is paused waits.',
    details: { jobs: atWork.length },
  });
}

/** At a start, with the library open: what a move that died has left is cleared away, and the place is noted for the next. */
export function settleDataFolder(settings: Pick<SettingsStore, 'dataDir' | 'noteLibrary'>, logger: Logger): void {
  const tasks = [() => clearAbandonedMove(settings.dataDir), () => settings.noteLibrary()];
  for (const task of tasks) {
    try {
      task();
    } catch (error) {
      // Neither keeps the program from working: a drive that is away now is looked at once more at the next start.
      logger.warn('the data folder could not be settled', { error: toErrorValue(error) });
    }
  }
}

/** What the desktop program moves the data with; `move` wants nobody at work in the folder. */
export function createDataFolder({ dir, fixedBy, place, readerScript, clock }: DataFolderOptions) {
  const plan = async (chosen: string) => {
    if (fixedBy === undefined) return planMove(dir, chosen);
    throw new AppError('NOT_SUPPORTED', `The data folder is set by ${fixedBy}.`, {
      hint: 'Start the program without it to move the data folder here.',
    });
  };
  return {
    plan,
    async move(
      chosen: string,
      { signal, progress }: { signal: AbortSignal; progress(status: MoveStatus): void },
    ): Promise<void> {
      await plan(chosen);
      await moveDataDir(dir, chosen, {
        kind: 'desktop',
        async damageOf(file, cancelled) {
          const reader = createReaderThread({ script: readerScript, file, onDamage() {} });
          const end = () => void reader.close();
          cancelled.addEventListener('abort', end, { once: true });
          try {
            return (await findDamage(reader.ask)) ?? null;
          } finally {
            cancelled.removeEventListener('abort', end);
            await reader.close();
          }
        },
        pointer: {
          read: () => keptDataDir(place),
          write: (to) => keepDataDir(place, to, { hasLibrary: true }),
        },
        pathSettings,
        signal,
        progress,
        now: clock.now,
      });
    },
    async use(chosen: string): Promise<void> {
      const { to, library } = await plan(chosen);
      if (library === null) throw new AppError('NOT_FOUND', `There is no library in ${to}.`);
      // Somebody who holds it would keep the next start out of it.
      claimDataDir(to, { kind: 'desktop' }).release();
      keepDataDir(place, to, { hasLibrary: true });
    },
    old: () => oldFolder(dir),
    removeOld: () => removeOldFolder(dir),
    keepOld: () => keepOldFolder(dir),
  };
}
