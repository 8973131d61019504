import { X } from 'lucide-react';
import type { Job } from '../../shared/job.js';
import { useApp, useNow, usePreview } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { formatLeft, formatSeconds } from '../ui/format.js';
import { Progress } from '../ui/Progress.js';
import parts from '../ui/parts.module.css';
import { JobNodes } from './JobNodes.js';
import { KindIcon } from './JobThumb.js';
import css from './Queue.module.css';
import { factsOf, stepWords } from './words.js';

/** The running job, large. */
export function RunningJob({ job }: { job: Job }) {
  const app = useApp();
  const preview = usePreview(job.prompt_id);
  const now = useNow(1000);
  const { progress } = job;
  const so = job.started_at === null ? null : Math.max(0, (now - Date.parse(job.started_at)) / 1000);
  const left = progress?.eta_seconds ?? null;
  const percent = progress?.percent ?? 0;
  const soFar = so === null ? '' : `${formatSeconds(Math.round(so))} so far`;
  return (
    <div className={css.now} data-testid="running-job">
      <div className={css.picture}>
        {preview === undefined ? <KindIcon tool={job.tool} /> : <img src={preview} alt="" />}
      </div>
      <div className={css.middle}>
        <p className={`${parts.small} ${parts.quiet}`}>
          {job.tool ?? job.workflow_id ?? 'A workflow'} for {job.client_name ?? 'you'}
        </p>
        <h2 dir="auto">{job.title}</h2>
        <p className={parts.quiet}>{factsOf(job)}</p>
        {progress !== null && (
          <p className={css.atWork}>
            {progress.node_title ?? 'Between nodes'} <b>{stepWords(job)}</b>
          </p>
        )}
        <div className={css.big}>
          <b>{left === null ? `${Math.round(percent)} %` : formatLeft(left)}</b>
          <span>{[left === null ? '' : 'left', soFar].filter((part) => part !== '').join(', ')}</span>
          <Button onClick={() => app.set({ cancelling: job.prompt_id })}>
            <X aria-hidden />
            Cancel
          </Button>
        </div>
        <Progress className={css.progress} value={percent} max={100} />
      </div>
      <JobNodes key={job.prompt_id} job={job} />
    </div>
  );
}
