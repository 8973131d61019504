/** Deciding about an asset: stars, tags, the bin. Each through the same operation that agents have. */
import type { OperationInput } from '../../shared/contract.js';
import { type GalleryIndex, kindAt } from '../store/gallery-index.js';
import type { App, KindFilter } from '../store/store.js';

type Change = Omit<OperationInput<'update_asset'>, 'asset_id'>;

export async function changeAsset(app: App, assetId: string | null, change: Change): Promise<void> {
  if (assetId === null) return;
  try {
    await app.client.invoke('update_asset', { asset_id: assetId, ...change });
  } catch (error) {
    app.fail(error);
  }
}

/** Gives so many stars; those it has already are taken back. */
export async function rateAsset(app: App, assetId: string | null, rating: number): Promise<void> {
  const asset = assetId === null ? undefined : app.details.get(assetId);
  await changeAsset(app, assetId, { rating: asset?.rating === rating ? 0 : rating });
}

/** Moves it into the bin, steps to its neighbour and offers the way back. */
export async function deleteAsset(app: App, assetId: string | null): Promise<void> {
  if (assetId === null) return;
  const { index, kind, lightbox, current } = app.store.getState();
  const next = neighbourOf(index, kind, assetId);
  try {
    await app.client.invoke('delete_assets', { asset_ids: [assetId] });
    app.set({ current: current === assetId ? next : current, lightbox: lightbox && next !== null });
    app.toast('Moved to the bin.', { action: { label: 'Undo', run: () => void restoreAsset(app, assetId) } });
  } catch (error) {
    app.fail(error);
  }
}

async function restoreAsset(app: App, assetId: string): Promise<void> {
  try {
    await app.client.invoke('restore_assets', { asset_ids: [assetId] });
    app.set({ current: assetId });
  } catch (error) {
    app.fail(error);
  }
}

/** What takes its place: the next older one of those shown, else the next newer one; null when it is the only one. */
export function neighbourOf(index: GalleryIndex, kind: KindFilter, assetId: string): string | null {
  const at = index.ids.indexOf(assetId);
  const shown = (position: number) => kind === 'all' || kindAt(index, position) === kind;
  for (let older = at + 1; older < index.ids.length; older += 1) {
    if (shown(older)) return index.ids[older] ?? null;
  }
  for (let newer = at - 1; newer >= 0; newer -= 1) {
    if (shown(newer)) return index.ids[newer] ?? null;
  }
  return null;
}
