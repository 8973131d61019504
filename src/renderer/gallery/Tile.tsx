import { Check, Ellipsis, File, FlaskConical, ImageOff, Layers, Music, Play, Star } from 'lucide-react';
import { type MouseEvent, memo, type ReactNode, useEffect, useRef, useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { originalAddress, thumbnailAddress } from '../../shared/bridge.js';
import { subjectOf } from '../actions/asset.js';
import type { Fault } from '../store/faults.js';
import { useApp, useAppState, useAsset } from '../store/hooks.js';
import { cx } from '../ui/cx.js';
import { formatCount, formatLength } from '../ui/format.js';
import { FaultIcon } from './Fault.js';
import { faultWords } from './fault-words.js';
import css from './Tile.module.css';
import { useFault } from './useFault.js';
import { Wave } from './Wave.js';
import { TextTile } from './Writing.js';

export interface TileProps {
  assetId: string;
  /** Edge in pixels. */
  cell: number;
  /** The one arrow keys start from. */
  tabbable: boolean;
  /** Ids of all that a closed stack holds, parted by spaces; empty for an asset by itself. */
  members: string;
  /** How many lie in its stack, open or closed; 1 = none. */
  stackSize: number;
  /** Its number in an open stack; 0 = closed. */
  stackPlace: number;
}

/** One asset in the grid. */
export const Tile = memo(function Tile(props: TileProps) {
  const { assetId, cell, tabbable, members, stackSize } = props;
  const asset = useAsset(assetId);
  const ids = members === '' ? [assetId] : members.split(' ');
  const shown = useAppState((state) => state.window.inspector && ids.some((id) => state.current === id));
  const chosen = useAppState((state) => state.selected.size > 0 && ids.some((id) => state.selected.has(id)));
  const [hovered, setHovered] = useState(false);
  const name = (asset == null ? 'Not read yet' : tileName(asset)) + (ids.length > 1 ? `, stack of ${ids.length}` : '');
  return (
    <div className={css.holder} onPointerEnter={() => setHovered(true)} onPointerLeave={() => setHovered(false)}>
      <button
        type="button"
        className={cx(css.tile, (asset == null || asset.media_kind !== 'image') && css.blank)}
        data-testid="tile"
        data-asset-id={assetId}
        data-entry={assetId}
        aria-label={chosen ? `${name}, chosen` : name}
        aria-current={shown}
        data-chosen={chosen || undefined}
        data-rejected={asset?.rating === -1 || undefined}
        draggable
        tabIndex={tabbable ? 0 : -1}
      >
        {asset === null && (
          <Words icon={<ImageOff />} title="Gone" detail="No longer in the library" small={cell < 120} />
        )}
        {asset != null && <Inside asset={asset} cell={cell} hovered={hovered} />}
      </button>
      {asset != null && (chosen || hovered) && (
        <button
          type="button"
          className={css.check}
          data-check={assetId}
          data-on={chosen || undefined}
          aria-label={chosen ? `Leave out ${name}` : `Choose ${name}`}
          aria-pressed={chosen}
          tabIndex={-1}
        >
          <Check />
        </button>
      )}
      {stackSize > 1 && <StackBadge {...props} />}
      {asset != null && asset.rating > 0 && !(hovered && cell >= 120) && cell >= 120 && (
        <Stars rating={asset.rating} className={cx(css.tag, css.bottomLeft, css.rating)} />
      )}
      {asset != null && hovered && cell >= 120 && (
        <div className={css.strip}>
          {asset.rating > 0 ? <Stars rating={asset.rating} className={css.rating} /> : <span>{tileTitle(asset)}</span>}
          <button type="button" className={css.more} aria-label={`More for ${name}`} tabIndex={-1} onClick={openMenu}>
            <Ellipsis />
          </button>
        </div>
      )}
    </div>
  );
});

/** Says that a tile stands for several, or is one of several; a click opens the stack in its place, or closes it. */
function StackBadge({ assetId, stackSize, stackPlace, cell }: TileProps) {
  return (
    <button
      type="button"
      className={css.stack}
      data-stack={assetId}
      data-open={stackPlace > 0 || undefined}
      aria-label={stackPlace > 0 ? `Close the stack of ${stackSize}` : `Open the stack of ${stackSize}`}
      aria-expanded={stackPlace > 0}
      tabIndex={-1}
    >
      {(stackPlace < 2 || cell < 120) && <Layers aria-hidden />}
      {stackPlace > 0 && cell >= 120 ? `${stackPlace} of ${stackSize}` : stackPlace > 0 ? '' : formatCount(stackSize)}
    </button>
  );
}

const stars = [1, 2, 3, 4, 5] as const;

function Stars({ rating, className }: { rating: number; className?: string }) {
  return (
    <span className={className} role="img" aria-label={`${rating} ${rating === 1 ? 'star' : 'stars'}`}>
      {stars.slice(0, rating).map((star) => (
        <Star key={star} className={css.star} aria-hidden />
      ))}
    </span>
  );
}

/** Opens the grid's context menu at the button. */
function openMenu(event: MouseEvent<HTMLElement>): void {
  const { left, bottom } = event.currentTarget.getBoundingClientRect();
  const tile = event.currentTarget.parentElement?.parentElement?.querySelector('[data-entry]');
  tile?.dispatchEvent(
    new window.MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: left, clientY: bottom }),
  );
}

