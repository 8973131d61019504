/** What the tests of this room share: a project in a folder of its own, pictures, and a publisher over files in memory. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Asset } from '../../shared/asset.js';
import { plainAsset } from '../../shared/asset.testing.js';
import { AppError } from '../../shared/errors.js';
import { sharp } from '../sharp.js';
import { silentLogger, systemClock } from '../system.js';
import { createPublisher, type Publisher, type PublisherPorts } from './publisher.js';

export interface Studio {
  /** A real path: `project` and `comfy` (ComfyUI's output folder) lie in it. */
  dir: string;
  project: string;
  comfy: string;
  /** Puts the bytes where the cache would have them. */
  cached(filename: string, bytes: Uint8Array): Asset;
  /** An asset whose bytes nobody but ComfyUI's folder has. */
  uncached(filename: string, subfolder?: string): Asset;
  open(ports?: Partial<PublisherPorts>): Publisher;
  /** Names in a folder of the project, all levels. */
  names(folder: string): string[];
  dispose(): void;
}

export function createStudio(): Studio {
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'publish-')));
  // Another user, as whom the tests of unwritable folders run, has to get in.
  chmodSync(dir, 0o755);
  const [project, comfy, cache] = ['project', 'comfy/output', 'cache'].map((name) => path.join(dir, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [project, comfy, cache]) mkdirSync(folder, { recursive: true });
  return {
    dir,
    project,
    comfy,
    cached(filename, bytes) {
      writeFileSync(path.join(cache, filename), bytes);
      return assetOf(filename);
    },
    uncached: (filename, subfolder = '') => ({ ...assetOf(filename), subfolder }),
    open: (ports = {}) =>
      createPublisher({
        projectPlace: () => ({
          configured: undefined,
          cwd: project,
          home: path.join(dir, 'home'),
          program: 'headless',
          own: dir,
        }),
        outputPlace: async () => ({ configured: undefined, argv: [], local: false, home: dir }),
        async original({ filename }) {
          const file = path.join(cache, filename);
          if (existsSync(file)) return { path: file };
          throw new AppError('COMFYUI_UNREACHABLE', 'ComfyUI does not answer.');
        },
        fileOf: ({ subfolder, filename, bytes_size }) => ({ subfolder, filename, size: bytes_size }),
        clock: systemClock,
        logger: silentLogger,
        ...ports,
      }),
    names: (folder) =>
      readdirSync(path.join(project, folder), { recursive: true, encoding: 'utf8' }).sort((a, b) => (a < b ? -1 : 1)),
    dispose: () => rmSync(dir, { recursive: true, force: true }),
  };
}

export function assetOf(filename: string): Asset {
  return plainAsset({ asset_id: '3F2504E0-4f89-41d3-9a0c-0305e82c3301', filename, prompt_id: 'p1' });
}

/** Noise, which nothing compresses well, as raw pixels of a picture. */
export function noise(width: number, height: number) {
  const pixels = Buffer.alloc(width * height * 3);
  let state = 12_345;
  for (let at = 0; at < pixels.length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    pixels[at] = state >>> 24;
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

export function plain(width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: '#aa5522' } });
}

/** Never aborted. */
export const going = new AbortController().signal;

/** Runs `work` as a user who may not write everywhere; where the tests are not root's that is who they are. */
export async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

/** The error that `work` throws. */
export function codeThrown(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
