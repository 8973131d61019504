/** For tests: libraries with a real registry and a real media room, over files of a ComfyUI that is a map. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AssetManifest, ManifestRecord } from '../shared/manifest.js';
import type { TransferStatus } from '../shared/transfer.js';
import { createMedia, type Media } from './media/index.js';
import { openRegistry, type Registry } from './registry/index.js';
import { createTestClock, type TestClock } from './registry/testing.js';
import { silentLogger } from './system.js';
import { createTransferRoom, type TransferRoom } from './transfer/index.js';
import type { TransferOptions } from './transfer/transfer.js';
import { createTransfers } from './transfers.js';

export interface Library {
  dir: string;
  clock: TestClock;
  registry: Registry;
  media: Media;
  transfer: TransferRoom;
  /** What ComfyUI has, by file name. */
  files: Map<string, Uint8Array>;
  told: TransferStatus[];
  /** Another transfer room on this library. */
  room(options: Partial<TransferOptions>): TransferRoom;
  /** Everything it knows, in the order of its rows. */
  records(): ManifestRecord[];
  bytesOf(asset: Pick<AssetManifest, 'asset_id'>): Promise<Buffer>;
}

export interface TransferBench {
  /** A folder for exports. */
  dir: string;
  library(): Library;
  dispose(): Promise<void>;
}

export function createTransferBench(): TransferBench {
  const dir = mkdtempSync(path.join(tmpdir(), 'transfer-'));
  const opened: Library[] = [];
  return {
    dir,
    library() {
      const library = openLibrary(path.join(dir, `library-${opened.length}`));
      opened.push(library);
      return library;
    },
    async dispose() {
      for (const { transfer, media, registry } of opened) {
        await transfer.stop();
        await media.close();
        await registry.close();
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function openLibrary(dir: string): Library {
  mkdirSync(dir);
  const clock = createTestClock();
  const files = new Map<string, Uint8Array>();
  const told: TransferStatus[] = [];
  const registry = openRegistry({
    file: path.join(dir, 'library.db'),
    emit() {},
    clock,
    logger: silentLogger,
    assetTtlHours: () => 24,
  });
  const media = createMedia({
    cacheDir: path.join(dir, 'cache'),
    async fetchOriginal({ filename }) {
      const bytes = files.get(filename);
      if (bytes === undefined) throw new Error('it is not there');
      return { body: chunks(bytes), size: bytes.byteLength };
    },
    cacheLimitBytes: () => 2 ** 30,
    clock: { ...clock, now: () => Date.now() },
    logger: silentLogger,
  });
  const bus = {
    emit(event: { type: string; transfer?: TransferStatus }) {
      if (event.transfer !== undefined) told.push(event.transfer);
    },
  };
  const ports = { registry, media, bus, clock, dataDir: dir, version: '1.2.3' };
  const assetOf = (assetId: string) => {
    const asset = registry.transfer.asset(assetId);
    if (asset === undefined) throw new Error(`there is no ${assetId}`);
    return asset;
  };
  return {
    dir,
    clock,
    registry,
    media,
    transfer: createTransfers(ports),
    files,
    told,
    room: (options) =>
      createTransferRoom({
        records: registry.transfer,
        bytes: {
          original: (assetId, signal) => media.original(assetOf(assetId), signal),
          has: async () => false,
          keep: media.keep,
        },
        dataDir: dir,
        program: '1.2.3',
        tell: (status) => void told.push(status),
        clock,
        ...options,
      }),
    records: () => [
      ...registry.transfer.jobs(0, 1000).map(({ record }) => record),
      ...registry.transfer.assets(0, registry.transfer.lastRow(), 1000).map(({ record }) => record),
      ...registry.transfer.others(),
    ],
    bytesOf: async ({ asset_id }) => readFileSync((await media.original(assetOf(asset_id))).path),
  };
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 4096) yield bytes.subarray(at, at + 4096);
}
