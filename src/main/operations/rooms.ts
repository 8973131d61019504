/** What the operations join: every room, as core.ts has built it. */
import type { Asset } from '../../shared/asset.js';
import type { Notice } from '../../shared/notice.js';
import type { EndpointStatus } from '../../shared/status.js';
import type { Bus } from '../bus.js';
import type { ContactSheets } from '../contact-sheets.js';
import type { Defaults, DefaultsCheck } from '../defaults/index.js';
import type { Engine } from '../engine.js';
import type { Importing } from '../importing.js';
import type { Inputs } from '../inputs/index.js';
import type { Intake } from '../intake.js';
import type { JobEngine } from '../jobs/engine.js';
import type { Media } from '../media/index.js';
import type { ModelFiles } from '../model-files.js';
import type { Clock, Logger } from '../ports.js';
import type { Presets } from '../presets.js';
import type { Publisher } from '../publish/index.js';
import type { Registry } from '../registry/index.js';
import type { SettingsStore } from '../settings.js';
import type { Thread } from '../threads.js';
import type { TransferRoom } from '../transfer/index.js';
import type { ConvertWork, WorkflowLibrary } from '../workflows/index.js';

export interface Rooms {
  version: string;
  testBuild: boolean;
  settings: SettingsStore;
  library: WorkflowLibrary;
  defaults: Defaults;
  defaultsCheck: Pick<DefaultsCheck, 'fieldOf'>;
  engine: Engine;
  jobs: JobEngine;
  registry: Registry;
  media: Media;
  modelFiles: ModelFiles;
  presets: Presets;
  publisher: Publisher;
  inputs: Inputs;
  /** Contact sheets of batches. */
  sheets: ContactSheets;
  intake: Intake;
  importing: Importing;
  transfer: TransferRoom;
  /** The thread that reads and converts graphs. */
  converting: Pick<Thread<ConvertWork>, 'ask'>;
  bus: Bus;
  clock: Clock;
  logger: Logger;
  notices: Notice[];
  assetUrl(asset: Asset): string;
  endpoint(): EndpointStatus;
  /** Applies settings that were just written: those that changed, and all that were given. */
  applySettings(changed: readonly string[], given: readonly string[]): Promise<void>;
}
