/** For tests: libraries with a real registry and a real media room, over files of a ComfyUI that is a map. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AppEventBody } from '../shared/events.js';
import type { AssetManifest, ManifestRecord } from '../shared/manifest.js';
import type { TransferStatus } from '../shared/transfer.js';
import { createMedia, type Media } from './media/index.js';
import { openRegistry, packDocument, type Registry } from './registry/index.js';
import { completed, createTestClock, newJob, output, type TestClock } from './registry/testing.js';
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
  /** What the registry told. */
  events: AppEventBody[];
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
  const events: AppEventBody[] = [];
  const registry = openRegistry({
    file: path.join(dir, 'library.db'),
    emit: (event) => void events.push(event),
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
    events,
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

export const hugeSeed = 18446744073709551615n;
const day = 24 * 3_600_000;

/** A library with something of everything. */
export async function fill(library: Library): Promise<void> {
  const { registry, clock, files } = library;
  const graph = { '3': { class_type: 'KSampler', inputs: { seed: hugeSeed, denoise: 0.1 + 0.2, model: ['4', 0] } } };
  const make = (id: string, outputs: Parameters<typeof output>[], more = {}) => {
    registry.jobs.insert(newJob(id, { graph, ...more }));
    const made = outputs.map(([name, facts]) => output(name, facts));
    const history = { outputs: { '9': {} }, seed: hugeSeed, limit: Number.POSITIVE_INFINITY };
    return registry.jobs.finish(id, completed(made, { history, finished_ms: clock.time }))?.assets ?? [];
  };
  for (const name of ['fox.png', 'Fox.png', 'für später 🦊.webp', 'con.png', 'a:b?.png', `${'狐'.repeat(80)}.png`]) {
    files.set(name, Buffer.from(`bytes of ${name}`.repeat(1000)));
  }
  const [fox, capital] = make('one', [['fox.png'], ['Fox.png'], ['für später 🦊.webp']]);
  make(
    'two',
    [
      ['con.png', { subfolder: 'a/b' }],
      ['a:b?.png', { folder_type: 'temp' }],
    ],
    { session_id: 's2' },
  );
  // The same file from ComfyUI's cache, an asset regenerated from another, words without a file, a file that is gone.
  make('cached', [['fox.png', { cached: true }]]);
  make('child', [[`${'狐'.repeat(80)}.png`]], { parent_asset_id: fox?.asset_id ?? null });
  make('words', [['words.txt', { text: 'line one\nline "two" \u2028 ü' }]]);
  const [gone] = make('gone', [['gone.png']]);
  clock.time += day / 2;
  registry.curation.curate(fox?.asset_id ?? '', { rating: 5, tags: ['sea', 'Für später'], albums: ['Best of'] });
  registry.curation.remove([capital?.asset_id ?? '', gone?.asset_id ?? '']);
  registry.assets.setFacts(fox?.asset_id ?? '', { width: 64, height: 32, bytes_size: 16_000 });
  registry.collections.addAlbum('Empty one');
  registry.collections.saveSearch({ name: 'Foxes', query: 'fox rating:>=4', sort: 'rating' });
  registry.sessions.touch({ session_id: 's1', kind: 'explicit', client_name: 'agent', client_version: null });
  registry.jobs.insert(newJob('failed'));
  const error = { code: 'EXECUTION_FAILED' as const, message: 'no', details: { seed: 2 ** 64 } };
  registry.jobs.finish('failed', completed([], { status: 'error', error }));
  imported(library);
  clock.time += 10 * day;
}

/** A file of a folder of this machine. */
function imported({ registry, files }: Library): void {
  files.set('old.png', Buffer.from('an old picture'));
  const folder = registry.sources.add('/home/person/Pictures', true);
  const facts = { width: 8, height: 8, duration_seconds: null, animated: false, same_as: null };
  const graph = { packed: packDocument({ '1': { class_type: 'X', inputs: {} } }), hash: 'abc' };
  const file = { path: 'sub/old.png', bytes_size: 14, modified_ms: 1_600_000_000_000, sample_hash: 'ff', ...facts };
  const more = { parameters: { prompt: 'old', seed: 1 }, graph, workflow: packDocument({ nodes: [] }) };
  registry.sources.register(folder.id, [{ ...file, ...more }], { tell: false });
}

export function assetsOf(library: Library): AssetManifest[] {
  return library.records().filter((record) => record.kind === 'asset');
}
