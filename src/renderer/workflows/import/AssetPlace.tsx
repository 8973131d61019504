import { useEffect, useState } from 'react';
import { thumbnailAddress } from '../../../shared/bridge.js';
import { type ErrorValue, toErrorValue } from '../../../shared/errors.js';
import { reviewGraph } from '../../actions/import-workflow.js';
import { KindIcon } from '../../jobs/JobThumb.js';
import { everything, filterInput } from '../../store/filter.js';
import { useApp, useAppState, useAsset } from '../../store/hooks.js';
import { formatCount } from '../../ui/format.js';
import css from './Import.module.css';
import { Listed, Option } from './Listed.js';

/** So many are shown; the search finds the rest. */
const mostShown = 240;

/** Everything in the library, the newest first: a graph is in most of what ComfyUI made. */
export function AssetPlace() {
  const app = useApp();
  const newest = useAppState((state) => state.index.ids);
  const [query, setQuery] = useState('');
  const [found, setFound] = useState<readonly string[] | null>(null);
  const [error, setError] = useState<ErrorValue | null>(null);
  useEffect(() => {
    setError(null);
    if (query.trim() === '') {
      setFound(null);
      return;
    }
    let current = true;
    app.client.invoke('get_gallery_index', { ...filterInput({ ...everything, query }), sort: 'newest' }).then(
      ({ asset_ids }) => current && setFound(asset_ids),
      (thrown: unknown) => current && setError(toErrorValue(thrown)),
    );
    return () => {
      current = false;
    };
  }, [app, query]);
  const ids = found ?? newest;
  return (
    <Listed
      what="the library"
      query={query}
      onQuery={setQuery}
      count={ids.length}
      error={error}
      onRetry={() => setQuery('')}
      empty={<p>Nothing is in the library yet.</p>}
    >
      <ul className={css.tiles}>
        {ids.slice(0, mostShown).map((id) => (
          <li key={id}>
            <Tile assetId={id} />
          </li>
        ))}
      </ul>
      {ids.length > mostShown && (
        <p className={css.more}>{formatCount(ids.length - mostShown)} older ones: search for them.</p>
      )}
    </Listed>
  );
}

function Tile({ assetId }: { assetId: string }) {
  const app = useApp();
  const asset = useAsset(assetId);
  const [bare, setBare] = useState(false);
  const name = asset?.filename ?? 'Asset';
  return (
    <Option
      data-testid="asset-choice"
      className={css.tile}
      aria-label={name}
      title={name}
      onClick={() => reviewGraph(app, { asset_id: assetId })}
    >
      {bare || asset?.media_kind === 'audio' ? (
        <KindIcon tool={asset?.media_kind ?? null} />
      ) : (
        <img
          src={thumbnailAddress(assetId, 256)}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setBare(true)}
        />
      )}
    </Option>
  );
}
