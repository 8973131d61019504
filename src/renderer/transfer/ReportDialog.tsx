import { Dialog } from '@base-ui/react/dialog';
import { useRef } from 'react';
import { useApp, useAppState } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import { formatCount } from '../ui/format.js';
import overlays from '../ui/overlays.module.css';
import css from './Transfer.module.css';
import { useLast } from './useLast.js';

/** What a transfer could not do, file by file. */
export function ReportDialog() {
  const app = useApp();
  const current = useAppState((state) => state.transferReport);
  const report = useLast(current);
  const close = useRef<HTMLButtonElement>(null);
  return (
    <Dialog.Root open={current !== null} onOpenChange={(open) => !open && app.set({ transferReport: null })}>
      <Dialog.Portal>
        <Dialog.Backdrop className={overlays.backdrop} />
        {report !== null && (
          <Dialog.Popup className={cx(overlays.dialog, css.wide)} initialFocus={close} data-testid="transfer-report">
            <Dialog.Title className={overlays.dialogTitle}>{report.title}</Dialog.Title>
            <Dialog.Description className={overlays.dialogText}>{report.text}</Dialog.Description>
            <ul className={css.list}>
              {report.lines.map(({ id, what, reason }) => (
                <li key={id}>
                  <b>{what}</b>
                  {reason}
                </li>
              ))}
              {report.count > report.lines.length && (
                <li>and {formatCount(report.count - report.lines.length)} more</li>
              )}
            </ul>
            <div className={overlays.dialogActions}>
              <Dialog.Close render={<Button ref={close}>Close</Button>} />
            </div>
          </Dialog.Popup>
        )}
      </Dialog.Portal>
    </Dialog.Root>
  );
}
