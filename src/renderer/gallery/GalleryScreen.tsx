import { ArrowDownUp, Layers, PanelLeft, PanelRight, Sparkles } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ErrorValue } from '../../shared/errors.js';
import { type Sort, sorts } from '../../shared/library.js';
import { importChosenFolder, importDropped } from '../actions/import.js';
import { actionById } from '../actions/registry.js';
import { cellSizes } from '../actions/view-actions.js';
import { UseAsInput } from '../inputs/UseAsInput.js';
import { Composer } from '../jobs/Composer.js';
import { engineTrouble, startDemoEngine } from '../store/engine.js';
import {
  everything,
  type GalleryFilter,
  isEverything,
  type Place,
  showsAll,
  sortWords,
  titleOfFilter,
} from '../store/filter.js';
import { shownIndex } from '../store/found.js';
import { useApp, useAppState } from '../store/hooks.js';
import { unfinishedJobs } from '../store/state.js';
import { Button, IconButton } from '../ui/Button.js';
import { type Choice, Chooser, StepSlider } from '../ui/controls.js';
import { DropArea } from '../ui/DropArea.js';
import { formatCount } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { AlbumDialog } from './AlbumDialog.js';
import { BatchGrid } from './BatchGrid.js';
import { Filters } from './Filters.js';
import { filtersShown, toggleFilters } from './filters-place.js';
import css from './GalleryScreen.module.css';
import { Grid } from './Grid.js';
import { Inspector } from './Inspector.js';
import { SearchBox } from './SearchBox.js';
import { SelectionBar } from './SelectionBar.js';
import { ClearFilter } from './Sidebar.js';
import { shownFailures } from './view.js';

export function GalleryScreen() {
  const inspector = useAppState((state) => state.window.inspector);
  const composer = useAppState((state) => state.composer);
  const batchGrid = useAppState((state) => state.batchGrid);
  const app = useApp();
  useGridOfFilter();
  return (
    <div className={css.screen}>
      <Toolbar />
      <div className={css.body}>
        <Filters />
        <DropArea
          className={css.middle}
          words="Drop to take into the library"
          onFiles={(files) => void importDropped(app, files)}
        >
          {batchGrid === null ? <Content /> : <BatchGrid key={batchGrid} batchId={batchGrid} />}
          <SelectionBar />
          {composer && <Composer />}
        </DropArea>
        {inspector && (
          <div className={css.inspectorPlace}>
            <Inspector />
          </div>
        )}
      </div>
      <AlbumDialog />
      <UseAsInput />
    </div>
  );
}

/** Who looks for something else wants to see it: the grid of a batch gives way. */
function useGridOfFilter(): void {
  const app = useApp();
  const filter = useAppState((state) => state.filter);
  const last = useRef(filter);
  useEffect(() => {
    if (last.current !== filter) app.set({ batchGrid: null });
    last.current = filter;
  }, [app, filter]);
}

const sortChoices: readonly Choice<Sort>[] = sorts.map((sort) => ({
  value: sort,
  label: sortWords[sort],
  icon: <ArrowDownUp aria-hidden />,
}));

function Toolbar() {
  const app = useApp();
  const cell = useAppState((state) => state.window.cell);
  const inspector = useAppState((state) => state.window.inspector);
  const filters = useAppState(filtersShown);
  const stacks = useAppState((state) => state.window.stacks);
  const composer = useAppState((state) => state.composer);
  const filter = useAppState((state) => state.filter);
  const count = useAppState((state) => shownIndex(state).ids.length);
  const ready = useAppState(
    (state) => state.gallery === 'ready' && (isEverything(state.filter) || state.found !== null),
  );
  return (
    <div className={parts.toolbar}>
      <IconButton
        label={filters ? 'Hide the filters' : 'Show the filters'}
        keys="F"
        aria-pressed={filters}
        data-filters-toggle
        onClick={() => toggleFilters(app)}
      >
        <PanelLeft />
      </IconButton>
      <h1 className={css.place} dir="auto">
        {titleOfFilter(filter)}
      </h1>
      {ready && <span className={parts.count}>{formatCount(count)}</span>}
      <ClearFilter />
      <span className={parts.grow} />
      <SearchBox />
      <span className={parts.grow} />
      <span className={css.sort}>
        <Chooser
          bare
          label="Order"
          value={filter.sort}
          choices={sortChoices}
          onChange={(sort) => app.set({ filter: { ...filter, sort } })}
        />
      </span>
      <span className={css.slider}>
        <StepSlider
          label="Cell size"
          value={cell}
          steps={cellSizes}
          onChange={(next) => app.setWindow({ cell: next })}
        />
      </span>
      <IconButton label="Stack batches" aria-pressed={stacks} onClick={() => actionById('gallery.stacks')?.run(app)}>
        <Layers />
      </IconButton>
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

function Content() {
  const app = useApp();
  const state = useAppState((all) => all.gallery);
  const error = useAppState((all) => all.galleryError);
  const count = useAppState((all) => shownIndex(all).ids.length);
  const filter = useAppState((all) => all.filter);
  const waits = useAppState((all) => !isEverything(all.filter) && all.found === null && all.findError === null);
  const findError = useAppState((all) => all.findError);
  const busy = useAppState((all) => isEverything(all.filter) && unfinishedJobs(all.jobs).length > 0);
  const failed = useAppState(
    (all) => isEverything(all.filter) && shownFailures(all.jobs, all.dismissed, app.openedAt).length > 0,
  );
  if (state === 'loading' || waits) return <div className={css.empty} />;
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
  if (count === 0 && !busy && !failed) {
    return showsAll(filter) ? <Empty /> : <NothingFound filter={filter} error={findError} />;
  }
  return <Grid />;
}

const nothingWords: Readonly<Record<Place, [string, string]>> = {
  all: ['Nothing found', 'Try fewer words, or take a filter away.'],
  starred: ['Nothing starred yet', 'Press 1 to 5 on a picture to give it stars. Those are kept for agents, too.'],
  expired: ['Nothing has expired', 'What agents no longer see is listed here. It is never deleted by itself.'],
  bin: ['The bin is empty', 'What you or an agent delete lies here until you empty it.'],
};

function NothingFound({ filter, error }: { filter: GalleryFilter; error: ErrorValue | null }) {
  const app = useApp();
  const plain = filter.query.trim() === '' && Object.keys(filter.facets).length === 0;
  const [title, text] =
    filter.album !== null && plain
      ? ['This album is empty', 'Choose pictures and press A to put them in.']
      : nothingWords[plain ? filter.place : 'all'];
  return (
    <div className={css.empty}>
      <div className={parts.nothing}>
        <h2>{error === null ? title : error.message}</h2>
        <p>{error === null ? text : error.hint}</p>
        <Button onClick={() => app.set({ filter: everything })}>Show all work</Button>
      </div>
    </div>
  );
}

function Empty() {
  const app = useApp();
  const engine = useAppState((state) => state.engine);
  const composer = useAppState((state) => state.composer);
  const trouble = engine === null || engine.state === 'connecting' ? null : engineTrouble(engine);
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
