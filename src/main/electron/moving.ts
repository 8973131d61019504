/** Moving the data: the core is put away, the folder is copied, and the program starts anew in it; or goes on as before. */
import { idleMove, type MovePlan, type MoveStatus, type OldFolder } from '../../shared/data-move.js';
import { AppError } from '../../shared/errors.js';
import type { DesktopHandlers } from './ipc.js';

/** What moves the data, made by the core's side. */
export interface DataFolder {
  /** @throws AppError for a folder that can't be used. */
  plan(chosen: string): Promise<MovePlan>;
  /**
   * With nobody at work in it; resolves when the next start goes to the new place. When it rejects, everything is as it
   * was, and nothing is left there.
   */
  move(chosen: string, options: { signal: AbortSignal; progress(status: MoveStatus): void }): Promise<void>;
  /** The next start goes to the library that lies there. */
  use(chosen: string): Promise<void>;
  /** Where the data was moved out of; undefined when there is nothing to tell. */
  old(): Promise<OldFolder | undefined>;
  /** @throws AppError when somebody holds it, or has worked with it since. */
  removeOld(): Promise<void>;
  keepOld(): void;
}

export interface MovingPorts {
  /** Undefined where the settings could not be read. */
  folder: DataFolder | undefined;
  /** Keeps new jobs back. @throws AppError while something is at work. */
  holdStill(): { wasPaused: boolean; letGo(): void };
  stopCore(): Promise<void>;
  /** Starts it again, with sending paused if it was. */
  startCore(paused: boolean): Promise<void>;
  restart(): void;
}

export interface Moving {
  handlers: Pick<
    DesktopHandlers,
    | 'plan_data_move'
    | 'move_data_dir'
    | 'get_data_move'
    | 'cancel_data_move'
    | 'get_old_data_dir'
    | 'remove_old_data_dir'
    | 'keep_old_data_dir'
  >;
  readonly busy: boolean;
  /** Gives up what runs and resolves when what it copied is gone; the core stays away. */
  stop(): Promise<void>;
}

export function createMoving({ folder, holdStill, stopCore, startCore, restart }: MovingPorts): Moving {
  let status = idleMove;
  let running: { controller: AbortController; copied: Promise<unknown> } | undefined;
  let quitting = false;

  const needed = (): DataFolder => {
    if (folder !== undefined) return folder;
    throw new AppError('NOT_SUPPORTED', 'The app has not started.', { hint: 'Look at the startup message.' });
  };

  const move = async (path: string, controller: AbortController): Promise<void> => {
    const from = needed();
    // What is wrong with the place is told before anything is put away.
    await from.plan(path);
    const { wasPaused, letGo } = holdStill();
    try {
      await stopCore();
    } catch (error) {
      letGo();
      throw error;
    }
    try {
      const copied = from.move(path, {
        signal: controller.signal,
        progress(next) {
          status = next;
        },
      });
      running = { controller, copied };
      await copied;
    } catch (error) {
      if (!quitting) await startCore(wasPaused);
      throw error;
    }
  };

  return {
    get busy() {
      return running !== undefined;
    },
    async stop() {
      quitting = true;
      running?.controller.abort(new AppError('CANCELLED', 'The program is closing.'));
      await running?.copied.catch(() => undefined);
    },
    handlers: {
      plan_data_move: ({ path }) => needed().plan(path),
      async move_data_dir({ path, use_library }) {
        if (running !== undefined) {
          throw new AppError('VALIDATION_ERROR', 'The library is being moved already.', { hint: 'Wait for its end.' });
        }
        if (use_library) {
          await needed().use(path);
          restart();
          return {};
        }
        const controller = new AbortController();
        running = { controller, copied: Promise.resolve() };
        status = { ...idleMove, phase: 'stopping' };
        try {
          await move(path, controller);
          status = { ...status, phase: 'restarting' };
        } catch (error) {
          status = idleMove;
          throw error;
        } finally {
          running = undefined;
        }
        restart();
        return {};
      },
      get_data_move: async () => status,
      async cancel_data_move() {
        running?.controller.abort(
          new AppError('CANCELLED', 'The move was cancelled.', { hint: 'The library is where it was.' }),
        );
        return {};
      },
      get_old_data_dir: async () => ({ old: (await folder?.old()) ?? null }),
      async remove_old_data_dir() {
        await needed().removeOld();
        return {};
      },
      async keep_old_data_dir() {
        needed().keepOld();
        return {};
      },
    },
  };
}
