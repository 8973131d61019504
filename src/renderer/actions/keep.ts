/** Deciding for one of several: the others are rejected, with the way back. */
import type { Asset } from '../../shared/asset.js';
import type { App } from '../store/store.js';
import { plural } from '../ui/format.js';
import { rateAssets } from './curate.js';

/** Rejects all but one. What they were rated before comes back with Undo. */
export async function keepOne(app: App, assets: readonly Asset[], kept: string): Promise<void> {
  const others = assets.filter((asset) => asset.asset_id !== kept && asset.rating !== -1);
  if (others.length === 0) return;
  await rateAssets(
    app,
    others.map(({ asset_id }) => asset_id),
    -1,
  );
  app.toast(others.length === 1 ? 'The other one is rejected.' : `${plural(others.length, 'other')} rejected.`, {
    action: { label: 'Undo', run: () => void app.history.undo() },
  });
}
