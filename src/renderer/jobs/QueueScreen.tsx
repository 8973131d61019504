import { AudioLines, Clapperboard, Image, TriangleAlert, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { thumbnailAddress } from '../../shared/bridge.js';
import { isFinal, type Job } from '../../shared/job.js';
import { inspectParameters } from '../gallery/inspect.js';
import { everything } from '../store/filter.js';
import { useApp, useAppState, useAsset, useNow, usePreview } from '../store/hooks.js';
import { unfinishedJobs } from '../store/state.js';
import { Button, IconButton } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import { formatCount, formatLeft, formatSeconds, formatTime, formatTook, startOfDay } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import css from './Queue.module.css';
import { askedBy, factsOf, failureOf, stepWords } from './words.js';

export function QueueScreen() {
  const jobs = useAppState((state) => state.jobs);
  const { running, waiting } = useMemo(() => {
    const unfinished = unfinishedJobs(jobs);
    return {
      running: unfinished.filter((job) => job.status === 'running'),
      waiting: unfinished.filter((job) => job.status !== 'running'),
    };
  }, [jobs]);
  const first = running[0];
  const words = [
    running.length > 0 ? `${running.length} running` : '',
    waiting.length > 0 ? `${formatCount(waiting.length)} waiting` : '',
  ].filter((word) => word !== '');
  return (
    <>
      <div className={parts.toolbar}>
        <h1>Queue</h1>
        <span className={parts.count}>{words.join(', ')}</span>
      </div>
      <div className={css.page} data-testid="queue">
        {first === undefined ? <Idle waiting={waiting.length} /> : <Now job={first} />}
        <div className={css.columns}>
          <Waiting jobs={[...running.slice(1), ...waiting]} />
          <Finished jobs={jobs} />
        </div>
      </div>
    </>
  );
}

function Idle({ waiting }: { waiting: number }) {
  const app = useApp();
  return (
    <div className={css.idle}>
      <div className={parts.nothing}>
        <h2>Nothing is running</h2>
        <p>
          {waiting > 0
            ? 'The next job starts as soon as the engine takes it.'
            : 'What you or an agent start shows here, with the time it has left.'}
        </p>
        <Button onClick={() => app.set({ screen: 'gallery', composer: true })}>Generate</Button>
        <Button look="plain" onClick={() => app.set({ screen: 'connect' })}>
          Connect an agent
        </Button>
      </div>
    </div>
  );
}

/** The running job, large. */
function Now({ job }: { job: Job }) {
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
        <h2>{job.title}</h2>
        <p className={parts.quiet}>{factsOf(job)}</p>
        <div className={css.big}>
          <b>{left === null ? `${Math.round(percent)} %` : formatLeft(left)}</b>
          <span>{[left === null ? '' : 'left', soFar].filter((part) => part !== '').join(', ')}</span>
          <Button onClick={() => app.set({ cancelling: job.prompt_id })}>
            <X aria-hidden />
            Cancel
          </Button>
        </div>
        <div
          className={css.progress}
          role="progressbar"
          aria-label="Progress"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(percent)}
        >
          <i style={{ width: `${percent}%` }} />
        </div>
      </div>
      <Side job={job} />
    </div>
  );
}

