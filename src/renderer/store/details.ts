/**
 * Details of assets by visible range: asked for together, kept while they are of use. A tile says what it wants when it
 * appears; everything wanted within one turn of the event loop travels in one call.
 */
import type { Asset } from '../../shared/asset.js';
import { createListeners } from './listeners.js';

export interface Details {
  /** The asset; undefined = not read yet, null = there is none under that id. */
  get(assetId: string): Asset | null | undefined;
  want(assetIds: readonly string[]): void;
  /** What went may lie in the bin: it is asked for anew where it is shown. */
  doubtGone(): void;
  put(asset: Asset): void;
  remove(assetId: string): void;
  subscribe(assetId: string, listener: () => void): () => void;
}

export interface DetailsOptions {
  fetch(assetIds: string[]): Promise<Asset[]>;
  /** Runs a function after the current turn. */
  soon(run: () => void): void;
  onError(error: unknown): void;
  /** Assets kept in memory. */
  limit?: number;
}

const batchSize = 250;

export function createDetails({ fetch, soon, onError, limit = 4000 }: DetailsOptions): Details {
  const known = new Map<string, Asset | null>();
  const listeners = createListeners();
  const asked = new Set<string>();
  let wanted = new Set<string>();

  const { tell } = listeners;

  const keep = (assetId: string, asset: Asset | null) => {
    known.delete(assetId);
    known.set(assetId, asset);
    if (known.size > limit) {
      for (const oldest of known.keys()) {
        if (known.size <= limit) break;
        if (!listeners.has(oldest)) known.delete(oldest);
      }
    }
    tell(assetId);
  };

  const ask = async (batch: string[]) => {
    for (const assetId of batch) asked.add(assetId);
    try {
      const assets = await fetch(batch);
      const found = new Map(assets.map((asset) => [asset.asset_id, asset]));
      for (const assetId of batch) keep(assetId, found.get(assetId) ?? null);
    } catch (error) {
      onError(error);
    } finally {
      for (const assetId of batch) asked.delete(assetId);
    }
  };

  const send = () => {
    const batch = [...wanted];
    wanted = new Set();
    for (let at = 0; at < batch.length; at += batchSize) void ask(batch.slice(at, at + batchSize));
  };

  const want: Details['want'] = (assetIds) => {
    for (const assetId of assetIds) {
      const asset = known.get(assetId);
      if (asset !== undefined) {
        known.delete(assetId);
        known.set(assetId, asset);
      } else if (!asked.has(assetId)) {
        if (wanted.size === 0) soon(send);
        wanted.add(assetId);
      }
    }
  };

  return {
    get: (assetId) => known.get(assetId),
    want,
    doubtGone() {
      const gone = [...known].filter(([, asset]) => asset === null).map(([assetId]) => assetId);
      for (const assetId of gone) known.delete(assetId);
      want(gone.filter((assetId) => listeners.has(assetId)));
    },
    put: (asset) => keep(asset.asset_id, asset),
    remove(assetId) {
      keep(assetId, null);
    },
    subscribe: listeners.subscribe,
  };
}
