import { Image, RotateCw, TriangleAlert, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { isFinal, type Job } from '../../shared/job.js';
import { everything } from '../store/filter.js';
import { useApp, useAppState, useNow } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import { formatCount, formatTime, formatTook, startOfDay } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { BatchRow } from './BatchRow.js';
import { type BatchGroup, standsAlone } from './batch-groups.js';
import { JobThumb } from './JobThumb.js';
import css from './Queue.module.css';
import { fixOf, retryJob } from './retry.js';
import { rowKeys } from './row-keys.js';
import { askedBy, failureOf } from './words.js';

/** What ended today, the latest first, until it is cleared from view. */
export function FinishedJobs({ jobs, groups }: { jobs: ReadonlyMap<string, Job>; groups: readonly BatchGroup[] }) {
  const app = useApp();
  const [onlyFailed, setOnlyFailed] = useState(false);
  const cleared = useAppState((state) => state.finishedCleared);
  const today = startOfDay(useNow(60_000));
  const batches = useAppState((state) => state.batches);
  const finished = useMemo(() => {
    const since = (end: number) => end >= today && end > cleared;
    const alone = standsAlone(batches);
    const single = [...jobs.values()].filter((job) => isFinal(job.status) && since(endOf(job)) && alone(job));
    const rows: Finished[] = [
      ...single.map((job) => ({ end: endOf(job), failed: isFailed(job), job })),
      ...groups.map((group) => ({ end: group.endedAt ?? 0, failed: group.failed.length > 0, group })),
    ];
    return rows.filter(({ end }) => since(end)).sort((a, b) => b.end - a.end);
  }, [jobs, groups, batches, today, cleared]);
  const failed = finished.filter((row) => row.failed);
  const shown = onlyFailed && failed.length > 0 ? failed : finished;
  const clear = () => {
    app.set({ finishedCleared: finished[0]?.end ?? 0 });
    app.toast('Cleared from view.', { action: { label: 'Undo', run: () => app.set({ finishedCleared: cleared }) } });
  };
  return (
    <section className={css.column} aria-label="Finished today">
      <div className={css.head}>
        <h2>Finished today</h2>
        {finished.length > 0 && <span>{formatCount(finished.length)}</span>}
        <span className={parts.grow} />
        {failed.length > 0 && (
          <Button look="plain" compact aria-pressed={onlyFailed} onClick={() => setOnlyFailed(!onlyFailed)}>
            {onlyFailed ? 'Show all' : `Only failed, ${failed.length}`}
          </Button>
        )}
        {finished.length > 0 && (
          <Button look="plain" compact onClick={clear}>
            Clear
          </Button>
        )}
      </div>
      <ol className={css.rows} onKeyDown={rowKeys}>
        {finished.length === 0 && (
          <li className={css.empty}>
            {cleared > today ? 'Cleared. The gallery keeps what was made.' : 'Nothing has finished today.'}
          </li>
        )}
        {shown.map((row) => (
          <FinishedRow key={row.group?.batch.batch_id ?? row.job?.prompt_id} row={row} />
        ))}
      </ol>
    </section>
  );
}

/** A job, or a batch as one. */
interface Finished {
  /** Milliseconds since the epoch. */
  end: number;
  failed: boolean;
  job?: Job;
  group?: BatchGroup;
}

function FinishedRow({ row: { job, group } }: { row: Finished }) {
  if (group !== undefined) return <BatchRow group={group} />;
  if (job === undefined) return null;
  return isFailed(job) ? <FailedRow job={job} /> : <DoneRow job={job} />;
}

/** Characters of a reason from which on it is shortened to two lines until somebody wants to read it. */
const longSentence = 130;

function isFailed(job: Job): boolean {
  return job.status === 'error' || job.status === 'lost';
}

function endOf(job: Job | null): number {
  return job === null ? 0 : Date.parse(job.finished_at ?? job.created_at);
}

function tookOf(job: Job): string {
  if (job.started_at === null || job.finished_at === null) return '';
  return formatTook(Date.parse(job.finished_at) - Date.parse(job.started_at));
}

function DoneRow({ job }: { job: Job }) {
  const app = useApp();
  const made = job.asset_ids[0] ?? null;
  const cancelled = job.status === 'cancelled';
  const facts = [formatTime(endOf(job)), cancelled ? 'cancelled' : tookOf(job), askedBy(job.client_name)];
  return (
    <li className={css.row} data-prompt-id={job.prompt_id} data-status={job.status}>
      {cancelled && made === null ? (
        <span className={css.thumb}>
          <X aria-hidden />
        </span>
      ) : (
        <JobThumb assetId={made} tool={job.tool} />
      )}
      <div className={parts.grow}>
        <h3 dir="auto">{job.title}</h3>
        <p className={parts.clip}>{facts.filter((fact) => fact !== '').join(', ')}</p>
      </div>
      {cancelled && (
        <IconButton label="Run it after all" side="left" onClick={() => void retryJob(app, job.prompt_id)}>
          <RotateCw />
        </IconButton>
      )}
      {made !== null && (
        <IconButton
          label="Show in the gallery"
          side="left"
          onClick={() => app.set({ screen: 'gallery', filter: everything, current: made })}
        >
          <Image />
        </IconButton>
      )}
    </li>
  );
}

function FailedRow({ job }: { job: Job }) {
  const app = useApp();
  const [whole, setWhole] = useState(false);
  const failure = failureOf(job);
  const fix = fixOf(job);
  const took = tookOf(job);
  const facts = [formatTime(endOf(job)), took === '' ? 'not begun' : `stopped after ${took}`, askedBy(job.client_name)];
  const seeded = 'seed' in job.parameters || 'noise_seed' in job.parameters;
  return (
    <li className={css.row} data-bad data-prompt-id={job.prompt_id} data-status={job.status}>
      <span className={css.thumb} data-bad>
        <TriangleAlert aria-hidden />
      </span>
      <div className={parts.grow}>
        <h3 dir="auto">{job.title}</h3>
        <p className={parts.clip}>{facts.join(', ')}</p>
        <p className={css.why} data-whole={whole || undefined}>
          {/* Most sentences name their node themselves. */}
          {failure.where !== '' && !/\bnode \S/i.test(failure.sentence) && `${failure.where}: `}
          {failure.sentence}
        </p>
        {failure.hint !== '' && <p className={css.hint}>{failure.hint}</p>}
        <div className={css.rowActions}>
          {fix !== null && (
            <Button compact onClick={() => void retryJob(app, job.prompt_id, fix.change)}>
              {fix.label}
            </Button>
          )}
          <Button compact look={fix === null ? 'outline' : 'plain'} onClick={() => void retryJob(app, job.prompt_id)}>
            Retry
          </Button>
          {seeded && (
            <Button compact look="plain" onClick={() => void retryJob(app, job.prompt_id, { seed: -1 })}>
              Retry with a new seed
            </Button>
          )}
          {failure.sentence.length > longSentence && (
            <Button compact look="plain" aria-expanded={whole} onClick={() => setWhole(!whole)}>
              {whole ? 'Less' : 'Details'}
            </Button>
          )}
        </div>
      </div>
    </li>
  );
}
