import { Dialog } from '@base-ui/react/dialog';
import { Network, TriangleAlert, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import type { MovePlan, MoveStatus } from '../../../shared/data-move.js';
import type { ErrorValue } from '../../../shared/errors.js';
import { isHeld } from '../../../shared/job.js';
import { setSending } from '../../jobs/retry.js';
import { useApp, useAppState } from '../../store/hooks.js';
import { unfinishedJobs } from '../../store/state.js';
import { Button } from '../../ui/Button.js';
import { cx } from '../../ui/cx.js';
import { formatAgo, formatBytes, formatCount, plural } from '../../ui/format.js';
import overlays from '../../ui/overlays.module.css';
import { Progress } from '../../ui/Progress.js';
import parts from '../../ui/parts.module.css';
import css from './Move.module.css';
import type { MoveStep } from './useMove.js';

interface MoveDialogProps {
  step: MoveStep | null;
  choose(): void;
  go(plan: MovePlan): void;
  cancel(): void;
  close(): void;
}

/** Says what the move would mean, then how far it is; a failure has its reason and the next step. */
export function MoveDialog({ step, choose, go, cancel, close }: MoveDialogProps) {
  return (
    <Dialog.Root open={step !== null} onOpenChange={(open) => !open && step?.kind !== 'moving' && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={overlays.backdrop} />
        <Dialog.Popup className={cx(overlays.dialog, css.dialog)} data-testid="move-dialog">
          {step?.kind === 'looking' && (
            <>
              <Dialog.Title className={overlays.dialogTitle}>Looking at the folder…</Dialog.Title>
              <Dialog.Description className={overlays.dialogText}>
                How large the library is, and whether it fits.
              </Dialog.Description>
            </>
          )}
          {step?.kind === 'asking' &&
            (step.plan.library === null ? (
              <AskMove plan={step.plan} go={go} close={close} />
            ) : (
              <AskUse plan={step.plan} library={step.plan.library} choose={choose} go={go} />
            ))}
          {step?.kind === 'moving' && <Moving plan={step.plan} status={step.status} cancel={cancel} />}
          {step?.kind === 'failed' && <Failed error={step.error} choose={choose} close={close} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function AskMove({ plan, go, close }: { plan: MovePlan; go(plan: MovePlan): void; close(): void }) {
  const working = useWorkingJobs();
  return (
    <>
      <Dialog.Title className={overlays.dialogTitle}>Move the data folder?</Dialog.Title>
      <Places plan={plan}>
        <dt>Size</dt>
        <dd>
          {plural(plan.files, 'file')}, {formatBytes(plan.bytes)}
          {plan.free_bytes !== null && `; ${formatBytes(plan.free_bytes)} free there`}
        </dd>
      </Places>
      <Warnings plan={plan} />
      <Dialog.Description className={overlays.dialogText}>
        Everything is copied and checked, then the app starts again in the new folder. Agents can’t reach it meanwhile.
        The old folder stays until you remove it.
      </Dialog.Description>
      {working > 0 && <Working count={working} />}
      <div className={overlays.dialogActions}>
        <Button onClick={close}>Cancel</Button>
        <Button look="solid" disabled={working > 0} onClick={() => go(plan)}>
          Move and restart
        </Button>
      </div>
    </>
  );
}

interface AskUseProps {
  plan: MovePlan;
  library: NonNullable<MovePlan['library']>;
  choose(): void;
  go(plan: MovePlan): void;
}

function AskUse({ plan, library, choose, go }: AskUseProps) {
  return (
    <>
      <Dialog.Title className={overlays.dialogTitle}>There is a library already</Dialog.Title>
      <Places plan={plan}>
        <dt>Holds</dt>
        <dd>
          {library.assets === null ? 'A library that can’t be read from here' : plural(library.assets, 'asset')}, last
          written
          {` ${formatAgo(library.changed_ms, Date.now())}`}
        </dd>
      </Places>
      <Warnings plan={plan} />
      <Dialog.Description className={overlays.dialogText}>
        Nothing is copied over it. You can use that one from now on; the present one stays where it is.
      </Dialog.Description>
      <div className={overlays.dialogActions}>
        <Button onClick={choose}>Choose another…</Button>
        <Button look="solid" onClick={() => go(plan)}>
          Use that one and restart
        </Button>
      </div>
    </>
  );
}

function Places({ plan, children }: { plan: MovePlan; children: ReactNode }) {
  return (
    <dl className={css.places}>
      <dt>From</dt>
      <dd>{plan.from}</dd>
      <dt>To</dt>
      <dd>{plan.to}</dd>
      {children}
    </dl>
  );
}

function Warnings({ plan }: { plan: MovePlan }) {
  return (
    <>
      {plan.network && (
        <p className={cx(parts.note, css.warning)}>
          <Network aria-hidden />
          <span>
            It is on a network drive. A connection that breaks can damage the library: a disk of this machine is safer.
          </span>
        </p>
      )}
      {plan.other_volume && !plan.network && (
        <p className={cx(parts.note, css.warning)}>
          <Unplug aria-hidden />
          <span>It is on another disk. Without that disk the app does not start.</span>
        </p>
      )}
    </>
  );
}

/** Jobs that the engine has now; what waits in the app moves along. */
function useWorkingJobs(): number {
  return useAppState((state) =>
    state.engine?.state === 'ready' ? unfinishedJobs(state.jobs).filter((job) => !isHeld(job)).length : 0,
  );
}

function Working({ count }: { count: number }) {
  const app = useApp();
  const paused = useAppState((state) => state.sendingPaused);
  return (
    <div className={css.working} role="status">
      <TriangleAlert aria-hidden />
      <span>
        {count === 1 ? 'A job is' : `${formatCount(count)} jobs are`} at work.{' '}
        {paused
          ? 'Sending is paused, so no others begin: wait for the end.'
          : 'Pause sending, so that no others begin.'}
      </span>
      {!paused && (
        <Button compact onClick={() => void setSending(app, true)}>
          Pause sending
        </Button>
      )}
    </div>
  );
}

const phases: Readonly<Record<MoveStatus['phase'], string>> = {
  idle: 'Beginning',
  stopping: 'Closing the library',
  copying: 'Copying',
  checking: 'Checking the copy',
  restarting: 'Starting again',
};

function Moving({ plan, status, cancel }: { plan: MovePlan; status: MoveStatus; cancel(): void }) {
  const { phase, files, files_done, bytes, bytes_done } = status;
  const over = phase === 'restarting' || plan.library !== null;
  return (
    <>
      <Dialog.Title className={overlays.dialogTitle}>
        {plan.library === null ? 'Moving the data folder' : 'Changing the data folder'}
      </Dialog.Title>
      <Dialog.Description className={cx(overlays.dialogText, css.to)}>{plan.to}</Dialog.Description>
      <Progress value={bytes_done} max={bytes} words={phases[phase]} />
      <div className={css.line}>
        <span className={parts.num}>
          {phases[phase]}
          {phase === 'copying' &&
            ` ${formatCount(files_done)} of ${plural(files, 'file')}, ${formatBytes(bytes_done)} of ${formatBytes(bytes)}`}
        </span>
        <Button compact disabled={over} onClick={cancel}>
          Cancel
        </Button>
      </div>
    </>
  );
}

function Failed({ error, choose, close }: { error: ErrorValue; choose(): void; close(): void }) {
  return (
    <>
      <Dialog.Title className={overlays.dialogTitle}>The data folder stays where it is</Dialog.Title>
      <Dialog.Description className={overlays.dialogText} render={<div role="alert" />}>
        <span className={css.reason}>{error.message}</span> {error.hint}
      </Dialog.Description>
      <div className={overlays.dialogActions}>
        <Button onClick={close}>Close</Button>
        <Button look="solid" onClick={choose}>
          Choose another folder…
        </Button>
      </div>
    </>
  );
}
