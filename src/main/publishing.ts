/** The publishing room's ports: the project of the settings, the bytes of the media room, what ComfyUI says of itself. */
import path from 'node:path';
import type { Engine } from './engine.js';
import type { Media } from './media/index.js';
import type { Clock, Logger } from './ports.js';
import { createPublisher, type Publisher } from './publish/index.js';
import type { Registry } from './registry/index.js';
import type { SettingsStore } from './settings.js';

/** Milliseconds ComfyUI has to tell its command line: the usual places are looked at all the same. */
const askMs = 2000;

export interface PublishingOptions {
  program: 'desktop' | 'headless';
  settings: SettingsStore;
  /** Folder of the workflows that come with the program; it lies in the program's own. */
  bundledWorkflows: string;
  engine: Pick<Engine, 'backend' | 'client' | 'status'>;
  registry: Registry;
  media: Pick<Media, 'original'>;
  clock: Clock;
  logger: Logger;
}

export function createPublishing(options: PublishingOptions): Publisher {
  const { program, settings, bundledWorkflows, engine, registry, media, clock, logger } = options;
  /** What each ComfyUI said last, for the time it is away. */
  const told = new Map<string, readonly string[]>();

  const argvOf = async (backend: string): Promise<readonly string[]> => {
    if (engine.status().state === 'ready') {
      try {
        const stats = await engine.client()?.systemStats({ timeoutMs: askMs });
        if (stats?.system.argv) told.set(backend, stats.system.argv);
      } catch (error) {
        logger.debug('ComfyUI did not tell its command line', { error });
      }
    }
    return told.get(backend) ?? [];
  };

  return createPublisher({
    projectPlace: () => ({
      configured: settings.folder('publish_root'),
      cwd: settings.cwd,
      home: settings.home,
      program,
      own: path.dirname(bundledWorkflows),
    }),
    async outputPlace() {
      const backend = engine.backend();
      return {
        configured: settings.folder('comfyui_output_root'),
        argv: await argvOf(backend),
        local: isLocal(backend),
        home: settings.home,
      };
    },
    original: media.original,
    fileOf(asset) {
      const place = registry.assets.location(asset.asset_id);
      const elsewhere = place === undefined || place.superseded || place.backend === 'demo';
      if (elsewhere || place.folder_type !== 'output') return undefined;
      // Of two ComfyUIs each has its own folder: the one that is found by itself belongs to the one in use.
      if (place.backend !== engine.backend() && settings.folder('comfyui_output_root') === undefined) return undefined;
      return { subfolder: place.subfolder, filename: place.filename, size: asset.bytes_size };
    },
    clock,
    logger: logger.child('publish'),
  });
}

/** Names of engines are told in `backendOf`: every loopback name is `localhost` there. */
function isLocal(backend: string): boolean {
  return /^https?:\/\/localhost(:|\/|$)/.test(backend);
}
