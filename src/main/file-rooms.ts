/** Builds what works on the files of assets: media, import, intake, care, export. */
import path from 'node:path';
import type { Asset } from '../shared/asset.js';
import type { Notice } from '../shared/notice.js';
import type { Bus } from './bus.js';
import { embeddedParameters, readEmbedded, sampledHash, stripMetadata } from './embedded/index.js';
import type { Engine } from './engine.js';
import type { Files } from './files.js';
import { createImporting, localFile } from './importing.js';
import { createIntake } from './intake.js';
import type { JobEngine } from './jobs/engine.js';
import { createLibraryCare } from './library-care.js';
import { createMedia, createMediaReader, type Media, type MediaFacts, type PosterDrawer } from './media/index.js';
import { createOriginals } from './originals.js';
import type { Clock, Logger } from './ports.js';
import type { Registry } from './registry/index.js';
import type { SettingsStore } from './settings.js';
import { threadOf } from './threads.js';
import { createTransfers } from './transfers.js';
import type { Trouble } from './trouble.js';
import { type ConvertWork, convertWork } from './workflows/index.js';

/** Files that an earlier run left unread, taken in when the engine is there: more come with the next time. */
const unreadAtOnce = 200;
/** Megabytes for reading graphs of strangers: the largest that is read takes a tenth of it. */
const convertingMb = 512;

export interface FileRoomsPorts {
  registry: Registry;
  engine: Engine;
  jobs: JobEngine;
  settings: SettingsStore;
  /** The demo engine's data folder. */
  demoRoot: string;
  posters: PosterDrawer | undefined;
  /** What copies are written through; the disk's own when absent. */
  files: Files | undefined;
  /** The built script of a thread; undefined where its work is done in this one. */
  script(name: string): string | undefined;
  bus: Bus;
  trouble: Trouble;
  notify(notice: Notice): void;
  version: string;
  clock: Clock;
  logger: Logger;
}

export function createFileRooms(ports: FileRoomsPorts) {
  const { registry, engine, jobs, settings, demoRoot, bus, trouble, notify, version, clock, logger } = ports;
  const root = settings.dataDir;
  const mediaScript = ports.script('media-thread');
  const media = createMedia({
    cacheDir: path.join(root, 'cache'),
    fetchOriginal: createOriginals({
      engine,
      demoRoot,
      location: registry.assets.location,
      text: registry.assets.text,
      found: (assetId, there) => registry.assets.setMissing(assetId, !there),
    }),
    localFile: (asset) => localFile(registry, asset.asset_id),
    cacheLimitBytes: () => settings.values.cache_limit_bytes,
    reader: mediaScript === undefined ? undefined : createMediaReader({ script: mediaScript }),
    posters: ports.posters,
    files: ports.files,
    clock,
    logger: logger.child('media'),
  });
  const importing = createImporting({
    registry,
    original: media.original,
    exclude: [root],
    script: ports.script,
    listen: bus.listen,
    emit: bus.emit,
    clock,
    logger: logger.child('import'),
  });
  const intake = createIntake({
    listen: bus.listen,
    unread: () => registry.assets.withoutFacts(engine.backend(), unreadAtOnce),
    adopt: (asset) => adopt(media, registry, asset),
    prepare: media.prepare,
    setFacts: registry.assets.setFacts,
    failed: trouble.failed,
    clock,
    logger: logger.child('media'),
  });
  const care = createLibraryCare({
    registry,
    media,
    engine,
    jobs,
    intake,
    trouble,
    notify,
    async readEmbedded(file) {
      const embedded = await readEmbedded(file);
      return { graph: embedded.graph, parameters: embeddedParameters(embedded) };
    },
    clock,
    logger: logger.child('library'),
  });
  const transfer = createTransfers({ registry, media, strip: stripMetadata, bus, clock, dataDir: root, version });
  const converting = threadOf<ConvertWork>(ports.script('converting-thread'), () => convertWork(readEmbedded), {
    heapMb: convertingMb,
  });
  return { media, importing, intake, care, transfer, converting };
}

/** Facts for the library, and samples, so that the same file is known when it is found in a folder. */
async function adopt(media: Media, { sources }: Registry, asset: Asset): Promise<MediaFacts> {
  const facts = await media.adopt(asset);
  const { path: file, size } = await media.original(asset);
  sources.absorb(asset.asset_id, await sampledHash(file, size));
  return facts;
}
