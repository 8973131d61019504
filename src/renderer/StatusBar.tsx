import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { EndpointStatus, EngineStatus } from '../shared/status.js';
import css from './Shell.module.css';
import { importWords } from './settings/import-words.js';
import { engineTrouble, startDemoEngine, tryEngineNow } from './store/engine.js';
import { useApp, useAppState, useNow } from './store/hooks.js';
import { unfinishedJobs } from './store/state.js';
import { cx } from './ui/cx.js';
import { formatGigabytes, formatLeft, plural, shortAddress } from './ui/format.js';
import parts from './ui/parts.module.css';

/** How things stand: engine, memory and queue at left, endpoint and agents at right. Quiet when well. */
export function StatusBar() {
  const engine = useAppState((state) => state.engine);
  const endpoint = useAppState((state) => state.endpoint);
  return (
    <footer className={css.status}>
      {engine !== null && <Engine engine={engine} />}
      <QueueCounts />
      <Importing />
      {endpoint !== null && <Endpoint endpoint={endpoint} />}
    </footer>
  );
}

function Engine({ engine }: { engine: EngineStatus }) {
  const app = useApp();
  const trouble = engineTrouble(engine);
  if (trouble !== null && engine.state === 'unreachable') return <Trouble engine={engine} words={trouble} />;
  const { vram_total: total, vram_free: free } = engine;
  return (
    <>
      <button type="button" className={css.part} onClick={() => app.set({ screen: 'settings' })}>
        <span className={parts.dot} data-tone={engine.state === 'connecting' ? 'off' : undefined} />
        {engine.state === 'connecting' ? (
          <span>{trouble}</span>
        ) : engine.kind === 'demo' ? (
          <>
            <b>Demo engine</b> <span className={cx(css.wideOnly, css.words)}>stand-in pictures, no model</span>
          </>
        ) : (
          <>
            <b>ComfyUI</b> <span className={css.partText}>{shortAddress(engine.url)}</span>
          </>
        )}
      </button>
      {engine.state === 'ready' && engine.kind === 'comfyui' && engine.device !== null && (
        <span className={cx(css.part, css.wideOnly)}>
          {deviceName(engine.device)}
          {total !== null && total > 0 && free !== null && (
            <>
              <span className={css.meter}>
                <i style={{ width: `${Math.round(((total - free) / total) * 100)}%` }} />
              </span>
              {formatGigabytes(total - free)} of {formatGigabytes(total)} GB
            </>
          )}
        </span>
      )}
    </>
  );
}

/** "cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync" → "RTX 4090". */
function deviceName(device: string): string {
  return device
    .replace(/^\w+:\d+\s+/, '')
    .replace(/\s*:\s*\w+$/, '')
    .replace(/^NVIDIA (GeForce )?/, '');
}

function Trouble({ engine, words }: { engine: EngineStatus; words: string }) {
  const app = useApp();
  const now = useNow(1000);
  const [trying, setTrying] = useState(false);
  const wait = engine.retry_at === null ? null : (Date.parse(engine.retry_at) - now) / 1000;
  const locked = useAppState((state) => isFixed(state.settings?.sources.demo));
  return (
    <>
      <button type="button" className={css.part} data-bad onClick={() => app.set({ screen: 'settings' })}>
        <TriangleAlert aria-hidden />
        <span className={css.partText}>{words}</span>
      </button>
      {wait !== null && wait > 0 && (
        <span className={cx(css.part, css.wideOnly)}>Trying again in {formatLeft(wait)}</span>
      )}
      <button
        type="button"
        className={css.statusAction}
        disabled={trying}
        onClick={async () => {
          setTrying(true);
          await tryEngineNow(app);
          setTrying(false);
        }}
      >
        Try now
      </button>
      {engine.kind !== 'demo' && !locked && (
        <button type="button" className={css.statusAction} onClick={() => void startDemoEngine(app)}>
          Use the demo engine
        </button>
      )}
    </>
  );
}

/** Whether an argument or the environment fixes a setting. */
function isFixed(source: string | undefined): boolean {
  return source === 'argument' || source === 'environment';
}

function QueueCounts() {
  const app = useApp();
  const jobs = useAppState((state) => state.jobs);
  const unfinished = unfinishedJobs(jobs);
  const paused = useAppState((state) => state.sendingPaused);
  if (unfinished.length === 0 && !paused) return null;
  const running = unfinished.filter((job) => job.status === 'running').length;
  const waiting = unfinished.length - running;
  const words = [
    running > 0 ? `${running} running` : '',
    waiting > 0 ? `${waiting} waiting` : '',
    paused ? 'sending paused' : '',
  ].filter(Boolean);
  return (
    <button type="button" className={css.part} onClick={() => app.set({ screen: 'queue' })}>
      <span className={parts.dot} data-tone={running > 0 ? 'run' : undefined} />
      <span className={css.partText}>{words.join(', ')}</span>
    </button>
  );
}

/** An import at work, and nothing once it is over. */
function Importing() {
  const app = useApp();
  const status = useAppState((state) => state.importing);
  if (status === null || status.state === 'idle') return null;
  return (
    <button type="button" className={css.part} onClick={() => app.set({ screen: 'settings', section: 'library' })}>
      <span className={parts.dot} data-tone={status.state === 'paused' ? 'off' : 'run'} />
      {importWords(status)}
    </button>
  );
}

function Endpoint({ endpoint }: { endpoint: EndpointStatus }) {
  const app = useApp();
  const open = () => app.set({ screen: 'connect' });
  if (endpoint.state === 'failed') {
    return (
      <button type="button" className={cx(css.part, css.partEnd)} data-bad onClick={open}>
        <TriangleAlert aria-hidden />
        <span className={css.partText}>{endpoint.error?.message ?? 'The endpoint could not start'}</span>
      </button>
    );
  }
  return (
    <>
      <button type="button" className={cx(css.part, css.partEnd)} onClick={open}>
        <span className={parts.dot} data-tone={endpoint.state === 'off' ? 'off' : undefined} />
        <b>MCP</b> <span className={css.partText}>{endpoint.url === null ? 'off' : shortAddress(endpoint.url)}</span>
      </button>
      {endpoint.agents.length > 0 && (
        <button type="button" className={css.part} onClick={open}>
          <span>{plural(endpoint.agents.length, 'agent')}</span>
        </button>
      )}
    </>
  );
}
