/** Making an asset again: with changes in the composer, or at once with other seeds. */
import { ImageUp, RefreshCw, Shuffle } from 'lucide-react';
import { inWords, toErrorValue } from '../../shared/errors.js';
import type { App, AppState } from '../store/store.js';
import { plural } from '../ui/format.js';
import type { Action } from './registry.js';

/** Why an asset can't be made again; null where it can, or is not read yet. */
function withoutGraph(app: App, assetId: string | null): string | null {
  const asset = assetId === null ? null : app.details.get(assetId);
  return asset?.has_graph === false ? 'No graph is stored for this one, so it can’t be made again.' : null;
}

/** So many variations are made of one asset at a time. */
const variations = 4;

/** Opens the composer with the values the asset was made with. */
export function openRemake(app: App, assetId: string | null): void {
  if (assetId !== null) app.set({ screen: 'gallery', lightbox: false, composer: true, remaking: assetId });
}

/** Queues the same with new seeds; the message takes them back. */
export async function makeVariations(app: App, assetId: string | null, count = variations): Promise<void> {
  if (assetId === null) return;
  const sent: string[] = [];
  let failure: unknown;
  try {
    for (let at = 0; at < count; at += 1) {
      const { prompt_id } = await app.client.invoke('regenerate', { asset_id: assetId, seed: -1, wait_seconds: 0 });
      sent.push(prompt_id);
    }
  } catch (error) {
    if (sent.length === 0) return app.fail(error);
    failure = error;
  }
  // What stopped one would stop the next: the rest is not tried.
  const words =
    failure === undefined
      ? `${plural(sent.length, 'variation')} queued.`
      : `${sent.length} of ${plural(count, 'variation')} queued. ${inWords(toErrorValue(failure))}`;
  app.toast(words, {
    tone: failure === undefined ? 'plain' : 'bad',
    action: { label: 'Undo', run: () => void takeBack(app, sent) },
  });
}

async function takeBack(app: App, promptIds: readonly string[]): Promise<void> {
  try {
    for (const prompt_id of promptIds.toReversed()) await app.client.invoke('cancel_job', { prompt_id });
  } catch (error) {
    app.fail(error);
  }
}

/** `current` tells the asset the person stands on, where that is in sight. */
export function makingActions(current: (state: AppState) => string | null): readonly Action[] {
  return [
    {
      id: 'asset.remake',
      title: 'Regenerate with changes…',
      shortTitle: 'Regenerate',
      icon: RefreshCw,
      keys: ['r'],
      on: 'asset',
      available: (state) => current(state) !== null,
      blocked: (app) => withoutGraph(app, current(app.store.getState())),
      run: (app) => openRemake(app, current(app.store.getState())),
    },
    {
      id: 'asset.variations',
      title: 'Variations',
      icon: Shuffle,
      keys: ['v'],
      on: 'asset',
      available: (state) => current(state) !== null,
      blocked: (app) => withoutGraph(app, current(app.store.getState())),
      run: (app) => void makeVariations(app, current(app.store.getState())),
    },
    {
      id: 'asset.useAsInput',
      title: 'Use as input for…',
      shortTitle: 'Use as input',
      icon: ImageUp,
      keys: ['mod+u'],
      on: 'asset',
      available: (state) => current(state) !== null,
      run: (app) => app.set({ usingAsset: current(app.store.getState()) }),
    },
  ];
}