function Inside({ asset, cell, hovered }: { asset: Asset; cell: number; hovered: boolean }) {
  // A picture may still have its thumbnail; a sound is nothing without its file.
  if (asset.missing && asset.media_kind !== 'image' && asset.media_kind !== 'video') {
    return <Unshown asset={asset} fault="missing" cell={cell} />;
  }
  if (asset.media_kind === 'audio') return <Sound asset={asset} cell={cell} />;
  if (asset.media_kind === 'image' || asset.media_kind === 'video') {
    // A file that turns up again is asked for again.
    return <Picture key={`${asset.missing}`} asset={asset} cell={cell} hovered={hovered} />;
  }
  if (asset.media_kind === 'text') return <TextTile asset={asset} cell={cell} />;
  return <Words icon={<File />} title={asset.filename} detail={asset.mime_type} small={cell < 120} />;
}

function Picture({ asset, cell, hovered }: { asset: Asset; cell: number; hovered: boolean }) {
  const { previews, faults } = useApp();
  const fault = useFault(asset);
  const [failed, setFailed] = useState(false);
  const [loaded, setLoaded] = useState(false);
  /** It failed once, and what failed was gone when its reason was asked for. */
  const again = useRef(false);
  // What the tile showed while the picture was made stays below until the picture is there.
  const [under] = useState(() => (asset.prompt_id === null ? undefined : previews.get(asset.prompt_id)));
  const moving = asset.media_kind === 'video' || asset.animated;
  const plays = useLingering(hovered && moving, 140);
  if (fault !== undefined) return <Unshown asset={asset} fault={fault} cell={cell} />;
  const address = thumbnailAddress(asset.asset_id, thumbnailSize(asset, cell));
  return (
    <>
      {under !== undefined && !loaded && !failed && <img className={css.under} src={under} alt="" />}
      {!failed && (
        <img
          src={address}
          ref={stopLoadingWhenGone}
          alt=""
          decoding="async"
          draggable={false}
          onLoad={() => setLoaded(true)}
          onError={() => {
            setFailed(true);
            void faults.ask(asset.asset_id, address).then((found) => {
              if (found === undefined && again.current) faults.set(asset.asset_id, 'damaged');
              again.current = found === undefined;
              setFailed(false);
            });
          }}
        />
      )}
      {plays && <Moving asset={asset} />}
      {moving && (
        <span className={cx(css.tag, css.topLeft)}>
          <Play aria-hidden />
          {asset.duration_seconds !== null && formatLength(asset.duration_seconds)}
        </span>
      )}
      {asset.demo && cell >= 120 && (
        <span className={cx(css.tag, css.topRight)}>
          <FlaskConical aria-hidden />
        </span>
      )}
      {asset.missing && !failed && cell >= 120 && <span className={cx(css.tag, css.bottomLeft)}>File is missing</span>}
    </>
  );
}

