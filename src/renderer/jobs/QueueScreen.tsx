import { Pause, Play } from 'lucide-react';
import { useMemo } from 'react';
import { useApp, useAppState } from '../store/hooks.js';
import { unfinishedJobs } from '../store/state.js';
import { Button } from '../ui/Button.js';
import { formatCount, formatLeft } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { batchGroups, isOpen } from './batch-groups.js';
import { estimate } from './estimate.js';
import { FinishedJobs } from './FinishedJobs.js';
import css from './Queue.module.css';
import { RunningJob } from './RunningJob.js';
import { setSending } from './retry.js';
import { WaitingJobs } from './WaitingJobs.js';

export function QueueScreen() {
  const app = useApp();
  const jobs = useAppState((state) => state.jobs);
  const paused = useAppState((state) => state.sendingPaused);
  const batches = useAppState((state) => state.batches);
  const { running, waiting, times, groups } = useMemo(() => {
    const unfinished = unfinishedJobs(jobs);
    const running = unfinished.filter((job) => job.status === 'running');
    const waiting = unfinished.filter((job) => job.status !== 'running');
    const groups = batchGroups(batches.values(), jobs.values());
    return { running, waiting, times: estimate(jobs.values(), running, waiting), groups };
  }, [jobs, batches]);
  const first = running[0];
  const left = times.total === null || times.total === 0 || paused ? '' : `about ${formatLeft(times.total)} left`;
  const words = [
    running.length > 0 ? `${running.length} running` : '',
    waiting.length > 0 ? `${formatCount(waiting.length)} waiting` : '',
    left,
  ];
  const more = running.slice(1);
  return (
    <>
      <div className={parts.toolbar}>
        <h1>Queue</h1>
        <span className={parts.count}>{words.filter((word) => word !== '').join(', ')}</span>
        <span className={parts.grow} />
        {paused && <span className={parts.quiet}>Sending is paused</span>}
        <Button look={paused ? 'solid' : 'outline'} aria-pressed={paused} onClick={() => void setSending(app, !paused)}>
          {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
          {paused ? 'Resume sending' : 'Pause sending'}
        </Button>
      </div>
      <div className={css.page} data-testid="queue">
        {first === undefined ? <Idle waiting={waiting.length} paused={paused} /> : <RunningJob job={first} />}
        <div className={css.columns}>
          <WaitingJobs
            jobs={[...more, ...waiting]}
            starts={[...more.map(() => null), ...times.starts]}
            groups={groups.filter(isOpen)}
          />
          <FinishedJobs jobs={jobs} groups={groups.filter((group) => !isOpen(group))} />
        </div>
      </div>
    </>
  );
}

function Idle({ waiting, paused }: { waiting: number; paused: boolean }) {
  const app = useApp();
  const text = paused
    ? 'What you or an agent start is written down and waits here. It goes to ComfyUI in order when you resume.'
    : waiting > 0
      ? 'The next job starts as soon as the engine takes it.'
      : 'What you or an agent start shows here, with the time it has left.';
  return (
    <div className={css.idle}>
      <div className={parts.nothing}>
        <h2>{paused ? 'Nothing is sent for now' : 'Nothing is running'}</h2>
        <p>{text}</p>
        <Button onClick={() => app.set({ screen: 'gallery', composer: true })}>Generate</Button>
        <Button look="plain" onClick={() => app.set({ screen: 'connect' })}>
          Connect an agent
        </Button>
      </div>
    </div>
  );
}
