/**
 * The one event stream. Facts (assets, jobs) are emitted after the database has them; `job.progress`, `job.preview`,
 * `import.progress` and `transfer.progress` are ephemeral: the newest wins and nothing is lost when one is missed. `seq` rises by one with every event, so a
 * follower that sees a gap reads the state anew.
 */
import type { Asset } from './asset.js';
import type { Batch } from './batch.js';
import type { DefaultChange } from './default-changes.js';
import type { Job, Progress } from './job.js';
import type { ImportStatus } from './library.js';
import type { Notice } from './notice.js';
import type { SettingsView } from './settings.js';
import type { EndpointStatus, EngineStatus } from './status.js';
import type { TransferStatus } from './transfer.js';

export type AppEventBody =
  | { type: 'asset.added'; asset: Asset }
  | { type: 'asset.updated'; asset: Asset }
  | { type: 'asset.removed'; asset_id: string }
  /** More has changed than is told singly: read the index anew. */
  | { type: 'library.changed' }
  /** Albums or saved searches. */
  | { type: 'collections.changed' }
  /** Folders whose files are in the library. */
  | { type: 'sources.changed' }
  | { type: 'import.progress'; import: ImportStatus }
  | { type: 'transfer.progress'; transfer: TransferStatus }
  /** A batch was begun; how far it is, its jobs tell. */
  | { type: 'batch.added'; batch: Batch }
  | { type: 'job.changed'; job: Job }
  | { type: 'job.progress'; prompt_id: string; progress: Progress }
  | { type: 'job.preview'; prompt_id: string; mime_type: string; bytes: Uint8Array }
  | { type: 'sending.changed'; paused: boolean }
  | { type: 'engine.changed'; engine: EngineStatus }
  | { type: 'endpoint.changed'; endpoint: EndpointStatus }
  | { type: 'workflows.changed' }
  /** What was changed, or taken back; empty when a call left everything as it was. */
  | { type: 'defaults.changed'; changes: readonly DefaultChange[] }
  | { type: 'settings.changed'; settings: SettingsView }
  | { type: 'notice'; notice: Notice };

export type AppEvent = AppEventBody & { seq: number };
export type AppEventType = AppEvent['type'];
