/** The move of the data folder, from the choice of a folder to the restart. */
import { useCallback, useEffect, useState } from 'react';
import { idleMove, type MovePlan, type MoveStatus } from '../../../shared/data-move.js';
import { type ErrorValue, toErrorValue } from '../../../shared/errors.js';
import { useApp } from '../../store/hooks.js';
import type { App } from '../../store/store.js';

export type MoveStep =
  | { kind: 'looking' }
  | { kind: 'asking'; plan: MovePlan }
  | { kind: 'moving'; plan: MovePlan; status: MoveStatus }
  | { kind: 'failed'; error: ErrorValue };

/** Milliseconds between two looks at how far it is. */
const lookEvery = 250;

export function useMove() {
  const app = useApp();
  const [step, setStep] = useState<MoveStep | null>(null);
  const moving = step?.kind === 'moving';

  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => {
      // The answer may be late: the move has ended, or the app is on its way out.
      app.client.invoke('get_data_move', {}).then(
        (status) => setStep((now) => (now?.kind === 'moving' ? { ...now, status } : now)),
        () => undefined,
      );
    }, lookEvery);
    return () => clearInterval(timer);
  }, [app, moving]);

  const choose = useCallback(async () => {
    try {
      const { path } = await app.client.invoke('choose_folder', { title: 'Choose a folder for your library' });
      if (path === null) return;
      setStep({ kind: 'looking' });
      setStep({ kind: 'asking', plan: await app.client.invoke('plan_data_move', { path }) });
    } catch (error) {
      setStep({ kind: 'failed', error: toErrorValue(error) });
    }
  }, [app]);

  const go = useCallback(
    async (plan: MovePlan) => {
      setStep({ kind: 'moving', plan, status: idleMove });
      try {
        await app.client.invoke('move_data_dir', { path: plan.to, use_library: plan.library !== null });
      } catch (thrown) {
        const error = toErrorValue(thrown);
        await comeBack(app);
        if (error.code === 'CANCELLED') {
          setStep(null);
          app.toast(error.message);
        } else setStep({ kind: 'failed', error });
      }
    },
    [app],
  );

  const cancel = useCallback(() => void app.client.invoke('cancel_data_move', {}).catch(app.fail), [app]);
  return { step, choose, go, cancel, close: useCallback(() => setStep(null), []) };
}

/** The core was away and is another one now: everything is read anew. */
async function comeBack(app: App): Promise<void> {
  const { fault } = await app.client.invoke('get_startup_fault', {});
  app.store.setState({ startupFault: fault });
  if (fault === null) app.reload();
}
