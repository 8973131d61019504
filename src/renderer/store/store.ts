/** The window's store: what follows the event stream, and where the person is. One per window, made at start. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { initialWindowState, type WindowState } from '../../shared/desktop.js';
import { type ErrorValue, inWords, toErrorValue } from '../../shared/errors.js';
import type { AppEvent } from '../../shared/events.js';
import { isFinal } from '../../shared/job.js';
import type { Notice } from '../../shared/notice.js';
import { createHistory, type History, type Undoable } from '../actions/history.js';
import type { Client } from '../bridge.js';
import type { Comparison } from '../gallery/comparison.js';
import { createWaveforms, type Waveforms } from '../gallery/waveform.js';
import type { PictureHandle } from '../gallery/zoom.js';
import { createModelFacts, type ModelFactsStore } from '../models/model-facts.js';
import type { TransferReport } from '../transfer/run.js';
import type { WorkflowImport } from '../workflows/import/state.js';
import { createDetails, type Details } from './details.js';
import { createFaults, type Faults } from './faults.js';
import { everything } from './filter.js';
import { type Follower, follow } from './follow.js';
import { createFound, type FoundState } from './found.js';
import { createPreviews, type Previews } from './previews.js';
import { type FollowedState, fromGalleryIndex, fromSnapshot, initialFollowed, reduceAll } from './state.js';
import { createThumbnails, readThumbnails, type Thumbnails } from './thumbnails.js';

export type Screen = 'gallery' | 'queue' | 'workflows' | 'defaults' | 'connect' | 'settings';
export const settingsSections = ['engine', 'endpoint', 'library', 'storage', 'publishing', 'window', 'about'] as const;
export type SettingsSection = (typeof settingsSections)[number];

export const slideSeconds = [3, 5, 10] as const;
export type SlideSeconds = (typeof slideSeconds)[number];

export interface Toast {
  id: number;
  tone: 'plain' | 'bad';
  message: string;
  action?: { label: string; run(): void };
}

/** Where the person is; nothing of it survives the window but what `window` holds. */
export interface PlaceState {
  screen: Screen;
  /** The window has no room for the filters beside the grid. */
  narrow: boolean;
  /** They lie over it. */
  filtersOver: boolean;
  section: SettingsSection;
  /** The workflow that is looked at; the first one while null or gone. */
  workflow: string | null;
  /** A workflow that is being imported, over the list of workflows. */
  incoming: WorkflowImport | null;
  /** The latest test run of each workflow: prompt ids by workflow id. */
  testRuns: Readonly<Record<string, string>>;
  /** The asset the keyboard stands on. */
  current: string | null;
  /** Chosen assets, for what is done with several. */
  selected: ReadonlySet<string>;
  /** Where a range of chosen ones begins. */
  anchor: string | null;
  /** Assets of the stacks that are open. */
  openStacks: ReadonlySet<string>;
  lightbox: boolean;
  /** Leafs by itself; paused keeps its controls. */
  slideshow: 'off' | 'running' | 'paused';
  /** How long a slide stays. */
  slideSeconds: SlideSeconds;
  /** What is looked at side by side, over the gallery or the lightbox. */
  comparing: Comparison | null;
  composer: boolean;
  /** Asset whose values the composer shows, to make it again with changes; null while it makes something new. */
  remaking: string | null;
  /** The batch that is shown as a grid in place of the gallery. */
  batchGrid: string | null;
  /** Jobs that ended until then are cleared from the queue's view; milliseconds since the epoch. */
  finishedCleared: number;
  palette: boolean;
  shortcuts: boolean;
  toast: Toast | null;
  /** Job whose cancelling is being asked about. */
  cancelling: string | null;
  /** Batch whose cancelling is being asked about. */
  cancellingBatch: string | null;
  /** Asset whose publishing is being asked about. */
  publishing: string | null;
  /** Assets that are being put into an album. */
  collecting: readonly string[] | null;
  /** Asset that is being made the input of a workflow. */
  usingAsset: string | null;
  /** Values that the composer takes over when it is next seen. */
  given: { workflowId: string; values: Readonly<Record<string, string>> } | null;
  /** Assets whose export is being asked about. */
  exporting: readonly string[] | null;
  transferReport: TransferReport | null;
  /** What came of the latest backup or restore: whoever waited an hour has missed its message. */
  transferDone: { task: 'backup' | 'restore'; text: string } | null;
  /** What was typed into fields of the defaults and not set yet, by kind and name, e.g. `image.steps`. */
  defaultDrafts: ReadonlyMap<string, string>;
  /** Messages of notices that were put away. */
  readNotices: ReadonlySet<string>;
  /** Failed jobs whose tile was put away. */
  dismissed: ReadonlySet<string>;
  /** What can be taken back and done again. */
  undoable: Undoable;
  windowReady: boolean;
  startupFault: ErrorValue | null;
}

export type AppState = FollowedState & PlaceState & FoundState;

export interface App {
  readonly client: Client;
  readonly store: StoreApi<AppState>;
  readonly details: Details;
  readonly previews: Previews;
  readonly faults: Faults;
  readonly thumbnails: Thumbnails;
  readonly waveforms: Waveforms;
  readonly models: ModelFactsStore;
  readonly history: History;
  /** The picture in the lightbox, while there is one. */
  readonly picture: { current: PictureHandle | null };
  /** When this window opened, milliseconds since the epoch. */
  readonly openedAt: number;
  set(place: Partial<PlaceState & Pick<FoundState, 'filter'>>): void;
  /** Changes how the window looks, here at once and for the next start. */
  setWindow(values: Partial<WindowState>): void;
  toast(message: string, options?: { tone?: 'plain' | 'bad'; action?: Toast['action'] }): void;
  /** Shows why something failed. */
  fail(error: unknown): void;
  reload(): void;
  dispose(): void;
}

