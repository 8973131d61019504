import { Star, ThumbsDown } from 'lucide-react';
import { rateAssets } from '../actions/curate.js';
import { useApp } from '../store/hooks.js';
import { IconButton } from '../ui/Button.js';
import css from './Rating.module.css';

const stars = [1, 2, 3, 4, 5];

interface RatingProps {
  assetIds: readonly string[];
  /** Null: not the same for all of them. */
  rating: number | null;
}

/** Stars and the reject mark of one asset or of several, to be changed on the spot. */
export function Rating({ assetIds, rating }: RatingProps) {
  const app = useApp();
  const rejected = rating === -1;
  return (
    <fieldset className={css.rating} aria-label="Rating">
      {stars.map((star) => (
        <button
          key={star}
          type="button"
          className={css.star}
          aria-label={star === 1 ? '1 star' : `${star} stars`}
          aria-pressed={rating === star}
          data-on={(rating !== null && star <= rating) || undefined}
          onClick={() => void rateAssets(app, assetIds, star)}
        >
          <Star aria-hidden />
        </button>
      ))}
      <IconButton
        label={rejected ? 'Rejected: take that back' : 'Reject'}
        keys="X"
        small
        side="left"
        className={css.reject}
        aria-pressed={rejected}
        onClick={() => void rateAssets(app, assetIds, -1)}
      >
        <ThumbsDown />
      </IconButton>
    </fieldset>
  );
}
