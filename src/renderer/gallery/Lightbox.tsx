import { Dialog } from '@base-ui/react/dialog';
import { ArrowLeft, ChevronLeft, ChevronRight, Download, Maximize, PanelRight, ZoomIn } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { thumbnailAddress } from '../../shared/bridge.js';
import { faultOf } from '../../shared/media-fault.js';
import { saveAsset } from '../actions/asset.js';
import { currentAsset } from '../actions/registry.js';
import { shownIndex } from '../store/found.js';
import { useApp, useAppState, useAsset } from '../store/hooks.js';
import { IconButton } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import { formatCount } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { FaultIcon } from './Fault.js';
import { Inspector } from './Inspector.js';
import css from './Lightbox.module.css';
import { LightboxFilm } from './LightboxFilm.js';
import { LightboxPicture, type PictureHandle } from './LightboxPicture.js';
import { LightboxSound } from './LightboxSound.js';
import { startPlaying } from './play.js';
import { thumbnailSize } from './Tile.js';
import { LightboxText } from './Writing.js';

/** Ids the lightbox leafs through: what the gallery shows, without jobs. */
function useShownIds(): readonly string[] {
  return useAppState((state) => shownIndex(state).ids);
}

export function Lightbox() {
  const app = useApp();
  const popup = useRef<HTMLDivElement>(null);
  const assetId = useAppState(currentAsset);
  const open = useAppState((state) => state.lightbox && state.screen === 'gallery') && assetId !== null;
  return (
    <Dialog.Root
      open={open}
      // It fills the window: what is pressed outside of it is a message's button.
      disablePointerDismissal
      onOpenChange={(next) => {
        if (!next) app.set({ lightbox: false });
      }}
    >
      <Dialog.Portal>
        {assetId !== null && (
          <Dialog.Popup
            ref={popup}
            initialFocus={popup}
            className={css.lightbox}
            data-theme="dark"
            data-testid="lightbox"
            aria-label="Lightbox"
            finalFocus={() => document.querySelector<HTMLElement>(`[data-entry="${CSS.escape(assetId)}"]`) ?? true}
          >
            <Inside assetId={assetId} />
          </Dialog.Popup>
        )}
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Inside({ assetId }: { assetId: string }) {
  const app = useApp();
  const ids = useShownIds();
  const asset = useAsset(assetId);
  const inspector = useAppState((state) => state.window.inspector);
  const [{ scale, zoomed }, setView] = useState({ scale: 1, zoomed: false });
  const setScale = useCallback((next: number, isZoomed: boolean) => setView({ scale: next, zoomed: isZoomed }), []);
  const picture = useRef<PictureHandle>(null);
  const root = useRef<HTMLDivElement>(null);
  const at = ids.indexOf(assetId);
  const close = () => app.set({ lightbox: false });
  const show = useCallback(
    (place: number) => {
      const next = ids[place];
      if (next !== undefined) app.set({ current: next });
    },
    [app, ids],
  );
  // The neighbours are read ahead, so that leafing shows something at once.
  useEffect(() => {
    app.details.want([ids[at - 1], ids[at + 1], ids[at + 2]].filter((id) => id !== undefined));
  }, [app, ids, at]);
  useEffect(() => {
    const keys: Record<string, () => void> = {
      ArrowLeft: () => show(at - 1),
      ArrowRight: () => show(at + 1),
      Home: () => show(0),
      End: () => show(ids.length - 1),
      z: () => picture.current?.toggle(),
      ' ': () => playOrClose(root.current, close),
    };
    const onKey = (event: KeyboardEvent) => {
      const run = keys[event.key];
      const { palette, shortcuts } = app.store.getState();
      if (run === undefined || palette || shortcuts || event.target instanceof HTMLInputElement) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === ' ' && event.target instanceof HTMLButtonElement) return;
      event.preventDefault();
      run();
    };
    // While capturing: a dialog keeps arrow keys to itself once they reach it.
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  });

  return (
    <>
      <header className={css.bar}>
        <IconButton label="Back to the gallery" keys="Esc" onClick={close}>
          <ArrowLeft />
        </IconButton>
        <Dialog.Title className={cx(css.name, parts.clip)}>{asset?.filename ?? ''}</Dialog.Title>
        {at >= 0 && (
          <span className={css.count}>
            {formatCount(at + 1)} of {formatCount(ids.length)}
          </span>
        )}
        <span className={parts.grow} />
        {asset?.media_kind === 'image' && (
          <>
            <span className={css.zoom}>{Math.round(scale * 100)} %</span>
            <IconButton label="Pixels or whole" keys="Z" onClick={() => picture.current?.toggle()}>
              {zoomed ? <Maximize /> : <ZoomIn />}
            </IconButton>
          </>
        )}
        <IconButton label="Save as…" keys="Ctrl S" onClick={() => void saveAsset(app, assetId)}>
          <Download />
        </IconButton>
        <IconButton
          label="Inspector"
          keys="I"
          aria-pressed={inspector}
          onClick={() => app.setWindow({ inspector: !inspector })}
        >
          <PanelRight />
        </IconButton>
      </header>
      <div className={css.stage} ref={root} data-zoomed={(zoomed && asset?.media_kind === 'image') || undefined}>
        {asset != null && <Media key={assetId} asset={asset} onScale={setScale} handle={picture} />}
        {asset === null && <p className={css.center}>This one is no longer in the library.</p>}
        <button
          type="button"
          className={cx(css.nav, css.previous)}
          aria-label="Previous"
          disabled={at <= 0}
          onClick={() => show(at - 1)}
        >
          <ChevronLeft aria-hidden />
        </button>
        <button
          type="button"
          className={cx(css.nav, css.next)}
          aria-label="Next"
          disabled={at < 0 || at >= ids.length - 1}
          onClick={() => show(at + 1)}
        >
          <ChevronRight aria-hidden />
        </button>
      </div>
      {inspector && (
        <div className={css.inspector}>
          <Inspector />
        </div>
      )}
      <FilmStrip ids={ids} at={at} onShow={show} />
    </>
  );
}

/** The film's own error event tells of a damaged file. */
const noop = () => undefined;

/** Space plays or pauses what can be played, and leaves a picture. */
function playOrClose(root: HTMLElement | null, close: () => void): void {
  const play = root?.querySelector<HTMLElement>('[data-play]');
  const video = root?.querySelector('video');
  if (play != null) play.click();
  else if (video?.paused) startPlaying(video, noop);
  else if (video != null) video.pause();
  else close();
}

interface MediaProps {
  asset: Asset;
  onScale(scale: number, zoomed: boolean): void;
  handle: React.RefObject<PictureHandle | null>;
}

function Media({ asset, onScale, handle }: MediaProps) {
  switch (asset.media_kind) {
    case 'image':
      return <LightboxPicture asset={asset} onScale={onScale} handle={handle} />;
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

const frame = 56;
const frameGap = 2;
const currentRoom = 6;

/** The neighbours, 56 px each, with the current one in the middle. */
function FilmStrip({ ids, at, onShow }: { ids: readonly string[]; at: number; onShow(at: number): void }) {
  const strip = useRef<HTMLElement>(null);
  const [half, setHalf] = useState(12);
  useEffect(() => {
    const element = strip.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHalf(Math.ceil(element.clientWidth / 2 / (frame + frameGap)) + 1));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const from = Math.max(0, at - half);
  const shown = ids.slice(from, at + half + 1);
  return (
    <nav className={css.film} ref={strip} aria-label="Film strip">
      {shown.map((id, offset) => {
        const away = from + offset - at;
        const x = away * (frame + frameGap) - frame / 2 + Math.sign(away) * currentRoom;
        return <Frame key={id} assetId={id} x={x} current={away === 0} onShow={() => onShow(from + offset)} />;
      })}
    </nav>
  );
}

function Frame({ assetId, x, current, onShow }: { assetId: string; x: number; current: boolean; onShow(): void }) {
  const asset = useAsset(assetId);
  const [failed, setFailed] = useState(false);
  const pictured =
    asset != null &&
    !failed &&
    faultOf(asset) === undefined &&
    (asset.media_kind === 'image' || asset.media_kind === 'video');
  return (
    <button
      type="button"
      className={css.frame}
      style={{ transform: `translateX(${x}px)` }}
      aria-label={asset?.filename ?? 'Not read yet'}
      aria-current={current}
      tabIndex={current ? 0 : -1}
      onClick={onShow}
    >
      {pictured && (
        <img
          src={thumbnailAddress(assetId, thumbnailSize(asset, frame))}
          alt=""
          draggable={false}
          onError={() => setFailed(true)}
        />
      )}
      {!pictured && asset != null && <FaultIcon asset={asset} fault="damaged" />}
    </button>
  );
}
