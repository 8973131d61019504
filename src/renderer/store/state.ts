/** What the window knows, and the pure step from one event to the next state. */
import type { Asset } from '../../shared/asset.js';
import type { Batch } from '../../shared/batch.js';
import type { OperationOutput } from '../../shared/contract.js';
import { initialWindowState, type WindowState } from '../../shared/desktop.js';
import type { ErrorValue } from '../../shared/errors.js';
import type { AppEvent } from '../../shared/events.js';
import { isFinal, type Job } from '../../shared/job.js';
import type { ImportStatus } from '../../shared/library.js';
import type { Notice } from '../../shared/notice.js';
import type { SettingsView } from '../../shared/settings.js';
import type { EndpointStatus, EngineStatus } from '../../shared/status.js';
import { idleTransfer, type TransferStatus } from '../../shared/transfer.js';
import type { Workflow } from '../../shared/workflow.js';
import { emptyIndex, type GalleryIndex, indexFrom, withAsset, withChanges, withoutAsset } from './gallery-index.js';

export type Loaded = 'loading' | 'ready' | 'failed';

/** The part of the state that follows the event stream. */
export interface FollowedState {
  snapshot: Loaded;
  snapshotError: ErrorValue | null;
  gallery: Loaded;
  galleryError: ErrorValue | null;
  version: string;
  testBuild: boolean;
  engine: EngineStatus | null;
  endpoint: EndpointStatus | null;
  settings: SettingsView | null;
  workflows: readonly Workflow[];
  jobs: ReadonlyMap<string, Job>;
  /** The latest batches, and those that have not ended, by id. */
  batches: ReadonlyMap<string, Batch>;
  /** New jobs wait in the app until the person resumes sending. */
  sendingPaused: boolean;
  index: GalleryIndex;
  /** What the person has to be told, the oldest first; it stays until they put it away. */
  notices: readonly Notice[];
  /** The export, backup or restore that runs. */
  transfer: TransferStatus;
  window: WindowState;
  /** How far an import has come; null when none was heard of. */
  importing: ImportStatus | null;
}

export const initialFollowed: FollowedState = {
  snapshot: 'loading',
  snapshotError: null,
  gallery: 'loading',
  galleryError: null,
  version: '',
  testBuild: false,
  engine: null,
  endpoint: null,
  settings: null,
  workflows: [],
  jobs: new Map(),
  batches: new Map(),
  sendingPaused: false,
  index: emptyIndex,
  notices: [],
  transfer: idleTransfer,
  window: initialWindowState,
  importing: null,
};

/** Finished jobs kept in memory; older ones are history, which the gallery tells better. */
const finishedJobsKept = 300;

export function fromSnapshot(snapshot: OperationOutput<'get_snapshot'>): Partial<FollowedState> {
  return {
    snapshot: 'ready',
    snapshotError: null,
    version: snapshot.version,
    testBuild: snapshot.test_build,
    engine: snapshot.engine,
    endpoint: snapshot.endpoint,
    settings: snapshot.settings,
    workflows: snapshot.workflows,
    jobs: new Map(snapshot.jobs.map((job) => [job.prompt_id, job])),
    batches: new Map(snapshot.batches.map((batch) => [batch.batch_id, batch])),
    sendingPaused: snapshot.sending_paused,
    notices: snapshot.notices,
  };
}

export function fromGalleryIndex(answer: OperationOutput<'get_gallery_index'>): Partial<FollowedState> {
  return { gallery: 'ready', galleryError: null, index: indexFrom(answer) };
}

/** The state after an event; the same object where the event changes nothing of it. Applying one twice is harmless. */
export function reduce(state: FollowedState, event: AppEvent): FollowedState {
  switch (event.type) {
    case 'asset.added': {
      const index = withAsset(state.index, event.asset);
      return index === state.index ? state : { ...state, index };
    }
    case 'asset.removed': {
      const index = withoutAsset(state.index, event.asset_id);
      return index === state.index ? state : { ...state, index };
    }
    case 'job.changed':
      return { ...state, jobs: trimJobs(new Map(state.jobs).set(event.job.prompt_id, event.job)) };
    case 'batch.added':
      return { ...state, batches: new Map(state.batches).set(event.batch.batch_id, event.batch) };
    case 'job.progress': {
      const job = state.jobs.get(event.prompt_id);
      if (job === undefined || isFinal(job.status)) return state;
      const running: Job = { ...job, status: 'running', position: null, progress: event.progress };
      return { ...state, jobs: new Map(state.jobs).set(event.prompt_id, running) };
    }
    case 'sending.changed':
      return { ...state, sendingPaused: event.paused };
    case 'engine.changed':
      return { ...state, engine: event.engine };
    case 'endpoint.changed':
      return { ...state, endpoint: event.endpoint };
    case 'transfer.progress':
      return { ...state, transfer: event.transfer };
    case 'settings.changed':
      return { ...state, settings: event.settings };
    case 'import.progress':
      return { ...state, importing: event.import };
    case 'notice':
      return state.notices.some(({ message }) => message === event.notice.message)
        ? state
        : { ...state, notices: [...state.notices, event.notice] };
    default:
      return state;
  }
}

/** The state after events in order. Assets that came and went go into the index at once: each copy of it costs. */
export function reduceAll(state: FollowedState, events: readonly AppEvent[]): FollowedState {
  const changes = new Map<string, Asset | null>();
  let next = state;
  for (const event of events) {
    if (event.type === 'asset.added') note(changes, event.asset.asset_id, event.asset);
    else if (event.type === 'asset.removed') note(changes, event.asset_id, null);
    else next = reduce(next, event);
  }
  const index = withChanges(state.index, changes);
  return index === state.index ? next : { ...next, index };
}

/** The latest is what holds, and comes last. */
function note(changes: Map<string, Asset | null>, assetId: string, change: Asset | null): void {
  changes.delete(assetId);
  changes.set(assetId, change);
}

function trimJobs(jobs: Map<string, Job>): Map<string, Job> {
  const finished = [...jobs.values()].filter((job) => isFinal(job.status));
  if (finished.length <= finishedJobsKept) return jobs;
  finished.sort((a, b) => (a.finished_at ?? '').localeCompare(b.finished_at ?? ''));
  for (const job of finished.slice(0, finished.length - finishedJobsKept)) jobs.delete(job.prompt_id);
  return jobs;
}

/** Jobs at work or in line: running first, then by their place, then by age. */
export function unfinishedJobs(jobs: ReadonlyMap<string, Job>): Job[] {
  return [...jobs.values()]
    .filter((job) => !isFinal(job.status))
    .sort(
      (a, b) =>
        Number(b.status === 'running') - Number(a.status === 'running') ||
        (a.position ?? Number.MAX_SAFE_INTEGER) - (b.position ?? Number.MAX_SAFE_INTEGER) ||
        a.created_at.localeCompare(b.created_at),
    );
}
