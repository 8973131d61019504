import type { TransferStatus } from '../../shared/transfer.js';
import { progressWords } from '../../shared/transfer-words.js';
import { useApp } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { formatLeft } from '../ui/format.js';
import { Progress } from '../ui/Progress.js';
import { cancelTransfer } from './run.js';
import css from './Transfer.module.css';

/** How far it is, how long it takes, and the way out. */
export function TransferProgress({ status }: { status: TransferStatus }) {
  const app = useApp();
  const { total, done, seconds_left } = status;
  return (
    <div className={css.progress} data-testid="transfer-progress">
      <Progress value={done} max={total} />
      <div className={css.line}>
        <span className={css.words}>
          {progressWords(status)}
          {/* A line of its own: words that grow and shrink must not move what is below. */}
          <span>{seconds_left === null ? '\u00a0' : `${formatLeft(seconds_left)} left`}</span>
        </span>
        <Button compact onClick={() => void cancelTransfer(app)}>
          Cancel
        </Button>
      </div>
    </div>
  );
}
