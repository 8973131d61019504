import { type RefObject, useMemo, useRef, useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { useAppState } from '../store/hooks.js';
import css from './Compare.module.css';
import { CompareBar, type CompareMode } from './CompareBar.js';
import { CompareMedia } from './CompareMedia.js';
import { ComparePane, PaneMarks } from './ComparePane.js';
import { CompareSlider } from './CompareSlider.js';
import { CompareTable } from './CompareTable.js';
import { type Comparison, letters } from './comparison.js';
import { Transport } from './Transport.js';
import { columnsFor, filled, type Seen, wholeScales } from './together.js';
import { useAssets } from './useAssets.js';
import { useCompareKeys } from './useCompareKeys.js';
import { useComparison, useDropGone } from './useComparison.js';
import { useFocusHome } from './useFocusHome.js';
import { pixelsOrWhole } from './useGestures.js';
import { type Joined, useTogether } from './useTogether.js';
import { useSize, useViews, type Views } from './useViews.js';
import type { Size } from './zoom.js';

interface CompareProps {
  comparison: Comparison;
  /** The one that keys work on. */
  current: string;
  home: RefObject<HTMLElement | null>;
}

/** Two to four beside each other, seen through one view, and how they were made. */
export function Compare({ comparison, current, home }: CompareProps) {
  useFocusHome(home);
  const { ids } = comparison;
  const stage = useRef<HTMLDivElement>(null);
  const size = useSize(stage);
  const found = useAssets(ids);
  const assets = useMemo(() => found.filter((asset) => asset != null), [found]);
  useDropGone(comparison, found);
  const does = useComparison(comparison, current);
  const views = useViews(current);
  const { player, join } = useTogether(current);
  const [mode, setMode] = useState<CompareMode>('side');
  const [details, setDetails] = useState(true);
  const canSlide = assets.length === 2 && assets.every(isSeen);
  const sliding = canSlide && mode === 'slider';
  const { columns, seen } = useMemo(() => layOut(assets, size, sliding), [assets, size, sliding]);
  const here = seen.get(current);
  const zoom = () => {
    if (here !== undefined) views.set(current, pixelsOrWhole(views.of(current), here, { x: 0, y: 0 }));
  };
  useCompareKeys({
    root: home,
    choose: (at) => does.stand(ids[at]),
    chooseNext: does.standBeside,
    replace: does.replace,
    swap: does.swap,
    zoom,
    drop: () => does.drop(current),
    keep: () => does.keep(assets, current),
    toggleDetails: () => setDetails(!details),
    toggleMode: () => setMode(mode === 'side' ? 'slider' : 'side'),
    toggleTogether: () => views.setTogether(!views.together),
  });
  const panes = { assets, seen, views, current, join, stand: does.stand, drop: does.drop };
  return (
    <>
      <CompareBar
        assets={assets}
        mode={sliding ? 'slider' : 'side'}
        canSlide={canSlide}
        onMode={setMode}
        together={views.together}
        onTogether={views.setTogether}
        scale={here === undefined || !assets.some(isSeen) ? null : here.scale * views.of(current).zoom}
        zoomed={views.of(current).zoom > 1}
        onZoom={zoom}
        onSwap={does.swap}
        details={details}
        onDetails={setDetails}
        onClose={does.close}
      />
      <div className={css.stage}>
        <div ref={stage} className={css.panes} style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
          {sliding ? <OnEachOther {...panes} /> : <SideBySide {...panes} />}
        </div>
        {assets.some(isPlayed) && (
          <div className={css.transport}>
            <Transport player={player} />
          </div>
        )}
      </div>
      {details && <CompareTable assets={assets} current={current} onKeep={(id) => does.keep(assets, id)} />}
      {!details && <MessageRow />}
    </>
  );
}

/** Where a message stands while there is no table: it lies on no picture. */
function MessageRow() {
  return useAppState((state) => state.toast !== null) && <div className={css.message} />;
}

interface PanesProps {
  assets: readonly Asset[];
  seen: ReadonlyMap<string, Seen>;
  views: Views;
  current: string;
  join(id: string): Joined;
  stand(id: string): void;
  drop(id: string): void;
}

function SideBySide({ assets, seen, views, current, join, stand, drop }: PanesProps) {
  return assets.map((asset, at) => {
    const { asset_id: id } = asset;
    const one = seen.get(id);
    if (one === undefined) return null;
    return (
      <ComparePane
        key={id}
        asset={asset}
        letter={letters[at] ?? ''}
        seen={one}
        view={views.of(id)}
        current={id === current}
        onView={(view) => views.set(id, view)}
        onChoose={() => stand(id)}
        onDrop={assets.length > 2 ? () => drop(id) : undefined}
      >
        <CompareMedia asset={asset} view={views.of(id)} seen={one} joined={join(id)} />
      </ComparePane>
    );
  });
}

function OnEachOther({ assets, seen, views, current, join, stand }: PanesProps) {
  const view = views.of(current);
  const here = seen.get(current);
  if (here === undefined) return null;
  return (
    <CompareSlider
      view={view}
      seen={here}
      onView={(next) => views.set(current, next)}
      marks={assets.map((asset, at) => (
        <PaneMarks
          key={asset.asset_id}
          asset={asset}
          letter={letters[at] ?? ''}
          current={asset.asset_id === current}
          onChoose={() => stand(asset.asset_id)}
          corners={filled(view, seen.get(asset.asset_id) ?? here)}
        />
      ))}
    >
      {assets.map((asset) => (
        <CompareMedia
          key={asset.asset_id}
          asset={asset}
          view={view}
          seen={seen.get(asset.asset_id) ?? here}
          joined={join(asset.asset_id)}
        />
      ))}
    </CompareSlider>
  );
}

function isSeen({ media_kind }: Asset): boolean {
  return media_kind === 'image' || media_kind === 'video';
}

function isPlayed({ media_kind }: Asset): boolean {
  return media_kind === 'video' || media_kind === 'audio';
}

/** Pixels between panes. */
const gap = 2;

/** How many columns, and the pane and scale of each. On each other they share one pane. */
function layOut(assets: readonly Asset[], stage: Size, onEachOther: boolean) {
  const pictures = assets.map(({ width, height }) => ({ width: width ?? 1024, height: height ?? 1024 }));
  const [first] = pictures;
  const aspect = first === undefined ? 1 : first.width / first.height;
  const columns = onEachOther ? 1 : columnsFor(assets.length, aspect, stage);
  const rows = onEachOther ? 1 : Math.ceil(assets.length / Math.max(1, columns));
  const pane = {
    width: Math.max(1, (stage.width - gap * (columns - 1)) / columns),
    height: Math.max(1, (stage.height - gap * (rows - 1)) / rows),
  };
  // Films are small for their size: alone they fill the pane, as in the lightbox.
  const films = assets.every(({ media_kind }) => media_kind === 'video');
  const scales = wholeScales(pictures, pane, films);
  const seen = new Map(
    assets.map((asset, at): [string, Seen] => [
      asset.asset_id,
      { picture: pictures[at] ?? pane, pane, scale: scales[at] ?? 1 },
    ]),
  );
  return { columns: Math.max(1, columns), seen };
}
