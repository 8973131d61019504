import { Grid3x3, RotateCw, TriangleAlert, X } from 'lucide-react';
import { cellValues, cellWords } from '../../shared/batch.js';
import { useApp, useAppState } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import { formatLeft, formatTime } from '../ui/format.js';
import { Progress } from '../ui/Progress.js';
import parts from '../ui/parts.module.css';
import { showGrid } from './batch-calls.js';
import { type BatchGroup, groupWords, secondsLeft } from './batch-groups.js';
import { JobThumb } from './JobThumb.js';
import css from './Queue.module.css';
import { retryJob } from './retry.js';
import { askedBy, failureOf } from './words.js';

/** One batch in the queue, whatever the number of its jobs. */
export function BatchRow({ group }: { group: BatchGroup }) {
  const app = useApp();
  const { batch, total, ended, failed, cover, endedAt } = group;
  const jobs = useAppState((state) => state.jobs);
  const left = endedAt === null ? secondsLeft(group, jobs.values(), batch.batch_id) : null;
  const when = endedAt === null ? (left === null ? '' : `about ${formatLeft(left)} left`) : formatTime(endedAt);
  const facts = [...groupWords(group), when, askedBy(batch.client_name)].filter((fact) => fact !== '');
  const [first] = failed;
  return (
    <li className={css.row} data-batch-id={batch.batch_id} data-bad={failed.length > 0 || undefined}>
      <span className={css.stack}>
        <JobThumb assetId={cover} tool={batch.workflow_id} />
      </span>
      <div className={parts.grow}>
        <h3 dir="auto">{batch.title}</h3>
        <p className={parts.clip}>{facts.join(', ')}</p>
        {endedAt === null && (
          <Progress
            className={css.batchBar}
            label={`Progress of ${batch.title.slice(0, 60)}`}
            value={ended}
            max={total}
          />
        )}
        {first !== undefined && (
          <div className={css.whyLine}>
            <TriangleAlert aria-hidden />
            <p className={css.why}>
              {cellWords(cellValues(batch.plan, first.cell ?? 0))}: {failureOf(first).sentence}
            </p>
          </div>
        )}
        {first !== undefined && endedAt !== null && (
          <div className={css.rowActions}>
            <Button
              compact
              onClick={async () => {
                for (const { prompt_id } of failed) await retryJob(app, prompt_id);
              }}
            >
              <RotateCw aria-hidden />
              {failed.length === 1 ? 'Retry it' : `Retry all ${failed.length}`}
            </Button>
          </div>
        )}
      </div>
      <span className={css.rowEnd}>
        <IconButton label="Show as a grid" side="left" onClick={() => showGrid(app, batch.batch_id)}>
          <Grid3x3 />
        </IconButton>
        {endedAt === null && (
          <IconButton
            label={`Cancel all that is left of ${batch.title.slice(0, 60)}`}
            side="left"
            onClick={() => app.set({ cancellingBatch: batch.batch_id })}
          >
            <X />
          </IconButton>
        )}
      </span>
    </li>
  );
}
