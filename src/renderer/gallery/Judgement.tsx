import { Plus, Star, ThumbsDown, X } from 'lucide-react';
import { useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { changeEach, rateAssets } from '../actions/curate.js';
import { useApp } from '../store/hooks.js';
import { IconButton } from '../ui/Button.js';
import css from './Judgement.module.css';

const stars = [1, 2, 3, 4, 5];

/** Stars, the reject mark and tags of one asset, to be changed on the spot. */
export function Judgement({ asset }: { asset: Asset }) {
  const app = useApp();
  return (
    <section aria-label="Rating and tags">
      <div className={css.rating}>
        {stars.map((star) => (
          <button
            key={star}
            type="button"
            className={css.star}
            aria-label={star === 1 ? '1 star' : `${star} stars`}
            aria-pressed={asset.rating === star}
            data-on={star <= asset.rating || undefined}
            onClick={() => void rateAssets(app, [asset.asset_id], star)}
          >
            <Star aria-hidden />
          </button>
        ))}
        <IconButton
          label={asset.rating === -1 ? 'Rejected: take that back' : 'Reject'}
          keys="X"
          small
          side="left"
          className={css.reject}
          aria-pressed={asset.rating === -1}
          onClick={() => void rateAssets(app, [asset.asset_id], -1)}
        >
          <ThumbsDown />
        </IconButton>
      </div>
      <Tags asset={asset} />
    </section>
  );
}

function Tags({ asset }: { asset: Asset }) {
  const app = useApp();
  const [draft, setDraft] = useState('');
  const change = (next: (before: readonly string[]) => string[]) =>
    void changeEach(app, [asset.asset_id], 'tags', next);
  const add = () => {
    const tag = draft.trim();
    setDraft('');
    if (tag !== '' && !asset.tags.includes(tag)) change((before) => [...before, tag]);
  };
  return (
    <div className={css.tags}>
      {asset.tags.map((tag) => (
        <span key={tag} className={css.tag}>
          <span className={css.word}>{tag}</span>
          <button
            type="button"
            aria-label={`Remove the tag ${tag}`}
            onClick={() => change((before) => before.filter((other) => other !== tag))}
          >
            <X aria-hidden />
          </button>
        </span>
      ))}
      <form
        className={css.add}
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <Plus aria-hidden />
        <input
          aria-label="Add a tag"
          placeholder="Add a tag"
          maxLength={100}
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={add}
        />
      </form>
    </div>
  );
}
