import { TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { thumbnailAddress } from '../../shared/bridge.js';
import { isFinal, type Job } from '../../shared/job.js';
import type { EngineStatus } from '../../shared/status.js';
import { copyText } from '../actions/asset.js';
import { useClientConfig } from '../connect/clientConfig.js';
import tile from '../gallery/Tile.module.css';
import { failureOf, placeWords, stepWords } from '../jobs/words.js';
import { startDemoEngine } from '../store/engine.js';
import { useApp, useAppState, usePreview } from '../store/hooks.js';
import type { App } from '../store/store.js';
import { Button } from '../ui/Button.js';
import { CodeBlock } from '../ui/CodeBlock.js';
import { cx } from '../ui/cx.js';
import { formatGigabytes, formatLeft, shortAddress } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import css from './FirstRun.module.css';
import { LibraryStep } from './LibraryStep.js';
import { Step } from './Step.js';
import { type EngineSearch, useEngineSearch } from './useEngineSearch.js';
import { type FirstPicture, useFirstPicture } from './useFirstPicture.js';

const firstPrompt = 'A teal glazed jar and two oranges on linen, soft window light';

/** The welcome: an engine, a first picture, an agent, what was made before. Each step can be left out. */
export function FirstRun() {
  const app = useApp();
  const engine = useAppState((state) => state.engine);
  const ready = engine?.state === 'ready';
  const search = useEngineSearch();
  const first = useFirstPicture();
  const made = first.assetId !== undefined;
  return (
    <main className={css.page} data-testid="first-run">
      <div className={css.left}>
        <p className={css.product}>ComfyUI MCP Desktop</p>
        <h1>Your first picture is three steps away</h1>
        <ol className={css.steps}>
          <EngineStep engine={engine} search={search} />
          <PictureStep ready={ready} first={first} />
          <AgentStep open={made} />
          <LibraryStep ready={ready} />
        </ol>
        <div className={css.foot} data-foot>
          <Button
            look={made ? 'solid' : 'plain'}
            className={made ? undefined : css.skip}
            onClick={() => finish(app, first)}
          >
            {made ? 'Open the gallery' : 'Skip'}
          </Button>
        </div>
      </div>
      <ContactSheet first={first} />
    </main>
  );
}

function finish(app: App, first: FirstPicture): void {
  app.set({ screen: 'gallery', current: first.assetId ?? null });
  app.setWindow({ welcomed: true });
}

function Bad({ children }: { children: ReactNode }) {
  return (
    <p className={css.bad} role="alert">
      <TriangleAlert aria-hidden />
      <span>{children}</span>
    </p>
  );
}

function EngineStep({ engine, search }: { engine: EngineStatus | null; search: EngineSearch }) {
  const app = useApp();
  const [changing, setChanging] = useState(false);
  // Lives as long as the step: a wrong address stays there to be corrected.
  const [typed, setTyped] = useState<string | null>(null);
  if (engine?.state === 'ready' && !changing) {
    return (
      <Step
        number={1}
        state="done"
        title={engine.kind === 'demo' ? 'The demo engine runs' : 'Engine found'}
        aside={
          <Button look="plain" onClick={() => setChanging(true)}>
            Change
          </Button>
        }
      >
        <p>{engineWords(engine)}</p>
      </Step>
    );
  }
  const { searching } = search;
  if (search.probe?.found && !changing) {
    return (
      <Step number={1} state="doing" title="Engine found">
        <p>Connecting to {shortAddress(search.probe.url)}.</p>
      </Step>
    );
  }
  return (
    <Step number={1} state="doing" title={searching ? 'Looking for ComfyUI' : 'Give it an engine'}>
      <p>
        {searching
          ? 'On this computer, on the ports it usually takes.'
          : 'Start ComfyUI and search again, give its address, or use the demo engine: it draws stand-ins, so that you can try everything.'}
      </p>
      {!searching && <AddressForm search={search} typed={typed} onType={setTyped} onDone={() => setChanging(false)} />}
      <div className={css.actions} style={{ marginTop: 8 }}>
        <Button
          look={searching || engine?.state === 'ready' ? 'outline' : 'solid'}
          onClick={async () => {
            await startDemoEngine(app);
            setChanging(false);
          }}
        >
          Use the demo engine
        </Button>
        {!searching && (
          <Button look="plain" onClick={() => void search.search()}>
            Search again
          </Button>
        )}
        {changing && (
          <Button look="plain" onClick={() => setChanging(false)}>
            Keep what runs
          </Button>
        )}
      </div>
    </Step>
  );
}

function engineWords(engine: EngineStatus): string {
  if (engine.kind === 'demo') return 'Its pictures are stand-ins, marked as such. ComfyUI can take over at any time.';
  const name = engine.version === null ? 'ComfyUI' : `ComfyUI ${engine.version}`;
  const memory =
    engine.vram_total === null || engine.vram_total === 0
      ? ''
      : `, with ${formatGigabytes(engine.vram_total)} GB of video memory`;
  return `${name} answers at ${shortAddress(engine.url)}${memory}.`;
}

interface AddressFormProps {
  search: EngineSearch;
  /** Null until something is typed: then the configured address stands there. */
  typed: string | null;
  onType(url: string): void;
  /** An engine was found and taken. */
  onDone(): void;
}

function AddressForm({ search, typed, onType, onDone }: AddressFormProps) {
  const configured = useAppState((state) => state.settings?.values.comfyui_url ?? '');
  const url = typed ?? configured;
  const { probe } = search;
  const [looking, setLooking] = useState(false);
  return (
    <>
      <form
        className={css.address}
        onSubmit={async (event) => {
          event.preventDefault();
          setLooking(true);
          const found = await search.look(url.trim());
          setLooking(false);
          if (found) onDone();
        }}
      >
        <input
          className={parts.field}
          aria-label="ComfyUI address"
          value={url}
          spellCheck={false}
          onChange={(event) => onType(event.target.value)}
        />
        <Button type="submit" disabled={looking}>
          Connect
        </Button>
      </form>
      {probe !== null && !probe.found && (
        <Bad>{probe.error?.message ?? `Nothing answers at ${shortAddress(probe.url)}.`}</Bad>
      )}
    </>
  );
}

function PictureStep({ ready, first }: { ready: boolean; first: FirstPicture }) {
  const app = useApp();
  const [prompt, setPrompt] = useState(firstPrompt);
  const { job } = first;
  const made = first.assetId !== undefined;
  const working = job !== undefined && !isFinal(job.status);
  const failed = job !== undefined && (job.status === 'error' || job.status === 'lost');
  return (
    <Step
      number={2}
      state={made && !working ? 'done' : ready ? 'doing' : 'later'}
      title={made && !working ? 'The first one is made' : 'Make one now'}
    >
      <div className={css.make}>
        <textarea
          className={parts.area}
          aria-label="Prompt"
          value={prompt}
          disabled={working}
          spellCheck={false}
          onChange={(event) => setPrompt(event.target.value)}
        />
      </div>
      <div className={css.actions}>
        {working ? (
          <>
            <span className={cx(parts.runInk, parts.num)}>{developing(job)}</span>
            <Button look="plain" onClick={() => app.set({ cancelling: job.prompt_id })}>
              Cancel
            </Button>
          </>
        ) : (
          <Button
            look={ready && !made ? 'solid' : 'outline'}
            disabled={!ready || first.sending || first.workflow === undefined || prompt.trim() === ''}
            onClick={() => void first.make(prompt.trim())}
          >
            {made ? 'Make another' : 'Make it'}
          </Button>
        )}
        {!ready && <span className={parts.quiet}>Needs an engine first.</span>}
      </div>
      {first.error !== null && <Bad>{first.error}</Bad>}
      {failed && (
        <Bad>
          {failureOf(job).sentence} {failureOf(job).hint}
        </Bad>
      )}
    </Step>
  );
}

function developing(job: Job): string {
  if (job.status === 'queued') return placeWords(job);
  const left = job.progress?.eta_seconds ?? null;
  if (left !== null) return `Developing, ${formatLeft(left)} left`;
  const step = stepWords(job);
  return step === '' ? 'Developing' : `Developing, ${step}`;
}

function AgentStep({ open }: { open: boolean }) {
  const app = useApp();
  const endpoint = useAppState((state) => state.endpoint);
  const config = useClientConfig();
  const [wanted, setWanted] = useState(false);
  const agents = endpoint?.agents.length ?? 0;
  const shown = (open || wanted) && config !== null;
  return (
    <Step
      number={3}
      state={agents > 0 ? 'done' : open ? 'doing' : 'later'}
      title="Let an agent make the next"
      aside={
        config !== null &&
        (shown ? (
          <Button onClick={() => void copyText(app, config.json, 'Configuration copied.')}>Copy</Button>
        ) : (
          <Button onClick={() => setWanted(true)}>Show how</Button>
        ))
      }
      below={
        shown && (
          <div className={css.config}>
            <CodeBlock label="Configuration for an agent">{config.json}</CodeBlock>
          </div>
        )
      }
    >
      <p>
        {endpoint?.url == null
          ? 'The endpoint is not running. It can be switched on under Connect.'
          : agents > 0
            ? `${endpoint.agents[0]?.name ?? 'An agent'} is connected at ${endpoint.url}.`
            : `Agents reach this app at ${endpoint.url}.`}
      </p>
    </Step>
  );
}

/** An empty contact sheet whose first frame develops. */
function ContactSheet({ first }: { first: FirstPicture }) {
  const { job } = first;
  const preview = usePreview(job?.prompt_id ?? null);
  const working = job !== undefined && !isFinal(job.status);
  const numbers = ['01', '02', '03', '05', '06', '07', '08', '09', '10', '11', '12', '13', '14', '15'];
  return (
    <div className={css.sheet} aria-hidden="true">
      {numbers.slice(0, 3).map((number) => (
        <EmptyFrame key={number} number={number} />
      ))}
      <div className={cx(css.first, working && tile.running)} data-testid="first-picture">
        {!working && first.assetId === undefined && <span className={css.frameNumber}>04</span>}
        {working && preview !== undefined && <img src={preview} alt="" data-developing />}
        {!working && first.assetId !== undefined && <img src={thumbnailAddress(first.assetId, 768)} alt="" data-made />}
        {working && stepWords(job) !== '' && <span className={cx(tile.tag, tile.bottomLeft)}>{stepWords(job)}</span>}
        {working && job.progress?.eta_seconds != null && (
          <span className={cx(tile.tag, tile.bottomRight)}>{formatLeft(job.progress.eta_seconds)}</span>
        )}
        {working && (
          <span className={tile.bar}>
            <i style={{ width: `${job.progress?.percent ?? 0}%` }} />
          </span>
        )}
      </div>
      {numbers.slice(3).map((number) => (
        <EmptyFrame key={number} number={number} />
      ))}
    </div>
  );
}

function EmptyFrame({ number }: { number: string }) {
  return (
    <div className={css.cell}>
      <span>{number}</span>
    </div>
  );
}