/** A picture that left before it came must not keep others waiting: taking its address away ends the request. */
function stopLoadingWhenGone(image: HTMLImageElement): () => void {
  // Strict mode takes references away and gives them back; an image that really left is out of the document by then.
  return () =>
    queueMicrotask(() => {
      if (!image.isConnected && !image.complete) image.removeAttribute('src');
    });
}

/** A file that can't be drawn: what it is, how it is called, and why. */
function Unshown({ asset, fault, cell }: { asset: Asset; fault: Fault; cell: number }) {
  const { reason } = faultWords(asset.media_kind, fault);
  const icon = <FaultIcon asset={asset} fault={fault} />;
  return <Words icon={icon} title={asset.filename} detail={reason} small={cell < 120} />;
}

/** The animation or film itself, while the pointer rests on it. */
function Moving({ asset }: { asset: Asset }) {
  const address = originalAddress(asset.asset_id);
  if (asset.media_kind === 'image') return <img src={address} alt="" className={css.fadeIn} />;
  return <video src={address} muted loop autoPlay playsInline className={css.fadeIn} />;
}

function Sound({ asset, cell }: { asset: Asset; cell: number }) {
  const fault = useFault(asset);
  if (fault !== undefined) return <Unshown asset={asset} fault={fault} cell={cell} />;
  return (
    <>
      <Wave className={css.wave} assetId={asset.asset_id} bars={cell < 120 ? 22 : 44} />
      <span className={cx(css.tag, css.topLeft, css.plainTag)}>
        <Music aria-hidden />
      </span>
      {asset.demo && cell >= 120 && (
        <span className={cx(css.tag, css.topRight, css.plainTag)}>
          <FlaskConical aria-hidden />
        </span>
      )}
      {cell >= 120 && <span className={cx(css.tag, css.bottomLeft, css.plainTag, css.title)}>{tileTitle(asset)}</span>}
      {asset.duration_seconds !== null && cell >= 120 && (
        <span className={cx(css.tag, css.bottomRight, css.plainTag)}>{formatLength(asset.duration_seconds)}</span>
      )}
    </>
  );
}

interface WordsProps {
  icon: ReactNode;
  title: string;
  detail: string;
  small: boolean;
}

/** Two short lines in place of a picture. */
export function Words({ icon, title, detail, small }: WordsProps) {
  return (
    <span className={cx(css.tile, css.blank, css.words)} data-small={small || undefined}>
      {icon}
      <b>{title}</b>
      {detail !== '' && <span>{detail}</span>}
    </span>
  );
}

/** True once `on` has held for `milliseconds`; false at once when it ends. */
function useLingering(on: boolean, milliseconds: number): boolean {
  const [lingered, setLingered] = useState(false);
  useEffect(() => {
    if (!on) {
      setLingered(false);
      return;
    }
    const timer = setTimeout(() => setLingered(true), milliseconds);
    return () => clearTimeout(timer);
  }, [on, milliseconds]);
  return on && lingered;
}

/** The smaller thumbnail where its short side fills the cell: a square crop shows the short side. */
export function thumbnailSize(asset: Pick<Asset, 'width' | 'height'>, cell: number): 256 | 768 {
  const wanted = cell * window.devicePixelRatio;
  const { width, height } = asset;
  const share = width === null || height === null ? 1 : Math.min(width, height) / Math.max(width, height, 1);
  return 256 * share >= wanted * 0.9 ? 256 : 768;
}

/** What a tile is called by: the prompt's words, else the file's name. */
export function tileTitle(asset: Asset): string {
  return subjectOf(asset) || asset.filename;
}

const kindNames: Partial<Record<Asset['media_kind'], string>> = {
  image: 'Picture',
  audio: 'Sound',
  video: 'Film',
  text: 'Text',
};

function tileName(asset: Asset): string {
  const kind = kindNames[asset.media_kind] ?? 'File';
  const state = asset.missing ? ', its file is missing' : '';
  return `${asset.demo ? `${kind} of the demo engine` : kind}, ${tileTitle(asset).slice(0, 160)}${state}`;
}
