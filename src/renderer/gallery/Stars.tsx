import { Star, ThumbsDown } from 'lucide-react';
import type { Asset } from '../../shared/asset.js';
import { rateAssets } from '../actions/curate.js';
import { useApp } from '../store/hooks.js';
import { cx } from '../ui/cx.js';
import css from './Stars.module.css';

interface StarsProps {
  asset: Pick<Asset, 'asset_id' | 'rating'>;
  /** Said before the stars, where several rows of them are in sight. */
  of?: string;
  className?: string;
}

/** Five stars to press; the ones it has are lit. */
export function Stars({ asset, of, className }: StarsProps) {
  const app = useApp();
  return (
    <fieldset className={cx(css.stars, className)} aria-label={of === undefined ? 'Rating' : `Rating of ${of}`}>
      {asset.rating === -1 && (
        <span className={css.rejected} role="img" aria-label="Rejected">
          <ThumbsDown aria-hidden />
        </span>
      )}
      {[1, 2, 3, 4, 5].map((stars) => (
        <button
          key={stars}
          type="button"
          aria-label={stars === 1 ? '1 star' : `${stars} stars`}
          aria-pressed={asset.rating === stars}
          data-on={stars <= asset.rating || undefined}
          onClick={() => void rateAssets(app, [asset.asset_id], stars)}
        >
          <Star aria-hidden />
        </button>
      ))}
    </fieldset>
  );
}
