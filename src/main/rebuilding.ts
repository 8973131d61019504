/**
 * After damage: what the engine's history tells and what lies in the cache comes back into the library. Files whose
 * record is lost are registered again under the ids they had, with the graph that is written in them.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Parameters } from '../shared/asset.js';
import { toErrorValue } from '../shared/errors.js';
import type { Notice } from '../shared/notice.js';
import type { Graph } from '../shared/workflow.js';
import type { Engine } from './engine.js';
import type { Intake } from './intake.js';
import type { JobEngine } from './jobs/engine.js';
import type { Media, StoredOriginal } from './media/index.js';
import type { Clock, Logger } from './ports.js';
import type { RecoveryReport, Registry } from './registry/index.js';

/** Reads what the maker of a file wrote into it. */
export type ReadEmbedded = (path: string) => Promise<{ graph?: Graph; parameters: Parameters }>;

export interface RebuildingPorts {
  registry: Pick<Registry, 'recovery' | 'jobs'>;
  media: Pick<Media, 'stored' | 'keepStored' | 'forget' | 'original'>;
  engine: Pick<Engine, 'ready'>;
  jobs: Pick<JobEngine, 'importHistory'>;
  intake: Pick<Intake, 'settled'>;
  readEmbedded: ReadEmbedded;
  clock: Clock;
  logger: Logger;
}

/** Times, a second apart, that the engine is asked for its history before the cache is taken for all there is. */
const engineTries = 15;
/** Milliseconds for the files of the history to come. */
const settleMs = 120_000;
const atOnce = 100;

/** Takes back what can be had and answers how many assets came from where. Stops when the signal is aborted. */
export async function rebuild(
  ports: RebuildingPorts,
  signal: AbortSignal,
): Promise<{ history: number; files: number }> {
  // First, as it knows more of a file than the file itself.
  const history = await fromHistory(ports, signal);
  const { registry, media, logger } = ports;
  let files = 0;
  let batch: StoredOriginal[] = [];
  const flush = async () => {
    const unknown = new Set(registry.recovery.unknown(batch.map(({ asset_id }) => asset_id)));
    for (const stored of batch) {
      signal.throwIfAborted();
      if (!unknown.has(stored.asset_id)) continue;
      try {
        if (await takeBack(ports, stored)) files += 1;
      } catch (error) {
        logger.warn('a file could not be taken back', { path: stored.path, error: toErrorValue(error) });
      }
    }
    batch = [];
  };
  for await (const stored of media.stored()) {
    batch.push(stored);
    if (batch.length === atOnce) await flush();
  }
  await flush();
  return { history, files };
}

async function fromHistory(ports: RebuildingPorts, signal: AbortSignal): Promise<number> {
  const { engine, jobs, intake, registry, clock, logger } = ports;
  for (let tries = 0; tries < engineTries; tries += 1) {
    try {
      await engine.ready();
      const { assets, prompt_ids } = await jobs.importHistory(signal);
      const ids = prompt_ids.flatMap((id) => registry.jobs.get(id)?.asset_ids ?? []);
      await intake.settled(ids, AbortSignal.any([signal, AbortSignal.timeout(settleMs)]));
      return assets;
    } catch (error) {
      signal.throwIfAborted();
      logger.debug('the history of the engine can not be had yet', { error: toErrorValue(error) });
      await clock.sleep(1000, signal);
    }
  }
  return 0;
}

/** False for what is an asset already, under another id. */
async function takeBack({ registry, media, readEmbedded, logger }: RebuildingPorts, stored: StoredOriginal) {
  if (await isKnown(registry, media, stored)) {
    await media.forget(stored);
    return false;
  }
  const path = await media.keepStored(stored);
  const { graph, parameters } = await readEmbedded(path).catch((error: unknown) => {
    logger.debug('nothing could be read from a file', { path, error: toErrorValue(error) });
    return { graph: undefined, parameters: {} };
  });
  const { asset_id, filename, made_ms } = stored;
  const made = { asset_id, filename, created_ms: made_ms, parameters, ...(graph === undefined ? {} : { graph }) };
  return registry.recovery.register(made) !== undefined;
}

async function isKnown(
  { recovery }: Pick<Registry, 'recovery'>,
  media: Pick<Media, 'original'>,
  { path, size }: StoredOriginal,
): Promise<boolean> {
  const alike = recovery.ofSize(size);
  if (alike.length === 0) return false;
  const wanted = await hashOf(path);
  for (const asset of alike) {
    const same = await media.original(asset).then(
      async (file) => (await hashOf(file.path)) === wanted,
      () => false, // what can't be had can't be compared
    );
    if (same) return true;
  }
  return false;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** What the person is told in the end. */
export function recoveryNotice(report: RecoveryReport, found: { history: number; files: number }): Notice {
  const { aside, restored_ms, salvaged } = report;
  const sentences = [
    aside === null ? 'The library file was gone.' : `The library file was damaged. It was kept as ${aside}.`,
    restored_ms === null
      ? 'There was no good copy of it, and a new library was started.'
      : `It was restored as of ${new Date(restored_ms).toLocaleString()}.`,
    ...(salvaged.assets > 0 ? [`${several(salvaged.assets)} could still be read from the damaged file.`] : []),
    ...(found.history > 0 ? [`${several(found.history)} came from ComfyUI’s history.`] : []),
    ...(found.files > 0
      ? [`${several(found.files)} were found again in the cache, without their stars and tags.`]
      : []),
  ];
  return {
    level: 'warning',
    message: sentences.join(' '),
    hint:
      aside === null
        ? 'The files in ComfyUI are untouched.'
        : 'The files in ComfyUI are untouched. Keep the damaged file until you miss nothing.',
  };
}

function several(count: number): string {
  return count === 1 ? '1 asset' : `${count.toLocaleString()} assets`;
}
