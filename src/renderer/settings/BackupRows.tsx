import { useApp, useAppState } from '../store/hooks.js';
import { backUp, restore } from '../transfer/run.js';
import { TransferProgress } from '../transfer/TransferProgress.js';
import { Button } from '../ui/Button.js';
import { Row } from './Row.js';
import css from './Settings.module.css';

/** The whole library into one zip, and back. */
export function BackupRows() {
  const app = useApp();
  const status = useAppState((state) => state.transfer);
  const busy = status.task !== null;
  return (
    <>
      <Row title="Backup" text="Everything in the library with its files, the bin included, in one zip.">
        {status.task === 'backup' ? (
          <TransferProgress status={status} />
        ) : (
          <div className={css.inline}>
            <Button disabled={busy} onClick={() => void backUp(app)}>
              Back up library…
            </Button>
          </div>
        )}
      </Row>
      <Row
        title="Restore"
        text="Takes in what a backup or an export holds. What is here stays; newer stars, tags and albums win."
      >
        {status.task === 'restore' ? (
          <TransferProgress status={status} />
        ) : (
          <div className={css.inline}>
            <Button disabled={busy} onClick={() => void restore(app)}>
              Restore from backup…
            </Button>
          </div>
        )}
      </Row>
    </>
  );
}
