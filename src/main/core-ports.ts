/** What a core is made of, and what it offers to the programs that open doors onto it. */
import type { Handlers } from '../shared/contract.js';
import type { Notice } from '../shared/notice.js';
import type { EndpointStatus, EngineStatus } from '../shared/status.js';
import type { ThumbnailSize } from '../shared/thumbnail.js';
import type { createAtHand } from './at-hand.js';
import type { Bus } from './bus.js';
import type { Stillness } from './data-folder.js';
import type { Launch } from './endpoint-file.js';
import type { Files } from './files.js';
import type { TakeOverOptions } from './handover.js';
import type { MediaFile, PosterDrawer } from './media/index.js';
import type { Clock, Logger } from './ports.js';
import type { SettingsStore } from './settings.js';
import type { TemplatePicture } from './template-pictures.js';

export interface CoreOptions {
  program: 'desktop' | 'headless';
  settings: SettingsStore;
  version: string;
  testBuild: boolean;
  /** Folder of the workflows that come with the product; never written to. */
  bundledWorkflows: string;
  /** Folder of the built scripts of threads; without it their work is done in this thread, as in tests. */
  threads?: string;
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  logger: Logger;
  /** Who started it; a person when absent. */
  startedBy?: TakeOverOptions['startedBy'];
  /** Whom it takes the data directory over from; from nobody when absent. */
  takeOverFrom?: TakeOverOptions['from'];
  /** Ends the program when the desktop app takes over; where absent it never does. */
  end?: () => void;
  /** How a stdio bridge starts the program again. */
  launch?: Launch;
  /** Draws stills of films, where there is something that can. */
  posters?: PosterDrawer;
  /** What copies of results are written through; the disk's own when absent. */
  files?: Files;
}

export interface Core {
  handlers: Handlers;
  listen: Bus['listen'];
  assets: {
    thumbnail(assetId: string, size: ThumbnailSize): Promise<MediaFile>;
    thumbnailsAtHand: ReturnType<typeof createAtHand>;
    peaks(assetId: string): Promise<MediaFile>;
    original(assetId: string): Promise<MediaFile>;
    /** The picture of a template of the engine: see `templatePicture`. */
    template(key: string, ending: string): Promise<TemplatePicture>;
    modelPicture(folder: string, name: string): Promise<MediaFile>;
  };
  original(assetId: string): Promise<MediaFile & { filename: string }>;
  engine(): EngineStatus;
  endpoint(): EndpointStatus;
  /** What the person has to be told, so far. */
  notices(): readonly Notice[];
  /** Keeps new jobs back until the core is stopped, or `letGo`. @throws AppError VALIDATION_ERROR while work is under way. */
  holdStill(): Stillness;
  /** Opens the doors. The desktop goes on without an endpoint; the headless program is nothing without one. */
  start(): Promise<void>;
  /** Puts everything away; what runs at the engine goes on there and is taken up at the next start. */
  stop(): Promise<void>;
}