const initialFound: FoundState = { filter: everything, found: null, finding: false, findError: null };

const initialPlace: PlaceState = {
  screen: 'gallery',
  narrow: false,
  filtersOver: false,
  section: 'engine',
  workflow: null,
  incoming: null,
  testRuns: {},
  current: null,
  selected: new Set(),
  anchor: null,
  openStacks: new Set(),
  lightbox: false,
  slideshow: 'off',
  slideSeconds: 5,
  comparing: null,
  composer: false,
  remaking: null,
  batchGrid: null,
  finishedCleared: 0,
  palette: false,
  shortcuts: false,
  toast: null,
  cancelling: null,
  cancellingBatch: null,
  publishing: null,
  collecting: null,
  usingAsset: null,
  given: null,
  exporting: null,
  transferReport: null,
  transferDone: null,
  defaultDrafts: new Map(),
  readNotices: new Set(),
  dismissed: new Set(),
  undoable: { undo: null, redo: null },
  windowReady: false,
  startupFault: null,
};

function later(run: () => void, milliseconds: number): () => void {
  const timer = setTimeout(run, milliseconds);
  return () => clearTimeout(timer);
}

export function createApp(client: Client): App {
  const store = createStore<AppState>(() => ({ ...initialFollowed, ...initialPlace, ...initialFound }));
  const previews = createPreviews({
    createAddress: (blob) => URL.createObjectURL(blob),
    revokeAddress: (address) => URL.revokeObjectURL(address),
    later,
  });
  let toastCount = 0;
  const toast: App['toast'] = (message, { tone = 'plain', action } = {}) => {
    toastCount += 1;
    store.setState({ toast: { id: toastCount, tone, message, action } });
  };
  const fail = (error: unknown) => {
    toast(inWords(toErrorValue(error)), { tone: 'bad' });
  };
  const details = createDetails({
    fetch: async (asset_ids) => (await client.invoke('get_assets', { asset_ids })).assets,
    soon: (run) => queueMicrotask(run),
    onError: fail,
  });

  const thumbnails = createThumbnails({ fetch: readThumbnails, soon: (run) => queueMicrotask(run) });

  /** Messages of notices that were told in passing. */
  const told = new Set<string>();
  /** What is good to know and asks for nothing; what does stays in a bar of its own. */
  const mention = (notice: Notice) => {
    if (notice.level !== 'info' || told.has(notice.message)) return;
    told.add(notice.message);
    toast(inWords(notice));
  };

  const faults = createFaults();
  const models = createModelFacts({
    describe: async (names) => (await client.invoke('describe_models', { names })).models,
    later,
    now: () => performance.now(),
  });

  /** What lives beside the store: details, previews and faults. */
  const applyAside = (event: AppEvent) => {
    if (event.type === 'asset.added' || event.type === 'asset.updated') {
      details.put(event.asset);
      if (!event.asset.missing) faults.found(event.asset.asset_id);
    } else if (event.type === 'asset.removed') details.remove(event.asset_id);
    else if (event.type === 'job.preview') previews.put(event.prompt_id, event.bytes, event.mime_type);
    else if (event.type === 'job.changed' && isFinal(event.job.status)) previews.release(event.job.prompt_id);
    else if (event.type === 'notice') mention(event.notice);
    // The engine is back, or a file was read at last.
    const came = event.type === 'engine.changed' && event.engine.state === 'ready';
    if (came) models.forget();
    if (came || event.type === 'asset.updated') faults.retryMissing();
  };

  const found = createFound({ store, client, later });
  store.subscribe((state, before) => {
    if (state.found !== before.found && state.filter.place === 'bin') details.doubtGone();
  });
  const follower: Follower = follow({
    client,
    later,
    targets: {
      snapshot(answer) {
        store.setState(fromSnapshot(answer));
        for (const notice of answer.notices) mention(notice);
      },
      snapshotFailed: (snapshotError) => store.setState({ snapshot: 'failed', snapshotError }),
      gallery: (answer) => store.setState(fromGalleryIndex(answer)),
      galleryFailed: (galleryError) => store.setState({ gallery: 'failed', galleryError }),
      events(events, again) {
        if (!again) for (const event of events) applyAside(event);
        store.setState((state) => reduceAll(state, events));
        for (const event of events) found.event(event);
      },
    },
  });

  client.invoke('get_window_state', {}).then(
    (window) => store.setState({ window, windowReady: true }),
    () => store.setState({ window: { ...initialWindowState, welcomed: true }, windowReady: true }),
  );
  client.invoke('get_startup_fault', {}).then(
    ({ fault }) => store.setState({ startupFault: fault }),
    () => store.setState({ startupFault: null }),
  );

  return {
    client,
    store,
    details,
    previews,
    faults,
    thumbnails,
    waveforms: createWaveforms(faults, (asset_id, peaks) => client.invoke('keep_peaks', { asset_id, peaks })),
    models,
    picture: { current: null },
    history: createHistory({ changed: (undoable) => store.setState({ undoable }), onError: fail }),
    openedAt: Date.now(),
    set: (place) => store.setState(place),
    setWindow(values) {
      store.setState((state) => ({ window: { ...state.window, ...values } }));
      client.invoke('set_window_state', values).catch(fail);
    },
    toast,
    fail,
    reload: follower.reload,
    dispose() {
      follower.dispose();
      found.dispose();
    },
  };
}
