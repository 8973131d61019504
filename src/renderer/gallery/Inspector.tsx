import { useEffect, useMemo } from 'react';
import { currentAsset } from '../actions/registry.js';
import { Facts } from '../inspector/Facts.js';
import css from '../inspector/Inspector.module.css';
import { Several } from '../inspector/Several.js';
import { useApp, useAppState, useAsset } from '../store/hooks.js';

/** Everything known about the asset the person stands on, or what the chosen ones share. */
export function Inspector() {
  const app = useApp();
  const assetId = useAppState(currentAsset);
  const asset = useAsset(assetId);
  const selected = useAppState((state) => (state.lightbox || state.selected.size < 2 ? null : state.selected));
  const chosen = useMemo(() => (selected === null ? null : [...selected]), [selected]);
  const newest = useAppState((state) => (state.current === null ? (state.index.ids[0] ?? null) : null));
  useEffect(() => {
    if (newest !== null) app.set({ current: newest });
  }, [app, newest]);
  return (
    <aside className={css.panel} aria-label="Inspector" data-testid="inspector">
      {chosen !== null ? (
        <Several assetIds={chosen} />
      ) : asset == null ? (
        <p className={css.nothing}>
          {asset === null
            ? 'This one is no longer in the library.'
            : assetId === null && 'Choose something to see how it was made.'}
        </p>
      ) : (
        // A file that was lost or found again lies elsewhere.
        <Facts key={`${asset.asset_id} ${asset.missing}`} asset={asset} />
      )}
    </aside>
  );
}
