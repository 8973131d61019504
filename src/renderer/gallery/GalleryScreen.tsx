import { PanelRight, Sparkles } from 'lucide-react';
import { importChosenFolder, importDropped } from '../actions/import.js';
import { actionById, cellSizes } from '../actions/registry.js';
import { Composer } from '../jobs/Composer.js';
import { engineTrouble, startDemoEngine } from '../store/engine.js';
import { kindCode } from '../store/gallery-index.js';
import { useApp, useAppState } from '../store/hooks.js';
import { unfinishedJobs } from '../store/state.js';
import type { KindFilter } from '../store/store.js';
import { Button, IconButton } from '../ui/Button.js';
import { type Choice, Segments, StepSlider } from '../ui/controls.js';
import { formatCount } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import css from './GalleryScreen.module.css';
import { Grid } from './Grid.js';
import { Inspector } from './Inspector.js';
import { useDrop } from './useDrop.js';
import { shownFailures } from './view.js';

const kinds: readonly Choice<KindFilter>[] = [
  { value: 'all', label: 'All' },
  { value: 'image', label: 'Images' },
  { value: 'audio', label: 'Audio' },
  { value: 'video', label: 'Video' },
];

export function GalleryScreen() {
  const inspector = useAppState((state) => state.window.inspector);
  const composer = useAppState((state) => state.composer);
  const app = useApp();
  const drop = useDrop((files) => void importDropped(app, files));
  return (
    <div className={css.screen}>
      <Toolbar />
      <div className={css.body}>
        <div className={css.middle} {...drop.handlers}>
          <Content />
          {drop.over && (
            <div className={css.drop} role="status">
              <p>Drop to take into the library</p>
            </div>
          )}
          {composer && <Composer />}
        </div>
        {inspector && (
          <div className={css.inspectorPlace}>
            <Inspector />
          </div>
        )}
      </div>
    </div>
  );
}

function Toolbar() {
  const app = useApp();
  const kind = useAppState((state) => state.kind);
  const cell = useAppState((state) => state.window.cell);
  const inspector = useAppState((state) => state.window.inspector);
  const composer = useAppState((state) => state.composer);
  const count = useAppState((state) => countOf(state.kind, state.index.kinds));
  const ready = useAppState((state) => state.gallery === 'ready');
  return (
    <div className={parts.toolbar}>
      <h1>All work</h1>
      {ready && <span className={parts.count}>{formatCount(count)}</span>}
      <span className={css.segments}>
        <Segments label="Kind" value={kind} choices={kinds} onChange={(next) => app.set({ kind: next })} />
      </span>
      <span className={parts.grow} />
      <StepSlider label="Cell size" value={cell} steps={cellSizes} onChange={(next) => app.setWindow({ cell: next })} />
      <IconButton
        label="Inspector"
        keys="I"
        aria-pressed={inspector}
        onClick={() => app.setWindow({ inspector: !inspector })}
      >
        <PanelRight />
      </IconButton>
      <Button
        look={composer ? 'outline' : 'solid'}
        aria-expanded={composer}
        keys="G"
        onClick={() => actionById('generate')?.run(app)}
      >
        <Sparkles aria-hidden />
        Generate
      </Button>
    </div>
  );
}

function countOf(kind: KindFilter, codes: readonly number[]): number {
  if (kind === 'all') return codes.length;
  const code = kindCode(kind);
  return codes.reduce((sum, one) => sum + Number(one === code), 0);
}

function Content() {
  const app = useApp();
  const state = useAppState((all) => all.gallery);
  const error = useAppState((all) => all.galleryError);
  const count = useAppState((all) => countOf(all.kind, all.index.kinds));
  const kind = useAppState((all) => all.kind);
  const busy = useAppState((all) => all.kind === 'all' && unfinishedJobs(all.jobs).length > 0);
  const failed = useAppState(
    (all) => all.kind === 'all' && shownFailures(all.jobs, all.dismissed, app.openedAt).length > 0,
  );
  if (state === 'loading') return <div className={css.empty} />;
  if (state === 'failed') {
    return (
      <div className={css.empty}>
        <div className={parts.nothing}>
          <h2>The gallery could not be read</h2>
          <p>
            {error?.message} {error?.hint}
          </p>
          <Button onClick={() => app.reload()}>Try again</Button>
        </div>
      </div>
    );
  }
  if (count === 0 && !busy && !failed) return <Empty kind={kind} />;
  return <Grid />;
}

const kindWords: Record<KindFilter, string> = { all: 'work', image: 'images', audio: 'audio', video: 'video' };

function Empty({ kind }: { kind: KindFilter }) {
  const app = useApp();
  const engine = useAppState((state) => state.engine);
  const composer = useAppState((state) => state.composer);
  const trouble = engine === null || engine.state === 'connecting' ? null : engineTrouble(engine);
  if (kind !== 'all') {
    return (
      <div className={css.empty}>
        <div className={parts.nothing}>
          <h2>No {kindWords[kind]} yet</h2>
          <p>Nothing of this kind has been made. The other kinds are still there.</p>
          <Button onClick={() => app.set({ kind: 'all' })}>Show all work</Button>
        </div>
      </div>
    );
  }
  return (
    <div className={css.empty}>
      <div className={parts.nothing}>
        <h2>Nothing made yet</h2>
        {trouble === null ? (
          <p>What you or an agent make appears here while it develops.</p>
        ) : (
          <p>{trouble}. Start it there, give another address, or try things out with the demo engine.</p>
        )}
        <div className={css.emptyActions}>
          {trouble === null ? (
            <>
              <Button disabled={composer} onClick={() => app.set({ composer: true })}>
                <Sparkles aria-hidden />
                Make the first one
              </Button>
              <Button look="plain" onClick={() => app.set({ screen: 'connect' })}>
                Connect an agent
              </Button>
              <Button look="plain" onClick={() => void importChosenFolder(app)}>
                Import a folder
              </Button>
            </>
          ) : (
            <>
              <Button onClick={() => void startDemoEngine(app)}>Use the demo engine</Button>
              <Button look="plain" onClick={() => app.set({ screen: 'settings' })}>
                Give an address
              </Button>
            </>
          )}
        </div>
      </div>
    </div>
  );
}
