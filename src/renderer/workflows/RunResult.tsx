import { Clapperboard, FileText, Image, Pause, Play, TriangleAlert, X } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { originalAddress, thumbnailAddress } from '../../shared/bridge.js';
import { isFinal, type Job } from '../../shared/job.js';
import { factsOf, failureOf, placeWords, stepWords } from '../jobs/words.js';
import { useApp, useAppState, useAsset, usePreview } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import { formatClock, formatLeft, formatTook, plural } from '../ui/format.js';
import { Progress } from '../ui/Progress.js';
import parts from '../ui/parts.module.css';
import css from './RunResult.module.css';

/** The job of a test run while it waits and works, and what came of it. */
export function RunResult({ promptId }: { promptId: string }) {
  const job = useAppState((state) => state.jobs.get(promptId));
  if (job === undefined) return null;
  return (
    <div className={css.result} data-testid="test-run" data-status={job.status} role="status" aria-label="Test run">
      {!isFinal(job.status) ? (
        <AtWork job={job} />
      ) : job.status === 'completed' ? (
        <Made job={job} />
      ) : (
        <Failed job={job} />
      )}
    </div>
  );
}

function AtWork({ job }: { job: Job }) {
  const app = useApp();
  const preview = usePreview(job.prompt_id);
  const running = job.status === 'running';
  const percent = job.progress?.percent ?? 0;
  const left = job.progress?.eta_seconds ?? null;
  return (
    <>
      <div className={css.picture}>{preview === undefined ? <Image aria-hidden /> : <img src={preview} alt="" />}</div>
      <div className={css.words}>
        <h3>{running ? (job.progress?.node_title ?? 'Running') : placeWords(job)}</h3>
        <p className={parts.num}>
          {running && [stepWords(job), left === null ? '' : `${formatLeft(left)} left`].filter(Boolean).join(', ')}
        </p>
        <Progress className={css.bar} value={percent} max={100} />
        <Button compact onClick={() => app.set({ cancelling: job.prompt_id })}>
          <X aria-hidden />
          Cancel
        </Button>
      </div>
    </>
  );
}

function Made({ job }: { job: Job }) {
  const app = useApp();
  const [first, ...others] = job.asset_ids;
  const took =
    job.started_at === null || job.finished_at === null
      ? ''
      : ` in ${formatTook(Date.parse(job.finished_at) - Date.parse(job.started_at))}`;
  if (first === undefined) {
    return <p className={css.plain}>It ran{took} and made no file. A workflow needs a node that saves something.</p>;
  }
  return (
    <>
      <Asset assetId={first} />
      <div className={css.words}>
        <h3>Made{took}</h3>
        <p className={css.facts}>{factsOf(job)}</p>
        {others.length > 0 && <p>and {plural(others.length, 'more result')}</p>}
        <Button compact onClick={() => app.set({ screen: 'gallery', current: first })}>
          Show in the gallery
        </Button>
      </div>
    </>
  );
}

function Asset({ assetId }: { assetId: string }) {
  const app = useApp();
  const asset = useAsset(assetId);
  const open = (children: ReactNode) => (
    <button
      type="button"
      className={css.picture}
      aria-label="Open the result"
      onClick={() => app.set({ screen: 'gallery', current: assetId, lightbox: true })}
    >
      {children}
    </button>
  );
  if (asset === undefined || asset === null) return <div className={css.picture} />;
  if (asset.media_kind === 'audio') return <Sound assetId={assetId} />;
  if (asset.media_kind === 'image') return open(<img src={thumbnailAddress(assetId, 256)} alt="The result" />);
  return open(asset.media_kind === 'video' ? <Clapperboard aria-hidden /> : <FileText aria-hidden />);
}

/** A sound that plays and stops on its picture. */
function Sound({ assetId }: { assetId: string }) {
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [time, setTime] = useState(0);
  const app = useApp();
  const toggle = () => {
    if (playing) audio.current?.pause();
    else audio.current?.play().catch(app.fail);
  };
  return (
    <button type="button" className={css.picture} aria-label={playing ? 'Pause' : 'Play the result'} onClick={toggle}>
      {playing ? <Pause aria-hidden /> : <Play aria-hidden />}
      <span className={css.time}>{playing ? formatClock(time) : ''}</span>
      <audio
        ref={audio}
        src={originalAddress(assetId)}
        preload="metadata"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onTimeUpdate={(event) => setTime(event.currentTarget.currentTime)}
      >
        <track kind="captions" />
      </audio>
    </button>
  );
}

function Failed({ job }: { job: Job }) {
  if (job.status === 'cancelled') return <p className={css.plain}>Cancelled.</p>;
  const { title, where, sentence, hint } = failureOf(job);
  return (
    <p className={cx(parts.note, parts.bad, css.failed)}>
      <TriangleAlert aria-hidden />
      <span>
        <b>{[title, where].filter(Boolean).join(', ')}</b> {sentence} {hint}
      </span>
    </p>
  );
}
