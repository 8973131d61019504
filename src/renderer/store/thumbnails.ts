/**
 * Small pictures of assets by visible range. What was made before comes in one answer for many, ahead of the tiles, and is
 * drawn with them at once; a request for each would come back one by one, and have the same rows drawn over and over.
 */
import { thumbnailsAddress } from '../../shared/bridge.js';
import { type ThumbnailAtHand, type ThumbnailSize, thumbnailsSchema } from '../../shared/thumbnail.js';
import { createListeners } from './listeners.js';

export interface Thumbnail {
  size: ThumbnailSize;
  /** A data address. */
  address: string;
}

export interface Thumbnails {
  /** Undefined = not asked for, or on its way; null = not at hand: its own address makes it. */
  get(assetId: string): Thumbnail | null | undefined;
  /** Asks for what is not known. `pixels` is the edge of the square to be filled. What was wanted last comes first. */
  want(assetIds: readonly string[], pixels: number): void;
  subscribe(assetId: string, listener: () => void): () => void;
}

export interface ThumbnailsOptions {
  fetch(assetIds: readonly string[], pixels: number): Promise<readonly (ThumbnailAtHand | null)[]>;
  /** Runs a function after the current turn. */
  soon(run: () => void): void;
  /** Pictures kept in memory, and characters of their addresses. */
  limits?: { pictures: number; characters: number };
}

interface Batch {
  ids: string[];
  pixels: number;
}

/** Few enough that the first of a screen are drawn while the next are read. */
const batchSize = 48;
/** One is read while the window takes in another. */
const callsAtOnce = 2;
/** Batches that wait; older ones are of places that were left, and wait only for what is still drawn. */
const mostWaiting = 8;

export function createThumbnails({
  fetch,
  soon,
  limits = { pictures: 600, characters: 24_000_000 },
}: ThumbnailsOptions): Thumbnails {
  /** In the order of use, oldest first. */
  const known = new Map<string, Thumbnail | null>();
  const listeners = createListeners();
  const asked = new Set<string>();
  /** What is wanted in this turn. */
  let turn: Batch | null = null;
  /** The latest comes last, and is asked for first. */
  const waiting: Batch[] = [];
  let characters = 0;
  let calls = 0;

  const forget = (assetId: string) => {
    characters -= known.get(assetId)?.address.length ?? 0;
    known.delete(assetId);
  };

  const keep = (assetId: string, thumbnail: Thumbnail | null) => {
    forget(assetId);
    known.set(assetId, thumbnail);
    characters += thumbnail?.address.length ?? 0;
  };

  const trim = () => {
    for (const oldest of known.keys()) {
      if (known.size <= limits.pictures && characters <= limits.characters) return;
      if (!listeners.has(oldest)) forget(oldest);
    }
  };

  const ask = async ({ ids, pixels }: Batch) => {
    calls += 1;
    // What can't be had here is asked for by each tile, which tells why.
    const found = await fetch(ids, pixels).catch(() => []);
    calls -= 1;
    ids.forEach((assetId, at) => {
      const one = found[at] ?? null;
      asked.delete(assetId);
      keep(assetId, one === null ? null : { size: one.size, address: `data:image/webp;base64,${one.data}` });
    });
    trim();
    send();
    for (const assetId of ids) listeners.tell(assetId);
  };

  const send = () => {
    while (calls < callsAtOnce) {
      const next = waiting.pop();
      if (next === undefined) return;
      void ask(next);
    }
  };

  const endTurn = () => {
    if (turn === null) return;
    const { ids, pixels } = turn;
    turn = null;
    waiting.push(...parted({ ids, pixels }).reverse());
    const left = waiting.splice(0, Math.max(0, waiting.length - mostWaiting));
    for (const batch of left.reverse()) {
      const drawn = batch.ids.filter((assetId) => listeners.has(assetId));
      for (const assetId of batch.ids) if (!listeners.has(assetId)) asked.delete(assetId);
      if (drawn.length > 0) waiting.unshift({ ids: drawn, pixels: batch.pixels });
    }
    send();
  };

  return {
    get: (assetId) => known.get(assetId),
    want(assetIds, pixels) {
      for (const assetId of assetIds) {
        const thumbnail = known.get(assetId);
        if (thumbnail !== undefined) {
          known.delete(assetId);
          known.set(assetId, thumbnail);
        } else if (!asked.has(assetId)) {
          asked.add(assetId);
          if (turn?.pixels !== pixels) {
            endTurn();
            turn = { ids: [], pixels };
            soon(endTurn);
          }
          turn.ids.push(assetId);
        }
      }
    },
    subscribe: listeners.subscribe,
  };
}

function parted({ ids, pixels }: Batch): Batch[] {
  const parts: Batch[] = [];
  for (let at = 0; at < ids.length; at += batchSize) parts.push({ ids: ids.slice(at, at + batchSize), pixels });
  return parts;
}

/** Asks the main process. */
export async function readThumbnails(
  assetIds: readonly string[],
  pixels: number,
): Promise<readonly (ThumbnailAtHand | null)[]> {
  const response = await fetch(thumbnailsAddress(assetIds, pixels));
  if (!response.ok) return [];
  return thumbnailsSchema.parse(await response.json());
}