/** Where it is now, and what it was asked with. */
function Side({ job }: { job: Job }) {
  const { progress } = job;
  const found = inspectParameters(job.parameters);
  const lines = [...found.models, ...found.pairs, ...found.lines].slice(0, progress === null ? 8 : 6);
  return (
    <div className={css.side}>
      {progress !== null && (
        <>
          <h3>At work</h3>
          <dl>
            <div className={css.fact} data-current>
              <dt>{progress.node_title ?? 'Between nodes'}</dt>
              <dd>{stepWords(job)}</dd>
            </div>
          </dl>
          <div className={css.factBar}>
            <i style={{ width: `${progress.max > 0 ? (progress.value / progress.max) * 100 : 0}%` }} />
          </div>
        </>
      )}
      {lines.length > 0 && (
        <dl style={{ marginTop: progress === null ? 0 : 10 }}>
          {lines.map((line) => (
            <div key={line.name} className={css.fact}>
              <dt className={parts.quiet}>{line.label}</dt>
              <dd className={cx(parts.clip, line.number && parts.num)}>{line.shown}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function KindIcon({ tool }: { tool: string | null }) {
  if (tool !== null && /song|audio|music|sound/.test(tool)) return <AudioLines aria-hidden />;
  if (tool !== null && /video|film/.test(tool)) return <Clapperboard aria-hidden />;
  return <Image aria-hidden />;
}

function Waiting({ jobs }: { jobs: readonly Job[] }) {
  const app = useApp();
  return (
    <section className={css.column} aria-label="Waiting">
      <div className={css.head}>
        <h2>Waiting</h2>
        {jobs.length > 0 && <span>{formatCount(jobs.length)}</span>}
      </div>
      <ol className={css.rows}>
        {jobs.length === 0 && <li className={css.empty}>Nobody waits.</li>}
        {jobs.map((job, at) => (
          <li key={job.prompt_id} className={css.row} data-waiting data-prompt-id={job.prompt_id}>
            <span className={css.place}>{at + 1}</span>
            <span className={css.thumb}>
              <KindIcon tool={job.tool} />
            </span>
            <div className={parts.grow}>
              <h3>{job.title}</h3>
              <p className={parts.clip}>
                {[askedBy(job.client_name), job.tool ?? job.workflow_id ?? ''].filter((part) => part !== '').join(', ')}
              </p>
            </div>
            <IconButton
              label={`Cancel ${job.title.slice(0, 60)}`}
              side="left"
              onClick={() => app.set({ cancelling: job.prompt_id })}
            >
              <X />
            </IconButton>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Finished({ jobs }: { jobs: ReadonlyMap<string, Job> }) {
  const [onlyFailed, setOnlyFailed] = useState(false);
  const today = startOfDay(useNow(60_000));
  const finished = useMemo(
    () =>
      [...jobs.values()]
        .filter((job) => isFinal(job.status) && endOf(job) >= today)
        .sort((a, b) => endOf(b) - endOf(a)),
    [jobs, today],
  );
  const failed = finished.filter(isFailed);
  const shown = onlyFailed && failed.length > 0 ? failed : finished;
  return (
    <section className={css.column} aria-label="Finished today">
      <div className={css.head}>
        <h2>Finished today</h2>
        {finished.length > 0 && <span>{formatCount(finished.length)}</span>}
        {failed.length > 0 && (
          <Button look="plain" compact aria-pressed={onlyFailed} onClick={() => setOnlyFailed(!onlyFailed)}>
            {onlyFailed ? 'Show all' : `Only failed, ${failed.length}`}
          </Button>
        )}
      </div>
      <ol className={css.rows}>
        {finished.length === 0 && <li className={css.empty}>Nothing has finished today.</li>}
        {shown.map((job) =>
          isFailed(job) ? <FailedRow key={job.prompt_id} job={job} /> : <DoneRow key={job.prompt_id} job={job} />,
        )}
      </ol>
    </section>
  );
}

function isFailed(job: Job): boolean {
  return job.status === 'error' || job.status === 'lost';
}

function endOf(job: Job): number {
  return Date.parse(job.finished_at ?? job.created_at);
}

function tookOf(job: Job): string {
  if (job.started_at === null || job.finished_at === null) return '';
  return formatTook(Date.parse(job.finished_at) - Date.parse(job.started_at));
}

function DoneRow({ job }: { job: Job }) {
  const app = useApp();
  const made = job.asset_ids[0];
  const cancelled = job.status === 'cancelled';
  const facts = [formatTime(endOf(job)), cancelled ? 'cancelled' : tookOf(job), askedBy(job.client_name)];
  return (
    <li className={css.row} data-prompt-id={job.prompt_id} data-status={job.status}>
      {made === undefined ? (
        <span className={css.thumb}>{cancelled ? <X aria-hidden /> : <KindIcon tool={job.tool} />}</span>
      ) : (
        <Thumb assetId={made} tool={job.tool} />
      )}
      <div className={parts.grow}>
        <h3>{job.title}</h3>
        <p className={parts.clip}>{facts.filter((fact) => fact !== '').join(', ')}</p>
      </div>
      {made !== undefined && (
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

function Thumb({ assetId, tool }: { assetId: string; tool: string | null }) {
  const asset = useAsset(assetId);
  const [failed, setFailed] = useState(false);
  const pictured = asset != null && !failed && (asset.media_kind === 'image' || asset.media_kind === 'video');
  if (!pictured) {
    return (
      <span className={css.thumb}>
        <KindIcon tool={tool} />
      </span>
    );
  }
  return <img className={css.thumb} src={thumbnailAddress(assetId, 256)} alt="" onError={() => setFailed(true)} />;
}

function FailedRow({ job }: { job: Job }) {
  const failure = failureOf(job);
  const took = tookOf(job);
  const facts = [formatTime(endOf(job)), took === '' ? 'not begun' : `stopped after ${took}`, askedBy(job.client_name)];
  return (
    <li className={css.row} data-bad data-prompt-id={job.prompt_id} data-status={job.status}>
      <span className={css.thumb} data-bad>
        <TriangleAlert aria-hidden />
      </span>
      <div className={parts.grow}>
        <h3>{job.title}</h3>
        <p className={parts.clip}>{facts.join(', ')}</p>
        <p className={css.why}>
          {failure.where !== '' && `${failure.where}: `}
          {failure.sentence}
        </p>
        {failure.hint !== '' && <p className={css.hint}>{failure.hint}</p>}
      </div>
    </li>
  );
}
