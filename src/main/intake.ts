/**
 * Takes in what was made: fetches each new asset's bytes once, reads its facts, draws its thumbnail or waveform. ComfyUI deletes
 * temporary files and may be gone tomorrow, so this happens at once; a failure costs the facts, never the asset.
 */
import type { Asset } from '../shared/asset.js';
import { AppError } from '../shared/errors.js';
import type { AppEvent } from '../shared/events.js';
import type { Clock, Logger } from './ports.js';

export interface IntakePorts {
  listen(listener: (event: AppEvent) => void): () => void;
  /** What an earlier run of the program registered and did not get to read, newest first. */
  unread(): Asset[];
  /** Fetches the original and tells its facts. */
  adopt(asset: Asset): Promise<Facts>;
  /** Makes what the gallery shows of it. */
  prepare(asset: Asset): Promise<unknown>;
  setFacts(assetId: string, facts: Facts): Asset | undefined;
  /** Told what kept a file from being taken in. */
  failed(error: unknown): void;
  clock: Pick<Clock, 'sleep'>;
  logger: Logger;
}

export interface Facts {
  width: number | null;
  height: number | null;
  duration_seconds: number | null;
  bytes_size: number | null;
  animated: boolean;
}

export interface Intake {
  /** Resolves when the facts of these assets are stored or could not be had, or when the signal is aborted. */
  settled(assetIds: readonly string[], signal: AbortSignal): Promise<void>;
  stop(): void;
}

/** Milliseconds after which a file that could not be had is asked for again: a connection may break at any moment. */
const retryMs = [1000, 5000, 30_000];

/** So many at once: decoding is heavy, and the newest picture is what people wait for. */
const concurrency = 3;

export function createIntake({ listen, unread, adopt, prepare, setFacts, failed, clock, logger }: IntakePorts): Intake {
  const pending = new Map<string, Promise<void>>();
  const waiting: (() => void)[] = [];
  let busy = 0;
  let engineReady = false;
  const stopping = new AbortController();

  const turn = async () => {
    if (busy >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
    busy += 1;
  };
  const done = () => {
    busy -= 1;
    waiting.shift()?.();
  };

  const notPrepared = (asset: Asset) => (error: unknown) =>
    logger.debug('nothing to show of it', { asset_id: asset.asset_id, filename: asset.filename, error });

  /** Whether the file could be had; `unwritten`: the disk is full, which says nothing of the file. */
  const take = async (asset: Asset): Promise<boolean | 'unwritten'> => {
    await turn();
    try {
      if (stopping.signal.aborted) return true;
      setFacts(asset.asset_id, await adopt(asset));
      // Callers wait for the facts, nobody for the thumbnail: the gallery would draw it a moment later itself.
      void prepare(asset).catch(notPrepared(asset));
      return true;
    } catch (error) {
      logger.warn('an output could not be read', { asset_id: asset.asset_id, filename: asset.filename, error });
      failed(error);
      return error instanceof AppError && error.code === 'DATA_DIR_UNWRITABLE' ? 'unwritten' : false;
    } finally {
      done();
    }
  };

  const begin = (asset: Asset, retries = retryMs) => {
    if (pending.has(asset.asset_id)) return;
    const work = take(asset).then((had) => {
      pending.delete(asset.asset_id);
      const [delay, ...left] = retries;
      if (had === true || delay === undefined) return;
      // As long as the disk is full there is no giving up: ComfyUI deletes its temporary files at its next start.
      const later = had === 'unwritten' && left.length === 0 ? [delay] : left;
      clock.sleep(delay, stopping.signal).then(
        () => begin(asset, later),
        () => {}, // the program is stopping
      );
    });
    pending.set(asset.asset_id, work);
  };

  const unlisten = listen((event) => {
    // What was found in a folder was read then, and stays where it lies.
    if (event.type === 'asset.added' && event.asset.bytes_size === null) begin(event.asset);
    if (event.type !== 'engine.changed') return;
    const came = event.engine.state === 'ready' && !engineReady;
    engineReady = event.engine.state === 'ready';
    // What a sudden end of ours or the engine's absence left unread can be had now.
    if (came) for (const asset of unread()) begin(asset);
  });

  return {
    async settled(assetIds, signal) {
      const work = Promise.all(assetIds.map((id) => pending.get(id)));
      if (signal.aborted) return;
      await Promise.race([work, new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))]);
    },
    stop() {
      unlisten();
      stopping.abort();
    },
  };
}
