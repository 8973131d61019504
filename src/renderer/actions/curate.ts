/** Deciding about an asset: stars, tags, the bin. Each through the same operation that agents have. */
import type { OperationInput } from '../../shared/contract.js';
import { shownIndex } from '../store/found.js';
import type { App } from '../store/store.js';
import { plural } from '../ui/format.js';

type Change = Omit<OperationInput<'update_asset'>, 'asset_id'>;

export async function changeAsset(app: App, assetId: string | null, change: Change): Promise<void> {
  if (assetId !== null) await changeAssets(app, [assetId], change);
}

export async function changeAssets(app: App, assetIds: readonly string[], change: Change): Promise<void> {
  try {
    for (const asset_id of assetIds) await app.client.invoke('update_asset', { asset_id, ...change });
  } catch (error) {
    app.fail(error);
  }
}

/** Adds a tag or an album to each, or takes it from each that has it. */
export async function changeEach(
  app: App,
  assetIds: readonly string[],
  list: 'tags' | 'albums',
  change: (before: readonly string[]) => string[],
): Promise<void> {
  try {
    for (const part of parts(assetIds)) {
      const { assets } = await app.client.invoke('get_assets', { asset_ids: part });
      for (const asset of assets) {
        await app.client.invoke('update_asset', { asset_id: asset.asset_id, [list]: change(asset[list]) });
      }
    }
  } catch (error) {
    app.fail(error);
  }
}

/** Gives so many stars; those that all of them have already are taken back. */
export async function rateAssets(app: App, assetIds: readonly string[], rating: number): Promise<void> {
  const has = assetIds.every((assetId) => app.details.get(assetId)?.rating === rating);
  await changeAssets(app, assetIds, { rating: has ? 0 : rating });
}

/** Moves them into the bin, steps to their neighbour and offers the way back. */
export async function deleteAssets(app: App, assetIds: readonly string[]): Promise<void> {
  if (assetIds.length === 0) return;
  const state = app.store.getState();
  const { lightbox, current } = state;
  const next = neighbourOf(shownIndex(state).ids, assetIds);
  const leaves = current !== null && assetIds.includes(current);
  try {
    for (const part of parts(assetIds)) await app.client.invoke('delete_assets', { asset_ids: part });
    app.set({
      current: leaves ? next : current,
      lightbox: lightbox && (!leaves || next !== null),
      selected: new Set(),
      anchor: null,
    });
    app.toast(assetIds.length === 1 ? 'Moved to the bin.' : `${plural(assetIds.length, 'asset')} moved to the bin.`, {
      action: { label: 'Undo', run: () => void restoreAssets(app, assetIds) },
    });
  } catch (error) {
    app.fail(error);
  }
}

/** Brings them back from the bin. */
export async function restoreAssets(app: App, assetIds: readonly string[]): Promise<void> {
  try {
    for (const part of parts(assetIds)) await app.client.invoke('restore_assets', { asset_ids: part });
    app.set({ current: assetIds[0] ?? null, selected: new Set(), anchor: null });
  } catch (error) {
    app.fail(error);
  }
}

/** So many go into one call. */
const atOnce = 500;

function parts(assetIds: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(assetIds.length / atOnce) }, (_, part) =>
    assetIds.slice(part * atOnce, (part + 1) * atOnce),
  );
}

/** What takes the place of those: the next older one that stays, else the next newer one; null when none stays. */
export function neighbourOf(ids: readonly string[], leaving: readonly string[]): string | null {
  const gone = new Set(leaving);
  const last = ids.findLastIndex((id) => gone.has(id));
  const older = ids.slice(last + 1).find((id) => !gone.has(id));
  return older ?? ids.slice(0, Math.max(0, last)).findLast((id) => !gone.has(id)) ?? null;
}
