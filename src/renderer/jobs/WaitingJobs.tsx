import { X } from 'lucide-react';
import { useState } from 'react';
import { isPaused, type Job } from '../../shared/job.js';
import { useApp } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import { Confirm } from '../ui/Confirm.js';
import { formatCount, formatLeft } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { BatchRow } from './BatchRow.js';
import type { BatchGroup } from './batch-groups.js';
import { JobThumb } from './JobThumb.js';
import css from './Queue.module.css';
import { cancelJobs } from './retry.js';
import { rowKeys } from './row-keys.js';
import { askedBy } from './words.js';

interface WaitingJobsProps {
  /** In the order they will run. */
  jobs: readonly Job[];
  /** Seconds until each begins, as far as anybody can guess. */
  starts: readonly (number | null)[];
  /** Batches under way: their jobs have no rows of their own. */
  groups: readonly BatchGroup[];
}

export function WaitingJobs({ jobs, starts, groups }: WaitingJobsProps) {
  const app = useApp();
  const grouped = new Set(groups.map(({ batch }) => batch.batch_id));
  const rows = jobs
    .map((job, at) => ({ job, place: at + 1, start: starts[at] ?? null }))
    .filter(({ job }) => job.batch_id === null || !grouped.has(job.batch_id));
  const [asking, setAsking] = useState(false);
  return (
    <section className={css.column} aria-label="Waiting">
      <div className={css.head}>
        <h2>Waiting</h2>
        {jobs.length > 0 && <span>{formatCount(jobs.length)}</span>}
        {jobs.length > 1 && (
          <Button look="plain" compact className={css.pushed} onClick={() => setAsking(true)}>
            Cancel all
          </Button>
        )}
      </div>
      <ol className={css.rows} onKeyDown={rowKeys}>
        {rows.length + groups.length === 0 && <li className={css.empty}>Nobody waits.</li>}
        {groups.map((group) => (
          <BatchRow key={group.batch.batch_id} group={group} />
        ))}
        {rows.map((row) => (
          <WaitingRow key={row.job.prompt_id} {...row} />
        ))}
      </ol>
      <Confirm
        open={asking && jobs.length > 0}
        title={`Take all ${formatCount(jobs.length)} out of the line?`}
        text="None of them has begun. Their settings stay in the queue’s history, where each can be run again."
        keep="Keep them"
        go="Take them out"
        onClose={() => setAsking(false)}
        onGo={() =>
          cancelJobs(
            app,
            jobs.map((job) => job.prompt_id),
          )
        }
      />
    </section>
  );
}

function WaitingRow({ job, place, start }: { job: Job; place: number; start: number | null }) {
  const app = useApp();
  const when = isPaused(job) ? 'paused' : start === null ? '' : `in ${formatLeft(start)}`;
  const facts = [askedBy(job.client_name), job.tool ?? job.workflow_id ?? '', when];
  return (
    <li className={css.row} data-waiting data-prompt-id={job.prompt_id}>
      <span className={css.place}>{place}</span>
      <JobThumb assetId={job.parent_asset_id} tool={job.tool} />
      <div className={parts.grow}>
        <h3 dir="auto">{job.title}</h3>
        <p className={parts.clip}>{facts.filter((part) => part !== '').join(', ')}</p>
      </div>
      <IconButton
        label={`Cancel ${job.title.slice(0, 60)}`}
        side="left"
        onClick={() => app.set({ cancelling: job.prompt_id })}
      >
        <X />
      </IconButton>
    </li>
  );
}
