/**
 * What a filter finds. It is asked for anew when the filter changes and, a moment later, when the library does; what was
 * found before stays to be seen until then.
 */
import type { StoreApi } from 'zustand';
import { type ErrorValue, toErrorValue } from '../../shared/errors.js';
import type { AppEvent } from '../../shared/events.js';
import type { Client } from '../bridge.js';
import { filterInput, type GalleryFilter, isEverything } from './filter.js';
import { emptyIndex, type GalleryIndex, indexFrom, withoutAsset } from './gallery-index.js';
import type { FollowedState } from './state.js';

export interface FoundState {
  filter: GalleryFilter;
  /** Null while nothing is filtered, and before the first answer. */
  found: GalleryIndex | null;
  finding: boolean;
  /** Why the filter can't be understood or answered. */
  findError: ErrorValue | null;
}

/** What the gallery shows, in its order. */
export function shownIndex({ filter, index, found }: Pick<FollowedState, 'index'> & FoundState): GalleryIndex {
  return isEverything(filter) ? index : (found ?? emptyIndex);
}

/** Milliseconds in which several changes of the library are one. */
const gatherMs = 400;

export interface FoundOptions {
  store: Pick<StoreApi<FollowedState & FoundState>, 'getState' | 'setState' | 'subscribe'>;
  client: Pick<Client, 'invoke'>;
  later(run: () => void, milliseconds: number): () => void;
}

export interface Found {
  /** Told every event, after the store was. */
  event(event: AppEvent): void;
  dispose(): void;
}

export function createFound({ store, client, later }: FoundOptions): Found {
  let asked = 0;
  let cancel: (() => void) | undefined;

  const find = async () => {
    cancel?.();
    cancel = undefined;
    asked += 1;
    const mine = asked;
    const { filter } = store.getState();
    if (isEverything(filter)) {
      store.setState({ found: null, finding: false, findError: null });
      return;
    }
    store.setState({ finding: true });
    try {
      const answer = await client.invoke('get_gallery_index', { ...filterInput(filter), sort: filter.sort });
      if (mine === asked) store.setState({ found: indexFrom(answer), finding: false, findError: null });
    } catch (error) {
      if (mine === asked) store.setState({ finding: false, findError: toErrorValue(error) });
    }
  };

  const unsubscribe = store.subscribe((state, before) => {
    if (state.filter !== before.filter) void find();
  });

  return {
    event(event) {
      const { filter, found } = store.getState();
      if (isEverything(filter) || !changesLibrary(event)) return;
      if (event.type === 'asset.removed' && found !== null) {
        store.setState({ found: withoutAsset(found, event.asset_id) });
      }
      cancel ??= later(() => void find(), gatherMs);
    },
    dispose() {
      unsubscribe();
      cancel?.();
    },
  };
}

function changesLibrary({ type }: AppEvent): boolean {
  return (
    type === 'asset.added' ||
    type === 'asset.updated' ||
    type === 'asset.removed' ||
    type === 'library.changed' ||
    type === 'collections.changed'
  );
}
