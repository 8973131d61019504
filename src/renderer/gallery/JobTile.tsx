import { Hourglass, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import { isFinal, type Job } from '../../shared/job.js';
import { failureOf, placeWords, stepWords } from '../jobs/words.js';
import { useAppState, usePreview } from '../store/hooks.js';
import { cx } from '../ui/cx.js';
import { formatCount, formatLeft } from '../ui/format.js';
import { Tile } from './Tile.js';
import css from './Tile.module.css';
import { jobKey } from './view.js';
import { Words } from './Words.js';

export interface JobTileProps {
  promptId: string;
  cell: number;
  tabbable: boolean;
}

/** What it made first is seen by itself for the moment until the index has all of it. */
const alone = { members: '', stackSize: 1, stackPlace: 0 };

/** One job in the grid: waiting, running with its newest preview, or failed. Once it has ended well, its picture. */
export const JobTile = memo(function JobTile({ promptId, cell, tabbable }: JobTileProps) {
  const job = useAppState((state) => state.jobs.get(promptId));
  const preview = usePreview(promptId);
  if (job === undefined) return null;
  const made = job.asset_ids[0];
  if (job.status === 'completed' && made !== undefined)
    return <Tile assetId={made} cell={cell} tabbable={tabbable} {...alone} />;
  const failed = isFinal(job.status);
  return (
    <button
      type="button"
      className={cx(css.tile, css.blank, job.status === 'running' && css.running, failed && css.failed)}
      data-testid="job-tile"
      data-prompt-id={promptId}
      data-status={job.status}
      data-entry={jobKey(promptId)}
      aria-label={`${jobWords(job)}: ${job.title.slice(0, 160)}`}
      tabIndex={tabbable ? 0 : -1}
    >
      {job.status === 'running' ? <Running job={job} preview={preview} cell={cell} /> : <Still job={job} cell={cell} />}
    </button>
  );
});

function Running({ job, preview, cell }: { job: Job; preview: string | undefined; cell: number }) {
  const left = job.progress?.eta_seconds ?? null;
  const step = stepWords(job);
  return (
    <>
      {preview === undefined ? (
        <Words icon={null} title={job.progress?.node_title ?? 'Starting'} detail={job.title} small={cell < 120} />
      ) : (
        <img src={preview} alt="" draggable={false} />
      )}
      {step !== '' && <span className={cx(css.tag, css.bottomLeft)}>{step}</span>}
      {left !== null && cell >= 120 && <span className={cx(css.tag, css.bottomRight)}>{formatLeft(left)}</span>}
      <span className={css.bar}>
        <i style={{ width: `${job.progress?.percent ?? 0}%` }} />
      </span>
    </>
  );
}

function Still({ job, cell }: { job: Job; cell: number }) {
  if (job.status === 'queued') {
    return <Words icon={<Hourglass />} title={placeWords(job)} detail={job.title} small={cell < 120} />;
  }
  const failure = failureOf(job);
  return (
    <Words
      icon={<TriangleAlert />}
      title={failure.title}
      detail={failure.where === '' ? failure.sentence : failure.where}
      small={cell < 120}
    />
  );
}

function jobWords(job: Job): string {
  if (job.status === 'queued') return placeWords(job);
  if (job.status === 'running') return `Running, ${Math.round(job.progress?.percent ?? 0)} percent`;
  return job.status === 'cancelled' ? 'Cancelled' : failureOf(job).title;
}

/** Stands for the jobs at the end of a long line. */
export function MoreTile({
  count,
  entry,
  cell,
  tabbable,
}: {
  count: number;
  entry: string;
  cell: number;
  tabbable: boolean;
}) {
  return (
    <button type="button" className={cx(css.tile, css.blank)} data-entry={entry} tabIndex={tabbable ? 0 : -1}>
      <Words
        icon={<Hourglass />}
        title={`${formatCount(count)} more waiting`}
        detail="See the queue"
        small={cell < 120}
      />
    </button>
  );
}
