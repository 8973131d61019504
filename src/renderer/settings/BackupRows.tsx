import { Check } from 'lucide-react';
import { useApp, useAppState } from '../store/hooks.js';
import { backUp, restore } from '../transfer/run.js';
import { TransferProgress } from '../transfer/TransferProgress.js';
import { Button } from '../ui/Button.js';
import parts from '../ui/parts.module.css';
import { Row } from './Row.js';
import css from './Settings.module.css';

/** The whole library into one zip, and back. */
export function BackupRows() {
  const app = useApp();
  return (
    <>
      <Row title="Backup" text="Everything in the library with its files, the bin included, in one zip.">
        <Transfer task="backup" label="Back up library…" start={() => void backUp(app)} />
      </Row>
      <Row
        title="Restore"
        text="Takes in what a backup or an export holds. What is here stays; newer stars, tags and albums win."
      >
        <Transfer task="restore" label="Restore from backup…" start={() => void restore(app)} />
      </Row>
    </>
  );
}

interface TransferProps {
  task: 'backup' | 'restore';
  label: string;
  start(): void;
}

/** The button, how far it is, and what came of it. */
function Transfer({ task, label, start }: TransferProps) {
  const status = useAppState((state) => state.transfer);
  const done = useAppState((state) => (state.transferDone?.task === task ? state.transferDone.text : null));
  if (status.task === task) return <TransferProgress status={status} />;
  return (
    <>
      <div className={css.inline}>
        <Button disabled={status.task !== null} onClick={start}>
          {label}
        </Button>
      </div>
      {done !== null && (
        <div className={parts.note} data-testid={`${task}-done`}>
          <Check aria-hidden />
          <span>{done}</span>
        </div>
      )}
    </>
  );
}
