import { Dialog } from '@base-ui/react/dialog';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { currentAsset } from '../actions/registry.js';
import { shownIndex } from '../store/found.js';
import { useApp, useAppState, useAsset } from '../store/hooks.js';
import { cx } from '../ui/cx.js';
import { Compare } from './Compare.js';
import { FilmStrip } from './FilmStrip.js';
import { Inspector } from './Inspector.js';
import css from './Lightbox.module.css';
import { LightboxBar, type PictureView } from './LightboxBar.js';
import { LightboxFilm } from './LightboxFilm.js';
import { LightboxPicture } from './LightboxPicture.js';
import { LightboxSound } from './LightboxSound.js';
import { useFocusHome } from './useFocusHome.js';
import { leaveFullscreen } from './useFullscreen.js';
import { useLightboxKeys } from './useLightboxKeys.js';
import { useReadAhead, useSlide } from './useSlideshow.js';
import { LightboxText } from './Writing.js';

/** What lies over the gallery, one dialog for both: one asset, or several that are compared. */
export function Lightbox() {
  const app = useApp();
  const popup = useRef<HTMLDivElement>(null);
  const assetId = useAppState(currentAsset);
  const comparing = useAppState((state) => state.comparing);
  const open =
    useAppState((state) => (state.lightbox || state.comparing !== null) && state.screen === 'gallery') &&
    assetId !== null;
  // While it fades away it shows what it showed.
  const latest = useRef({ comparing, assetId });
  if (open) latest.current = { comparing, assetId };
  const shown = latest.current;
  const compared = shown.comparing !== null;
  return (
    <Dialog.Root
      open={open}
      // It fills the window: what is pressed outside of it is a message's button.
      disablePointerDismissal
      onOpenChange={(next) => {
        if (!next && comparing !== null) app.set({ comparing: null, current: comparing.back });
        else if (!next) app.set({ lightbox: false, slideshow: 'off' });
      }}
    >
      <Dialog.Portal>
        {shown.assetId !== null && (
          <Dialog.Popup
            ref={popup}
            initialFocus={popup}
            className={cx(css.lightbox, compared && css.compare)}
            data-theme="dark"
            data-testid={compared ? 'compare' : 'lightbox'}
            aria-label={compared ? 'Compare' : 'Lightbox'}
            finalFocus={() => entryOf(app.store.getState().current) ?? true}
          >
            {shown.comparing === null ? (
              <Inside assetId={shown.assetId} home={popup} />
            ) : (
              <Compare comparison={shown.comparing} current={shown.assetId} home={popup} />
            )}
          </Dialog.Popup>
        )}
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The tile that the person stands on. */
function entryOf(current: string | null): HTMLElement | null {
  return current === null ? null : document.querySelector<HTMLElement>(`[data-entry="${CSS.escape(current)}"]`);
}

function Inside({ assetId, home }: { assetId: string; home: RefObject<HTMLElement | null> }) {
  const app = useApp();
  useFocusHome(home);
  const ids = useAppState((state) => shownIndex(state).ids);
  const asset = useAsset(assetId);
  const inspector = useAppState((state) => state.window.inspector);
  const running = useAppState((state) => state.slideshow === 'running');
  const message = useAppState((state) => state.toast !== null);
  const [view, setView] = useState<PictureView>(null);
  const stage = useRef<HTMLDivElement>(null);
  const at = ids.indexOf(assetId);
  const close = () => app.set({ lightbox: false, slideshow: 'off' });
  const zoom = () => app.picture.current?.toggle();
  const show = useCallback(
    (place: number) => {
      const next = ids[place];
      if (next !== undefined) app.set({ current: next });
    },
    [app, ids],
  );
  useReadAhead(ids[at + 1] ?? null);
  useReadAhead(ids[at - 1] ?? null);
  useLightboxKeys({ stage, show, at, count: ids.length, onZoom: zoom, onClose: close });
  useEffect(() => () => leaveFullscreen(app.fail), [app]);

  return (
    <>
      <LightboxBar asset={asset} at={at} count={ids.length} view={view} onZoom={zoom} onClose={close} />
      <div
        className={css.stage}
        ref={stage}
        data-zoomed={view?.zoomed || undefined}
        data-alone={(running && !message) || undefined}
      >
        {running && <Slide key={assetId} asset={asset} onEnd={() => show((at + 1) % ids.length)} />}
        {asset != null && <Media key={assetId} asset={asset} onView={setView} />}
        {asset === null && <p className={css.center}>This one is no longer in the library.</p>}
        {!running && <Leaf label="Previous" to={at <= 0 ? null : at - 1} onShow={show} />}
        {!running && <Leaf label="Next" to={at < 0 || at >= ids.length - 1 ? null : at + 1} onShow={show} />}
      </div>
      {inspector && !running && (
        <div className={css.inspector}>
          <Inspector />
        </div>
      )}
      {!running && <FilmStrip ids={ids} at={at} onShow={show} />}
    </>
  );
}

/** Stands as long as one slide does. From the last one it goes on with the first. */
function Slide({ asset, onEnd }: { asset: Asset | null | undefined; onEnd(): void }) {
  useSlide(asset, onEnd);
  return null;
}

interface LeafProps {
  label: 'Previous' | 'Next';
  to: number | null;
  onShow(place: number): void;
}

/** The arrow at a side; null = it leads nowhere. */
function Leaf({ label, to, onShow }: LeafProps) {
  return (
    <button
      type="button"
      className={cx(css.nav, label === 'Previous' ? css.previous : css.next)}
      aria-label={label}
      disabled={to === null}
      onClick={() => to !== null && onShow(to)}
    >
      {label === 'Previous' ? <ChevronLeft aria-hidden /> : <ChevronRight aria-hidden />}
    </button>
  );
}

interface MediaProps {
  asset: Asset;
  onView(view: PictureView): void;
}

function Media({ asset, onView }: MediaProps) {
  switch (asset.media_kind) {
    case 'image':
      return <LightboxPicture asset={asset} onView={onView} />;
    case 'audio':
      return <LightboxSound asset={asset} />;
    case 'video':
      return <LightboxFilm asset={asset} />;
    case 'text':
      return <LightboxText asset={asset} className={css.center} />;
    default:
      return <p className={css.center}>{asset.filename} has no picture. Save it to open it elsewhere.</p>;
  }
}
